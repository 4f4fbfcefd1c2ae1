-- each: on
SELECT m, m['a'], m['missing'], ms['k'], ms['missing'], length(m), mapKeys(m), mapValues(m), mapContains(m, 'a'), mapContainsKey(m, 'b'), m.keys, m.values, empty(m), notEmpty(ms), mapContainsValue(m, 2), mapContainsKeyLike(ms, 'k%'), mapExtractKeyLike(ms, 'k%'), has(m, 'a') FROM arrays ORDER BY id;
SELECT map('a', 1, 'b', 2), map(), map('a', 1)['a'], map('a', 1)['b'], map(1, 'x')[1], map('k', [1, 2])['k'], map('k', [1, 2])['z'], map('k', NULL), toTypeName(map('a', 1)), toTypeName(map('a', 1, 'b', 300)), toTypeName(map('a', NULL, 'b', 1)), mapFromArrays(['a', 'b'], [1, 2]), MAP_FROM_ARRAYS(['a'], [1]), mapFromString('a:1,b:2'), map('x', map('y', 1))['x']['y'], element_at(map('a', 1), 'a');
SELECT mapConcat(map('a', 1), map('b', 2)), mapUpdate(map('a', 1, 'b', 2), map('a', 9)), mapConcat(m, map('z', toUInt64(1))), mapFilter((k, v) -> v > 1, m), mapApply((k, v) -> (k, v * 2), m), mapExists((k, v) -> v > 2, m), mapAll((k, v) -> v > 0, m), mapSort(m), mapReverseSort(m), mapSort((k, v) -> -v, map('a', 1, 'b', 2)), mapAdd(map('a', 1), map('a', 2, 'b', 3)), mapSubtract(map('a', 1), map('a', 2)), mapPartialSort(1, map('b', 1, 'a', 2)), mapAdd((['a'], [1]), (['a'], [2])), mapPopulateSeries(map(1, 10, 3, 30)) FROM arrays ORDER BY id;
SELECT CAST((['a', 'b'], [1, 2]) AS Map(String, UInt8)), CAST([('a', 1)] AS Map(String, UInt8)), map('a', 1)::Map(String, String), toString(map('a', 'x')), CAST('{\'a\':1}' AS Map(String, UInt8)), cast(map('a', '1') as Map(String, Int32));
SELECT arrayMap(k -> m[k], mapKeys(m)), arraySum(mapValues(m)), arrayMap((k, v) -> concat(k, '=', toString(v)), mapKeys(m), mapValues(m)) FROM arrays ORDER BY id;
SELECT attributes['browser'], attributes['v'], toUInt8(attributes['v']), mapKeys(attributes), attributes['nope'] = '' FROM events ORDER BY event_id LIMIT 3;
SELECT attributes['browser'] AS b, count() FROM events GROUP BY b ORDER BY b;
SELECT count() FROM events WHERE attributes['v'] = '1' AND mapContains(attributes, 'browser');
SELECT m = map('a', 1, 'b', 2), m != ms, map('a', 1) = map('a', 1) FROM arrays ORDER BY id;
SELECT t, t.1, t.2, nt, nt.a, nt.b, nt.1, tupleElement(t, 1), tupleElement(nt, 'a'), tupleElement(nt, 'zz', 'default'), untuple(t), tupleConcat(t, (1,)), toString(t), t = (1, 'one'), nt > (1, 'a') FROM arrays ORDER BY id;
SELECT (1, 'a'), tuple(1, 'a'), (1, 'a').1, (1, 'a').2, tuple(1), (1, (2, 3)).2.1, tuple('a', NULL), ((1, 2), (3, 4)), (1, 2) = (1, 2), (1, 2) < (1, 3), (1, 'a') IN ((1, 'a'), (2, 'b')), (1, 2) != (2, 1), tupleHammingDistance((1, 2), (1, 3)), tupleToNameValuePairs(CAST((1, 2) AS Tuple(a UInt8, b UInt8))), tupleNames((1, 2)), toTypeName((1, 'a', NULL, [1])), flattenTuple(((1, 2), 3)), (1, 2, 3).3, tupleModulo((5, 7), (3, 4));
SELECT (1, 2) + (3, 4), tuplePlus((1, 2), (3, 4)), tupleMinus((1, 2), (3, 4)), tupleMultiply((1, 2), (3, 4)), tupleDivide((1, 2), (3, 4)), tupleNegate((1, 2)), tupleMultiplyByNumber((1, 2), 3), dotProduct((1, 2), (3, 4)), L2Norm((3, 4)), tupleIntDiv((15, 10), (4, 3));
SELECT CAST((1, 'x') AS Tuple(a UInt8, b String)), CAST((1, 'x') AS Tuple(a UInt8, b String)).a, tuple(1 AS a, 'x' AS b), tuple(1 AS a, 'x' AS b).a, (1 AS one, 2 AS two).two;
SELECT x.1 AS a, x.2 AS b FROM (SELECT (id, s) AS x FROM small) ORDER BY a;
SELECT arrayMap(p -> p.1 + p.2, [(1, 2), (3, 4)]), (SELECT (max(x), min(x)) FROM small).1, tupleElement((SELECT (max(x), min(x)) FROM small), 2);
SELECT (g, s), count() FROM small GROUP BY (g, s) ORDER BY (g, s);
SELECT g, max((y, s)).2 AS best FROM small GROUP BY g ORDER BY g;
SELECT id FROM small WHERE (g, s) = ('a', 'one');
SELECT id FROM small WHERE (g, x) IN (('a', 10), ('b', 2)) ORDER BY id;
SELECT id FROM small WHERE (g, x) IN (SELECT g, max(x) FROM small GROUP BY g) ORDER BY id;
SELECT nested.a, nested.b FROM (SELECT CAST(([1, 2], ['x', 'y']) AS Tuple(a Array(UInt8), b Array(String))) AS nested);
SELECT (1, 'a').3;
SELECT tupleElement(nt, 'zz') FROM arrays;
SELECT m[1] FROM arrays;
SELECT map('a', 1, 'b');
-- state: refused DuckDB's maps hold a key once
SELECT map('a', 1, 'a', 2);
-- state: refused the parser reads no sign behind a dot; tupleElement(t, -1) is the same
SELECT (1, 2).-1;
