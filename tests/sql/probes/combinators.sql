-- Combinators, alone and stacked, over every kind of aggregate.
SELECT sumIf(x, x > 2), sumOrNull(x), sumOrDefault(x), sumIfOrNull(x, x > 500), sumOrNullIf(x, x > 500), sumOrDefaultIf(x, x > 500) FROM small;
SELECT sum(x), sumOrNull(x), sumOrDefault(x), sumIfOrNull(x, x > 500) FROM empty;
SELECT g, sumIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT sumArray(au) FROM arrays;
SELECT id, sumArray(au) FROM arrays GROUP BY id ORDER BY id;
SELECT sumArrayIf(au, id > 2), sumArrayOrNull(au) FROM arrays;
SELECT sumForEach(au) FROM arrays;
SELECT id % 2 AS k, sumForEach(au) FROM arrays GROUP BY k ORDER BY k;
SELECT sumMerge(v) FROM (SELECT g, sumState(x) AS v FROM small GROUP BY g ORDER BY g);
SELECT sumMerge(v) FROM (SELECT sumState(x) AS v FROM empty);
SELECT sumMerge(w) FROM (SELECT k, sumMergeState(v) AS w FROM (SELECT g, id % 2 AS k, sumState(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(sumState(x)) FROM small GROUP BY g ORDER BY g;
SELECT sumIfMerge(v) FROM (SELECT g, sumIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT sumForEachMerge(v) FROM (SELECT id, sumForEachState(au) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(sumState(x)), toTypeName(sumIfState(x, x > 2)), toTypeName(sumOrNullState(x)) FROM small;
SELECT sumDistinct(x), sumDistinctIf(x, id > 2) FROM small;
SELECT sumArgMin(x, id), sumArgMax(x, g) FROM small;
SELECT sumResample(0, 8, 3)(x, id) FROM small;
SELECT sumMap(m) FROM arrays;
SELECT id % 2 AS k, sumMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
SELECT sumMapIf(m, id > 2) FROM arrays;
-- state: approx 1e-9
SELECT avgIf(x, x > 2), avgOrNull(x), avgOrDefault(x), avgIfOrNull(x, x > 500), avgOrNullIf(x, x > 500), avgOrDefaultIf(x, x > 500) FROM small;
-- state: approx 1e-9
SELECT avg(x), avgOrNull(x), avgOrDefault(x), avgIfOrNull(x, x > 500) FROM empty;
-- state: approx 1e-9
SELECT g, avgIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT avgArray(ai) FROM arrays;
-- state: approx 1e-9
SELECT id, avgArray(ai) FROM arrays GROUP BY id ORDER BY id;
-- state: approx 1e-9
SELECT avgArrayIf(ai, id > 2), avgArrayOrNull(ai) FROM arrays;
-- state: approx 1e-9
SELECT avgForEach(ai) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, avgForEach(ai) FROM arrays GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT avgMerge(v) FROM (SELECT g, avgState(x) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT avgMerge(v) FROM (SELECT avgState(x) AS v FROM empty);
-- state: approx 1e-9
SELECT avgMerge(w) FROM (SELECT k, avgMergeState(v) AS w FROM (SELECT g, id % 2 AS k, avgState(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
-- state: approx 1e-9
SELECT g, finalizeAggregation(avgState(x)) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT avgIfMerge(v) FROM (SELECT g, avgIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT avgForEachMerge(v) FROM (SELECT id, avgForEachState(ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(avgState(x)), toTypeName(avgIfState(x, x > 2)), toTypeName(avgOrNullState(x)) FROM small;
-- state: approx 1e-9
SELECT avgDistinct(x), avgDistinctIf(x, id > 2) FROM small;
-- state: approx 1e-9
SELECT avgArgMin(x, id), avgArgMax(x, g) FROM small;
-- state: approx 1e-9
SELECT avgResample(0, 8, 3)(x, id) FROM small;
-- state: approx 1e-9
SELECT avgMap(m) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, avgMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT avgMapIf(m, id > 2) FROM arrays;
SELECT countIf(x, x > 2), countOrNull(x), countOrDefault(x), countIfOrNull(x, x > 500), countOrNullIf(x, x > 500), countOrDefaultIf(x, x > 500) FROM small;
SELECT count(x), countOrNull(x), countOrDefault(x), countIfOrNull(x, x > 500) FROM empty;
SELECT g, countIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT countArray(ai) FROM arrays;
SELECT id, countArray(ai) FROM arrays GROUP BY id ORDER BY id;
SELECT countArrayIf(ai, id > 2), countArrayOrNull(ai) FROM arrays;
SELECT countForEach(ai) FROM arrays;
SELECT id % 2 AS k, countForEach(ai) FROM arrays GROUP BY k ORDER BY k;
SELECT countMerge(v) FROM (SELECT g, countState(x) AS v FROM small GROUP BY g ORDER BY g);
SELECT countMerge(v) FROM (SELECT countState(x) AS v FROM empty);
SELECT countMerge(w) FROM (SELECT k, countMergeState(v) AS w FROM (SELECT g, id % 2 AS k, countState(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(countState(x)) FROM small GROUP BY g ORDER BY g;
SELECT countIfMerge(v) FROM (SELECT g, countIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT countForEachMerge(v) FROM (SELECT id, countForEachState(ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(countState(x)), toTypeName(countIfState(x, x > 2)), toTypeName(countOrNullState(x)) FROM small;
SELECT countDistinct(x), countDistinctIf(x, id > 2) FROM small;
SELECT countArgMin(x, id), countArgMax(x, g) FROM small;
SELECT countResample(0, 8, 3)(x, id) FROM small;
SELECT countMap(m) FROM arrays;
SELECT id % 2 AS k, countMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
SELECT countMapIf(m, id > 2) FROM arrays;
SELECT minIf(x, x > 2), minOrNull(x), minOrDefault(x), minIfOrNull(x, x > 500), minOrNullIf(x, x > 500), minOrDefaultIf(x, x > 500) FROM small;
SELECT min(x), minOrNull(x), minOrDefault(x), minIfOrNull(x, x > 500) FROM empty;
SELECT g, minIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT minArray(af) FROM arrays;
SELECT id, minArray(af) FROM arrays GROUP BY id ORDER BY id;
SELECT minArrayIf(af, id > 2), minArrayOrNull(af) FROM arrays;
SELECT minForEach(af) FROM arrays;
SELECT id % 2 AS k, minForEach(af) FROM arrays GROUP BY k ORDER BY k;
SELECT minMerge(v) FROM (SELECT g, minState(x) AS v FROM small GROUP BY g ORDER BY g);
SELECT minMerge(v) FROM (SELECT minState(x) AS v FROM empty);
SELECT minMerge(w) FROM (SELECT k, minMergeState(v) AS w FROM (SELECT g, id % 2 AS k, minState(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(minState(x)) FROM small GROUP BY g ORDER BY g;
SELECT minIfMerge(v) FROM (SELECT g, minIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT minForEachMerge(v) FROM (SELECT id, minForEachState(af) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(minState(x)), toTypeName(minIfState(x, x > 2)), toTypeName(minOrNullState(x)) FROM small;
SELECT minDistinct(x), minDistinctIf(x, id > 2) FROM small;
SELECT minArgMin(x, id), minArgMax(x, g) FROM small;
SELECT minResample(0, 8, 3)(x, id) FROM small;
SELECT minMap(m) FROM arrays;
SELECT id % 2 AS k, minMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
SELECT minMapIf(m, id > 2) FROM arrays;
SELECT maxIf(n, x > 2), maxOrNull(n), maxOrDefault(n), maxIfOrNull(n, x > 500), maxOrNullIf(n, x > 500), maxOrDefaultIf(n, x > 500) FROM small;
SELECT max(n), maxOrNull(n), maxOrDefault(n), maxIfOrNull(n, x > 500) FROM empty;
SELECT g, maxIf(n, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT maxArray(s) FROM arrays;
SELECT id, maxArray(s) FROM arrays GROUP BY id ORDER BY id;
SELECT maxArrayIf(s, id > 2), maxArrayOrNull(s) FROM arrays;
SELECT maxForEach(s) FROM arrays;
SELECT id % 2 AS k, maxForEach(s) FROM arrays GROUP BY k ORDER BY k;
SELECT maxMerge(v) FROM (SELECT g, maxState(n) AS v FROM small GROUP BY g ORDER BY g);
SELECT maxMerge(v) FROM (SELECT maxState(n) AS v FROM empty);
SELECT maxMerge(w) FROM (SELECT k, maxMergeState(v) AS w FROM (SELECT g, id % 2 AS k, maxState(n) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(maxState(n)) FROM small GROUP BY g ORDER BY g;
SELECT maxIfMerge(v) FROM (SELECT g, maxIfState(n, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT maxForEachMerge(v) FROM (SELECT id, maxForEachState(s) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(maxState(n)), toTypeName(maxIfState(n, x > 2)), toTypeName(maxOrNullState(n)) FROM small;
SELECT maxDistinct(n), maxDistinctIf(n, id > 2) FROM small;
SELECT maxArgMin(n, id), maxArgMax(n, g) FROM small;
SELECT maxResample(0, 8, 3)(n, id) FROM small;
SELECT maxMap(m) FROM arrays;
SELECT id % 2 AS k, maxMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
SELECT maxMapIf(m, id > 2) FROM arrays;
SELECT anyIf(s, x > 2), anyOrNull(s), anyOrDefault(s), anyIfOrNull(s, x > 500), anyOrNullIf(s, x > 500), anyOrDefaultIf(s, x > 500) FROM small;
SELECT any(s), anyOrNull(s), anyOrDefault(s), anyIfOrNull(s, x > 500) FROM empty;
SELECT g, anyIf(s, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT anyArray(s) FROM arrays;
SELECT id, anyArray(s) FROM arrays GROUP BY id ORDER BY id;
SELECT anyArrayIf(s, id > 2), anyArrayOrNull(s) FROM arrays;
SELECT anyForEach(s) FROM arrays;
SELECT id % 2 AS k, anyForEach(s) FROM arrays GROUP BY k ORDER BY k;
SELECT anyMerge(v) FROM (SELECT g, anyState(s) AS v FROM small GROUP BY g ORDER BY g);
SELECT anyMerge(v) FROM (SELECT anyState(s) AS v FROM empty);
SELECT g, finalizeAggregation(anyState(s)) FROM small GROUP BY g ORDER BY g;
SELECT anyIfMerge(v) FROM (SELECT g, anyIfState(s, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT anyForEachMerge(v) FROM (SELECT id, anyForEachState(s) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(anyState(s)), toTypeName(anyIfState(s, x > 2)), toTypeName(anyOrNullState(s)) FROM small;
SELECT anyArgMin(s, id), anyArgMax(s, g) FROM small;
SELECT anyResample(0, 8, 3)(s, id) FROM small;
SELECT anyMap(m) FROM arrays;
SELECT id % 2 AS k, anyMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
SELECT anyMapIf(m, id > 2) FROM arrays;
SELECT uniqExactIf(x, x > 2), uniqExactOrNull(x), uniqExactOrDefault(x), uniqExactIfOrNull(x, x > 500), uniqExactOrNullIf(x, x > 500), uniqExactOrDefaultIf(x, x > 500) FROM small;
SELECT uniqExact(x), uniqExactOrNull(x), uniqExactOrDefault(x), uniqExactIfOrNull(x, x > 500) FROM empty;
SELECT g, uniqExactIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT uniqExactArray(s) FROM arrays;
SELECT id, uniqExactArray(s) FROM arrays GROUP BY id ORDER BY id;
SELECT uniqExactArrayIf(s, id > 2), uniqExactArrayOrNull(s) FROM arrays;
SELECT uniqExactForEach(s) FROM arrays;
SELECT id % 2 AS k, uniqExactForEach(s) FROM arrays GROUP BY k ORDER BY k;
SELECT uniqExactMerge(v) FROM (SELECT g, uniqExactState(x) AS v FROM small GROUP BY g ORDER BY g);
SELECT uniqExactMerge(v) FROM (SELECT uniqExactState(x) AS v FROM empty);
SELECT uniqExactMerge(w) FROM (SELECT k, uniqExactMergeState(v) AS w FROM (SELECT g, id % 2 AS k, uniqExactState(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(uniqExactState(x)) FROM small GROUP BY g ORDER BY g;
SELECT uniqExactIfMerge(v) FROM (SELECT g, uniqExactIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT uniqExactForEachMerge(v) FROM (SELECT id, uniqExactForEachState(s) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(uniqExactState(x)), toTypeName(uniqExactIfState(x, x > 2)), toTypeName(uniqExactOrNullState(x)) FROM small;
SELECT uniqExactDistinct(x), uniqExactDistinctIf(x, id > 2) FROM small;
SELECT uniqExactArgMin(x, id), uniqExactArgMax(x, g) FROM small;
SELECT uniqExactResample(0, 8, 3)(x, id) FROM small;
SELECT uniqExactMap(m) FROM arrays;
SELECT id % 2 AS k, uniqExactMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
SELECT uniqExactMapIf(m, id > 2) FROM arrays;
SELECT groupArrayIf(x, x > 2), groupArrayOrNull(x), groupArrayOrDefault(x), groupArrayIfOrNull(x, x > 500), groupArrayOrNullIf(x, x > 500), groupArrayOrDefaultIf(x, x > 500) FROM small;
SELECT groupArray(x), groupArrayOrNull(x), groupArrayOrDefault(x), groupArrayIfOrNull(x, x > 500) FROM empty;
SELECT g, groupArrayIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT groupArrayArray(ai) FROM arrays;
SELECT id, groupArrayArray(ai) FROM arrays GROUP BY id ORDER BY id;
SELECT groupArrayArrayIf(ai, id > 2), groupArrayArrayOrNull(ai) FROM arrays;
SELECT groupArrayForEach(ai) FROM arrays;
SELECT id % 2 AS k, groupArrayForEach(ai) FROM arrays GROUP BY k ORDER BY k;
SELECT groupArrayMerge(v) FROM (SELECT g, groupArrayState(x) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupArrayMerge(v) FROM (SELECT groupArrayState(x) AS v FROM empty);
SELECT g, finalizeAggregation(groupArrayState(x)) FROM small GROUP BY g ORDER BY g;
SELECT groupArrayIfMerge(v) FROM (SELECT g, groupArrayIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupArrayForEachMerge(v) FROM (SELECT id, groupArrayForEachState(ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(groupArrayState(x)), toTypeName(groupArrayIfState(x, x > 2)), toTypeName(groupArrayOrNullState(x)) FROM small;
SELECT groupArrayArgMin(x, id), groupArrayArgMax(x, g) FROM small;
SELECT groupArrayResample(0, 8, 3)(x, id) FROM small;
SELECT argMaxIf(s, x, x > 2), argMaxOrNull(s, x), argMaxOrDefault(s, x), argMaxIfOrNull(s, x, x > 500), argMaxOrNullIf(s, x, x > 500), argMaxOrDefaultIf(s, x, x > 500) FROM small;
SELECT argMax(s, x), argMaxOrNull(s, x), argMaxOrDefault(s, x), argMaxIfOrNull(s, x, x > 500) FROM empty;
SELECT g, argMaxIf(s, x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT argMaxArray(s, ai) FROM arrays;
SELECT id, argMaxArray(s, ai) FROM arrays GROUP BY id ORDER BY id;
SELECT argMaxArrayIf(s, ai, id > 2), argMaxArrayOrNull(s, ai) FROM arrays;
SELECT argMaxForEach(s, ai) FROM arrays;
SELECT id % 2 AS k, argMaxForEach(s, ai) FROM arrays GROUP BY k ORDER BY k;
SELECT argMaxMerge(v) FROM (SELECT g, argMaxState(s, x) AS v FROM small GROUP BY g ORDER BY g);
SELECT argMaxMerge(v) FROM (SELECT argMaxState(s, x) AS v FROM empty);
SELECT argMaxMerge(w) FROM (SELECT k, argMaxMergeState(v) AS w FROM (SELECT g, id % 2 AS k, argMaxState(s, x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(argMaxState(s, x)) FROM small GROUP BY g ORDER BY g;
SELECT argMaxIfMerge(v) FROM (SELECT g, argMaxIfState(s, x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT argMaxForEachMerge(v) FROM (SELECT id, argMaxForEachState(s, ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(argMaxState(s, x)), toTypeName(argMaxIfState(s, x, x > 2)), toTypeName(argMaxOrNullState(s, x)) FROM small;
SELECT argMaxArgMin(s, x, id), argMaxArgMax(s, x, g) FROM small;
SELECT argMaxResample(0, 8, 3)(s, x, id) FROM small;
SELECT quantileIf(0.5)(x, x > 2), quantileOrNull(0.5)(x), quantileOrDefault(0.5)(x), quantileIfOrNull(0.5)(x, x > 500), quantileOrNullIf(0.5)(x, x > 500), quantileOrDefaultIf(0.5)(x, x > 500) FROM small;
SELECT quantile(0.5)(x), quantileOrNull(0.5)(x), quantileOrDefault(0.5)(x), quantileIfOrNull(0.5)(x, x > 500) FROM empty;
SELECT g, quantileIf(0.5)(x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT quantileArray(0.5)(ai) FROM arrays;
SELECT id, quantileArray(0.5)(ai) FROM arrays GROUP BY id ORDER BY id;
SELECT quantileArrayIf(0.5)(ai, id > 2), quantileArrayOrNull(0.5)(ai) FROM arrays;
SELECT quantileForEach(0.5)(ai) FROM arrays;
SELECT id % 2 AS k, quantileForEach(0.5)(ai) FROM arrays GROUP BY k ORDER BY k;
SELECT quantileMerge(0.5)(v) FROM (SELECT g, quantileState(0.5)(x) AS v FROM small GROUP BY g ORDER BY g);
SELECT quantileMerge(0.5)(v) FROM (SELECT quantileState(0.5)(x) AS v FROM empty);
SELECT quantileMerge(0.5)(w) FROM (SELECT k, quantileMergeState(0.5)(v) AS w FROM (SELECT g, id % 2 AS k, quantileState(0.5)(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(quantileState(0.5)(x)) FROM small GROUP BY g ORDER BY g;
SELECT quantileIfMerge(0.5)(v) FROM (SELECT g, quantileIfState(0.5)(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT quantileForEachMerge(0.5)(v) FROM (SELECT id, quantileForEachState(0.5)(ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(quantileState(0.5)(x)), toTypeName(quantileIfState(0.5)(x, x > 2)), toTypeName(quantileOrNullState(0.5)(x)) FROM small;
SELECT quantileDistinct(0.5)(x), quantileDistinctIf(0.5)(x, id > 2) FROM small;
SELECT quantileArgMin(0.5)(x, id), quantileArgMax(0.5)(x, g) FROM small;
SELECT quantileResample(0.5, 0, 8, 3)(x, id) FROM small;
-- state: differs which of equally frequent values comes first, ClickHouse leaves to its hash table
SELECT topKIf(2)(g, x > 2), topKOrNull(2)(g), topKOrDefault(2)(g), topKIfOrNull(2)(g, x > 500), topKOrNullIf(2)(g, x > 500), topKOrDefaultIf(2)(g, x > 500) FROM small;
SELECT topK(2)(g), topKOrNull(2)(g), topKOrDefault(2)(g), topKIfOrNull(2)(g, x > 500) FROM empty;
SELECT g, topKIf(2)(g, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT topKArray(2)(s) FROM arrays;
-- state: differs which of equally frequent values comes first, ClickHouse leaves to its hash table
SELECT id, topKArray(2)(s) FROM arrays GROUP BY id ORDER BY id;
-- state: differs which of equally frequent values comes first, ClickHouse leaves to its hash table
SELECT topKArrayIf(2)(s, id > 2), topKArrayOrNull(2)(s) FROM arrays;
-- state: differs which of equally frequent values comes first, ClickHouse leaves to its hash table
SELECT topKForEach(2)(s) FROM arrays;
-- state: differs which of equally frequent values comes first, ClickHouse leaves to its hash table
SELECT id % 2 AS k, topKForEach(2)(s) FROM arrays GROUP BY k ORDER BY k;
SELECT topKMerge(2)(v) FROM (SELECT g, topKState(2)(g) AS v FROM small GROUP BY g ORDER BY g);
SELECT topKMerge(2)(v) FROM (SELECT topKState(2)(g) AS v FROM empty);
SELECT topKMerge(2)(w) FROM (SELECT k, topKMergeState(2)(v) AS w FROM (SELECT g, id % 2 AS k, topKState(2)(g) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(topKState(2)(g)) FROM small GROUP BY g ORDER BY g;
-- state: differs which of equally frequent values comes first, ClickHouse leaves to its hash table
SELECT topKIfMerge(2)(v) FROM (SELECT g, topKIfState(2)(g, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: differs which of equally frequent values comes first, ClickHouse leaves to its hash table
SELECT topKForEachMerge(2)(v) FROM (SELECT id, topKForEachState(2)(s) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(topKState(2)(g)), toTypeName(topKIfState(2)(g, x > 2)), toTypeName(topKOrNullState(2)(g)) FROM small;
SELECT topKArgMin(2)(g, id), topKArgMax(2)(g, g) FROM small;
SELECT topKResample(2, 0, 8, 3)(g, id) FROM small;
-- state: approx 1e-9
SELECT stddevPopIf(x, x > 2), stddevPopOrNull(x), stddevPopOrDefault(x), stddevPopIfOrNull(x, x > 500), stddevPopOrNullIf(x, x > 500), stddevPopOrDefaultIf(x, x > 500) FROM small;
-- state: approx 1e-9
SELECT stddevPop(x), stddevPopOrNull(x), stddevPopOrDefault(x), stddevPopIfOrNull(x, x > 500) FROM empty;
-- state: approx 1e-9
SELECT g, stddevPopIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT stddevPopArray(ai) FROM arrays;
-- state: approx 1e-9
SELECT id, stddevPopArray(ai) FROM arrays GROUP BY id ORDER BY id;
-- state: approx 1e-9
SELECT stddevPopArrayIf(ai, id > 2), stddevPopArrayOrNull(ai) FROM arrays;
-- state: approx 1e-9
SELECT stddevPopForEach(ai) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, stddevPopForEach(ai) FROM arrays GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT stddevPopMerge(v) FROM (SELECT g, stddevPopState(x) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT stddevPopMerge(v) FROM (SELECT stddevPopState(x) AS v FROM empty);
-- state: approx 1e-9
SELECT stddevPopMerge(w) FROM (SELECT k, stddevPopMergeState(v) AS w FROM (SELECT g, id % 2 AS k, stddevPopState(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
-- state: approx 1e-9
SELECT g, finalizeAggregation(stddevPopState(x)) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT stddevPopIfMerge(v) FROM (SELECT g, stddevPopIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT stddevPopForEachMerge(v) FROM (SELECT id, stddevPopForEachState(ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(stddevPopState(x)), toTypeName(stddevPopIfState(x, x > 2)), toTypeName(stddevPopOrNullState(x)) FROM small;
-- state: approx 1e-9
SELECT stddevPopDistinct(x), stddevPopDistinctIf(x, id > 2) FROM small;
-- state: approx 1e-9
SELECT stddevPopArgMin(x, id), stddevPopArgMax(x, g) FROM small;
-- state: approx 1e-9
SELECT stddevPopResample(0, 8, 3)(x, id) FROM small;
SELECT groupUniqArrayIf(1)(g, x > 2), groupUniqArrayOrNull(1)(g), groupUniqArrayOrDefault(1)(g), groupUniqArrayIfOrNull(1)(g, x > 500), groupUniqArrayOrNullIf(1)(g, x > 500), groupUniqArrayOrDefaultIf(1)(g, x > 500) FROM small;
SELECT groupUniqArray(1)(g), groupUniqArrayOrNull(1)(g), groupUniqArrayOrDefault(1)(g), groupUniqArrayIfOrNull(1)(g, x > 500) FROM empty;
SELECT g, groupUniqArrayIf(1)(g, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT arraySort(groupUniqArrayArray(1)(s)) FROM arrays;
SELECT id, arraySort(groupUniqArrayArray(1)(s)) FROM arrays GROUP BY id ORDER BY id;
SELECT arraySort(groupUniqArrayArrayIf(1)(s, id > 2)), arraySort(groupUniqArrayArrayOrNull(1)(s)) FROM arrays;
SELECT groupUniqArrayForEach(1)(s) FROM arrays;
SELECT id % 2 AS k, groupUniqArrayForEach(1)(s) FROM arrays GROUP BY k ORDER BY k;
SELECT groupUniqArrayMerge(1)(v) FROM (SELECT g, groupUniqArrayState(1)(g) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupUniqArrayMerge(1)(v) FROM (SELECT groupUniqArrayState(1)(g) AS v FROM empty);
-- state: differs which values a limit keeps, ClickHouse leaves to the order of its blocks
SELECT groupUniqArrayMerge(1)(w) FROM (SELECT k, groupUniqArrayMergeState(1)(v) AS w FROM (SELECT g, id % 2 AS k, groupUniqArrayState(1)(g) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(groupUniqArrayState(1)(g)) FROM small GROUP BY g ORDER BY g;
SELECT groupUniqArrayIfMerge(1)(v) FROM (SELECT g, groupUniqArrayIfState(1)(g, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupUniqArrayForEachMerge(1)(v) FROM (SELECT id, groupUniqArrayForEachState(1)(s) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(groupUniqArrayState(1)(g)), toTypeName(groupUniqArrayIfState(1)(g, x > 2)), toTypeName(groupUniqArrayOrNullState(1)(g)) FROM small;
SELECT groupUniqArrayArgMin(1)(g, id), groupUniqArrayArgMax(1)(g, g) FROM small;
SELECT groupUniqArrayResample(1, 0, 8, 3)(g, id) FROM small;
SELECT anyLastIf(n, x > 2), anyLastOrNull(n), anyLastOrDefault(n), anyLastIfOrNull(n, x > 500), anyLastOrNullIf(n, x > 500), anyLastOrDefaultIf(n, x > 500) FROM small;
SELECT anyLast(n), anyLastOrNull(n), anyLastOrDefault(n), anyLastIfOrNull(n, x > 500) FROM empty;
SELECT g, anyLastIf(n, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT anyLastArray(an) FROM arrays;
SELECT id, anyLastArray(an) FROM arrays GROUP BY id ORDER BY id;
SELECT anyLastArrayIf(an, id > 2), anyLastArrayOrNull(an) FROM arrays;
SELECT anyLastForEach(an) FROM arrays;
SELECT id % 2 AS k, anyLastForEach(an) FROM arrays GROUP BY k ORDER BY k;
SELECT anyLastMerge(v) FROM (SELECT g, anyLastState(n) AS v FROM small GROUP BY g ORDER BY g);
SELECT anyLastMerge(v) FROM (SELECT anyLastState(n) AS v FROM empty);
SELECT g, finalizeAggregation(anyLastState(n)) FROM small GROUP BY g ORDER BY g;
SELECT anyLastIfMerge(v) FROM (SELECT g, anyLastIfState(n, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT anyLastForEachMerge(v) FROM (SELECT id, anyLastForEachState(an) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(anyLastState(n)), toTypeName(anyLastIfState(n, x > 2)), toTypeName(anyLastOrNullState(n)) FROM small;
SELECT anyLastArgMin(n, id), anyLastArgMax(n, g) FROM small;
SELECT anyLastResample(0, 8, 3)(n, id) FROM small;
SELECT sumIf(n, x > 2), sumOrNull(n), sumOrDefault(n), sumIfOrNull(n, x > 500), sumOrNullIf(n, x > 500), sumOrDefaultIf(n, x > 500) FROM small;
SELECT sum(n), sumOrNull(n), sumOrDefault(n), sumIfOrNull(n, x > 500) FROM empty;
SELECT g, sumIf(n, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT sumArray(an) FROM arrays;
SELECT id, sumArray(an) FROM arrays GROUP BY id ORDER BY id;
SELECT sumArrayIf(an, id > 2), sumArrayOrNull(an) FROM arrays;
SELECT sumForEach(an) FROM arrays;
SELECT id % 2 AS k, sumForEach(an) FROM arrays GROUP BY k ORDER BY k;
SELECT sumMerge(v) FROM (SELECT g, sumState(n) AS v FROM small GROUP BY g ORDER BY g);
SELECT sumMerge(v) FROM (SELECT sumState(n) AS v FROM empty);
SELECT sumMerge(w) FROM (SELECT k, sumMergeState(v) AS w FROM (SELECT g, id % 2 AS k, sumState(n) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(sumState(n)) FROM small GROUP BY g ORDER BY g;
SELECT sumIfMerge(v) FROM (SELECT g, sumIfState(n, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT sumForEachMerge(v) FROM (SELECT id, sumForEachState(an) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(sumState(n)), toTypeName(sumIfState(n, x > 2)), toTypeName(sumOrNullState(n)) FROM small;
SELECT sumDistinct(n), sumDistinctIf(n, id > 2) FROM small;
SELECT sumArgMin(n, id), sumArgMax(n, g) FROM small;
SELECT sumResample(0, 8, 3)(n, id) FROM small;
SELECT sumMap(m) FROM arrays;
SELECT id % 2 AS k, sumMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
SELECT sumMapIf(m, id > 2) FROM arrays;
-- state: approx 1e-9
SELECT avgIf(n, x > 2), avgOrNull(n), avgOrDefault(n), avgIfOrNull(n, x > 500), avgOrNullIf(n, x > 500), avgOrDefaultIf(n, x > 500) FROM small;
-- state: approx 1e-9
SELECT avg(n), avgOrNull(n), avgOrDefault(n), avgIfOrNull(n, x > 500) FROM empty;
-- state: approx 1e-9
SELECT g, avgIf(n, n > 4) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT avgArray(an) FROM arrays;
-- state: approx 1e-9
SELECT id, avgArray(an) FROM arrays GROUP BY id ORDER BY id;
-- state: approx 1e-9
SELECT avgArrayIf(an, id > 2), avgArrayOrNull(an) FROM arrays;
-- state: approx 1e-9
SELECT avgForEach(an) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, avgForEach(an) FROM arrays GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT avgMerge(v) FROM (SELECT g, avgState(n) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT avgMerge(v) FROM (SELECT avgState(n) AS v FROM empty);
-- state: approx 1e-9
SELECT avgMerge(w) FROM (SELECT k, avgMergeState(v) AS w FROM (SELECT g, id % 2 AS k, avgState(n) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
-- state: approx 1e-9
SELECT g, finalizeAggregation(avgState(n)) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT avgIfMerge(v) FROM (SELECT g, avgIfState(n, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT avgForEachMerge(v) FROM (SELECT id, avgForEachState(an) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(avgState(n)), toTypeName(avgIfState(n, x > 2)), toTypeName(avgOrNullState(n)) FROM small;
-- state: approx 1e-9
SELECT avgDistinct(n), avgDistinctIf(n, id > 2) FROM small;
-- state: approx 1e-9
SELECT avgArgMin(n, id), avgArgMax(n, g) FROM small;
-- state: approx 1e-9
SELECT avgResample(0, 8, 3)(n, id) FROM small;
-- state: approx 1e-9
SELECT avgMap(m) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, avgMap(map(toString(id), x)) AS v FROM small GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT avgMapIf(m, id > 2) FROM arrays;
SELECT uniqIf(n, x > 2), uniqOrNull(n), uniqOrDefault(n), uniqIfOrNull(n, x > 500), uniqOrNullIf(n, x > 500), uniqOrDefaultIf(n, x > 500) FROM small;
SELECT uniq(n), uniqOrNull(n), uniqOrDefault(n), uniqIfOrNull(n, x > 500) FROM empty;
SELECT g, uniqIf(n, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT uniqArray(an) FROM arrays;
SELECT id, uniqArray(an) FROM arrays GROUP BY id ORDER BY id;
SELECT uniqArrayIf(an, id > 2), uniqArrayOrNull(an) FROM arrays;
SELECT uniqForEach(an) FROM arrays;
SELECT id % 2 AS k, uniqForEach(an) FROM arrays GROUP BY k ORDER BY k;
SELECT uniqMerge(v) FROM (SELECT g, uniqState(n) AS v FROM small GROUP BY g ORDER BY g);
SELECT uniqMerge(v) FROM (SELECT uniqState(n) AS v FROM empty);
SELECT uniqMerge(w) FROM (SELECT k, uniqMergeState(v) AS w FROM (SELECT g, id % 2 AS k, uniqState(n) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(uniqState(n)) FROM small GROUP BY g ORDER BY g;
SELECT uniqIfMerge(v) FROM (SELECT g, uniqIfState(n, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT uniqForEachMerge(v) FROM (SELECT id, uniqForEachState(an) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(uniqState(n)), toTypeName(uniqIfState(n, x > 2)), toTypeName(uniqOrNullState(n)) FROM small;
SELECT uniqDistinct(n), uniqDistinctIf(n, id > 2) FROM small;
SELECT uniqArgMin(n, id), uniqArgMax(n, g) FROM small;
SELECT uniqResample(0, 8, 3)(n, id) FROM small;
SELECT groupArrayIf(n, x > 2), groupArrayOrNull(n), groupArrayOrDefault(n), groupArrayIfOrNull(n, x > 500), groupArrayOrNullIf(n, x > 500), groupArrayOrDefaultIf(n, x > 500) FROM small;
SELECT groupArray(n), groupArrayOrNull(n), groupArrayOrDefault(n), groupArrayIfOrNull(n, x > 500) FROM empty;
SELECT g, groupArrayIf(n, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT groupArrayArray(an) FROM arrays;
SELECT id, groupArrayArray(an) FROM arrays GROUP BY id ORDER BY id;
SELECT groupArrayArrayIf(an, id > 2), groupArrayArrayOrNull(an) FROM arrays;
SELECT groupArrayForEach(an) FROM arrays;
SELECT id % 2 AS k, groupArrayForEach(an) FROM arrays GROUP BY k ORDER BY k;
SELECT groupArrayMerge(v) FROM (SELECT g, groupArrayState(n) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupArrayMerge(v) FROM (SELECT groupArrayState(n) AS v FROM empty);
SELECT g, finalizeAggregation(groupArrayState(n)) FROM small GROUP BY g ORDER BY g;
SELECT groupArrayIfMerge(v) FROM (SELECT g, groupArrayIfState(n, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupArrayForEachMerge(v) FROM (SELECT id, groupArrayForEachState(an) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(groupArrayState(n)), toTypeName(groupArrayIfState(n, x > 2)), toTypeName(groupArrayOrNullState(n)) FROM small;
SELECT groupArrayArgMin(n, id), groupArrayArgMax(n, g) FROM small;
SELECT groupArrayResample(0, 8, 3)(n, id) FROM small;
-- state: approx 1e-9
SELECT covarPopIf(x, u, x > 2), covarPopOrNull(x, u), covarPopOrDefault(x, u), covarPopIfOrNull(x, u, x > 500), covarPopOrNullIf(x, u, x > 500), covarPopOrDefaultIf(x, u, x > 500) FROM small;
-- state: approx 1e-9
SELECT covarPop(x, u), covarPopOrNull(x, u), covarPopOrDefault(x, u), covarPopIfOrNull(x, u, x > 500) FROM empty;
-- state: approx 1e-9
SELECT g, covarPopIf(x, u, n > 4) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT covarPopArray(ai, ai) FROM arrays;
-- state: approx 1e-9
SELECT id, covarPopArray(ai, ai) FROM arrays GROUP BY id ORDER BY id;
-- state: approx 1e-9
SELECT covarPopArrayIf(ai, ai, id > 2), covarPopArrayOrNull(ai, ai) FROM arrays;
-- state: approx 1e-9
SELECT covarPopForEach(ai, ai) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, covarPopForEach(ai, ai) FROM arrays GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT covarPopMerge(v) FROM (SELECT g, covarPopState(x, u) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT covarPopMerge(v) FROM (SELECT covarPopState(x, u) AS v FROM empty);
-- state: approx 1e-9
SELECT covarPopMerge(w) FROM (SELECT k, covarPopMergeState(v) AS w FROM (SELECT g, id % 2 AS k, covarPopState(x, u) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
-- state: approx 1e-9
SELECT g, finalizeAggregation(covarPopState(x, u)) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT covarPopIfMerge(v) FROM (SELECT g, covarPopIfState(x, u, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT covarPopForEachMerge(v) FROM (SELECT id, covarPopForEachState(ai, ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(covarPopState(x, u)), toTypeName(covarPopIfState(x, u, x > 2)), toTypeName(covarPopOrNullState(x, u)) FROM small;
-- state: approx 1e-9
SELECT covarPopArgMin(x, u, id), covarPopArgMax(x, u, g) FROM small;
-- state: approx 1e-9
SELECT covarPopResample(0, 8, 3)(x, u, id) FROM small;
-- state: approx 1e-9
SELECT corrIf(x, u, x > 2), corrOrNull(x, u), corrOrDefault(x, u), corrIfOrNull(x, u, x > 500), corrOrNullIf(x, u, x > 500), corrOrDefaultIf(x, u, x > 500) FROM small;
-- state: approx 1e-9
SELECT corr(x, u), corrOrNull(x, u), corrOrDefault(x, u), corrIfOrNull(x, u, x > 500) FROM empty;
-- state: approx 1e-9
SELECT g, corrIf(x, u, n > 4) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT corrArray(ai, ai) FROM arrays;
-- state: approx 1e-9
SELECT id, corrArray(ai, ai) FROM arrays GROUP BY id ORDER BY id;
-- state: approx 1e-9
SELECT corrArrayIf(ai, ai, id > 2), corrArrayOrNull(ai, ai) FROM arrays;
-- state: approx 1e-9
SELECT corrForEach(ai, ai) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, corrForEach(ai, ai) FROM arrays GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT corrMerge(v) FROM (SELECT g, corrState(x, u) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT corrMerge(v) FROM (SELECT corrState(x, u) AS v FROM empty);
-- state: approx 1e-9
SELECT corrMerge(w) FROM (SELECT k, corrMergeState(v) AS w FROM (SELECT g, id % 2 AS k, corrState(x, u) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
-- state: approx 1e-9
SELECT g, finalizeAggregation(corrState(x, u)) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT corrIfMerge(v) FROM (SELECT g, corrIfState(x, u, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT corrForEachMerge(v) FROM (SELECT id, corrForEachState(ai, ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(corrState(x, u)), toTypeName(corrIfState(x, u, x > 2)), toTypeName(corrOrNullState(x, u)) FROM small;
-- state: approx 1e-9
SELECT corrArgMin(x, u, id), corrArgMax(x, u, g) FROM small;
-- state: approx 1e-9
SELECT corrResample(0, 8, 3)(x, u, id) FROM small;
-- state: approx 1e-9
SELECT skewPopIf(x, x > 2), skewPopOrNull(x), skewPopOrDefault(x), skewPopIfOrNull(x, x > 500), skewPopOrNullIf(x, x > 500), skewPopOrDefaultIf(x, x > 500) FROM small;
-- state: approx 1e-9
SELECT skewPop(x), skewPopOrNull(x), skewPopOrDefault(x), skewPopIfOrNull(x, x > 500) FROM empty;
-- state: approx 1e-9
SELECT g, skewPopIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT skewPopArray(ai) FROM arrays;
-- state: approx 1e-9
SELECT id, skewPopArray(ai) FROM arrays GROUP BY id ORDER BY id;
-- state: approx 1e-9
SELECT skewPopArrayIf(ai, id > 2), skewPopArrayOrNull(ai) FROM arrays;
-- state: approx 1e-9
SELECT skewPopForEach(ai) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, skewPopForEach(ai) FROM arrays GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT skewPopMerge(v) FROM (SELECT g, skewPopState(x) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT skewPopMerge(v) FROM (SELECT skewPopState(x) AS v FROM empty);
-- state: approx 1e-9
SELECT skewPopMerge(w) FROM (SELECT k, skewPopMergeState(v) AS w FROM (SELECT g, id % 2 AS k, skewPopState(x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
-- state: approx 1e-9
SELECT g, finalizeAggregation(skewPopState(x)) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT skewPopIfMerge(v) FROM (SELECT g, skewPopIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT skewPopForEachMerge(v) FROM (SELECT id, skewPopForEachState(ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(skewPopState(x)), toTypeName(skewPopIfState(x, x > 2)), toTypeName(skewPopOrNullState(x)) FROM small;
-- state: approx 1e-9
SELECT skewPopDistinct(x), skewPopDistinctIf(x, id > 2) FROM small;
-- state: approx 1e-9
SELECT skewPopArgMin(x, id), skewPopArgMax(x, g) FROM small;
-- state: approx 1e-9
SELECT skewPopResample(0, 8, 3)(x, id) FROM small;
SELECT deltaSumIf(x, x > 2), deltaSumOrNull(x), deltaSumOrDefault(x), deltaSumIfOrNull(x, x > 500), deltaSumOrNullIf(x, x > 500), deltaSumOrDefaultIf(x, x > 500) FROM small;
SELECT deltaSum(x), deltaSumOrNull(x), deltaSumOrDefault(x), deltaSumIfOrNull(x, x > 500) FROM empty;
SELECT g, deltaSumIf(x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT deltaSumArray(ai) FROM arrays;
SELECT id, deltaSumArray(ai) FROM arrays GROUP BY id ORDER BY id;
SELECT deltaSumArrayIf(ai, id > 2), deltaSumArrayOrNull(ai) FROM arrays;
SELECT deltaSumForEach(ai) FROM arrays;
SELECT id % 2 AS k, deltaSumForEach(ai) FROM arrays GROUP BY k ORDER BY k;
SELECT deltaSumMerge(v) FROM (SELECT g, deltaSumState(x) AS v FROM small GROUP BY g ORDER BY g);
SELECT deltaSumMerge(v) FROM (SELECT deltaSumState(x) AS v FROM empty);
SELECT g, finalizeAggregation(deltaSumState(x)) FROM small GROUP BY g ORDER BY g;
SELECT deltaSumIfMerge(v) FROM (SELECT g, deltaSumIfState(x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT deltaSumForEachMerge(v) FROM (SELECT id, deltaSumForEachState(ai) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(deltaSumState(x)), toTypeName(deltaSumIfState(x, x > 2)), toTypeName(deltaSumOrNullState(x)) FROM small;
SELECT deltaSumArgMin(x, id), deltaSumArgMax(x, g) FROM small;
SELECT deltaSumResample(0, 8, 3)(x, id) FROM small;
SELECT groupBitOrIf(u, x > 2), groupBitOrOrNull(u), groupBitOrOrDefault(u), groupBitOrIfOrNull(u, x > 500), groupBitOrOrNullIf(u, x > 500), groupBitOrOrDefaultIf(u, x > 500) FROM small;
SELECT groupBitOr(u), groupBitOrOrNull(u), groupBitOrOrDefault(u), groupBitOrIfOrNull(u, x > 500) FROM empty;
SELECT g, groupBitOrIf(u, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT groupBitOrArray(au) FROM arrays;
SELECT id, groupBitOrArray(au) FROM arrays GROUP BY id ORDER BY id;
SELECT groupBitOrArrayIf(au, id > 2), groupBitOrArrayOrNull(au) FROM arrays;
SELECT groupBitOrForEach(au) FROM arrays;
SELECT id % 2 AS k, groupBitOrForEach(au) FROM arrays GROUP BY k ORDER BY k;
SELECT groupBitOrMerge(v) FROM (SELECT g, groupBitOrState(u) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupBitOrMerge(v) FROM (SELECT groupBitOrState(u) AS v FROM empty);
SELECT groupBitOrMerge(w) FROM (SELECT k, groupBitOrMergeState(v) AS w FROM (SELECT g, id % 2 AS k, groupBitOrState(u) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(groupBitOrState(u)) FROM small GROUP BY g ORDER BY g;
SELECT groupBitOrIfMerge(v) FROM (SELECT g, groupBitOrIfState(u, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupBitOrForEachMerge(v) FROM (SELECT id, groupBitOrForEachState(au) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(groupBitOrState(u)), toTypeName(groupBitOrIfState(u, x > 2)), toTypeName(groupBitOrOrNullState(u)) FROM small;
SELECT groupBitOrDistinct(u), groupBitOrDistinctIf(u, id > 2) FROM small;
SELECT groupBitOrArgMin(u, id), groupBitOrArgMax(u, g) FROM small;
SELECT groupBitOrResample(0, 8, 3)(u, id) FROM small;
-- state: approx 1e-9
SELECT entropyIf(g, x > 2), entropyOrNull(g), entropyOrDefault(g), entropyIfOrNull(g, x > 500), entropyOrNullIf(g, x > 500), entropyOrDefaultIf(g, x > 500) FROM small;
-- state: approx 1e-9
SELECT entropy(g), entropyOrNull(g), entropyOrDefault(g), entropyIfOrNull(g, x > 500) FROM empty;
-- state: approx 1e-9
SELECT g, entropyIf(g, n > 4) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT entropyArray(s) FROM arrays;
-- state: approx 1e-9
SELECT id, entropyArray(s) FROM arrays GROUP BY id ORDER BY id;
-- state: approx 1e-9
SELECT entropyArrayIf(s, id > 2), entropyArrayOrNull(s) FROM arrays;
-- state: approx 1e-9
SELECT entropyForEach(s) FROM arrays;
-- state: approx 1e-9
SELECT id % 2 AS k, entropyForEach(s) FROM arrays GROUP BY k ORDER BY k;
-- state: approx 1e-9
SELECT entropyMerge(v) FROM (SELECT g, entropyState(g) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT entropyMerge(v) FROM (SELECT entropyState(g) AS v FROM empty);
-- state: approx 1e-9
SELECT entropyMerge(w) FROM (SELECT k, entropyMergeState(v) AS w FROM (SELECT g, id % 2 AS k, entropyState(g) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
-- state: approx 1e-9
SELECT g, finalizeAggregation(entropyState(g)) FROM small GROUP BY g ORDER BY g;
-- state: approx 1e-9
SELECT entropyIfMerge(v) FROM (SELECT g, entropyIfState(g, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: approx 1e-9
SELECT entropyForEachMerge(v) FROM (SELECT id, entropyForEachState(s) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(entropyState(g)), toTypeName(entropyIfState(g, x > 2)), toTypeName(entropyOrNullState(g)) FROM small;
-- state: approx 1e-9
SELECT entropyDistinct(g), entropyDistinctIf(g, id > 2) FROM small;
-- state: approx 1e-9
SELECT entropyArgMin(g, id), entropyArgMax(g, g) FROM small;
-- state: approx 1e-9
SELECT entropyResample(0, 8, 3)(g, id) FROM small;
SELECT groupConcatIf(',')(s, x > 2), groupConcatOrNull(',')(s), groupConcatOrDefault(',')(s), groupConcatIfOrNull(',')(s, x > 500), groupConcatOrNullIf(',')(s, x > 500), groupConcatOrDefaultIf(',')(s, x > 500) FROM small;
SELECT groupConcat(',')(s), groupConcatOrNull(',')(s), groupConcatOrDefault(',')(s), groupConcatIfOrNull(',')(s, x > 500) FROM empty;
SELECT g, groupConcatIf(',')(s, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT groupConcatArray(',')(s) FROM arrays;
SELECT id, groupConcatArray(',')(s) FROM arrays GROUP BY id ORDER BY id;
SELECT groupConcatArrayIf(',')(s, id > 2), groupConcatArrayOrNull(',')(s) FROM arrays;
SELECT groupConcatForEach(',')(s) FROM arrays;
SELECT id % 2 AS k, groupConcatForEach(',')(s) FROM arrays GROUP BY k ORDER BY k;
-- state: differs ClickHouse leaves out the separator behind empty texts at the start
SELECT groupConcatMerge(',')(v) FROM (SELECT g, groupConcatState(',')(s) AS v FROM small GROUP BY g ORDER BY g);
SELECT groupConcatMerge(',')(v) FROM (SELECT groupConcatState(',')(s) AS v FROM empty);
-- state: differs ClickHouse leaves out the separator behind empty texts at the start
SELECT g, finalizeAggregation(groupConcatState(',')(s)) FROM small GROUP BY g ORDER BY g;
SELECT groupConcatIfMerge(',')(v) FROM (SELECT g, groupConcatIfState(',')(s, x > 2) AS v FROM small GROUP BY g ORDER BY g);
-- state: differs ClickHouse leaves out the separator behind empty texts at the start
SELECT groupConcatForEachMerge(',')(v) FROM (SELECT id, groupConcatForEachState(',')(s) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(groupConcatState(',')(s)), toTypeName(groupConcatIfState(',')(s, x > 2)), toTypeName(groupConcatOrNullState(',')(s)) FROM small;
SELECT groupConcatArgMin(',')(s, id), groupConcatArgMax(',')(s, g) FROM small;
SELECT groupConcatResample(',', 0, 8, 3)(s, id) FROM small;
SELECT argMinIf(n, x, x > 2), argMinOrNull(n, x), argMinOrDefault(n, x), argMinIfOrNull(n, x, x > 500), argMinOrNullIf(n, x, x > 500), argMinOrDefaultIf(n, x, x > 500) FROM small;
SELECT argMin(n, x), argMinOrNull(n, x), argMinOrDefault(n, x), argMinIfOrNull(n, x, x > 500) FROM empty;
SELECT g, argMinIf(n, x, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT argMinArray(an, an) FROM arrays;
SELECT id, argMinArray(an, an) FROM arrays GROUP BY id ORDER BY id;
SELECT argMinArrayIf(an, an, id > 2), argMinArrayOrNull(an, an) FROM arrays;
SELECT argMinForEach(an, an) FROM arrays;
SELECT id % 2 AS k, argMinForEach(an, an) FROM arrays GROUP BY k ORDER BY k;
SELECT argMinMerge(v) FROM (SELECT g, argMinState(n, x) AS v FROM small GROUP BY g ORDER BY g);
SELECT argMinMerge(v) FROM (SELECT argMinState(n, x) AS v FROM empty);
SELECT argMinMerge(w) FROM (SELECT k, argMinMergeState(v) AS w FROM (SELECT g, id % 2 AS k, argMinState(n, x) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(argMinState(n, x)) FROM small GROUP BY g ORDER BY g;
SELECT argMinIfMerge(v) FROM (SELECT g, argMinIfState(n, x, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT argMinForEachMerge(v) FROM (SELECT id, argMinForEachState(an, an) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(argMinState(n, x)), toTypeName(argMinIfState(n, x, x > 2)), toTypeName(argMinOrNullState(n, x)) FROM small;
SELECT argMinArgMin(n, x, id), argMinArgMax(n, x, g) FROM small;
SELECT argMinResample(0, 8, 3)(n, x, id) FROM small;
SELECT retentionIf(x > 5, x < 5, x > 2), retentionOrNull(x > 5, x < 5), retentionOrDefault(x > 5, x < 5), retentionIfOrNull(x > 5, x < 5, x > 500), retentionOrNullIf(x > 5, x < 5, x > 500), retentionOrDefaultIf(x > 5, x < 5, x > 500) FROM small;
SELECT retention(x > 5, x < 5), retentionOrNull(x > 5, x < 5), retentionOrDefault(x > 5, x < 5), retentionIfOrNull(x > 5, x < 5, x > 500) FROM empty;
SELECT g, retentionIf(x > 5, x < 5, n > 4) FROM small GROUP BY g ORDER BY g;
SELECT retentionForEach(arrayMap(x -> x > 1, ai), arrayMap(x -> x > 2, ai)) FROM arrays;
SELECT id % 2 AS k, retentionForEach(arrayMap(x -> x > 1, ai), arrayMap(x -> x > 2, ai)) FROM arrays GROUP BY k ORDER BY k;
SELECT retentionMerge(v) FROM (SELECT g, retentionState(x > 5, x < 5) AS v FROM small GROUP BY g ORDER BY g);
SELECT retentionMerge(v) FROM (SELECT retentionState(x > 5, x < 5) AS v FROM empty);
SELECT retentionMerge(w) FROM (SELECT k, retentionMergeState(v) AS w FROM (SELECT g, id % 2 AS k, retentionState(x > 5, x < 5) AS v FROM (SELECT * FROM small ORDER BY id) GROUP BY g, k ORDER BY g, k) GROUP BY k ORDER BY k);
SELECT g, finalizeAggregation(retentionState(x > 5, x < 5)) FROM small GROUP BY g ORDER BY g;
SELECT retentionIfMerge(v) FROM (SELECT g, retentionIfState(x > 5, x < 5, x > 2) AS v FROM small GROUP BY g ORDER BY g);
SELECT retentionForEachMerge(v) FROM (SELECT id, retentionForEachState(arrayMap(x -> x > 1, ai), arrayMap(x -> x > 2, ai)) AS v FROM arrays GROUP BY id ORDER BY id);
SELECT toTypeName(retentionState(x > 5, x < 5)), toTypeName(retentionIfState(x > 5, x < 5, x > 2)), toTypeName(retentionOrNullState(x > 5, x < 5)) FROM small;
SELECT retentionArgMin(x > 5, x < 5, id), retentionArgMax(x > 5, x < 5, g) FROM small;
SELECT retentionResample(0, 8, 3)(x > 5, x < 5, id) FROM small;
SELECT sumMap(m), minMap(m), maxMap(m) FROM arrays;
SELECT sumMap(au, au), minMap(au, au), maxMap(au, au) FROM arrays;
SELECT sumMap((au, au)) FROM arrays;
SELECT sumMap([1, 2], [0, 5]), sumMap([1, 1], [3, 4]), minMap([1, 2], [0, 5]), sumMap(map(1, 0)), sumMap([1, 2], [1, 2], [3, 4]), minMap(([1, 2], [5, 6]));
SELECT sumMapFiltered([1])([1, 2], [3, 4]), sumMapFilteredWithOverflow([1])([1, 2], [3, 4]), sumMapWithOverflow([1, 2], [200, 100]);
SELECT sumMap(map('a', NULL::Nullable(Int32)));
SELECT g, sumMap(map(s, x)), sumMap([s], [u]) FROM small GROUP BY g ORDER BY g;
SELECT sumMapMerge(v) FROM (SELECT g, sumMapState(map(s, x)) AS v FROM small GROUP BY g);
SELECT sumMapMerge(v) FROM (SELECT g, sumMapState([s], [x]) AS v FROM small GROUP BY g);
SELECT id, sumMap(map(g, x)) OVER (ORDER BY id) FROM small ORDER BY id;
SELECT sumMap([1, 2], [1.5, 2.25]), sumMap(['a'], [toDecimal32('1.5', 2)]);
SELECT count(DISTINCT x, g), countDistinct(x, g), uniqExact(x, g), countDistinctIf(x, id > 3), count(DISTINCT n), sum(DISTINCT x), avg(DISTINCT x), groupConcat(DISTINCT g) FROM small WHERE id < 4;
SELECT count() FILTER (WHERE x > 5), sum(x) FILTER (WHERE n > 4), uniq(x) FILTER (WHERE 0) FROM small;
SELECT sumIf(x, NULL), countIf(NULL), avgIf(x, n > 4) FROM small;
SELECT countIf(x, u), countIf(u) FROM small;
SELECT sumIf(x, y) FROM small;
SELECT sumIf(x) FROM small;
SELECT sumForEach(x) FROM small;
SELECT sumArray(x) FROM small;
SELECT avgMap(x) FROM small;
SELECT countDistinctMerge(v) FROM (SELECT g, countDistinctState(x) AS v FROM small GROUP BY g);
SELECT groupArrayDistinctMerge(v) FROM (SELECT groupArrayDistinctState(g) AS v FROM small WHERE g = 'a');
SELECT arraySort(groupArrayDistinctMerge(v)) FROM (SELECT s, groupArrayDistinctState(g) AS v FROM small GROUP BY s);
SELECT sumDistinctMerge(v) FROM (SELECT g, sumDistinctState(x) AS v FROM small GROUP BY g);
SELECT countMerge(v) FROM (SELECT g, countIfState(x > 2) AS v FROM small GROUP BY g);
SELECT sumMerge(v) FROM (SELECT countState() AS v FROM small);
SELECT countIfMergeState(v) FROM (SELECT g, countIfState(x > 2) AS v FROM small GROUP BY g) LIMIT 0;
SELECT sumOrNullMerge(v) FROM (SELECT sumOrNullState(x) AS v FROM empty);
SELECT uniqArrayMerge(v) FROM (SELECT id, uniqArrayState(s) AS v FROM arrays GROUP BY id);
SELECT sumMapMerge(v) FROM (SELECT id, sumMapState(m) AS v FROM arrays GROUP BY id);
SELECT initializeAggregation('sum', x), initializeAggregation('uniqExact', s), finalizeAggregation(initializeAggregation('avgState', x)), initializeAggregation('argMax', s, x) FROM small ORDER BY id;
SELECT min(nan), max(nan);
SELECT min(y), max(y), argMin(i, y), argMax(i, y) FROM (SELECT arrayJoin([(nan, 1), (1.0, 2), (5.0, 3), (-inf, 4)]) AS p, p.1 AS y, p.2 AS i);
SELECT argMin(n, x), argMax(n, x), argMin(x, n), argMin((n, x), x), argMin(tuple(n), x), argMax(s, (g, x)) FROM small;
SELECT argMin((n, s), x), argMax(tuple(ns), id) FROM small;
SELECT min((g, x)), max((g, n)), any((s, n)), anyLast((s, n)) FROM small;
