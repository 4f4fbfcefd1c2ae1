-- Log lines that match, with their numbers taken out of the text.
-- parameters: {"pattern": "(?i)error|warn", "service": "", "page": 0}
-- parameters: {"pattern": "items/1", "service": "api", "page": 0}
-- parameters: {"pattern": "", "service": "web", "page": 1}
-- node: endpoint
SELECT ts, upper(level) AS level, service, extract(message, 'id=(\\d+)') AS request, toUInt32OrZero(extract(message, 'took (\\d+)ms')) AS took,
    replaceRegexpAll(message, '\\d+', '#') AS shape
FROM logs
WHERE match(message, {pattern:String}) AND ({service:String} = '' OR service = {service:String})
ORDER BY ts DESC
LIMIT 5 OFFSET 5 * {page:UInt8}
