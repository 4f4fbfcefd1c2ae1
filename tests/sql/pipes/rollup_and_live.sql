-- Finished days from the rollup, the running one from the raw events, merged as states.
-- parameters: {"today": "2024-03-11"}
-- parameters: {"today": "2024-03-10"}
-- node: history
SELECT day, countState() AS hits, uniqState(user_id) AS visitors FROM
(SELECT toDate(timestamp) AS day, user_id FROM events WHERE toDate(timestamp) < {today:Date}) GROUP BY day
-- node: live
SELECT toDate(timestamp) AS day, countState() AS hits, uniqState(user_id) AS visitors
FROM events WHERE toDate(timestamp) = {today:Date} GROUP BY day
-- node: together
SELECT * FROM history UNION ALL SELECT * FROM live
-- node: endpoint
SELECT day, countMerge(hits) AS total, uniqMerge(visitors) AS people FROM together GROUP BY day ORDER BY day
