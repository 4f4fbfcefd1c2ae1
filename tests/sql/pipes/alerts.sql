-- Services over a threshold, with a text for people.
-- parameters: {"threshold": 0.2, "since": "2024-03-09 22:00:00"}
-- parameters: {"threshold": 0.0, "since": "2024-03-09 22:08:00"}
-- parameters: {"threshold": 1.1, "since": "2024-03-09 22:00:00"}
-- node: rates
SELECT service, countIf(level = 'ERROR') / count() AS rate, count() AS lines, max(ts) AS last
FROM logs WHERE ts >= {since:String} GROUP BY service
-- node: endpoint
SELECT service, rate, concat(service, ': ', toString(round(rate * 100, 1)), '% of ', toString(lines), ' lines') AS text,
    formatDateTime(last, '%H:%i:%S') AS at
FROM rates
WHERE rate > {threshold:Float64}
ORDER BY rate DESC, service
