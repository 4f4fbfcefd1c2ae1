-- This period beside the one before it.
-- parameters: {"start": "2024-03-10 12:00:00", "hours": 12}
-- parameters: {"start": "2024-03-11 00:00:00", "hours": 24}
-- node: current
SELECT event_type, count() AS hits FROM events
WHERE timestamp >= {start:DateTime} AND timestamp < {start:DateTime} + INTERVAL {hours:UInt16} HOUR GROUP BY event_type
-- node: previous
SELECT event_type, count() AS hits FROM events
WHERE timestamp >= {start:DateTime} - INTERVAL {hours:UInt16} HOUR AND timestamp < {start:DateTime} GROUP BY event_type
-- node: endpoint
SELECT if(c.event_type != '', c.event_type, p.event_type) AS event_type, c.hits AS now, p.hits AS before, toInt64(now) - before AS change,
    if(before = 0, NULL, round((now - before) / before * 100, 1)) AS percent
FROM current AS c FULL OUTER JOIN previous AS p ON c.event_type = p.event_type
ORDER BY event_type
