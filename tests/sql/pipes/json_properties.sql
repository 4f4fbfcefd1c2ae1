-- Typed values out of a JSON column, aggregated.
-- parameters: {"depth": 1}
-- parameters: {"depth": 2}
-- node: parsed
SELECT event_id, JSONExtract(properties, 'Tuple(button_id String, n UInt32, nested Tuple(depth UInt8))') AS p, JSONExtractArrayRaw(properties, 'list') AS list
FROM events WHERE properties != ''
-- node: endpoint
SELECT p.button_id AS button, count() AS events, sum(p.n) AS total, max(length(list)) AS longest, avg(toFloat64OrZero(list[1])) AS mean_first
FROM parsed
WHERE p.nested.depth = {depth:UInt8}
GROUP BY button
ORDER BY button
