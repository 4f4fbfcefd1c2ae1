-- Differences that random queries found, and what was looked at beside them.

-- numbers
SELECT isPrime(7), isPrime(0), isPrime(1), isPrime(561), isPrime(18446744073709551557), isProbablePrime(9, 3), isPrime(toUInt8(2)), isPrime(NULL);
SELECT isPrime(-1);
SELECT isPrime(i64) FROM nums;
SELECT isPrime(u64) FROM nums ORDER BY id;
SELECT bitNot(1.5), bitNot(-2.7), bitNot(toFloat32(3e9)), bitNot(1e30), bitCount(1.5), bitCount(toFloat32(1.5)), bitCount(-1.5), bitNot(nan), bitNot(inf);
SELECT bitAnd(1.5, 2);
SELECT round(2.55, toInt8(1)), round(2.55, 1+1), round(f64, id % 3), floor(f64, id % 3), round(12345, -(id % 4)), trunc(-12345, -id) FROM nums WHERE id < 9 ORDER BY id;
SELECT roundDown(nan, [1,2]), roundDown(inf,[1,2]), roundDown(-inf,[1,2]), roundDown(nan,[nan,1]);

-- names, arrays, tuples
SELECT inf, -inf, [nan], (nan,1), [inf,1], (1, nan, 'a'), [(1,nan)], [1, 2.5, nan], [NaN, 1], [INF, 1], [1, -INF], [-1, nan], [[1],[nan]], [NULL, 1.5];
SELECT arrayMap(i -> i.1, [(1,2)]), arrayMap(i -> i.a, [CAST((1,2) AS Tuple(a UInt8, b UInt8))]), arrayMap((x, y) -> x.1 + y, [(1,2)], [3]);
SELECT (CAST((1,2) AS Tuple(a UInt8, b UInt8))).a;
SELECT untuple((1,'a')), untuple(t) AS x, untuple(CAST((1,'a') AS Tuple(a UInt8, b String))) FROM arrays ORDER BY id;
SELECT untuple(CAST((1,'a') AS Tuple(a UInt8, b String))) AS x, 5;
SELECT `a.1` + 1 FROM (SELECT untuple((1,2)) AS a);
SELECT untuple((count(), k)) FROM (SELECT 1 AS k) GROUP BY k;
SELECT untuple(1);
SELECT (1,NULL) = (2,NULL), (1,NULL) < (1,2), (NULL,1) < (2,1), (1,2) < (1,NULL), (1,NULL)!=(1,NULL), (1,NULL) >= (2,3), (2,1) < (1,NULL);
SELECT (x, NULL) < (10, 2) FROM small ORDER BY id;
SELECT [1] = ['a'];
SELECT map('a',1) = map('a','b');
SELECT [1] = [1.5], [1] < [2], ['a'] < ['b'], [1]=[NULL], [[1]] = [[2]], [] = [1], map('a',1) = map('a',2);
SELECT toIntervalDay(toLowCardinality(5)), toIntervalMonth(toLowCardinality(5));

-- the rest
SELECT count() FROM (SELECT * FROM profiles) SETTINGS final = 1;
SELECT count() FROM small SETTINGS final = 1;
SELECT firstSignificantSubdomain(url), cutToFirstSignificantSubdomain(url), cutToFirstSignificantSubdomainWithWWW(url), firstSignificantSubdomainRFC(url), cutToFirstSignificantSubdomainRFC(url), cutToFirstSignificantSubdomainWithWWWRFC(url) FROM urls ORDER BY id;
SELECT arrayMap(u -> (firstSignificantSubdomain(u), cutToFirstSignificantSubdomain(u), cutToFirstSignificantSubdomainWithWWW(u)), ['https://www.com', 'https://co.uk', 'localhost', 'http://localhost/', 'https://www.co.uk', 'https://www.a.b.org', 'http://u:p@a.b.org', 'http://a.b.com.', 'http://a.b.co.uk.', 'http://..com', 'http://a..com', 'http://A.B.CO.UK', 'http://a.b.co.uk:80/x', 'http://WWW.site.org', 'http://www.www.co.uk', 'www.a.co.jp', 'http://a.b.kawasaki.jp', 'http://1.2.3.4', 'http://a.b.ck', 'http://пример.рф', 'http://a.пример.бел', '']);
SELECT firstSignificantSubdomain(toLowCardinality('http://a.co.uk')), firstSignificantSubdomain(NULL);
SELECT modOrNull(-1::Float64, 0.5), modulo(-1::Float64, 0.5), -1. % 0.5, moduloOrZero(-1., 0.5), positiveModulo(-1., 0.5), modOrNull(-1., 0.);
SELECT varPopStable(x), varSampStable(x), stddevPopStable(x), stddevSampStable(x) FROM (SELECT arrayJoin([1, inf]) AS x);
SELECT varPopStable(x), varSampStable(x), corrStable(x, x), covarSampStable(x,x), covarPopStable(x,x), covarSamp(x,x), corr(x,x), varSamp(x) FROM (SELECT arrayJoin([1.5]) AS x);
SELECT varPopStable(x), varSampStable(x), corrStable(x, x), covarSampStable(x,x), covarPopStable(x,x), covarSamp(x,x), corr(x,x) FROM (SELECT 1. AS x WHERE 0);
SELECT corrStable(x, 1), corrStable(x, y), corr(x, 1) FROM (SELECT arrayJoin([1, 2, 4]) AS x, 2 AS y);
SELECT covarSampStableIf(x, x, 0), corrStableIf(x, x, 0), varPopStableIf(x, 0) FROM (SELECT arrayJoin([1, 2, 4]) AS x);
SELECT toInt128OrDefault('13'), toInt128OrDefault(toString(13)), toInt128OrDefault('13', toInt128(1)), toInt128OrDefault(13), toInt64OrDefault(13), toInt64OrDefault(toNullable(13)), toInt128OrDefault(13.5);
SELECT UUIDv7ToDateTime('x'), UUIDv7ToDateTime(toUUID('00000000-0000-0000-0000-000000000000'));
SELECT UUIDv7ToDateTime(toUUID('0018a7b3-0000-7000-8000-000000000000')), UUIDv7ToDateTime(toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0'));
SELECT lgamma(-1), lgamma(0), lgamma(-0.), lgamma(-2), lgamma(-inf), lgamma(inf), lgamma(nan), tgamma(-1), tgamma(0), lgamma(-1.5);
SELECT toString(('tab\tline', 0.5)), toString(['a\tb\\c\'d\n']), toString(map('a\t', 'b\'')), toString(['\0','\r','\b','\f']);
SELECT positionCaseInsensitive('abc', 'B', 2), positionCaseInsensitive('abc', toNullable('B'), 2), positionCaseInsensitive('abc', materialize(toNullable('B')), 2), positionCaseInsensitive('abc', CAST(NULL AS Nullable(String)), 2), position('abc', CAST(NULL AS Nullable(String)), 2), positionUTF8('abc', CAST(NULL AS Nullable(String)), 2);
SELECT firstNonDefault(toNullable(0), 1), firstNonDefault(NULL, 1), firstNonDefault(0, toNullable(1)), firstNonDefault(toNullable(0), 0), firstNonDefault(0,0), firstNonDefault(toNullable(1), 0), firstNonDefault('', toNullable('')), firstNonDefault(toNullable(5), toNullable(7));
SELECT hasTokenCaseInsensitiveOrNull('a b', ''), hasTokenOrNull('a b', ''), hasTokenOrNull('a b', 'a b'), hasTokenOrNull('a b', 'a'), hasTokenCaseInsensitiveOrNull('a b', 'A'), hasTokenOrNull('a b', materialize(''));
SELECT hasTokenOrNull(s, '') FROM small;
SELECT farmFingerprint64(f32), farmFingerprint64(f64), farmFingerprint64(nf64) FROM nums;
SELECT farmFingerprint64(d), farmFingerprint64(d32), farmFingerprint64(t), farmFingerprint64(t3), farmFingerprint64(toDecimal64(1.5, 2)), farmFingerprint64(toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')), farmFingerprint64(NULL) FROM times;
SELECT arrayAUC([], []), arrayROCAUC(emptyArrayFloat32(), emptyArrayFloat32()), arrayAUC([1.],[1]), arrayPRAUC(emptyArrayFloat32(), emptyArrayUInt8());
SELECT UUIDStringToNum(','), hex(UUIDStringToNum('61f0c404-5cb3-11e7-907b-a6006ad3dba0')), hex(UUIDStringToNum('x'));
SELECT bitTestAll(5, toNullable(0), 2), bitTestAll(5, NULL), bitTestAny(5, CAST(NULL AS Nullable(UInt8)), 0), bitTest(5, CAST(NULL AS Nullable(UInt8))), bitTestAll(5, 0, CAST(NULL AS Nullable(UInt8)));
SELECT bitRotateLeft(toUInt32(1), toInt8(1)), bitRotateLeft(toInt8(1), toUInt8(1)), bitRotateLeft(toUInt16(1), toInt8(-1)), bitRotateRight(toInt32(-5), toUInt8(3)), toTypeName(bitRotateLeft(toUInt8(1), toInt16(1)));
SELECT bitRotateLeft(10, 300), bitRotateLeft(toUInt8(1), toUInt64(3));
SELECT intervalLengthSum(a, b), intervalLengthSumOrDefault(a, b), intervalLengthSumOrNull(a, b) FROM (SELECT 1 AS a, 2 AS b);
SELECT intervalLengthSum(a, b) FROM (SELECT 2 AS a, 1 AS b);
SELECT kurtSamp(x), kurtSampDistinct(x), skewSampDistinct(x), kurtPopDistinct(x) FROM (SELECT arrayJoin([1,1,2,3]) AS x);
SELECT x, kurtSampDistinct(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), kurtSamp(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), uniqExactDistinct(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), sumDistinct(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM (SELECT arrayJoin([1,1,2,3]) AS x);
SELECT quantileInterpolatedWeighted(x, w), quantileInterpolatedWeighted(0.9)(x, w), quantilesInterpolatedWeighted(0.1, 0.9)(x, w) FROM (SELECT arrayJoin([1.5, 2.5, nan]) AS x, 2 AS w);
SELECT k, stddevSampStableMerge(s) FROM (SELECT id % 2 AS k, stddevSampStableState(u8) AS s FROM nums GROUP BY k) GROUP BY k ORDER BY k;
SELECT (-(g LIKE '%a%')), (g = 'a') + 1, toTypeName(-length(lc)), toTypeName(length(lc) + 1), toTypeName(toDate(lc) + INTERVAL 1 DAY) FROM (SELECT toLowCardinality('a') AS g, toLowCardinality('2024-01-01') AS lc);
SELECT argMax(a, b), argMin(a, b) FROM (SELECT arrayJoin([(1, nan), (2, 1.), (3, 2.)]) AS t, t.1 AS a, t.2 AS b);
SELECT toDecimal64('tab\tline', 0);
SELECT toDecimal64(materialize('12\tx'), 0), toDecimal64('12', 0), toDecimal64('', 0), toInt32('12\tx');
SELECT 5.3 % 0.1, -5.5 % 2, 5.5 % -2., -1. % 0.5, 1e20 % 3., toFloat32(5.3) % 0.1, 10 % 0.3, inf % 2., 2. % inf, 1. % 0., -0. % 1.;
SELECT farmFingerprint64(toUInt8(0)), farmFingerprint64(toUInt32(0)), farmFingerprint64(toUInt64(0)), farmFingerprint64(toFloat64(0)), farmFingerprint64(toFloat32(0)), farmFingerprint64(toInt8(0)), farmFingerprint64(toDate(0)), farmFingerprint64(toDateTime64(0,3)), farmFingerprint64(char(0)), farmFingerprint64(char(0,0,0,0)), farmFingerprint64(char(0,0,0,0,0,0,0,0)), farmHash64(toFloat64(0)), farmHash64(toUInt8(0)), metroHash64(0.), metroHash64(0);
SELECT bitRotateLeft(toUInt8(129), toUInt16(1)), bitRotateLeft(toInt8(-127), toUInt16(1)), bitRotateRight(toUInt8(129), toUInt16(1)), bitRotateLeft(toUInt8(129), toInt8(1)), bitRotateRight(toInt32(-5), toUInt8(3)), bitRotateLeft(toUInt8(1), -9), bitRotateLeft(toInt8(-1), toUInt8(9)), bitRotateLeft(toUInt32(4000000000), toInt8(1));
SELECT arrayJaccardIndex([1,2,3],[NULL,1]), arrayJaccardIndex([1,2,NULL],[NULL,1]), arrayJaccardIndex([1,1],[1]), arrayJaccardIndex([NULL, NULL, 1],[1, NULL]), arrayJaccardIndex([1,2,3],[NULL,NULL,1]),arrayJaccardIndex([1,1,2],[1,1,3]);
SELECT 5 % 0.1, 5.3 % 0.1::Float32, toDecimal32(5.3, 1) % 0.1;
SELECT fromDaysSinceYearZero(1), fromDaysSinceYearZero(719527), fromDaysSinceYearZero(739000), fromDaysSinceYearZero32(719527);
SELECT fromDaysSinceYearZero32(693961), fromDaysSinceYearZero32(693960), fromDaysSinceYearZero32(693000);
SELECT fromDaysSinceYearZero32(840057), fromDaysSinceYearZero32(840058), fromDaysSinceYearZero(785064), fromDaysSinceYearZero(785063);
SELECT fromDaysSinceYearZero32(toUInt64(900000)), fromDaysSinceYearZero32(10000000);
SELECT fromDaysSinceYearZero32(-1);
SELECT fromDaysSinceYearZero(materialize(-1)), fromDaysSinceYearZero32(materialize(-1));
SELECT intervalLengthSum(a, b) FROM (SELECT arrayJoin([(5,1),(2,3)]) AS t, t.1 AS a, t.2 AS b);
SELECT intervalLengthSum(2., 1.);
SELECT intervalLengthSum(toDate('2024-01-05'), toDate('2024-01-01'));
SELECT maxIntersections(2, 1), maxIntersectionsPosition(2,1);
SELECT any((1 AND id)) FROM nums;
SELECT anyMerge(s) FROM (SELECT anyState(x) AS s FROM (SELECT arrayJoin([0, 1]) AS x) UNION ALL SELECT anyState(5));
SELECT g, -g, abs(g), g + 1, g * 2, g % 2, g / 2, intDiv(g, 2), g + g, g = 1, NOT (g = 1), (g=1) AND 1, g + materialize(1), length(toString(g)), bitAnd(g, 1), toString(g), if(g=1, g, 0), g + 0.5, round(g, 1), g + toNullable(1), g - toDecimal32(1, 2), plus(g, 1), negate(g), g < 3, g IN (1, 2), g BETWEEN 1 AND 2, isNull(g), g IS NULL FROM (SELECT toLowCardinality(materialize(1)) AS g);
SELECT toTypeName(s), toTypeName(s || 'x'), toTypeName(s = 'a'), toTypeName(length(s) + 1), toTypeName(length(s) * length(s)), toTypeName(-length(s)), toTypeName(length(s) % 2), toTypeName(s || s), toTypeName(length(s) / 2), toTypeName(intDiv(length(s), 2)), toTypeName(concat(s, 'a', toString(1))), toTypeName(s LIKE '%a' AND s = 'a'), toTypeName((s = 'a') + 1), toTypeName(abs(length(s))) FROM (SELECT toLowCardinality(materialize('a')) AS s);
SELECT toTypeName(d), toTypeName(d + 1), toTypeName(d - d), toTypeName(d + INTERVAL 1 DAY), toTypeName(d - toDate(0)), toTypeName(toYear(d) + 1), toTypeName(date_trunc('month', d)) FROM (SELECT toLowCardinality(materialize(toDate('2024-01-01'))) AS d);
SELECT bitHammingDistance(toInt8(1), toInt8(-1)), bitHammingDistance(toInt32(1), toInt32(-1)), bitHammingDistance(toUInt8(1), toInt8(-1)), bitHammingDistance(toInt32(1), toInt64(-1)), bitHammingDistance(toUInt32(1), toInt64(-1)), bitHammingDistance(toInt8(-1), toUInt8(0));
SELECT toUnixTimestamp(2);
SELECT toUnixTimestamp(materialize(2)), toUnixTimestamp(toUInt64(2));
SELECT toUnixTimestamp(-2), toUnixTimestamp(2.5);
-- state: differs a constant beside a Nullable constant is Nullable here
SELECT in(-1, materialize(toNullable(1))), notIn(-1, materialize(toNullable(-1))), notIn(-1, materialize(toNullable(NULL::Nullable(Int8)))), 1 IN (materialize(toNullable(1)));
SELECT multiSearchAnyCaseInsensitiveUTF8('HÉLLO', ['héllo']), multiSearchAnyCaseInsensitiveUTF8('日本語', ['日本語']), multiSearchAnyCaseInsensitiveUTF8('', ['']), multiSearchAnyCaseInsensitiveUTF8('abc', ['']), multiSearchAnyCaseInsensitiveUTF8('abc', ['abc']), multiSearchAny('', ['']), multiSearchAny('a', ['']), multiSearchAnyCaseInsensitive('', ['']), multiSearchAnyUTF8('', ['']), multiSearchFirstIndex('a', ['']), multiSearchFirstPosition('a', ['']), multiSearchAllPositions('a', ['']), multiSearchAllPositions('', ['']), multiSearchFirstIndex('', ['']);
SELECT quantileExactHigh(x), quantileExactLow(x), quantileExact(x) FROM (SELECT arrayJoin([nan, 1., 2.]) AS x);
SELECT LinfNormalize([-inf, nan, 1]), L1Normalize([inf, 1]), L2Normalize([nan, 1]), LinfNorm([nan, 1.]), LinfNorm([1., nan]), LinfNormalize([1., nan, -0.]), LinfNormalize([-2., nan, -0.]);
SELECT groupBitmap(true), groupBitmap(toNullable(true)), toTypeName(groupBitmapState(true)), groupBitmap(x), toTypeName(groupBitmap(x)) FROM (SELECT toUInt16(1) AS x);
SELECT toModifiedJulianDayOrNull('2024-01-15 10:20:30'), toModifiedJulianDayOrNull('2024-1-5'), toModifiedJulianDayOrNull(' 2024-01-15'), toModifiedJulianDayOrNull('2024-01-15');
SELECT groupArrayIntersectIf(x, 0) FROM (SELECT [1] AS x), groupArrayIntersectIf(x, 1);
SELECT groupArrayIntersectIf(x, 0), groupArrayIntersectIf(x, 1) FROM (SELECT [1] AS x);
SELECT toDateTime64(9007199254740992, 3), toDateTime64(10413792000, 0), toDateTime64(-5000000000, 3), toDateTime64(toUInt64(18446744073709551615), 6);
SELECT toDateTime64(materialize(9007199254740992), 0), toDateTime64(materialize(toNullable(toInt64(5))), 3), toDateTime64(materialize(CAST(NULL AS Nullable(Int64))), 3);
SELECT YYYYMMDDhhmmssToDateTime64(-1), YYYYMMDDhhmmssToDateTime64(0), YYYYMMDDhhmmssToDateTime(-1), YYYYMMDDhhmmssToDateTime64(99999999999999), YYYYMMDDToDate(-1), YYYYMMDDToDate32(-1), YYYYMMDDToDate32(0), YYYYMMDDToDate(0), YYYYMMDDToDate(99999999);
SELECT groupBitmap(true), groupBitmap(toNullable(true)), toTypeName(groupBitmapState(true)), groupBitmap(x), toTypeName(groupBitmap(x)) FROM (SELECT toUInt16(1) AS x);
SELECT ifNotFinite(materialize(CAST(NULL AS Nullable(Float64))), 1.5), ifNotFinite(1.5, materialize(CAST(NULL AS Nullable(Float64)))), ifNotFinite(nan, 2);
SELECT multiSearchAny('', ['']), multiSearchAny('a', ['']), multiSearchAny(materialize(''), ['']), multiSearchFirstIndex('', ['']), multiSearchFirstIndex('a', ['']), multiSearchFirstPosition('', ['']), multiSearchFirstPosition('a', ['']), multiSearchAllPositions('', ['']), multiSearchAllPositions('a', ['','a']), multiSearchAnyUTF8(materialize(''), ['', 'a']);
SELECT toTypeName(replicate(s, [1])), toTypeName(arrayWithConstant(2, s)), toTypeName([s]), toTypeName(array(s, s)), toTypeName(arrayMin(x -> upper(x), [s])), toTypeName(arrayMap(x -> upper(x), [s])), toTypeName(arrayMap(x -> s, [1])), toTypeName(arrayFilter(x -> 1, [s])), toTypeName(tuple(s)), toTypeName(map(s, s)), toTypeName(arrayMax([s])), toTypeName([s][1]), toTypeName(arrayPushBack([s], 'x')), toTypeName(arrayConcat([s],[s])), toTypeName(splitByChar(',', s)), toTypeName(if(s = 'a', s, 'b')), toTypeName(multiIf(s = 'a', s, 'b')), toTypeName(coalesce(s, 'a')), toTypeName(ifNull(s, 'a')), toTypeName(coalesce(toNullable(s), 'a')), toTypeName(nullIf(s, 'a')), toTypeName(coalesce(endsWith(s, ''), 1)), toTypeName(assumeNotNull(s)), toTypeName(greatest(s, 'a')), toTypeName(toString(s)), toTypeName(arrayJoin([s])), toTypeName(toIPv4OrNull(s)), toTypeName(toDate32OrNull(s)) FROM (SELECT toLowCardinality(materialize('2024-01-01 00:00:00')) AS s);
SELECT toTypeName(toDateTime64OrNull(s, 3)), toTypeName(toDecimal32OrNull(s, 2)), toTypeName(toUUIDOrNull(s)), toTypeName(toIPv6OrNull(s)), toTypeName(toInt256OrNull(s)), toTypeName(tryBase64Decode(s)), toTypeName(base64Encode(s)), toTypeName(TO_BASE64(tryBase64Decode(s))), toTypeName(endsWithCaseInsensitiveUTF8('a', s)), toTypeName(transform(s, ['a'], ['b'], 'c')), toTypeName(transform(s, ['a'], ['b'])), toTypeName(rightPadUTF8(s, 2)), toTypeName(toFixedString(s, 3)), toTypeName(CAST(s AS String)), toTypeName(s::Nullable(String)), toTypeName(toNullable(s)), toTypeName(MD5(s)), toTypeName(cityHash64(s)), toTypeName(JSONExtractString(s, 'a')), toTypeName(JSONExtractInt(s,'a')), toTypeName(parseDateTime64BestEffort(s)), toTypeName(extract(s, 'a')), toTypeName(domain(s)), toTypeName(lower(s)), toTypeName(reverse(s)), toTypeName(toDateTime(s)), toTypeName(simpleJSONExtractBool(s, 'a')), toTypeName(caseWithExpression(s, 'a', 1, 2)) FROM (SELECT toLowCardinality(materialize('2024-01-01 00:00:00')) AS s);
-- state: differs -0 and 0 are one value to GROUP BY, DISTINCT and uniq here
SELECT x, count() FROM (SELECT arrayJoin([0., -0., nan, nan]) AS x) GROUP BY x ORDER BY x;
-- state: differs -0 and 0 are one value to GROUP BY, DISTINCT and uniq here
SELECT uniqExact(x), groupUniqArray(x) FROM (SELECT arrayJoin([0., -0.]) AS x);
-- state: refused DuckDB shows no date before the year 1
SELECT fromDaysSinceYearZero32(1);
-- state: approx 1e-5
SELECT geoDistance(0, 0, 0, 1), geoDistance(0,0,1,0), geoDistance(10, 50, 20, 60), geoDistance(-120, 30, 100, -20), greatCircleDistance(10, 50, 20, 60), greatCircleAngle(10,50,20,60), geoDistance(0, 89, 180, 89), geoDistance(1,0,0.5,1), geoDistance(2,0,0.5,1);
