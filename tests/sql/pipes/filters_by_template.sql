-- What a template renders to when all optional filters are given.
-- parameters: {"a": "2024-03-09 00:00:00", "b": "2024-03-12 00:00:00", "devices": ["mobile", "desktop"], "browser": "chrome", "min": 10.5, "bots": 0}
-- parameters: {"a": "2024-03-10 00:00:00", "b": "2024-03-10 23:59:59", "devices": ["mobile"], "browser": "safari", "min": 0, "bots": 1}
-- node: endpoint
SELECT browser, device, count() AS hits, sum(amount) AS revenue, uniqIf(user_id, amount > {min:Float64}) AS buyers, max(score) AS best
FROM events
WHERE 1 AND timestamp BETWEEN {a:DateTime} AND {b:DateTime} AND device IN {devices:Array(String)} AND browser != {browser:String}
    AND (is_bot = {bots:UInt8} OR NOT is_bot) AND (amount IS NULL OR amount >= {min:Float64})
GROUP BY browser, device
ORDER BY hits DESC, browser, device
