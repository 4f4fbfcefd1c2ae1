-- Two summaries of the same key, joined by USING and shown whole; the key comes first whatever the summaries say.
-- parameters: {"skip": 0, "limit": 10}
-- parameters: {"skip": 1, "limit": 2}
-- node: visits_by_country
SELECT any(browser) AS browser, country, uniq(user_id) AS visitors, count() AS hits
FROM events GROUP BY country
-- node: purchases_by_country
SELECT country, countIf(event_type = 'purchase') AS purchases, round(sum(amount), 2) AS revenue
FROM events GROUP BY country
-- node: endpoint
SELECT * FROM visits_by_country LEFT JOIN purchases_by_country USING country
ORDER BY hits DESC, country LIMIT {skip:Int32}, {limit:Int32}
