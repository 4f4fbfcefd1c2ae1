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
