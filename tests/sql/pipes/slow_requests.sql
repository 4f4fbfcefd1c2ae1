-- The slowest requests of each service, with their share.
-- parameters: {"per_service": 2}
-- parameters: {"per_service": 1}
-- node: endpoint
SELECT service, ts, latency_ms, round(latency_ms / sum(latency_ms) OVER (PARTITION BY service), 4) AS share,
    dense_rank() OVER (PARTITION BY service ORDER BY latency_ms DESC) AS place
FROM logs
ORDER BY service, latency_ms DESC, ts
LIMIT {per_service:UInt8} BY service
