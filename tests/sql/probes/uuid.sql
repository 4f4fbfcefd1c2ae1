-- each: on
SELECT hex(UUIDStringToNum('61f0c404-5cb3-11e7-907b-a6006ad3dba0')), UUIDNumToString(UUIDStringToNum('61f0c404-5cb3-11e7-907b-a6006ad3dba0')), UUIDv7ToDateTime(toUUID('018f05c9-4ab8-7b86-b64e-c9f03fbd45d1')), toTypeName(generateUUIDv7()), toTypeName(generateUUIDv4()), length(toString(generateUUIDv4())), substring(toString(generateUUIDv4()), 15, 1), substring(toString(generateUUIDv7()), 15, 1);
SELECT toTypeName(randUniform(1, 2)), randUniform(1, 2) BETWEEN 1 AND 2, toTypeName(randNormal(0, 1)), toTypeName(randExponential(1)), randExponential(1) >= 0, toTypeName(randBernoulli(0.5)), randBernoulli(1), randBernoulli(0), toTypeName(randLogNormal(0, 1)), randLogNormal(0, 1) > 0, length(randomString(10)), length(randomPrintableASCII(10)), length(hex(randomFixedString(4))), lengthUTF8(randomStringUTF8(7)), toTypeName(randConstant()), uniqExact(randConstant()), randCanonical() < 1;
SELECT uniqExact(rand()) > 90 FROM numbers(100);
SELECT uniqExact(randConstant()) FROM numbers(100);
SELECT uniqExact(generateUUIDv4()) FROM numbers(100);
SELECT uniqExact(randomPrintableASCII(20)) FROM numbers(100);
SELECT MACNumToString(149809441867716), MACStringToNum('01:02:03:04:05:06'), MACStringToOUI('01:02:03:04:05:06');
SELECT MACStringToNum('x'), MACStringToNum('01-02-03-04-05-06'), MACStringToNum('010203040506'), MACNumToString(-1);
