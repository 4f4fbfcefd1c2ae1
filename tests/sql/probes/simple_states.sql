-- A column, and what aggregates make of it, stays a SimpleAggregateFunction behind an alias, in nodes and in USING.
SELECT number%3 AS n, sumSimpleState(-1) AS s, minSimpleState(toString(number)) FROM numbers(5) GROUP BY n ORDER BY n;
SELECT * FROM (SELECT number%3 AS n, sumSimpleState(-1) AS s, minSimpleState(toString(number)) FROM numbers(5) GROUP BY n) ORDER BY n;
WITH q AS (SELECT number%3 AS n, maxSimpleState(number) AS s FROM numbers(5) GROUP BY n) SELECT max(s) AS s FROM q;
WITH q AS (SELECT number%3 AS n, maxSimpleState(number) AS s FROM numbers(5) GROUP BY n) SELECT maxSimpleState(s) AS s FROM q;
WITH q AS (SELECT number%3 AS n, maxSimpleState(number) AS s FROM numbers(5) GROUP BY n), r AS (SELECT maxSimpleState(s) AS s FROM q) SELECT s, s + 1, max(s) AS m, toString(s) FROM r GROUP BY s;
WITH q AS (SELECT number%3 AS n, maxSimpleState(number) AS s FROM numbers(5) GROUP BY n) SELECT n, max(s) AS m, argMax(s,n), s AS z FROM q GROUP BY n, s ORDER BY m DESC;
WITH q AS (SELECT number%3 AS n, maxSimpleState(number) AS s FROM numbers(5) GROUP BY n) SELECT s AS z, z + 1 AS y, count() FROM q WHERE z > 1 GROUP BY z HAVING z < 100 ORDER BY z;
WITH q AS (SELECT number%3 AS n, anySimpleState(toString(1)) AS o FROM numbers(5) GROUP BY n), r AS (SELECT '1' AS o) SELECT * FROM q JOIN r USING o ORDER BY n;
WITH q AS (SELECT number%3 AS n, anySimpleState(toString(1)) AS o FROM numbers(5) GROUP BY n), r AS (SELECT '1' AS o) SELECT * FROM r JOIN q USING o ORDER BY n;
WITH q AS (SELECT number%3 AS n, anySimpleState(toString(1)) AS o FROM numbers(5) GROUP BY n), r AS (SELECT '1' AS o) SELECT * FROM r FULL JOIN q USING o ORDER BY n;
WITH q AS (SELECT number%3 AS n, sumSimpleState(1) AS s FROM numbers(5) GROUP BY n) SELECT n AS a, a AS b, s AS c, c AS d, max(d) OVER () AS e FROM q ORDER BY n;
