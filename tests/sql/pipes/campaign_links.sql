-- Query parameters of landing pages.
-- parameters: {"parameter": "utm_source"}
-- parameters: {"parameter": "page"}
-- node: endpoint
SELECT extractURLParameter(page_url, {parameter:String}) AS value, count() AS hits, uniq(user_id) AS users,
    min(toDate(timestamp)) AS first_day, arraySort(groupUniqArray(device)) AS devices
FROM events
GROUP BY value
ORDER BY hits DESC, value
