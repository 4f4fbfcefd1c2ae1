-- Invoices by month: units in steps of price.
-- parameters: {"month": "2024-01-01", "free": 100}
-- parameters: {"month": "2024-02-01", "free": 0}
-- node: monthly
SELECT org, kind, toStartOfMonth(day) AS month, sum(units) AS units, max(unit_price) AS unit_price FROM usage
WHERE toStartOfMonth(day) = {month:Date}
GROUP BY org, kind, month
-- node: priced
SELECT *, greatest(toInt64(units) - {free:Int64}, 0) AS billable, billable * toFloat64(unit_price) AS amount FROM monthly
-- node: endpoint
SELECT org, month, sum(units) AS total_units, sum(billable) AS billable_units, round(sum(amount), 2) AS total,
    groupArray((kind, units)) AS lines, multiIf(total > 10, 'large', total > 0, 'small', 'free') AS size
FROM priced
GROUP BY org, month
ORDER BY org
