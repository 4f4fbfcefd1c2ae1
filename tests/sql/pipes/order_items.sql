-- Sold units by article out of arrays of tuples.
-- parameters: {"status": ["paid"]}
-- parameters: {"status": ["paid", "new", "cancelled"]}
-- node: lines
SELECT order_id, user_id, currency, item.1 AS sku, item.2 AS units
FROM orders ARRAY JOIN items AS item
WHERE toString(status) IN {status:Array(String)}
-- node: endpoint
SELECT sku, sum(units) AS units, count(DISTINCT order_id) AS orders, arraySort(groupUniqArray(currency)) AS currencies, any(user_id) AS a_buyer
FROM lines
GROUP BY sku
ORDER BY units DESC, sku
