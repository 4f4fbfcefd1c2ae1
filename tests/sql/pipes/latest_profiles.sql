-- A deduplicated dimension joined to facts.
-- parameters: {"plan": "pro"}
-- parameters: {"plan": "free"}
-- node: current
SELECT user_id, name, plan, age FROM profiles FINAL
-- node: endpoint
SELECT c.name, c.plan, coalesce(toString(c.age), '?') AS age, count() AS events, uniqExact(e.session_id) AS sessions
FROM events AS e INNER JOIN current AS c ON e.user_id = c.user_id
WHERE c.plan = {plan:String}
GROUP BY c.name, c.plan, age
ORDER BY c.name
