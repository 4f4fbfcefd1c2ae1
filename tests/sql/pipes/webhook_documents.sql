-- Documents of webhooks, read by deep paths; kinds are counted though some documents have none.
-- parameters: {"service": "api", "kind": "opened"}
-- parameters: {"service": "", "kind": "closed"}
-- node: documents
WITH if(event_type = 'purchase', 'opened', 'closed') AS kind
SELECT timestamp,
    if(event_id % 7 = 0, '{"event": {"data": {"note": "no service"}}}', concat(
        '{"event": {"kind": "', kind, '", "data": {"service": {"id": "', browser, '", "owner": {"team": "t',
        toString(event_id % 3), '"}}, "urgent": ', if(event_id % 2 = 0, 'true', 'false'), '}}}'
    ))::JSON AS document
FROM events
-- node: endpoint
SELECT
    document.event.data.service.id::String AS service,
    count() AS documents,
    count(DISTINCT document.event.data.service.owner.team) AS teams,
    uniq(document.event.kind) AS kinds,
    countIf(document.event.data.urgent::Bool) AS urgent,
    min(timestamp) AS first_seen
FROM documents
WHERE {service:String} = '' OR document.event.kind::String = {kind:String}
GROUP BY service
ORDER BY documents DESC, service
