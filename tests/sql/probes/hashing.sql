-- each: on
SELECT cityHash64('abc'), cityHash64(''), cityHash64(1), cityHash64('a', 'b'), cityHash64(1, 'a'), cityHash64(s), cityHash64(s, ls), cityHash64(NULL), cityHash64([1, 2]), cityHash64((1, 'x')), cityHash64(toDate('2024-01-01')), cityHash64(1.5), cityHash64(toInt32(1)), cityHash64(toInt64(1)) FROM texts ORDER BY id;
SELECT cityHash64(user_id, session_id) % 4, cityHash64(user_id) % 10 AS bucket FROM events ORDER BY event_id LIMIT 5;
SELECT sipHash64('abc'), sipHash64(1), sipHash64(s), sipHash128('abc'), hex(sipHash128('abc')), sipHash64('a', 'b') FROM texts ORDER BY id LIMIT 5;
SELECT xxHash32('abc'), xxHash64('abc'), xxHash64(s), xxh3('abc'), xxHash64(1) FROM texts ORDER BY id LIMIT 5;
SELECT murmurHash2_32('abc'), murmurHash2_64('abc'), murmurHash3_32('abc'), murmurHash3_64('abc'), hex(murmurHash3_128('abc')), farmHash64('abc'), metroHash64('abc'), farmFingerprint64('abc'), gccMurmurHash('abc'), javaHash('abc'), hiveHash('abc'), intHash32(1), intHash64(1), halfMD5('abc'), wyHash64('abc'), CRC32('abc'), CRC64('abc'), CRC32IEEE('abc');
SELECT hex(MD5('abc')), hex(SHA1('abc')), hex(SHA224('abc')), hex(SHA256('abc')), hex(SHA384('abc')), hex(SHA512('abc')), lower(hex(MD5(s))), lower(hex(SHA256(s))), toTypeName(MD5('abc')), toTypeName(SHA256('x')), hex(SHA512_256('abc')) FROM texts ORDER BY id LIMIT 5;
-- state: refused libraries have given it up
SELECT hex(RIPEMD160('abc')) FROM texts ORDER BY id LIMIT 5;
-- state: refused libraries have given it up
SELECT hex(MD4('abc')) FROM texts ORDER BY id LIMIT 5;
-- state: refused it needs a library of its own
SELECT hex(keccak256('abc')) FROM texts ORDER BY id LIMIT 5;
SELECT URLHash('http://example.com/'), jumpConsistentHash(256, 5), toTypeName(generateUUIDv4()), toTypeName(rand()), toTypeName(rand64()), rand() >= 0, rand(1) = rand(2), toTypeName(randCanonical()), length(randomString(5)), length(randomPrintableASCII(5)), toTypeName(generateUUIDv7()), length(toString(generateUUIDv4())), length(randomFixedString(4)), toTypeName(randUniform(1, 2)), toTypeName(randNormal(0, 1));
-- state: differs ClickHouse computes equal calls of rand() once, DuckDB each by itself
SELECT rand() = rand();
-- state: refused which n-grams it takes is decided by ClickHouse's own code
SELECT ngramSimHash('abc');
-- state: refused its algorithm is not published
SELECT kostikConsistentHash(16, 5);
SELECT count() FROM numbers(100) WHERE rand() % 2 < 2;
SELECT UUIDNumToString(UUIDStringToNum('61f0c404-5cb3-11e7-907b-a6006ad3dba0')), UUIDv7ToDateTime(toUUID('018f05c9-4ab8-7b86-b64e-c9f03fbd45d1')), bitHammingDistance(1, 7), serverUUID() != toUUID('00000000-0000-0000-0000-000000000000');
SELECT MD5('abc') = unhex('900150983cd24fb0d6963f7d28e17f72'), upper(hex(MD5(concat('a', 'b'))));
SELECT cityHash64([1,2]), cityHash64(map('a',1)), cityHash64(()), cityHash64(), cityHash64(toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0')), cityHash64(toDecimal32(1.5,2)), cityHash64(toIPv4('1.2.3.4')), cityHash64(1,2,3), cityHash64([]), cityHash64(-1), cityHash64(-1.5), cityHash64(true), cityHash64(toFloat32(1.5)), cityHash64([[1],[2,3]]), cityHash64(tuple(1,tuple(2,'x'))), cityHash64([(1, 'a'), (2, 'b')]), cityHash64('a', [1], 2), cityHash64(toDecimal64(1.5, 3)), cityHash64(toDecimal128(1.5,2)), cityHash64(toInt128(5)), cityHash64(toDateTime64('2024-01-01 00:00:00.123',3,'UTC')), cityHash64(toDateTime('2024-01-01','UTC')), cityHash64(CAST('a','Enum8(\'a\'=1)')), cityHash64(toDate32('1960-01-01')), cityHash64(toNullable('a')), cityHash64(toNullable(1), 'x'), cityHash64(repeat('abc', 20)), cityHash64(repeat('abc', 100)), cityHash64('é'), cityHash64(toFixedString('ab', 4)), cityHash64(toInt64(-5), toUInt32(7)), cityHash64(toIPv6('::1')), cityHash64(emptyArrayString());
SELECT intHash64(-1), intHash32(-1), intHash64(toInt64(-7)), intHash32(toUInt64(123456789012)), intHash64(toDate('2024-01-01')), javaHash(5), javaHash(toInt32(5)), javaHash(toInt64(-5)), javaHash(toInt64(5000000000)), javaHash('é'), javaHash('hello world'), hiveHash('hello'), hiveHash('é'), halfMD5('a'), halfMD5('a', 'b'), CRC64('hello world'), CRC32('hello'), CRC32IEEE('hello'), CRC64(''), CRC32('');
SELECT farmHash64('a', 'b', 1), metroHash64('a', 1), sipHash64([1, 2]), sipHash64(1, 'a', 2), xxHash64('a', 'b', 'c'), xxHash64([1, 2]), xxh3('a', 'b'), wyHash64('a', 1), murmurHash2_64('a', 'b', 'c'), murmurHash3_64('a', 'b', 'c'), gccMurmurHash(1, 'b'), murmurHash3_32(toUInt8(1)), xxHash32(1.5), farmFingerprint64('a'), kafkaMurmurHash('abc'), kafkaMurmurHash('hello'), sipHash64Keyed((toUInt64(1), toUInt64(2)), 'abc'), hex(sipHash128Keyed((toUInt64(1), toUInt64(2)), 'abc')), hex(sipHash128Reference('abc')), sipHash64Keyed((1, 2), 'abc'), MD5(NULL), hex(MD5(toNullable('a'))), hex(MD5('')), hex(SHA512('é'));
SELECT farmHash64(s), farmFingerprint64(s), metroHash64(s), wyHash64(s), murmurHash2_32(s), murmurHash2_64(s), murmurHash3_32(s), murmurHash3_64(s), hex(murmurHash3_128(s)), gccMurmurHash(s), javaHash(s), hiveHash(s), CRC32(s), CRC32IEEE(s), xxh3(s), xxHash32(s), hex(SHA1(s)), hex(sipHash128(s)), cityHash64(ns), cityHash64(ns, s) FROM texts ORDER BY id;
SELECT metroHash64(repeat(s, 40)), wyHash64(repeat(s, 40)), murmurHash2_64(repeat(s, 40)), murmurHash3_64(repeat(s, 40)), xxh3(repeat(s, 40)), farmFingerprint64(repeat(s, 40)), sipHash64(repeat(s, 40)) FROM texts ORDER BY id LIMIT 15;
-- state: refused of 512 bytes or more another algorithm is used, which is an error here
SELECT farmHash64(repeat(s, 40)) FROM texts ORDER BY id LIMIT 15;
SELECT cityHash64(user_id) % 3 AS bucket, count() FROM events GROUP BY bucket ORDER BY bucket;
SELECT event_id FROM events WHERE cityHash64(user_id, session_id) % 2 = 0 ORDER BY event_id;
SELECT arrayMap(x -> cityHash64(x), ['a', 'b']);
SELECT jumpConsistentHash(18446744073709551615, 32768), jumpConsistentHash(-1, 7), jumpConsistentHash(12345678901, 1000000), jumpConsistentHash(1, 0), URLHash('http://example.com'), URLHash('http://example.com/#'), cityHash64(toIPv6('::1')), sipHash64(toIPv6('::1')), sipHash64(toIPv6('1.2.3.4'));
SELECT HMAC('foo','a','b');
SELECT HMAC('sha256', s, 'k') = HMAC('sha256', 'a', 'k') AS x FROM (SELECT arrayJoin(['a','b']) s);
SELECT hex(HMAC('sha256', s, 'k')) AS x FROM (SELECT arrayJoin(['a',NULL]) s);
