-- How many users reach each step within a window.
-- parameters: {"window": 86400}
-- parameters: {"window": 3600}
-- node: levels
SELECT user_id, windowFunnel({window:UInt32})(timestamp, event_type = 'page_view', event_type = 'click', event_type = 'purchase') AS level
FROM events
GROUP BY user_id
-- node: endpoint
SELECT level, count() AS users, sum(users) OVER (ORDER BY level DESC) AS reached
FROM levels
GROUP BY level
ORDER BY level
