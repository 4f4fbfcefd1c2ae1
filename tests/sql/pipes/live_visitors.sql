-- A minute's sparkline with every minute present.
-- parameters: {"at": "2024-03-09 22:30:00", "minutes": 10}
-- parameters: {"at": "2024-03-10 05:00:00", "minutes": 3}
-- node: minutes
SELECT arrayJoin(arrayMap(x -> toStartOfMinute(toDateTime({at:String}) - toIntervalMinute(x)), range(toUInt32({minutes:UInt32})))) AS minute
-- node: visits
SELECT toStartOfMinute(timestamp) AS minute, uniqExact(user_id) AS visitors FROM events GROUP BY minute
-- node: endpoint
SELECT minute, visitors FROM minutes LEFT JOIN visits USING minute ORDER BY minute
