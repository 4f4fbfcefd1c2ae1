-- Maps, tuples and vectors: types and edges.
SELECT dotProduct([toUInt32(1)],[toUInt8(1)]);
SELECT dotProduct([toUInt64(1)],[toInt64(1)]);
-- state: approx 1e-12
SELECT L1Norm([1,-2]);
-- state: approx 1e-12
SELECT L1Norm([toFloat32(1),-2]);
-- state: approx 1e-12
SELECT L1Norm((1,-2));
-- state: approx 1e-12
SELECT L2Norm((3,4));
-- state: approx 1e-12
SELECT L2SquaredNorm((3,4));
-- state: approx 1e-12
SELECT L2SquaredNorm([3,4]);
-- state: approx 1e-12
SELECT LinfNorm((1,-5));
-- state: approx 1e-12
SELECT LinfNorm([1.5,-5]);
-- state: approx 1e-12
SELECT LpNorm([1,-2],2);
-- state: approx 1e-12
SELECT LpNorm((1,-2),3);
-- state: approx 1e-12
SELECT L1Distance((1,2),(3,5));
-- state: approx 1e-12
SELECT L1Distance([1,2],[3,5]);
-- state: approx 1e-12
SELECT L1Distance([toFloat32(1)],[toFloat32(3)]);
-- state: approx 1e-12
SELECT L2Distance((1,2),(3,5));
-- state: approx 1e-12
SELECT L2SquaredDistance((1,2),(3,5));
-- state: approx 1e-12
SELECT LinfDistance((1,2),(3,5));
-- state: approx 1e-12
SELECT LpDistance((1,2),(3,5),3);
-- state: approx 1e-12
SELECT LpDistance([1,2],[3,5],3);
-- state: approx 1e-12
SELECT cosineDistance((1,2),(2,3));
-- state: approx 1e-12
SELECT cosineDistance([1,2],[2,3]);
-- state: approx 1e-12
SELECT cosineDistance([0,0],[2,3]);
-- state: approx 1e-12
SELECT cosineDistance([1,2],[2]);
-- state: approx 1e-12
SELECT L1Normalize((3,4));
-- state: approx 1e-12
SELECT L2Normalize((3,4));
-- state: approx 1e-12
SELECT L2Normalize([3,4]);
-- state: approx 1e-12
SELECT LinfNormalize((3,4));
-- state: approx 1e-12
SELECT LpNormalize((3,4),2);
-- state: approx 1e-12
SELECT L1Normalize([3,4]);
SELECT normalizeL2((3,4));
SELECT normL1((3,4));
SELECT distanceL2((1,2),(3,5));
SELECT distanceL1([1],[2]);
SELECT distanceLinf([1],[2]);
SELECT distanceLp([1],[2],2);
SELECT tuplePlus((1,2),(3,4.5));
SELECT vectorSum((1,2),(3,4));
SELECT tupleMinus((1,2),(3,4));
SELECT vectorDifference((1,2),(3,4));
SELECT tupleMultiply((1,2),(3,4));
SELECT tupleDivide((1,2),(3,4));
SELECT tupleNegate((1,2.5));
SELECT tupleMultiplyByNumber((1,2),3);
SELECT tupleDivideByNumber((1,2),3);
SELECT tupleModulo((15,10),(4,3));
SELECT tupleModuloByNumber((15,10),4);
SELECT tupleIntDiv((15,10),(4,3));
SELECT tupleIntDivByNumber((15,10),4);
SELECT tupleIntDivOrZero((15,10),(0,3));
SELECT tupleIntDivOrZeroByNumber((15,10),0);
SELECT (1,2)*(3,4);
SELECT (1,2)*3;
SELECT 3*(1,2);
SELECT (1,2)/2;
SELECT -(1,2);
SELECT (1,2)-(0,5);
SELECT scalarProduct((1,2),(3,4));
SELECT tupleConcat((1,2),('a',),(true,NULL));
-- state: approx 1e-12
SELECT tupleHammingDistance((1,2,3),(3,2,1));
SELECT tupleToNameValuePairs(CAST((1,2) AS Tuple(a UInt8,b UInt8)));
SELECT tupleToNameValuePairs((1,2));
SELECT tupleToNameValuePairs((1,2.5));
SELECT tupleNames(CAST((1,2) AS Tuple(a UInt8,b UInt8)));
SELECT tupleNames((1,2));
SELECT tupleElement((1,2),'2');
SELECT tupleElement([(1,2)],1);
SELECT tupleElement((1,2),3,'d');
SELECT tupleElement((1,2),-1);
SELECT flattenTuple(((1,2),3));
SELECT flattenTuple(CAST(((1,2),3) AS Tuple(a Tuple(b UInt8, c UInt8), d UInt8)));
SELECT flattenTuple([(1,[(2,3)])]);
SELECT untuple((1,2));
SELECT (1,2,NULL) = (1,2,NULL);
SELECT (1,2) < (1,NULL);
SELECT (1,NULL) < (2,NULL);
SELECT (1,2) IN ((1,2));
SELECT tuple();
SELECT mapFromArrays(['a','b'],[1,2]);
-- state: refused DuckDB has no maps with a key twice
SELECT mapFromArrays(['a','a'],[1,2]);
SELECT mapFromArrays([1,2],['x']);
-- state: refused keys are an array
SELECT mapFromArrays(map('a',1),[5]);
-- state: refused DuckDB has no maps with a key twice
SELECT map('a',1,'a',2);
-- state: refused DuckDB has no maps with a key twice
SELECT map('a',1,'a',2)['a'];
-- state: refused DuckDB has no maps with a key twice
SELECT length(map('a',1,'a',2));
-- state: refused DuckDB has no maps with a key twice
SELECT mapKeys(map('a',1,'a',2));
SELECT map();
SELECT mapAdd(map('a',1),map('a',2,'b',3));
SELECT mapAdd(map('b',1),map('a',2,'b',3));
SELECT mapAdd(map('b',1.5),map('a',2.5));
SELECT mapAdd(map('b',toUInt8(250)),map('b',toUInt8(10)));
SELECT mapAdd((['b'],[1]),(['a'],[2]));
SELECT mapAdd(([2,1],[1,1]),([1,3],[2,2]));
SELECT mapAdd(map('a',1),map('a',2),map('c',3));
SELECT mapSubtract(map('a',1),map('a',2,'b',3));
SELECT mapSubtract(([1,2],[1,1]),([1],[2]));
SELECT mapPopulateSeries(map(1,10,5,20),6);
SELECT mapPopulateSeries(map(1,10,3,30));
SELECT mapPopulateSeries([1,3],[10,30]);
SELECT mapPopulateSeries([1,3],[10,30],5);
SELECT mapPopulateSeries(map(5,1,6,2),3);
SELECT mapConcat(map('a',1),map('a',2,'b',3));
SELECT mapConcat(map('a',1),map('b',2.5));
SELECT mapConcat(map('b',1),map('a',2));
SELECT mapUpdate(map('a',1,'b',2),map('b',10,'c',3));
SELECT mapUpdate(map('a',1),map('a',300));
SELECT mapFilter((k,v)->v>1,map('a',1,'b',2));
-- state: refused a lambda over a map takes its key and its value
SELECT mapFilter(k->1,map('a',1,'b',2));
SELECT mapApply((k,v)->(v,k),map('a',1,'b',2));
SELECT mapApply((k,v)->(k,v*2.5),map('a',1,'b',2));
-- state: refused DuckDB has no maps with a key twice
SELECT mapApply((k,v)->('z',v),map('a',1,'b',2));
SELECT mapApply((k,v)->v,map('a',1,'b',2));
SELECT mapExists((k,v)->v>1,map('a',1,'b',2));
SELECT mapAll((k,v)->v>1,map('a',1,'b',2));
SELECT mapSort(map('b',1,'a',2));
SELECT mapSort((k,v)->v,map('b',1,'a',2));
SELECT mapReverseSort(map('b',1,'a',2));
SELECT mapReverseSort((k,v)->v,map('b',1,'a',2));
SELECT mapPartialSort(1,map('b',1,'a',2));
SELECT mapPartialSort((k,v)->v,1,map('b',5,'a',2,'c',3));
SELECT mapPartialReverseSort(1,map('b',1,'a',2));
SELECT mapContains(map('a',1),'a');
SELECT mapContainsKey(map('a',1),'a');
SELECT mapContainsValue(map('a',1),1);
SELECT mapContainsKeyLike(map('abc',1),'a%');
SELECT mapContainsValueLike(map('a','xyz'),'%y%');
SELECT mapExtractKeyLike(map('abc',1,'b',2),'a%');
SELECT mapExtractValueLike(map('a','xyz','b','n'),'%y%');
SELECT map('a',1)['b'];
SELECT map('a',NULL)['a'];
SELECT map(toLowCardinality('a'),1);
SELECT map(1.5,1);
SELECT map('a',1) = map('a',1);
SELECT has(map('a',1),'a');
SELECT map('b',1,'a',2);
-- state: refused not implemented: ClickHouse reads or counts by rules of its own
SELECT mapFromString('a:1,b:2');
-- state: refused not implemented: ClickHouse reads or counts by rules of its own
SELECT extractKeyValuePairs('a:1, b:2');
-- state: refused not implemented: ClickHouse reads or counts by rules of its own
SELECT extractKeyValuePairs('name:neymar, age:31 team:psg');
-- state: refused not implemented: ClickHouse reads or counts by rules of its own
SELECT extractKeyValuePairs('a=1;b=2','=',';');
-- state: refused not implemented: ClickHouse reads or counts by rules of its own
SELECT str_to_map('a=1,b=2',',','=');
SELECT CAST((['a','b'],[1,2]) AS Map(String,UInt8));
SELECT empty(map());
-- Over columns.
-- each: on
SELECT mapFilter((k, v) -> k != 'a', m), mapApply((k, v) -> (upper(k), toString(v)), m), mapExists((k, v) -> k = 'a', m), mapAll((k, v) -> v > id, m), mapSort((k, v) -> -toInt64(v % 100), m), mapKeys(mapFilter((k, v) -> v > 0, m)), mapContains(m, s[1]), mapAdd(m, map('a', toUInt64(1))), mapUpdate(ms, map('z', 'y')), mapContainsKeyLike(ms, 'k%'), arrayMap(k -> m[k], mapKeys(m)), length(mapKeys(ms)), mapFromArrays(arrayDistinct(s), arrayEnumerate(arrayDistinct(s))), m.keys, m.values FROM arrays ORDER BY id;
SELECT arrayMap(kv -> kv.1, CAST(m AS Array(Tuple(String, UInt64)))), mapFilter((k, v) -> has(s, k), m), map('id', id), map(id, s)[id] FROM arrays ORDER BY id;
