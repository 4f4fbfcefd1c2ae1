-- Names in any case, with combinators.
SELECT SUMSimpleState(1), MaxSimpleState(2), AVGIf(1, 1);
SELECT toTypeName(VAR_POPState(1)), toTypeName(SUMState(1)), toTypeName(STDIf(1, 1)), toTypeName(CORRState(1, 2));
SELECT finalizeAggregation(COUNTState()), COUNTIf(number > 2), MinOrNull(number), Group_Concat(number) FROM numbers(5);
SELECT sumMerge(s) FROM (SELECT SUMState(number) AS s FROM numbers(5));
-- NaN, infinities, one value.
SELECT varPop(x), varSamp(x), stddevPop(x), stddevSamp(x) FROM values('x Float64', (inf));
SELECT varPop(x), varSamp(x), stddevPop(x), stddevSamp(x), skewPop(x), kurtPop(x) FROM values('x Float64', (nan), (1));
SELECT varPop(x), varSamp(x), stddevPop(x), stddevSamp(x) FROM values('x Int32', (2));
SELECT varPopStable(x), varSampStable(x), stddevPopStable(x), stddevSampStable(x) FROM values('x Float64', (inf));
SELECT varPopStable(x), varSampStable(x), stddevPopStable(x), stddevSampStable(x) FROM values('x Float64', (2));
SELECT varPopStable(x), varSampStable(x), stddevPopStable(x), stddevSampStable(x) FROM values('x Float64', (2), (3.5));
SELECT corrStable(x, x), covarSampStable(x, x), covarPopStable(x, x) FROM values('x Float64', (2));
SELECT round(corrStable(x, y), 6), covarSampStable(x, y), covarPopStable(x, y) FROM values('x Float64, y Int8', (2, 3), (4, 6), (5, -1));
SELECT varPopIf(x, x > 1), stddevSampIf(x, x > 100), varSampOrNull(x) FROM values('x Nullable(Float64)', (2), (NULL), (nan));
-- Float32 stays Float32.
SELECT varPop(x), stddevSamp(x), covarSamp(x, x), toTypeName(skewPop(x)), toTypeName(corr(x, x)), toTypeName(corr(x, 1)) FROM values('x Float32', (1), (2), (3));
SELECT toTypeName(varPopStable(x)), toTypeName(stddevPop(toNullable(x))), toTypeName(varSampState(x)) FROM values('x Float32', (1.5), (2.5), (4));
SELECT covarPopMatrix(x, 1), covarSampMatrix(x, 1) FROM values('x Nullable(Float64)', (NULL), (1), (2));
-- The greatest of states that hold NaN.
SELECT maxMerge(s), minMerge(t) FROM (SELECT number, maxState(if(number = 4, nan, toFloat64(number))) AS s, minState(if(number = 0, nan, toFloat64(number))) AS t FROM numbers(5) GROUP BY number);
-- Braces in arguments.
SELECT kurtSamp(length(replaceRegexpAll(toString(number), '[0-9]{3}', ''))), avgWeighted(length(replaceRegexpAll(toString(number), '[0-9]{3}', 'a')), 1) FROM numbers(98, 5);
SELECT boundingRatio(length(replaceRegexpAll(toString(number), '[0-9]{3}', 'a')), number) FROM numbers(98, 5);
-- Weights.
SELECT avgWeighted(x, w) FROM values('x Float64, w UInt32', (2.5, 1), (3.5, 2));
SELECT avgWeighted(x, w) FROM values('x Float64, w Float64', (2.5, 1), (3.5, 2));
SELECT avgWeighted(x, w) FROM values('x Int32, w Int32', (-1, 2), (5, 3), (-3, 4));
SELECT avgWeighted(x, w) FROM values('x Int16, w UInt64', (-2, 1));
SELECT avgWeightedIf(x, w, w > 5), avgWeightedOrNull(x, w) FROM values('x Int16, w UInt64', (-2, 1));
SELECT quantileExactWeighted(x, 0), quantilesExactWeighted(0.1, 0.9)(x, 0) FROM values('x Int16', (5), (1), (2));
-- Nullable counts.
SELECT uniqCombined64(toNullable(x)), uniq(toNullable(x)), groupBitmap(toNullable(x)) FROM (SELECT toNullable(1) AS x WHERE 0);
SELECT uniqCombined64(1, toNullable(1)), groupBitmap(toNullable(5)), groupBitmapIf(toNullable(5), 0), groupBitmapDistinct(toNullable(5));
SELECT groupBitmap(NULL), uniqCombined(NULL), uniqCombined64(NULL), uniq(NULL), uniqExact(NULL), uniqHLL12(NULL), count(NULL);
SELECT maxIntersections(toNullable(x), x), maxIntersectionsPosition(toNullable(x), x) FROM (SELECT toNullable(1) AS x WHERE 0);
SELECT maxIntersections(toNullable(1), 2), maxIntersectionsPosition(toNullable(3), 2), maxIntersections(1, 1);
-- Intervals out of numbers of every kind.
SELECT toIntervalWeek(0.33), toIntervalDay(toDateTime(5)), toIntervalHour('5'), toIntervalDay(toDate(6)), toIntervalDay(toNullable(1.5)), toIntervalSecond(-1.9);
SELECT toIntervalNanosecond(toLowCardinality(5)), toDate('2024-01-31') + toIntervalMonth(1.9);
-- Whole numbers are multiplied in 64 bits.
SELECT arrayProduct([toUInt8(200), 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 200]), arrayProduct([toInt64(-9000000000), 9000000000]);
SELECT arrayProduct([toInt32(-2000000000), 2000000000, 5]), arrayProduct([toFloat32(3.5), 2]), arrayProduct(x -> x, [toUInt32(4000000000), 4000000000, 5]), arrayProduct([-1, 0]), arrayProduct(emptyArrayUInt8());
SELECT arrayProduct([true, true]), arrayProduct([1, -2, 3]), arrayProduct([toDecimal64(1.5, 1), 2]), arrayProduct(x -> x / 2, [1, 2, 3]);
