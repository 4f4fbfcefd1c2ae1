-- The n best pages, the rest in one row.
-- parameters: {"n": 2}
-- parameters: {"n": 10}
-- node: counted
SELECT path(page_url) AS page, count() AS hits FROM events GROUP BY page
-- node: ranked
SELECT page, hits, row_number() OVER (ORDER BY hits DESC, page) AS place FROM counted
-- node: endpoint
SELECT if(place <= {n:UInt16}, page, 'other') AS name, sum(hits) AS total, min(place) AS first_place,
    round(total * 100 / (SELECT sum(hits) FROM counted), 1) AS percent
FROM ranked
GROUP BY name
ORDER BY first_place
