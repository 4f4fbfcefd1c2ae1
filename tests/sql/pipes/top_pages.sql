-- The most visited pages of a period.
-- parameters: {"date_from": "2024-03-10", "date_to": "2024-03-11", "limit": 3, "skip": 0}
-- parameters: {"date_from": "2024-03-09", "date_to": "2024-03-09", "limit": 50, "skip": 1}
-- parameters: {"date_from": "2030-01-01", "date_to": "2030-01-02", "limit": 50, "skip": 0}
-- node: hits
SELECT toDate(timestamp) AS date, path(page_url) AS pathname, user_id, session_id
FROM events
WHERE event_type = 'page_view' AND toDate(timestamp) BETWEEN {date_from:Date} AND {date_to:Date}
-- node: endpoint
SELECT pathname, uniq(session_id) AS visits, uniq(user_id) AS visitors, count() AS hits
FROM hits
GROUP BY pathname
ORDER BY hits DESC, pathname
LIMIT {skip:UInt32}, {limit:UInt32}
