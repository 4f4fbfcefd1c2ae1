-- Counts by tag and device, as a pivot.
-- parameters: {"tags": ["vip", "beta", "eu"]}
-- parameters: {"tags": ["new"]}
-- node: exploded
SELECT arrayJoin(tags) AS tag, device, duration FROM events
-- node: endpoint
SELECT tag, countIf(device = 'mobile') AS mobile, countIf(device = 'desktop') AS desktop, mobile + desktop AS total,
    avgIf(duration, device = 'mobile') AS mobile_duration, sum(duration) AS total_duration
FROM exploded
WHERE has({tags:Array(String)}, tag)
GROUP BY tag
ORDER BY total DESC, tag
