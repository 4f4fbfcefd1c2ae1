-- One user's events, newest first, kinds as a list.
-- parameters: {"user": "u2", "kinds": ["click", "page_view"], "limit": 10}
-- parameters: {"user": "u4", "kinds": ["purchase"], "limit": 2}
-- parameters: {"user": "x'; DROP TABLE events --", "kinds": [], "limit": 2}
-- node: endpoint
SELECT timestamp, event_type, page_url, referrer, JSONExtractString(properties, 'button_id') AS button,
    JSONExtractInt(properties, 'nested', 'depth') AS depth, tags
FROM events
WHERE user_id = {user:String} AND event_type IN {kinds:Array(String)}
ORDER BY timestamp DESC
LIMIT {limit:Int32}
