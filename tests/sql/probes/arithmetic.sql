-- each: on
-- Results, types, overflow, division by zero.
SELECT 1 + 1, 1 - 2, 2 * 3, 7 / 2, 7 % 3, -7 % 3, 7 % -3, 7.5 % 2, -7.5 % 2, 1 / 0, -1 / 0, 0 / 0, 5 % 0.0, 255 + 1, toUInt8(255) + toUInt8(1), 100 * 100, 1 - toUInt8(2), 4294967295 + 1, 18446744073709551615 + 1, 9223372036854775807 + 1, -9223372036854775808 - 1, 9223372036854775807 * 2, 1.5 + 1, 1 + 1.0, 0.1 + 0.2, 1e308 * 10, -(-5), +5, - 5, 2 * -3, 10 / 4 * 4, 7 DIV 2, 7 MOD 3, -7 DIV 2, 1 + 2 * 3, (1 + 2) * 3;
SELECT toTypeName(1 + 1), toTypeName(1 - 1), toTypeName(1 * 1), toTypeName(1 / 1), toTypeName(1 % 1), toTypeName(toInt32(1) + toUInt32(1)), toTypeName(toInt64(1) + toUInt64(1)), toTypeName(toUInt64(1) + 1), toTypeName(toInt8(1) * toInt16(1)), toTypeName(toFloat32(1) + 1), toTypeName(toFloat32(1) * toFloat32(1)), toTypeName(toInt32(1) / 2), toTypeName(-toUInt8(1)), toTypeName(-toUInt64(1)), toTypeName(toUInt8(5) % toUInt64(3)), toTypeName(toInt32(5) % 2), toTypeName(intDiv(toInt64(5), 2)), toTypeName(toDecimal64(1, 2) + 1), toTypeName(toDecimal64(1, 2) * toDecimal64(1, 3)), toTypeName(toDecimal64(1, 2) / 3), toTypeName(toDecimal64(1, 2) + 1.5), toTypeName(true + 1), toTypeName(NULL + 1), toTypeName(1 + NULL), toTypeName(x + u), toTypeName(x - u), toTypeName(n + 1), toTypeName(u - 1), toTypeName(x * 1.5), toTypeName(sum(x) + 1) FROM small GROUP BY x, u, n LIMIT 1;
SELECT i8 + i8, i8 * i8, i8 - u8, u8 + u8, u8 - u8, u8 - i8, u8 * u8, i16 + i16, i32 * i32, i32 + u32, i64 + i64, i64 * 2, i64 - 1, u64 + 1, u64 - u64, u64 * 2, i64 + u64, u32 - u64, -i8, -u8, -i64, -u64, f32 + f32, f32 * 2, f64 * 2, f64 + i64, d + d, d * 2, d + 1.5, d / 3, d * d, -d, d + i32, b + b, b * 5, ni32 + 1, nf64 + ni32, nu8 - 1 FROM nums WHERE id NOT IN (4, 5) OR id > 5 ORDER BY id;
SELECT i8 / 2, i32 / i8, u8 / u8, i64 / i64, f64 / f32, f64 / 0, i8 / 0, d / 2, 1 / i8, u64 / 3, ni32 / 2, 10 / nu8 FROM nums ORDER BY id;
SELECT intDiv(7, 2), intDiv(-7, 2), intDiv(7, -2), intDiv(7.9, 2), intDivOrZero(1, 0), intDivOrZero(7, 2), intDivOrNull(1, 0), intDiv(i32, 2), intDiv(i64, 10), intDiv(u8, 2), intDivOrZero(u8, i8), moduloOrZero(5, 0), modulo(5, 3), moduloOrNull(5, 0), positiveModulo(-7, 3), i32 % 7, i64 % 10, u64 % 10, f64 % 2, u8 % 3, i8 % -3, modulo(i32, 5), positiveModulo(i32, 5), divide(i32, 4), plus(i8, 1), minus(u8, 1), multiply(u8, 2), negate(i32), divideOrNull(1, 0), pmod(-7, 3) FROM nums WHERE id NOT IN (4, 5, 8, 10, 11) ORDER BY id;
SELECT intDiv(1, 0);
SELECT intDiv(x, 0) FROM small;
SELECT 5 % 0;
SELECT x % u FROM small ORDER BY id;
SELECT intDiv(-9223372036854775808, -1);
SELECT abs(i8), abs(i64), abs(f64), abs(d), abs(u64), abs(ni32), abs(-128), abs(toInt8(-128)), sign(i32), sign(f64), sign(u8), toTypeName(abs(i8)), toTypeName(sign(f64)) FROM nums WHERE id != 5 ORDER BY id;
SELECT round(2.5), round(3.5), round(-2.5), round(0.5), round(1.005, 2), round(2.345, 2), round(1234, -2), round(1250, -2), round(1350, -2), round(-1250, -2), round(1.23456, 3), round(2.675, 2), round(1e20), round(nan), round(inf), round(5), round(toDecimal64('2.345', 3), 2), round(toDecimal64('-2.5', 1)), round(123.456, -1), round(-0.4), round(0.1 + 0.2, 10), round(toFloat32(2.345), 2), round(7, 2), roundBankers(2.5), roundBankers(3.5), roundBankers(2.345, 2), ROUND(99.995, 2), round(8.5), round(0.285, 2), round(1.255, 2), round(4.5), round(99.5);
SELECT round(f64), round(f64, 1), round(f64, -1), round(f32, 2), round(d), round(d, 2), round(i32, -2), round(u8, -1), round(i64, 3), round(nf64, 1), floor(f64), ceil(f64), trunc(f64), floor(d), ceil(d), floor(f64, 1), ceil(f64, 2), trunc(f64, 1), floor(i32, -2), ceiling(f64), truncate(f64), roundDown(f64, [0, 1, 5]), roundAge(u8), roundDuration(u16), roundToExp2(u16) FROM nums WHERE id NOT IN (4, 5) ORDER BY id;
SELECT floor(2.7), floor(-2.7), ceil(2.1), ceil(-2.1), trunc(2.7), trunc(-2.7), truncate(2.789, 2), floor(2.789, 1), ceil(2.711, 1), floor(1234, -2), ceil(1234, -2), trunc(1299, -2), toTypeName(floor(2.7)), toTypeName(floor(5)), toTypeName(round(5)), toTypeName(round(2.5)), toTypeName(round(toFloat32(2.5))), toTypeName(round(toDecimal64(1, 2), 1)), floor(-0.5), ceil(-0.5), FLOOR(5.5), CEIL(5.5), CEILING(5.5);
-- state: approx 1e-14
SELECT sqrt(2);
-- default: approx 1e-14
SELECT sqrt(u8), cbrt(27), pow(2, 10), power(2, 0.5), pow(u8, 2), exp(1), exp2(3), exp10(2), log(10), ln(2), log2(8), log10(1000), log1p(1), expm1(1), pow(-8, 1/3), sqrt(-1), log(0), log(-1), pow(0, 0), sin(1), cos(1), tan(1), asin(1), acos(1), atan(1), atan2(1, 2), sinh(1), cosh(1), tanh(1), asinh(1), acosh(2), atanh(0.5), hypot(3, 4), pi(), e(), radians(180), degrees(pi()), erf(1), erfc(1), lgamma(5), tgamma(5), sigmoid(0), factorial(5), gcd(12, 18), lcm(4, 6), isPrime(7), intExp2(3), intExp10(3), log(u8 + 1), toTypeName(sqrt(4)), toTypeName(pow(2, 2)), toTypeName(exp10(1)), toTypeName(gcd(4, 6)), width_bucket(5, 0, 10, 5) FROM nums WHERE id IN (1, 2, 7) ORDER BY id;
-- default: equal
SELECT bitAnd(5, 3), bitOr(5, 3), bitXor(5, 3), bitNot(toUInt8(5)), bitShiftLeft(1, 4), bitShiftRight(16, 2), bitTest(5, 0), bitTestAll(5, 0, 2), bitTestAny(5, 1, 2), bitCount(255), bitAnd(u8, 15), bitOr(i32, 1), bitXor(u64, 1), bitNot(u8), bitNot(i32), bitShiftLeft(u8, 1), bitShiftLeft(1, 70), bitRotateLeft(toUInt8(129), 1), bitRotateRight(toUInt8(1), 1), bitSlice(toUInt8(255), 1, 4), toTypeName(bitAnd(u8, i32)), toTypeName(bitShiftLeft(u8, 1)), bitCount(i8), bitPositionsToArray(toUInt8(5)), bitmaskToArray(5), bitmaskToList(5), bitTest(u8, 1), byteSwap(toUInt16(1)), bitHammingDistance(u8, 1) FROM nums ORDER BY id;
SELECT bitmapCardinality(bitmapBuild([1, 2, 3])), bitmapToArray(bitmapBuild([1, 2])), bitmapContains(bitmapBuild([1]), toUInt32(1)), bitmapAndCardinality(bitmapBuild([1, 2]), bitmapBuild([2, 3])), bitmapToArray(bitmapOr(bitmapBuild([1]), bitmapBuild([2]))), bitmapHasAny(bitmapBuild([1]), bitmapBuild([1]));
SELECT toUInt8(200) + toUInt8(100), toInt8(100) + toInt8(100), toInt8(-100) - toInt8(100), toUInt32(1) - toUInt32(2), toUInt64(1) - toUInt64(2), toUInt64(18446744073709551615) * 2, toInt64(9223372036854775807) + toInt64(1), toInt16(32767) * toInt16(32767), toInt32(2147483647) + toInt32(1);
SELECT max2(1, 2), min2(1, 2), max2(1.5, 1), least(1, 2) + greatest(3, 4), 5 - 3 - 1, 2 * 3 % 4, 10 - -5, - - 3, 1 = 1 = 1, NOT 1 = 2, 1 + 1 = 2 AND 2 > 1, 3 BETWEEN 1 AND 5 AND 1, -2 * -2, 6 / 3 / 2, 1 || 2, 5 % 3 * 2, 1 < 2 AND 2 < 3 OR 0;
SELECT x + u * 2 - id, (x + u) * 2, x / u, x / nullIf(u, 0), x * y, round(x / u, 2), round(divide(x, u), 2), 100 * x / 7, x - y, -x, -y, x % 3, abs(x - u), pow(x, 2), sqrt(abs(x)), exp(id) > 1, x * toDecimal64('1.5', 1), x / toDecimal64(2, 1), y / 3 FROM small ORDER BY id;
SELECT price * 2, price + 1, price / 3, price * duration, round(price, 1), toFloat64(price) / 3, -price, price > 10, price = 3.35, price + price, price * 1.1, price - toDecimal64(1, 4), sum(price) OVER () / 2, floor(price), toTypeName(price * 2), toTypeName(price * price), toTypeName(price / 3), toTypeName(price + 1.5), toTypeName(price * duration) FROM events ORDER BY event_id LIMIT 4;
SELECT geoDistance(2.35, 48.85, -0.12, 51.5) > 300000, round(greatCircleDistance(2.35, 48.85, -0.12, 51.5), -3), round(greatCircleAngle(0, 0, 45, 0), 2), pointInPolygon((1, 1), [(0, 0), (2, 0), (2, 2), (0, 2)]), pointInEllipses(1, 1, 1, 1, 2, 2), geohashEncode(-5.60302734375, 42.593994140625, 5), geohashDecode('ezs42').1 < 0;
SELECT 'a' + 1;
SELECT [1] + 1;
SELECT x + s FROM small;
SELECT -s FROM small;
SELECT abs('x');
SELECT sqrt('4');
SELECT round('x');
-- state: refused tests of hypotheses are not offered
SELECT proportionsZTest(10, 20, 100, 100, 0.95, 'unpooled').1 FROM nums WHERE id IN (1, 2, 7) ORDER BY id;
-- state: refused H3 needs a library that is not here
SELECT geoToH3(37.79506683, 55.71290588, 15);
