-- Parameters that are named in a WITH for their documentation only, and words that are keywords elsewhere.
-- parameters: {"kind": "purchase", "rank": "max"}
-- parameters: {"kind": "page_view", "rank": "min"}
-- node: amounts
WITH {kind:String}, {rank:String}
SELECT day, duration AS values, amount AS grant FROM events WHERE event_type = {kind:String}
-- node: endpoint
SELECT day, count() values, max(amounts.values) AS longest, sum(grant) AS fetch,
    arrayMap(tuple -> tuple.1 + tuple.2, [(longest, values)]) AS totals
FROM amounts GROUP BY day ORDER BY if({rank:String} = 'max', -longest, longest), day
