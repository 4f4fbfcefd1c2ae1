-- The same retention in one row a cohort, as an array of counts.
-- parameters: {"days": 3}
-- node: first
SELECT user_id, min(day) AS cohort FROM events GROUP BY user_id
-- node: offsets
SELECT f.cohort AS cohort, e.user_id AS user_id, groupUniqArray(toUInt32(e.day - f.cohort)) AS offsets
FROM events AS e INNER JOIN first AS f ON e.user_id = f.user_id
GROUP BY f.cohort, e.user_id
-- node: endpoint
SELECT cohort, count() AS size, arrayMap(n -> countEqual(groupArrayArray(offsets), n), range({days:UInt32})) AS returning
FROM offsets
GROUP BY cohort
ORDER BY cohort
