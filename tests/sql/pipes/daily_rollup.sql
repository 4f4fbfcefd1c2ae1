-- Reads a table of aggregate states.
-- parameters: {"from": "2024-03-09", "device": ""}
-- parameters: {"from": "2024-03-10", "device": "mobile"}
-- node: endpoint
SELECT day, countMerge(events) AS hits, uniqMerge(users) AS visitors, round(avgMerge(mean), 3) AS mean_duration,
    countIfMerge(clicks) AS clicks, minMerge(first) AS first_hit, maxMerge(last) AS last_hit, argMaxMerge(last_page) AS last_page
FROM daily
WHERE day >= {from:Date} AND ({device:String} = '' OR device = {device:String})
GROUP BY day
ORDER BY day
