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
-- It is another name of the value's type: what hands a type on keeps it, what makes one does not.
SELECT sample FROM daily_simple UNION ALL SELECT device FROM daily_simple ORDER BY sample;
SELECT toString(device) AS x FROM daily_simple UNION ALL SELECT sample FROM daily_simple ORDER BY x;
SELECT * FROM (SELECT events AS x FROM daily_simple UNION ALL SELECT toUInt64(1)) ORDER BY x;
SELECT * FROM (SELECT toUInt64(1) AS x UNION ALL SELECT events FROM daily_simple) ORDER BY x;
SELECT if(longest > 10, sample, last) AS a, if(longest > 10, toString(device), sample) AS b, coalesce(sample, 'x') AS c, ifNull(sample, 'x') AS d, nullIf(sample, 'a') AS e, multiIf(longest > 10, 'x', sample) AS f, if(longest > 10, events, 0) AS g FROM daily_simple ORDER BY first;
SELECT [sample, last], [device, sample], [events, longest], [events, toUInt64(1)], (sample, events), map(sample, events), [first, toDate('2024-01-01')], [sample, NULL] FROM daily_simple ORDER BY first;
SELECT upper(sample), lower(last), reverse(sample), domain(sample), concat(sample, last), substring(sample, 1), toString(sample), replaceAll(sample, 'a', 'b'), translate(sample, 'a', 'b'), trim(sample) FROM daily_simple ORDER BY first;
SELECT events + 1, -longest, abs(longest), greatest(events, 1), greatest(longest, longest), least(sample, last), round(events), intDiv(events, 2), bitNot(longest), toUInt64(events), events::UInt64, events > 1 FROM daily_simple ORDER BY first;
SELECT first + 1, first + INTERVAL 1 DAY, addDays(first, 1), toDate(first), toDateTime(first), toStartOfHour(first), dateDiff('hour', first, first), formatDateTime(first, '%H') FROM daily_simple ORDER BY first;
SELECT arrayMap(x -> x, [sample]), arrayFilter(x -> x != '', [sample]), arraySort([longest, longest]), arrayConcat([sample], ['x']), arrayMax([longest]), arraySum([longest]), arrayJoin([sample]), [sample][1], tuple(sample).1, range(longest % 3) FROM daily_simple ORDER BY first;
SELECT identity(sample), materialize(events), assumeNotNull(sample), toNullable(sample), toLowCardinality(sample), transform(sample, ['a'], ['b'], sample), transform(sample, ['a'], ['b']), CASE WHEN longest > 10 THEN sample ELSE last END FROM daily_simple ORDER BY first;
SELECT any(sample) = '', max(longest), min(sample), sum(events), sumWithOverflow(events), avg(events), uniqExact(sample), argMax(sample, first), argMaxIf(sample, first, longest > 10), maxOrNull(longest), quantileExact(longest), groupBitOr(events), deltaSum(longest) > 0 FROM daily_simple;
SELECT arraySort(groupArray(sample)), arraySort(groupUniqArray(longest)), length(topK(2)(sample)), maxMap(map('x', longest)), sumMap([sample], [events]) FROM daily_simple;
SELECT toTypeName(maxState(longest)), toTypeName(argMaxState(sample, longest)), toTypeName(maxSimpleState(longest)), toTypeName(sumSimpleState(events)), toTypeName(anySimpleState(sample)) FROM daily_simple;
SELECT max(longest) OVER (), sum(events) OVER (), lagInFrame(sample) OVER (ORDER BY first), first_value(sample) OVER (ORDER BY first), row_number() OVER (ORDER BY first) FROM daily_simple ORDER BY first;
SELECT (SELECT max(longest) FROM daily_simple) AS x, toTypeName(CAST(1, 'SimpleAggregateFunction(sum, UInt64)')), CAST(1, 'SimpleAggregateFunction(sum, UInt64)') + 1;
SELECT a.sample, b.sample FROM daily_simple AS a JOIN daily_simple AS b ON a.sample = b.last ORDER BY a.sample;
SELECT sample, count() FROM (SELECT upper(sample) AS sample FROM daily_simple) GROUP BY sample ORDER BY sample;
-- A FixedString is handed on by the same functions.
SELECT lower(toFixedString('aB', 4)), upper(toFixedString('aB', 2)), reverse(toFixedString('ab', 2)), initcap(toFixedString('ab', 2)), translate(toFixedString('ab', 3), 'a', 'b');
SELECT concat([1, 2]), concat([1], [2]), concat('a'), concat(1);
