-- The same without FILL: a row of hours from numbers(), joined.
-- parameters: {"metric": "cpu", "hours": 5}
-- parameters: {"metric": "mem", "hours": 2}
-- node: hours
SELECT toDateTime('2024-03-10 00:00:00') + toIntervalHour(number) AS hour FROM numbers({hours:UInt8})
-- node: measured
SELECT toStartOfHour(t) AS hour, count() AS samples, sum(value) AS total FROM gaps WHERE metric = {metric:String} GROUP BY hour
-- node: endpoint
SELECT h.hour AS hour, m.samples AS samples, m.total AS total, sum(m.total) OVER (ORDER BY h.hour) AS running
FROM hours AS h LEFT JOIN measured AS m ON h.hour = m.hour
ORDER BY hour
