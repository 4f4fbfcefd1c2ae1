-- Daily, and over a sliding window, active users.
-- parameters: {"window": 2}
-- parameters: {"window": 7}
-- node: days
SELECT DISTINCT toDate(timestamp) AS day FROM events
-- node: activity
SELECT DISTINCT user_id, toDate(timestamp) AS active FROM events WHERE NOT is_bot
-- node: endpoint
SELECT d.day AS day, uniqExactIf(a.user_id, a.active = d.day) AS dau,
    uniqExactIf(a.user_id, a.active > d.day - {window:UInt16} AND a.active <= d.day) AS sliding, round(dau / sliding, 3) AS stickiness
FROM days AS d CROSS JOIN activity AS a
GROUP BY d.day
ORDER BY d.day
