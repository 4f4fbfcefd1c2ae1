-- Sessions' first and last page by argMin/argMax, joined back to users.
-- parameters: {"plan": "pro"}
-- parameters: {"plan": ""}
-- node: ends
SELECT session_id, argMin(user_id, ts) AS user_id, argMin(page_url, ts) AS entry, argMax(page_url, ts) AS exit, max(ts) - min(ts) > 0 AS moved, count() AS hits
FROM events GROUP BY session_id
-- node: endpoint
SELECT e.session_id, u.name, u.plan, cutQueryString(path(e.entry)) AS entry, cutFragment(e.exit) AS exit, e.hits
FROM ends AS e LEFT JOIN users AS u ON u.user_id = e.user_id
WHERE {plan:String} = '' OR u.plan = {plan:String}
ORDER BY e.session_id
