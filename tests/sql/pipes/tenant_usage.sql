-- What a tenant's users did; other tenants stay invisible.
-- parameters: {"tenant": 1}
-- parameters: {"tenant": 2}
-- parameters: {"tenant": 99}
-- node: members
SELECT user_id, name, plan FROM users WHERE tenant = {tenant:UInt32}
-- node: endpoint
SELECT m.user_id, m.name, m.plan, count(e.event_id) AS events, countIf(e.event_type = 'purchase') AS purchases,
    sum(e.amount) AS spent, max(e.timestamp) AS last_seen, ifNull(max(e.country), 'unknown') AS country
FROM members AS m LEFT JOIN events AS e ON m.user_id = e.user_id
GROUP BY m.user_id, m.name, m.plan
ORDER BY m.user_id
