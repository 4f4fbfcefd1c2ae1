-- What the two engines do differently without saying so.
-- each: on

-- Division, remainders and overflow.
SELECT 7 / 2, -7 / 2, 1 / 0, -1 / 0, 0 / 0, intDiv(7, 2), intDiv(-7, 2), intDiv(7, -2), -7 % 3, 7 % -3, 7.5 % 2, -7.5 % 2, 7 % 2.5, 1.5 % 0;
SELECT intDiv(1, 0);
SELECT 1 % 0;
SELECT intDiv(1.5, 0);
SELECT intDivOrZero(7, 0), intDivOrZero(-7, 2), intDivOrZero(7.5, 2), moduloOrZero(7, 0), moduloOrZero(7, 3), moduloOrZero(7.5, 0);
SELECT intDivOrNull(7, 0), moduloOrNull(7, 0), divideOrNull(7, 0), intDivOrNull(7, 2), divideOrNull(7, 2), positiveModulo(-7, 3), positiveModulo(7, -3), positiveModulo(-7.5, 3), positiveModuloOrNull(7, 0);
SELECT gcd(12, 18), gcd(-12, 18), lcm(4, 6), lcm(-4, 6), gcd(toInt64(12), toUInt8(8)), lcm(toInt8(4), toInt8(6));
SELECT gcd(0, 5);
SELECT lcm(0, 5);
SELECT toUInt8(255) + 1, toUInt8(0) - 1, toInt8(-128) - 1, toUInt32(4294967295) + 1, toUInt64(18446744073709551615) + 1, toUInt64(0) - 1, toInt64(9223372036854775807) + 1, toInt64(-9223372036854775808) - 1;
SELECT toUInt64(18446744073709551615) * 3 + 7, toInt64(9223372036854775807) * 2 - 1, toUInt64(18446744073709551615) - 2, -toInt64(-9223372036854775808), -toUInt64(18446744073709551615), toUInt64(18446744073709551615) * toUInt64(18446744073709551615);
SELECT sum(u64), sum(u64) + 1, sum(i64), sum(i64 * 2), sum(u64 * 3) FROM nums;
SELECT u64 * 3 + u64 AS a FROM nums ORDER BY id;
SELECT i64 * i64 - u64, (u64 + u64) * u8 FROM nums ORDER BY id;
SELECT u64 + u64 AS a, a + 1 AS b FROM nums WHERE id NOT IN (4, 5) ORDER BY id;
SELECT toInt128(1) + 1, toUInt128(5) - 7, toInt128(7) / 2, intDiv(toInt128(7), 2), toInt128(7) % 3, -toUInt128(7), toInt256(1) + 1;
SELECT number * 3600 + 7, number - 1, 5 - number, number * number, number + toInt64(-3) FROM numbers(3) ORDER BY number;
SELECT -x, -(-x), - -x, -n, +x, -(1), -toUInt8(200), -toUInt32(7) FROM small ORDER BY id;

-- Decimals.
SELECT toDecimal32('1', 2) + 1, toDecimal32('1', 2) + toDecimal64('1', 3), toDecimal32('1.1', 2) * 3, toDecimal32('1.1', 2) * toDecimal32('2.2', 3), toDecimal32('1', 2) - toDecimal128('1', 5), 7 - toDecimal64('0.5', 1);
SELECT toDecimal64('7', 2) / 3, 7 / toDecimal64('3', 2), toDecimal64('7', 2) / toDecimal32('3', 1), toDecimal64('-7', 2) / 3, toDecimal64('7', 2) / 0.5, 0.5 * toDecimal64('7', 2);
SELECT toDecimal64('7', 2) / 0;
SELECT toDecimal64('7.5', 2) % 2, 7 % toDecimal64('2.5', 1), toDecimal64('7.5', 2) % toDecimal64('2.5', 1), intDiv(toDecimal64('7.5', 2), 2), intDiv(7, toDecimal64('2.5', 1)), intDiv(toDecimal64('7.5', 2), toDecimal64('2.5', 2));
SELECT d + d, d - 1, d * 2, d / 3, d % 7, -d, abs(d), d = 1, d > 0.5, d + 0.5 FROM nums WHERE id NOT IN (4, 5) ORDER BY id;
SELECT divideDecimal(toDecimal64('7', 2), toDecimal64('3', 1)), multiplyDecimal(toDecimal64('7', 2), toDecimal64('3', 1)), divideDecimal(toDecimal64('7', 2), toDecimal64('3', 1), 5), toDecimalString(2.5, 3), toDecimalString(-1, 2), toDecimalString(toDecimal64('1.239', 3), 5);
SELECT toDecimal64('1.239', 2), toDecimal64('-1.239', 2), toDecimal64(1.239, 2), toDecimal64('1e2', 2), toDecimal64('.5', 2), toDecimal128('1.5', 20), toDecimal256('1.5', 2);
SELECT toDecimal32(99999999999, 2);
SELECT toUInt8(toDecimal64('200.7', 2)), toInt8(toDecimal64('-100.7', 2)), toInt64(toDecimal64('100.7', 2)), toFloat64(toDecimal64('100.7', 2));
SELECT toUInt8(toDecimal64('300', 2));

-- NaN and infinity.
SELECT nan = nan, nan != nan, nan < 1, nan > 1, 1 < nan, nan <= nan, nan IN (nan), isNaN(nan), greatest(nan, 1), greatest(1, nan), least(nan, 1), least(1, nan), nan <=> nan;
SELECT f64 = f64, f64 != f64, f64 < 0, f64 > 0, f64 <= f64, f64 BETWEEN -1 AND 1, NOT (f64 > 0) FROM nums ORDER BY id;
SELECT f64 > 0 AS p, count() FROM nums GROUP BY p ORDER BY p;
SELECT max(f64), min(f64), sum(f64), avg(f64) FROM nums;
SELECT id FROM nums WHERE f64 = f64 ORDER BY id;
SELECT id FROM nums ORDER BY f64, id;
SELECT id FROM nums ORDER BY f64 DESC, id;
SELECT id FROM nums ORDER BY f64 NULLS FIRST, id;
SELECT if(nan, 1, 2);
SELECT toInt32(nan);
SELECT toUInt64(inf);

-- Numbers that do not fit.
SELECT toUInt8(300), toUInt8(-1), toInt8(200), toUInt8(300.5), toUInt8(-1.5), toInt8(1e10), toInt32(1e10), toInt64(1e30), toUInt64(-1.), toUInt64(1e19), toUInt64(1e30), toUInt32(-5.), toInt16(70000.5);
SELECT toUInt8('256'), toInt8('128'), toInt64('9223372036854775808'), toUInt64('18446744073709551616'), toInt32('+12');
SELECT toInt32('1.5');
SELECT toInt32(' 12');
SELECT toInt32('');
SELECT toUInt8('-1');
SELECT toInt32OrNull('9999999999'), toInt8OrNull('128'), toUInt8OrNull('-1'), toInt32OrNull('+5'), toInt32OrNull(' 5'), toInt32OrNull('5 '), toInt32OrNull('5.0'), toInt32OrNull('1e3'), toInt32OrNull(''), toInt32OrNull(NULL), toInt32OrZero('9999999999');
SELECT toFloat64OrNull('1.5abc'), toFloat64OrNull(' 1.5'), toFloat64OrNull('inf'), toFloat64OrNull('nan'), toFloat64OrNull('1e400'), toFloat64OrNull('.5'), toFloat64OrNull('5.'), toFloat64OrNull('-'), toFloat64OrNull('0x10'), toFloat64OrNull('1e'), toFloat64OrNull('Infinity');
SELECT toInt32OrDefault('x', toInt32(-1)), toInt32OrDefault(1.5), toUInt8OrDefault(300), toUInt8OrDefault(300, toUInt8(7)), toInt32OrDefault(NULL, toInt32(-1)), toFloat64OrDefault('x', 1.5), toDateOrDefault('x', toDate('2020-01-01')), toDecimal64OrDefault('x', 2, toDecimal64('1.5', 2));
SELECT toInt32OrDefault('x', 5);
SELECT accurateCast(5.0, 'UInt8'), accurateCastOrNull(5.5, 'UInt8'), accurateCastOrNull(-1, 'UInt8'), accurateCastOrNull('300', 'UInt8'), accurateCastOrNull('x', 'Date'), accurateCastOrDefault(300, 'UInt8', toUInt8(9)), accurateCastOrNull(16777217, 'Float32'), accurateCastOrNull(NULL, 'UInt8'), accurateCastOrNull(nan, 'Int32');
SELECT accurateCast(300, 'UInt8');
SELECT accurateCast(5.5, 'UInt8');
SELECT toBool('true'), toBool('yes'), toBool('1'), toBool(2), toBool(0.5), toBool('f'), toBool(NULL);
SELECT reinterpretAsUInt32('abcd'), reinterpretAsInt8(toUInt8(255)), reinterpretAsUInt64('a'), reinterpretAsUInt64(toInt8(-1)), reinterpret(toInt8(-1), 'UInt8'), reinterpretAsDate(19000), reinterpretAsDateTime(1700000000), reinterpretAsUInt16('abcd');

-- NULL.
SELECT NULL = NULL, NULL = 1, NULL AND 0, NULL AND 1, NULL OR 1, NULL OR 0, NOT NULL, xor(1, NULL), NULL + 1, NULL || 'x', concat('x', NULL), NULL LIKE 'a', NULL IN (1), NULL IN (NULL), 1 IN (NULL), 1 IN (1, NULL), 1 NOT IN (NULL);
SELECT 1 BETWEEN NULL AND 2, NULL IS NULL, NULL <=> NULL, 1 <=> NULL, isNotDistinctFrom(NULL, 1), isDistinctFrom(1, 2), if(NULL, 1, 2), if(1, NULL, 2), multiIf(NULL, 1, 2), coalesce(NULL, NULL), ifNull(NULL, NULL), nullIf(1, NULL), nullIf(NULL, 1), nullIf(1, 1), greatest(1, NULL), least(NULL, 1);
SELECT n IN (5, NULL), n NOT IN (5), x IN (n), n IN (SELECT 5), n IN (SELECT n FROM small), x NOT IN (SELECT n FROM small), n = 5, n != 5, n > 0 OR x > 0, n > 0 AND x > 0 FROM small ORDER BY id;
SELECT if(n > 5, 'a', 'b'), if(n > 5, x, n), if(n IS NULL, 0, n), multiIf(n > 5, 1, n < 5, 2, 3), CASE n WHEN NULL THEN 'null' WHEN 5 THEN 'five' ELSE 'other' END, CASE WHEN n > 5 THEN 'big' END FROM small ORDER BY id;
SELECT ifNull(n, x), coalesce(n, NULL, 7), coalesce(n, n), ifNull(n, toInt64(1)), assumeNotNull(n), toNullable(x), nullIf(n, 5), nullIf(x, 10), coalesce(x, n) FROM small ORDER BY id;
SELECT count(n), count(), sum(n), avg(n), min(n), max(n), any(n), groupArray(n), uniq(n) FROM small;
SELECT (x, n) = (10, 5), (x, n) != (11, n), (1, 'a') = (1, NULL), (1, 'a') = (NULL, 'c') FROM small ORDER BY id;
SELECT n IN (5, NULL), n NOT IN (5, NULL), NULL IN (1, NULL), NULL IN (1), 1 IN (1, NULL), n IN (5) FROM small ORDER BY id SETTINGS transform_null_in = 1;
SELECT n IN (SELECT n FROM small), x IN (SELECT x FROM small WHERE x > 5) FROM small ORDER BY id SETTINGS transform_null_in = 1;
SELECT assumeNotNull(NULL);
SELECT CAST(NULL AS Int32);
SELECT nullIf([1], [1]);
SELECT isNullable(n), isNullable(x), isConstant(1), isConstant(x), isZeroOrNull(n), toTypeName(materialize(1)), identity(x), ignore(x), firstNonDefault(0, x), firstNonDefault('', s), defaultValueOfTypeName('Int32'), defaultValueOfArgumentType(s), ifNotFinite(x / 0, 2) FROM small ORDER BY id;
SELECT throwIf(x = 10) FROM small;
SELECT throwIf(x = 1000, 'too large') FROM small ORDER BY id;

-- Conditions.
SELECT if(toInt32(2), 1, 0);
SELECT multiIf(1.5, 1, 0);
SELECT xor(1, 0, 1), xor(n, 1), 2 AND 3, true AND 1, true OR 0, NOT true, true + 1, -true, true / 2, true = 1, if(1, true, 0), if(1, 0, true) FROM small ORDER BY id;
SELECT transform(x, [10, 20], ['a', 'b'], 'other'), transform(x, [10, 20], [1, 2], 0), transform(x, [10, 20], [100, 200]), transform(s, ['one'], ['A']), transform(s, ['one'], ['A'], s), transform(x, [10], [1.5], 0), transform(x, [10], [5], n), transform(x, [10], ['a'], toString(x)), transform(n, [5], [6]), transform(x, [], [], 'z'), transform(g, ['a'], ['A'], '-'), transform(g, ['a'], ['A']) FROM small ORDER BY id;
SELECT transform(x, [10], ['a'], n) FROM small;
SELECT transform(1, [1], ['a']);
SELECT transform(NULL, [1], ['a'], 'b'), transform('a', ['a', 'b'], [1, 2], 0), transform(toDate('2024-01-01'), [toDate('2024-01-01')], ['d'], '');
SELECT greatest(1, -1), greatest(toUInt64(5), toInt64(-5)), least(toUInt64(5), toInt64(-5)), greatest(toInt32(5), 1.5), greatest(toInt16(5), toFloat32(1.5)), greatest('a', 'b'), greatest(toDate('2024-01-01'), toDateTime('2024-01-02 00:00:00')), greatest(n, 3), least(n, x), greatest(true, false), greatest(toDecimal64('1.5', 2), 2), greatest([1], [2]) FROM small ORDER BY id;
SELECT greatest(toInt64(5), 1.5);

-- LowCardinality in results.
SELECT CASE g WHEN 'a' THEN 1 ELSE 0 END, CASE WHEN g = 'a' THEN 1 ELSE 0 END, if(g = 'a', g, 'y'), CASE g WHEN 'a' THEN g ELSE 'z' END, g = 'a', g LIKE 'a%', g || 'x', concat(g, g), coalesce(g, 'x'), ifNull(g, 'x'), nullIf(g, 'a'), greatest(g, 'b'), least(g, g), g IN ('a'), NOT (g = 'a'), g = 'a' AND 1, (g, 1), [g], map(g, 1), toString(g), upper(g) || lower(g), g = g FROM small ORDER BY id;
SELECT toLowCardinality(x), toLowCardinality(n), toLowCardinality('a'), toLowCardinality(toNullable('a')), toTypeName(toLowCardinality(s)) FROM small ORDER BY id;

-- Common types.
SELECT [1, -1], [1, 300], [1, 1.5], [1, NULL], [true, 1], [true, 300], ['a', NULL], [toDate('2024-01-01'), toDateTime('2024-01-01 10:00:00')], [[1], [-1]], [(1, 'a'), (300, 'b')];
SELECT [1, 'a'];
SELECT if(x > 5, 1, -1), if(x > 5, 1, 1000), if(x > 5, 1, 1.5), if(x > 5, 1, NULL), if(x > 5, x, toUInt8(1)), if(x > 5, toUInt32(1), -1), if(x > 5, 'a', NULL), if(x > 5, toDate('2024-01-01'), toDateTime('2024-01-01 10:00:00')) FROM small ORDER BY id;

-- Literals and names.
SELECT 1_000, 0b11, 0xff, 1e3, 1.5e-10, 1e100, -0.0, 100000000000000000000000, 12345678901234567890, 1e-7, 5., inf, -inf, NaN, $$x'y$$, 'a''b', 'a\'b', '\x41', 'tab\t';
SELECT 1::UInt8, 1.50::Float64, -1::Int8, (x + 1)::String, [1,2]::Array(UInt8), (1,'a')::Tuple(UInt8,String), NULL::Nullable(Int8), true::Bool, 1::Nullable(UInt8)::String, 1e3::Float64, x::INT, 5::decimal(5,2), x::double FROM small ORDER BY id;
SELECT CAST(x AS varchar(10)), CAST(x, 'String'), CAST(x AS Decimal(10, 2)), CAST('a' AS Enum8('a'=1,'b' = 2)), CAST(x AS Nullable( Int64 )), DATE '2024-01-01', CAST((1,2) AS Tuple(a Int8, b Int8)), CAST(x as double precision), CAST(x AS INT UNSIGNED), CAST(x AS UNSIGNED) FROM small ORDER BY id;
SELECT -1::UInt8;
SELECT 1.5::Int32;
SELECT x MOD 3, x DIV 3, 7 MOD 3 + 1, x NOT BETWEEN 0 AND 7, NOT (x BETWEEN 0 AND 7), [1., 2], [1, NULL, 2.5], (true, 1), [[1], [NULL]], [(1, 2.5), (2, 3)] FROM small ORDER BY id;
SELECT CAST('[1,2]' AS Array(Int32)), CAST('[]' AS Array(String)), CAST('[''a'',''b'']' AS Array(String)), CAST('[[1],[2,3]]' AS Array(Array(UInt8))), CAST('[ 1 , 2 ]' AS Array(Int64));

-- Text of values.
SELECT toString(1.5), toString(1e20), toString(1e21), toString(1e-5), toString(1e-7), toString(0.1 + 0.2), toString(toFloat32(0.1)), toString(nan), toString(-inf), toString(100000000.0), toString(-0.0), toString(toDecimal64('1.50', 2)), toString(true), toString([1.5, 2]), toString(('a', 1)), toString(map('k', 'v')), toString([toDate('2024-01-01')]), toString(CAST('a' AS Enum8('a' = 1))), toString([NULL, 'it''s']);
SELECT toString(f32), toString(f64), toString(d), f64 || '' FROM nums ORDER BY id;
SELECT toFixedString('abc', 5) = 'abc', toFixedString('abcdef', 3);

-- Comparisons across types.
SELECT toUUID('00000000-0000-4000-8000-000000000001') = '00000000-0000-4000-8000-000000000001', toDate('2024-01-15') = '2024-01-15', toDate('2024-01-15') < '2024-02-01', toDateTime('2024-01-15 10:00:00') > '2024-01-15 09:00:00', toDateTime('2024-01-15 10:00:00') = toDate('2024-01-15'), CAST('b' AS Enum8('b' = 1, 'a' = 2)) < 'a', CAST('b' AS Enum8('b' = 1, 'a' = 2)) = 'b', toInt64(-1) < toUInt64(18446744073709551615), toUInt64(18446744073709551615) = -1, toFloat32(0.1) = 0.1, toDecimal64('0.1', 1) = 0.1, 1 = '1', 'a' < 'b', 'A' < 'a', '' < 'a';
SELECT toDate('2024-01-01') = 1;
SELECT 1 = 'a';
SELECT [1, 2] = [1, 2], [1, 2] < [1, 3], (1, 2) < (1, 3), (1, NULL) = (1, NULL), map('a', 1) = map('a', 1), [1, 2] = [2, 1];

-- Addresses.
SELECT IPv4NumToString(3232235521), IPv4StringToNum('192.168.0.1'), IPv4StringToNumOrNull('x'), IPv4StringToNumOrDefault('x'), IPv4NumToStringClassC(3232235521), isIPv4String('1.2.3.4'), isIPv4String('1.2.3.256'), isIPv6String('::1'), isIPv6String('2001:db8::1'), isIPv6String('::ffff:1.2.3.4'), isIPv6String('1:2:3:4:5:6:7:8'), isIPv6String('1:2:3'), isIPv6String('::1::'), IPv4ToIPv6(toIPv4('1.2.3.4')), IPv4CIDRToRange(toIPv4('192.168.5.2'), 16), isIPAddressInRange('10.0.1.5', '10.0.0.0/16'), isIPAddressInRange('10.1.1.5', '10.0.0.0/16'), toIPv4OrDefault('x');
