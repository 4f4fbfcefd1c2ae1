-- From which page to which, the commonest moves.
-- parameters: {"limit": 5}
-- node: steps
SELECT session_id, path(page_url) AS page,
    leadInFrame(path(page_url)) OVER (PARTITION BY session_id ORDER BY timestamp ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS next_page
FROM events WHERE event_type IN ('page_view', 'click')
-- node: endpoint
SELECT concat(page, ' > ', if(next_page = '', '(exit)', next_page)) AS move, count() AS times FROM steps
GROUP BY move ORDER BY times DESC, move LIMIT {limit:UInt32}
