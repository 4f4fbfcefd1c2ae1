-- By country, unknown ones together, small ones hidden.
-- parameters: {"min": 5}
-- parameters: {"min": 0}
-- node: endpoint
SELECT if(country IS NULL OR country = '', 'unknown', assumeNotNull(country)) AS place, uniqExact(user_id) AS users, count() AS hits,
    countIf(amount > 0) AS purchases, round(avg(amount), 2) AS mean_amount, sumIf(amount, device = 'mobile') AS mobile_amount
FROM events
GROUP BY place
HAVING hits >= {min:UInt32}
ORDER BY hits DESC, place
