-- `*` shows the columns of USING first, those of the last join before the others.
WITH a AS (SELECT 1 AS x, 'a' AS k, 2 AS y), b AS (SELECT 'a' AS k, 3 AS z) SELECT * FROM a LEFT JOIN b USING k;
WITH a AS (SELECT 1 AS x, 'a' AS k, 2 AS y), b AS (SELECT 'a' AS k, 3 AS x, 4 AS w) SELECT a.x, w, * FROM a FULL JOIN b USING (k, x) ORDER BY 3, 4;
WITH a AS (SELECT 1 AS x, 'a' AS k, 2 AS y), b AS (SELECT 'a' AS k, 3 AS z), c AS (SELECT 2 AS y, 9 AS q) SELECT * FROM a JOIN b USING k JOIN c USING y;
WITH a AS (SELECT 1 AS x, 'a' AS k, 2 AS y), b AS (SELECT 'a' AS k, 3 AS z), c AS (SELECT 'a' AS k, 9 AS q) SELECT * FROM a JOIN b USING k JOIN c USING k;
WITH a AS (SELECT 1 AS x, 'a' AS k, [2] AS y), b AS (SELECT 'a' AS k, 3 AS z) SELECT * FROM a ARRAY JOIN y JOIN b USING k;
WITH a AS (SELECT 1 AS x, 'a' AS k, 2 AS y), b AS (SELECT 'a' AS k, 3 AS z) SELECT * EXCEPT x FROM a SEMI JOIN b USING k;
WITH a AS (SELECT 1 AS x, 'a' AS k, 2 AS y), b AS (SELECT 'a' AS k, 3 AS z) SELECT COLUMNS('.') FROM a JOIN b USING k;
WITH a AS (SELECT 1 AS x, 'a' AS k, 2 AS y), b AS (SELECT 'a' AS k, 3 AS z) SELECT z, *, b.* FROM a JOIN b USING k;
