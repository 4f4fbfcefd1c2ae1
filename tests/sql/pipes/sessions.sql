-- Sessions split after half an hour of silence, longest first.
-- parameters: {"gap": 1800, "limit": 5}
-- parameters: {"gap": 600, "limit": 10}
-- parameters: {"gap": 86400, "limit": 100}
-- node: ordered
SELECT user_id, timestamp, page_url, event_type,
    lagInFrame(timestamp, 1) OVER (PARTITION BY user_id ORDER BY timestamp ASC ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS previous
FROM events
WHERE user_id != ''
-- node: marked
SELECT *, if(previous = toDateTime(0) OR dateDiff('second', previous, timestamp) > {gap:UInt32}, 1, 0) AS is_new FROM ordered
-- node: numbered
SELECT *, sum(is_new) OVER (PARTITION BY user_id ORDER BY timestamp ASC) AS session_number FROM marked
-- node: endpoint
SELECT user_id, session_number, min(timestamp) AS start, max(timestamp) AS finish, dateDiff('minute', start, finish) AS minutes,
    count() AS hits, argMin(path(page_url), timestamp) AS entry, argMax(path(page_url), timestamp) AS exit
FROM numbered
GROUP BY user_id, session_number
ORDER BY hits DESC, user_id, session_number
LIMIT {limit:UInt32}
