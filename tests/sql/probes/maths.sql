-- Numbers: rounding, powers, logarithms.
SELECT round(2.5);
SELECT round(-2.5);
SELECT round(15,-1);
SELECT round(25,-1);
SELECT round(-25,-1);
SELECT round(toUInt8(255),-1);
-- state: differs ClickHouse adds the half in 8 bits, which runs over
SELECT round(toInt8(-125),-1);
SELECT round(1234567,-3);
SELECT round(2.345,2);
SELECT round(-1.005,2);
SELECT round(1e300,2);
SELECT round(nan);
SELECT round(inf);
SELECT round(toDecimal64(2.345,3),2);
SELECT round(toDecimal64(2.5,3));
SELECT round(toDecimal64(-2.345,3),2);
SELECT round(toDecimal64(1255,1),-1);
SELECT floor(toDecimal64(-2.345,3),2);
SELECT floor(toDecimal64(1255.5,1),-2);
SELECT ceil(toDecimal64(-2.345,3),2);
SELECT trunc(toDecimal64(-2.345,3),2);
SELECT round(toDecimal64(2.345,3),5);
SELECT roundBankers(2.5);
SELECT roundBankers(15,-1);
SELECT roundBankers(25,-1);
SELECT roundBankers(2.345,2);
SELECT roundBankers(toDecimal64(2.345,3),2);
SELECT roundBankers(toDecimal64(2.355,3),2);
SELECT floor(-15,-1);
SELECT floor(15,-1);
SELECT ceil(15,-1);
SELECT ceil(-15,-1);
SELECT trunc(-15,-1);
SELECT trunc(155,-1);
SELECT floor(2.345,2);
SELECT ceil(2.341,2);
SELECT trunc(-2.345,2);
SELECT floor(12345.6,-2);
SELECT round(12345.6,-2);
SELECT round(0.5);
SELECT round(1.5);
SELECT round(toFloat32(2.345),2);
SELECT round(2.5, 0);
SELECT round(5,-5);
SELECT round(5000000000,-10);
SELECT round(toBool(1));
SELECT round(3, 400);
SELECT round(3,-400);
SELECT round(2.5, toInt8(1));
SELECT roundToExp2(100);
SELECT roundToExp2(0);
SELECT roundToExp2(-100);
SELECT roundToExp2(100.5);
SELECT roundToExp2(0.3);
SELECT roundToExp2(toUInt8(255));
SELECT roundDuration(100);
SELECT roundDuration(100000);
SELECT roundDuration(0);
SELECT roundDuration(0.5);
SELECT roundDuration(-5);
SELECT roundAge(0);
SELECT roundAge(5);
SELECT roundAge(20);
SELECT roundAge(30);
SELECT roundAge(40);
SELECT roundAge(50);
SELECT roundAge(60);
SELECT roundAge(-3);
SELECT roundDown(15,[10,20,30]);
SELECT roundDown(5,[10,20,30]);
SELECT roundDown(15.5,[10,20]);
SELECT roundDown(toDate('2024-01-05'),[toDate('2024-01-01')]);
SELECT sign(-5);
SELECT sign(2.5);
SELECT sign(toDecimal32(-1.5,1));
SELECT sign(0);
SELECT sign(nan);
SELECT sign(toUInt64(3));
SELECT sign(true);
-- state: approx 1e-12
SELECT exp(1);
-- state: approx 1e-12
SELECT exp2(3);
-- state: approx 1e-12
SELECT exp10(2);
-- state: approx 1e-12
SELECT log(0);
-- state: approx 1e-12
SELECT log(-1);
-- state: approx 1e-12
SELECT log1p(1);
-- state: approx 1e-12
SELECT log2(8);
-- state: approx 1e-12
SELECT log10(1000);
SELECT ln(2);
SELECT sqrt(-1);
-- state: approx 1e-12
SELECT cbrt(27);
-- state: approx 1e-12
SELECT erf(0.5);
-- state: approx 1e-12
SELECT erfc(0.5);
-- state: approx 1e-12
SELECT lgamma(2.5);
-- state: approx 1e-12
SELECT lgamma(0);
-- state: approx 1e-12
SELECT lgamma(-1.5);
-- state: approx 1e-12
SELECT tgamma(5);
-- state: approx 1e-12
SELECT tgamma(0.5);
-- state: approx 1e-12
SELECT tgamma(-1.5);
-- state: approx 1e-12
SELECT tgamma(171);
-- state: approx 1e-12
SELECT sinh(1);
-- state: approx 1e-12
SELECT cosh(1);
-- state: approx 1e-12
SELECT tanh(1);
-- state: approx 1e-12
SELECT asinh(1);
-- state: approx 1e-12
SELECT acosh(2);
-- state: approx 1e-12
SELECT atanh(0.5);
-- state: approx 1e-12
SELECT atan2(1,2);
-- state: approx 1e-12
SELECT hypot(3,4);
SELECT intExp2(3);
SELECT intExp2(64);
SELECT intExp2(-1);
SELECT intExp10(3);
SELECT intExp10(20);
-- state: approx 1e-12
SELECT degrees(pi());
-- state: approx 1e-12
SELECT radians(180);
SELECT factorial(5);
SELECT factorial(0);
SELECT factorial(21);
SELECT factorial(-1);
SELECT factorial(toUInt8(5));
SELECT e();
SELECT pi();
-- state: approx 1e-12
SELECT sigmoid(1);
-- state: approx 1e-12
SELECT sigmoid(0);
SELECT width_bucket(5,0,10,5);
SELECT width_bucket(-1,0,10,5);
SELECT width_bucket(10,0,10,5);
SELECT width_bucket(11,0,10,toUInt16(500));
SELECT widthBucket(5.5,0,10,5);
SELECT min2(1,2);
SELECT max2(1,2.5);
SELECT max2(nan,1);
SELECT min2(nan,1);
SELECT byteSwap(toUInt16(258));
SELECT byteSwap(3351772109);
SELECT byteSwap(toInt8(-5));
SELECT byteSwap(54);
SELECT isNaN(nan);
SELECT isFinite(1);
SELECT isInfinite(inf);
SELECT isNaN(1);
SELECT ifNotFinite(1/0,42);
SELECT ifNotFinite(1.5,42);
SELECT ifNotFinite(toFloat32(1),2);
SELECT ifNotFinite(nan, 1.5);
SELECT abs(-5);
SELECT abs(true);
SELECT abs(toDecimal32(-1.5,1));
SELECT abs(toInt64(-9223372036854775808));
SELECT negate(5);
SELECT negate(toUInt64(5));
-- Over columns.
-- each: on
SELECT round(f64, 1), round(f32, 1), round(d, 2), floor(f64, 1), ceil(f64, -1), trunc(f64, 2), roundBankers(f64, 1), round(i32, -2), floor(i16, -1), ceil(i64, -3), trunc(i32, -2), roundBankers(i32, -1), floor(d, 2), ceil(d, 1), trunc(d, 3), round(d, -1), sign(f64), sign(i32), abs(i8), roundToExp2(i32), roundAge(u8), roundDuration(u16), roundDown(i32, [-10, 0, 10, 100]), exp(u8 / 100), sqrt(u32), log(u8), log2(u8), byteSwap(u32), widthBucket(f64, -10., 10., 5), isFinite(f64), isNaN(f64), isInfinite(f64), max2(f64, 1), min2(f64, 1), intExp2(u8), round(nu8, -1), round(nf64, 1), abs(ni32), sign(nf64) FROM nums WHERE id NOT IN (4, 5, 8, 10, 11) ORDER BY id;
SELECT clamp(5,1,3), clamp(-1,1,3), clamp(2,1,3), clamp(2.5,1,3), clamp('b','a','c'), clamp(toDate('2024-01-01'),toDate('2024-02-01'),toDate('2024-03-01'));
SELECT clamp(5,3,1);
SELECT clamp(NULL,1,2), clamp(number,1,3) FROM numbers(5);
SELECT sqr(3), sqr(2.5), sqr(-4), sqr(toDecimal32(1.5,2)), sqr(NULL), sqr(toUInt64(5000000000)), sqr(toInt8(-100));
SELECT midpoint(1,3), midpoint(1,2), midpoint(1,2,4), midpoint(1.5,2), avg2(1,4), midpoint(toDate('2024-01-01'),toDate('2024-01-04')), midpoint(-3,-2), midpoint(toDateTime('2024-01-01 00:00:00'),toDateTime('2024-01-01 00:00:03'));
SELECT midpoint(toUInt8(255),toUInt8(255)), midpoint(toUInt64(1),toInt64(-5)), midpoint(toDecimal32(1.5,2),toDecimal32(2.5,1)), midpoint(1, NULL);
SELECT midpoint(toInt8(1),toInt8(2)), midpoint(toInt32(1),toInt32(2)),midpoint(toInt64(1),toInt64(2)), midpoint(toUInt16(1),toUInt8(2)), midpoint(toFloat32(1),toFloat32(2));
SELECT sqr(toInt8(number)), midpoint(number, 5), midpoint(toInt8(number)-5, -2), midpoint(toNullable(number), 3) FROM numbers(3);
SELECT clamp(x, 1, 3), clamp(toNullable(2),1,3), clamp(s,'b','c') FROM (SELECT number x, toString(number) s FROM numbers(4));
SELECT clamp(1, x, 2) FROM (SELECT number x FROM numbers(4));
