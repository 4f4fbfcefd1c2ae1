-- Daily metrics with a click-through rate.
-- parameters: {"from": "2024-03-01 00:00:00", "to": "2024-03-31 00:00:00"}
-- parameters: {"from": "2024-03-10 06:00:00", "to": "2024-03-10 18:00:00"}
-- node: endpoint
SELECT
    toDate(timestamp) AS date,
    count() AS total_events,
    uniq(user_id) AS unique_users,
    uniq(session_id) AS total_sessions,
    countIf(event_type = 'page_view') AS page_views,
    countIf(event_type = 'click') AS clicks,
    round(countIf(event_type = 'click') / countIf(event_type = 'page_view') * 100, 2) AS ctr
FROM events
WHERE timestamp >= {from:DateTime} AND timestamp <= {to:DateTime}
GROUP BY date
ORDER BY date DESC
