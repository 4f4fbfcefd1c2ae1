-- Running use of a month against a quota.
-- parameters: {"org": "org1", "quota": 1000}
-- parameters: {"org": "org0", "quota": 100000}
-- node: daily_units
SELECT toStartOfMonth(day) AS month, day, sum(units) AS units FROM usage WHERE org = {org:String} GROUP BY month, day
-- node: endpoint
SELECT day, units, sum(units) OVER (PARTITION BY month ORDER BY day) AS used, greatest({quota:Int64} - toInt64(used), 0) AS left,
    used > {quota:Int64} AS over
FROM daily_units
ORDER BY day
