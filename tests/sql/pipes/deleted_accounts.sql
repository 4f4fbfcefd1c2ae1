-- FINAL with is_deleted, in a subquery and a join.
-- parameters: {"tenant": 2}
-- node: living
SELECT tenant, account, balance FROM accounts FINAL WHERE tenant = {tenant:UInt32}
-- node: endpoint
SELECT l.account, l.balance, (SELECT count() FROM accounts WHERE tenant = {tenant:UInt32}) AS versions, sum(l.balance) OVER () AS total
FROM living AS l
ORDER BY l.account
