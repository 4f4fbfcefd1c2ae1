-- A row a session, newest first, with optional filters.
-- parameters: {"user": "", "limit": 4}
-- parameters: {"user": "u1", "limit": 100}
-- node: endpoint
SELECT
    user_id,
    session_id,
    min(timestamp) AS session_start,
    max(timestamp) AS session_end,
    dateDiff('second', min(timestamp), max(timestamp)) AS session_duration_seconds,
    count() AS total_events,
    countIf(event_type = 'page_view') AS page_views,
    countIf(event_type = 'click') AS clicks,
    any(device) AS device_type,
    any(browser) AS browser,
    any(country) AS country
FROM events
WHERE ({user:String} = '' OR user_id = {user:String})
GROUP BY user_id, session_id
ORDER BY session_start DESC, user_id
LIMIT {limit:Int32}
