-- A heat map of weekday and hour.
-- parameters: {"zone": "UTC"}
-- parameters: {"zone": "Europe/Madrid"}
-- node: endpoint
SELECT toDayOfWeek(timestamp, 0, {zone:String}) AS weekday, toHour(timestamp, {zone:String}) AS hour, count() AS hits, uniq(user_id) AS users
FROM events
GROUP BY weekday, hour
ORDER BY weekday, hour
