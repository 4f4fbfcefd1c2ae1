-- Tables without an end stop where the condition on them does.
SELECT number FROM system.numbers WHERE number < 3;
SELECT count(), max(number) FROM system.numbers WHERE number <= toUInt64(2.0) AND number % 2 = 0;
SELECT addDays(toDate('2024-01-01'), number) AS day FROM system.numbers WHERE number < dateDiff('day', toDate('2024-01-01'), toDate('2024-01-04'));
WITH RECURSIVE numbers AS (SELECT 0 AS number UNION ALL SELECT number + 1 FROM system.numbers WHERE number < 3) SELECT * FROM numbers ORDER BY number;
SELECT n.number FROM numbers() AS n WHERE n.number < 2.5;
SELECT number FROM system.numbers_mt WHERE number < 0;
SELECT number FROM system.numbers WHERE 3 > number AND number < 10 LIMIT 3;
SELECT number + 1 AS number FROM (SELECT number FROM system.numbers WHERE number < 2) WHERE number < 100;
