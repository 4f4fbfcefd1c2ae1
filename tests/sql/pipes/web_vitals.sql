-- Latency quantiles by service, as a row a percentile.
-- parameters: {"percentiles": [0.5, 0.9, 0.99]}
-- parameters: {"percentiles": [0.75]}
-- node: measured
SELECT service, groupArray(latency_ms) AS latencies FROM logs GROUP BY service
-- node: sorted
SELECT service, arraySort(latencies) AS latencies, arrayJoin({percentiles:Array(Float64)}) AS percentile FROM measured
-- node: endpoint
SELECT service, percentile, latencies[toUInt32(ceil(percentile * length(latencies)))] AS value, length(latencies) AS samples
FROM sorted
ORDER BY service, percentile
