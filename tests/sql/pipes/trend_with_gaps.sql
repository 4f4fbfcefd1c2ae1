-- A metric by hour, missing hours filled with zero.
-- parameters: {"metric": "cpu", "from": "2024-03-10 00:00:00", "to": "2024-03-10 06:00:00"}
-- parameters: {"metric": "mem", "from": "2024-03-10 00:00:00", "to": "2024-03-10 04:00:00"}
-- node: measured
SELECT toStartOfHour(t) AS hour, avg(value) AS mean, max(value) AS peak FROM gaps
WHERE metric = {metric:String} AND t >= {from:DateTime} AND t < {to:DateTime}
GROUP BY hour
-- node: endpoint
SELECT hour, mean, peak FROM measured
ORDER BY hour ASC WITH FILL FROM toDateTime({from:String}) TO toDateTime({to:String}) STEP 3600
