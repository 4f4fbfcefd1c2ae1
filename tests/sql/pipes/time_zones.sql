-- Days as the viewer's zone sees them.
-- parameters: {"zone": "America/New_York"}
-- parameters: {"zone": "Asia/Kolkata"}
-- parameters: {"zone": "UTC"}
-- node: endpoint
SELECT toDate(timestamp, {zone:String}) AS day, count() AS hits, min(toHour(timestamp, {zone:String})) AS earliest_hour,
    formatDateTime(min(timestamp), '%Y-%m-%d %H:%i', {zone:String}) AS first_local
FROM events
GROUP BY day
ORDER BY day
