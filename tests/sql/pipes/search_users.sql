-- Case-insensitive search with paging and a total.
-- parameters: {"q": "a", "limit": 2, "offset": 0}
-- parameters: {"q": "", "limit": 3, "offset": 3}
-- parameters: {"q": "%", "limit": 3, "offset": 0}
-- node: found
SELECT user_id, name, plan, age, signed_up FROM users WHERE name ILIKE concat('%', {q:String}, '%')
-- node: endpoint
SELECT user_id, name, plan, ifNull(age, 0) AS age, dateDiff('year', signed_up, toDate('2024-06-01')) AS years, (SELECT count() FROM found) AS total
FROM found
ORDER BY name, user_id
LIMIT {limit:UInt32} OFFSET {offset:UInt32}
