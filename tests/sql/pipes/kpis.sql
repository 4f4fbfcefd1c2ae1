-- Visits, page views, bounce rate and session length by day.
-- parameters: {"date_from": "2024-03-09", "date_to": "2024-03-12"}
-- parameters: {"date_from": "2024-03-10", "date_to": "2024-03-10"}
-- node: timeseries
WITH toDate({date_from:String}) AS start, toDate({date_to:String}) AS finish
SELECT arrayJoin(arrayMap(x -> toDate(start + x), range(toUInt32(dateDiff('day', start, finish) + 1)))) AS date
-- node: sessions
SELECT
    session_id,
    toDate(min(timestamp)) AS date,
    min(timestamp) AS first_hit,
    max(timestamp) AS latest_hit,
    countIf(event_type = 'page_view') AS hits
FROM events
WHERE toDate(timestamp) >= {date_from:Date} AND toDate(timestamp) <= {date_to:Date}
GROUP BY session_id
-- node: data
SELECT
    date,
    uniq(session_id) AS visits,
    sum(hits) AS pageviews,
    countIf(latest_hit = first_hit OR hits < 2) / visits AS bounce_rate,
    avg(latest_hit - first_hit) AS avg_session_sec
FROM sessions
GROUP BY date
-- node: endpoint
SELECT a.date, b.visits, b.pageviews, round(b.bounce_rate, 2) AS bounce_rate, b.avg_session_sec
FROM timeseries a LEFT JOIN data b USING date
ORDER BY date
