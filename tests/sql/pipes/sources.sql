-- Where visitors come from.
-- parameters: {"top": 3}
-- node: classified
SELECT session_id,
    multiIf(referrer = '', 'direct', domainWithoutWWW(referrer) LIKE '%google%', 'search', match(domain(referrer), 't\\.co|facebook'), 'social', domainWithoutWWW(referrer)) AS source
FROM events
-- node: endpoint
SELECT source, uniqExact(session_id) AS sessions, count() AS hits, round(sessions / (SELECT uniqExact(session_id) FROM classified), 3) AS share
FROM classified
GROUP BY source
ORDER BY hits DESC, source
LIMIT {top:UInt8}
