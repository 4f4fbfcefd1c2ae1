-- The same with joins, as projects without windowFunnel do it.
-- parameters: {"device": "desktop"}
-- parameters: {"device": "mobile"}
-- node: viewed
SELECT user_id, min(timestamp) AS at FROM events WHERE event_type = 'page_view' AND device = {device:String} GROUP BY user_id
-- node: clicked
SELECT v.user_id AS user_id, min(e.timestamp) AS at
FROM viewed AS v JOIN events AS e ON v.user_id = e.user_id
WHERE e.event_type = 'click' AND e.timestamp > v.at
GROUP BY v.user_id
-- node: bought
SELECT c.user_id AS user_id, min(e.timestamp) AS at
FROM clicked AS c JOIN events AS e ON c.user_id = e.user_id
WHERE e.event_type = 'purchase' AND e.timestamp > c.at
GROUP BY c.user_id
-- node: endpoint
SELECT 'viewed' AS step, count() AS users FROM viewed
UNION ALL SELECT 'clicked', count() FROM clicked
UNION ALL SELECT 'bought', count() FROM bought
