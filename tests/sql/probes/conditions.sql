-- each: on
SELECT if(x > 0, 'pos', 'neg'), if(x > 5, x, 0), if(x > 5, x, 1.5), if(x > 5, x, NULL), if(n > 0, 'y', 'n'), if(n, 1, 2), if(NULL, 1, 2), if(1, x, u), x > 0 ? 'a' : 'b', if(x > 0, n, x), if(s = '', NULL, s), if(u, 'nonzero', 'zero'), if(x, 'nz', 'z') FROM small ORDER BY id;
-- state: differs ClickHouse's parser does not nest these without brackets
SELECT x > 0 ? x > 5 ? 'big' : 'mid' : 'small' FROM small ORDER BY id;
SELECT if(1, 'a', 'b'), if(0, 1, 2), if(1, 1, -1), if(0, 1, 300), if(1, 'a', NULL), if(1, [1], []), if(0, (1, 'a'), (2, 'b')), toTypeName(if(1, 1, -1)), toTypeName(if(1, 1, 1.5)), toTypeName(if(1, toUInt8(1), toInt64(1))), toTypeName(if(1, 'a', NULL)), toTypeName(if(1, toDate('2024-01-01'), toDateTime('2024-01-01 00:00:00'))), if(1, true, false), if(1, 1, true), if(0.5, 1, 2);
-- state: refused values without a common type are a Variant in newer ClickHouse and an error in older
SELECT if(1, 1, 'a');
SELECT if('x', 1, 2);
-- state: differs numbers without a common type are a Variant in newer ClickHouse and an error in older; here they widen
SELECT if(1, toUInt64(1), toInt64(-1));
SELECT multiIf(x > 8, 'high', x > 0, 'mid', 'low'), multiIf(x > 8, 1, x > 0, 2.5, 3), multiIf(n > 5, 'a', n > 0, 'b', isNull(n), 'null', 'other'), multiIf(x > 100, NULL, s), multiIf(g = 'a', 1, g = 'b', 2, 3), multiIf(x > 0, x, u > 0, u, n), multiIf(u = 1, 'one', u = 2, 'two', u = 3, 'three', u = 7, 'seven', 'many') FROM small ORDER BY id;
SELECT multiIf(1, 'a', 'b'), multiIf(0, 'a', 1, 'b', 'c'), multiIf(NULL, 1, 2), toTypeName(multiIf(0, 1, 0, -1, 1.5)), toTypeName(multiIf(0, 1, NULL));
SELECT CASE WHEN x > 8 THEN 'high' WHEN x > 0 THEN 'mid' ELSE 'low' END, CASE WHEN x > 8 THEN 'high' END, CASE g WHEN 'a' THEN 1 WHEN 'b' THEN 2 ELSE 0 END, CASE g WHEN 'a' THEN 'first' END, CASE WHEN n IS NULL THEN 'null' ELSE toString(n) END, CASE x WHEN 10 THEN 'ten' WHEN 7 THEN 'seven' ELSE 'x' END, CASE n WHEN 5 THEN 'five' WHEN NULL THEN 'never' ELSE 'else' END, CASE WHEN x > 0 THEN x ELSE n END, CASE WHEN x > 0 THEN 1 ELSE 1.5 END, case when u > 5 then 'A' else 'B' end FROM small ORDER BY id;
SELECT coalesce(n, 0), coalesce(n, u), coalesce(NULL, n, -1), coalesce(ns, s), coalesce(n, NULL), coalesce(ns, 'none'), COALESCE(NULL, NULL), coalesce(x), coalesce(n, 1.5), coalesce(NULL, 5), coalesce(nullIf(s, ''), 'empty') FROM small ORDER BY id;
SELECT ifNull(n, 0), ifNull(ns, 'x'), ifNull(x, 5), ifNull(NULL, 'a'), ifNull(n, 1.5), nullIf(x, 10), nullIf(s, ''), nullIf(n, 5), nullIf(1, 1), nullIf(1, 2), IFNULL(n, -1), NULLIF(g, 'a'), nullIf('a', NULL), nullIf(x, u) FROM small ORDER BY id;
SELECT isNull(n), isNotNull(n), n IS NULL, n IS NOT NULL, isNull(x), isNull(NULL), x IS NULL, ns IS NULL OR s = '', NOT isNull(n), isNullable(n), isNullable(x), isZeroOrNull(n), isZeroOrNull(x), assumeNotNull(n), assumeNotNull(ns), toNullable(x), firstNonDefault(x, u), firstTruthy(0, x, 5), isNotDistinctFrom(n, 5), n IS NOT DISTINCT FROM NULL, n IS DISTINCT FROM 5, n <=> NULL FROM small ORDER BY id;
SELECT n = NULL, n != 5, n > 0, NOT n, n AND 1, n OR 1, n OR 0, n AND 0, n XOR 1, not(n = 5), n = 5 OR ns = 'x', n IN (5, 7), n NOT IN (5), n BETWEEN 0 AND 6, n IS NULL AND x > 0 FROM small ORDER BY id;
SELECT n + 1, n * x, n / 2, -n, abs(n), n % 2, toString(n), concat(ns, 'x'), length(ns), upper(ns), greatest(n, 1), least(n, x), n || '', intDiv(n, 2), n = x FROM small ORDER BY id;
SELECT NULL = NULL, NULL + 1, NULL AND 0, NULL AND 1, NULL OR 1, NULL OR 0, NOT NULL, NULL IN (NULL), NULL IN (1), 1 IN (NULL, 1), 1 IN (NULL), 1 NOT IN (NULL), NULL IS NULL, [NULL], isNull([NULL]), NULL || 'x', greatest(1, NULL), least(NULL, 1), xor(1, NULL), toTypeName(NULL + 1), toTypeName(NULL = 1);
SELECT count() FROM small WHERE n > 0;
SELECT count() FROM small WHERE NOT (n > 0);
SELECT count() FROM small WHERE n != 5;
SELECT count() FROM small WHERE n NOT IN (5);
SELECT count() FROM small WHERE n IN (5, NULL);
SELECT count() FROM small WHERE NULL;
SELECT count() FROM small WHERE x;
SELECT count() FROM small WHERE u AND n;
SELECT count() FROM small WHERE 1;
SELECT count() FROM small WHERE 'a';
SELECT count() FROM events WHERE country IS NULL OR country = '';
SELECT count() FROM events WHERE country = 'ES' OR amount IS NOT NULL;
SELECT count() FROM events WHERE NOT is_bot AND is_bot = false;
SELECT count() FROM events WHERE is_bot;
SELECT count() FROM events WHERE amount > 20 AND isNotNull(amount);
SELECT x > 0 AND u > 1, x > 0 OR u > 1, NOT x, x AND u, xor(x, u), and(x > 0, u > 1, id > 2), or(x > 0, u > 100), not(x > 0), x > 0 AND n > 0, toTypeName(x AND u), toTypeName(x AND n), 1 AND 2, 0 OR 3, NOT 5, true AND false, true OR NULL, toTypeName(true AND false), toTypeName(true AND 1), toTypeName(NOT true), 1 < 2 = true FROM small ORDER BY id;
SELECT x = 10, x == 10, x != 10, x <> 10, x < 5, x <= 5, x > 5, x >= 5, equals(x, 10), notEquals(x, 10), less(x, 5), greaterOrEquals(x, 5), x BETWEEN 0 AND 7, x NOT BETWEEN 0 AND 7, 5 BETWEEN x AND u, x = 10.0, x = '10', u = -1, y = 2.5, y > x FROM small ORDER BY id;
SELECT i8 = u8, i64 = u64, i64 < u64, u64 > i64, f64 = i64, f64 > f32, d = f64, d > i32, b = 1, b = true, f32 = 0.1, f64 = 0.1, toFloat32(0.1) = 0.1, i32 = ni32, f64 = f64, f64 != f64, f64 < 1, f64 > 1 FROM nums ORDER BY id;
SELECT nan = nan, nan != nan, nan < 1, nan > 1, inf > 1e308, -inf < 0, 0.0 = -0.0, 1 = 1.0, '1' = 1, 'a' = 'a ', '' = '', -1 < toUInt64(1), toUInt64(18446744073709551615) = toInt64(-1), 1 = true, 2 = true, 'abc' > 'ab', toInt8(-1) = toUInt8(255), 0.1 + 0.2 = 0.3, toDecimal64('1.10', 2) = 1.1, isNaN(nan), isInfinite(-inf), isFinite(1), ifNotFinite(nan, 5), isNaN(y) FROM small WHERE id = 1;
SELECT 1 = 'a';
SELECT isNaN(f64), isInfinite(f64), isFinite(f64), ifNotFinite(f64, -1), isNaN(nf64), isNaN(f32), f64 IS NULL, isNaN(i32) FROM nums ORDER BY id;
SELECT greatest(1, 2, 3), least(1, 2, 3), greatest(1, 2.5), greatest('a', 'b'), greatest(x, u), least(x, u, y), greatest(x, 0), greatest(d, toDate('2024-02-01')), GREATEST(1, -1), LEAST(x, 3.5), greatest(nan, 1), least(nan, 1), toTypeName(greatest(1, -1)), toTypeName(greatest(x, u)), greatest(x), toTypeName(least(toUInt8(1), toUInt64(2))) FROM small ORDER BY id;
SELECT transform(g, ['a', 'b'], ['first', 'second'], 'other'), transform(x, [10, 7], [100, 70], 0), transform(x, [10, 7], [100, 70]), transform(g, ['a'], ['z']), transform(u, [1, 2], ['one', 'two'], 'many'), transform(x, [10], [1.5], 0) FROM small ORDER BY id;
SELECT ignore(x), identity(x), throwIf(0), version() != '', currentDatabase() != '', hostName() != '', uptime() >= 0, isConstant(1), isConstant(x), rowNumberInAllBlocks() >= 0, defaultValueOfArgumentType(x), defaultValueOfTypeName('String'), toTypeName(defaultValueOfTypeName('Int32')), currentUser() != '', bar(x, 0, 10, 5), materialize(5), byteSize(x), tuple(x), countDigits(123), runningDifference(id), neighbor(id, 1) FROM small WHERE id < 3 ORDER BY id;
SELECT throwIf(1, 'custom');
SELECT throwIf(x > 5) FROM small;
SELECT rowNumberInBlock(), rowNumberInAllBlocks() FROM small;
SELECT x, (x > 5) AS big, NOT big, big AND x < 10, if(big, 'b', 's') FROM small ORDER BY id;
-- state: refused how ClickHouse keeps a column is its own
SELECT toColumnTypeName(1) FROM small WHERE id < 3 ORDER BY id;
-- state: refused there are no blocks of rows here
SELECT blockNumber() >= 0 FROM small WHERE id < 3 ORDER BY id;
-- state: refused queries do not wait
SELECT sleep(0) FROM small WHERE id < 3 ORDER BY id;
-- state: refused settings belong to a server
SELECT getSetting('max_threads') > 0 FROM small WHERE id < 3 ORDER BY id;
-- state: refused other formats than JSONEachRow are not written by formatRow
SELECT formatRow('CSV', x, s) FROM small WHERE id < 3 ORDER BY id;
-- state: refused tables are not looked up at query time
SELECT hasColumnInTable('default', 'small', 'x') FROM small WHERE id < 3 ORDER BY id;
-- state: refused how ClickHouse keeps a column is its own
SELECT dumpColumnStructure(1) FROM small WHERE id < 3 ORDER BY id;
-- state: refused it is about ClickHouse itself
SELECT errorCodeToName(1) FROM small WHERE id < 3 ORDER BY id;
