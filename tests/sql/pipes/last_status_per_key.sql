-- The newest row of each key, without FINAL.
-- parameters: {"tenant": 1}
-- parameters: {"tenant": 2}
-- node: endpoint
SELECT account, argMax(balance, updated_at) AS balance, max(updated_at) AS at, argMax(deleted, updated_at) AS deleted
FROM accounts
WHERE tenant = {tenant:UInt32}
GROUP BY account
HAVING deleted = 0
ORDER BY account
