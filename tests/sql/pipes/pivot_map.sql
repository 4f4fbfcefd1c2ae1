-- Counts of event types as a map a user.
-- parameters: {"types": ["click", "purchase"]}
-- node: endpoint
SELECT user_id, sumMap(map(toString(event_type), 1)) AS counts, mapKeys(counts) AS kinds,
    counts['click'] AS clicks, counts['purchase'] AS purchases, arrayAll(t -> mapContains(counts, t), {types:Array(String)}) AS has_all
FROM events
GROUP BY user_id
ORDER BY user_id
