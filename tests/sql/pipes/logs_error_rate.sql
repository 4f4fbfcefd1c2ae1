-- Share of errors by service and five minutes, with latencies.
-- parameters: {"minutes": 5}
-- parameters: {"minutes": 60}
-- node: endpoint
SELECT
    toStartOfInterval(ts, toIntervalMinute({minutes:UInt16})) AS slot,
    service,
    count() AS requests,
    countIf(status >= 500) AS errors,
    round(errors / requests, 4) AS error_rate,
    quantileExact(0.5)(latency_ms) AS p50,
    quantileExact(0.95)(latency_ms) AS p95,
    max(latency_ms) AS worst
FROM logs
GROUP BY slot, service
ORDER BY slot, service
