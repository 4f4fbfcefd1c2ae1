-- Revenue with running total, by month in the shop's zone.
-- parameters: {"currency": "EUR"}
-- parameters: {"currency": "USD"}
-- node: monthly
SELECT toStartOfMonth(ordered_at) AS month, sum(amount) AS revenue, count() AS orders, avg(amount) AS mean FROM orders
WHERE currency = {currency:String} AND status != 'cancelled'
GROUP BY month
-- node: endpoint
SELECT month, revenue, orders, round(mean, 2) AS mean, sum(revenue) OVER (ORDER BY month) AS total, revenue - lagInFrame(revenue) OVER (ORDER BY month) AS change
FROM monthly
ORDER BY month
