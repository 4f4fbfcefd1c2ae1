-- Hours that lie far from the mean of their metric.
-- parameters: {"factor": 0.5}
-- parameters: {"factor": 1.5}
-- node: hourly
SELECT metric, toStartOfHour(t) AS hour, sum(value) AS total FROM gaps GROUP BY metric, hour
-- node: stats
SELECT metric, avg(total) AS mean, stddevPop(total) AS spread FROM hourly GROUP BY metric
-- node: endpoint
SELECT h.metric, h.hour, h.total, round((h.total - s.mean) / s.spread, 3) AS z, abs(z) > {factor:Float64} AS anomaly
FROM hourly AS h INNER JOIN stats AS s USING (metric)
ORDER BY h.metric, h.hour
