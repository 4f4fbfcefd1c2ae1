"""Edge values of every kind of type, a row each."""

from __future__ import annotations

# ruff: noqa: E501 -- a row or a statement is read best on one line
from tests.sql.fixture import Row, fixture

_NAN, _INF = float("nan"), float("inf")

_SMALL = """
    id UInt32
    g LowCardinality(String)
    x Int32
    u UInt8
    y Float64
    n Nullable(Int32)
    s String
    ns Nullable(String)
    d Date
    t DateTime
    """
_SMALL_ROWS: list[Row] = [
    (1, "a", 10, 1, 1.5, 5, "one", "x", "2024-01-01", "2024-01-01 00:00:00"),
    (2, "a", -3, 2, 2.5, None, "two", None, "2024-01-02", "2024-01-02 12:30:00"),
    (3, "a", 7, 2, -0.25, 7, "three", "y", "2024-01-02", "2024-01-02 12:45:59"),
    (4, "b", 0, 0, 0.0, None, "", None, "2024-02-29", "2024-02-29 23:59:59"),
    (5, "b", 10, 255, 100.125, 5, "one", "x", "2024-02-29", "2024-03-01 00:00:00"),
    (6, "b", 2, 7, 3.5, -1, "two", "", "2024-03-31", "2024-03-31 01:00:00"),
    (7, "c", 5, 3, 8.75, None, "seven", None, "2024-12-31", "2024-12-31 23:59:59"),
]

_MOMENTS = (
    "1970-01-01 00:00:00",  # the epoch
    "1970-01-01 00:00:01",
    "1999-12-31 23:59:59",
    "2000-02-29 12:00:00",
    "2023-12-31 23:59:59",  # a Sunday, the end of a year
    "2024-01-01 00:00:00",  # a Monday
    "2024-02-28 23:59:59",
    "2024-02-29 00:00:00",
    "2024-03-10 06:59:59",  # one second before New York's clocks go forward
    "2024-03-10 07:00:00",
    "2024-03-31 01:00:00",  # Madrid's clocks go forward
    "2024-06-15 18:45:30",
    "2024-10-27 00:30:00",  # 02:30 in Madrid, the first time
    "2024-10-27 01:30:00",  # 02:30 in Madrid, the second time
    "2024-11-03 05:30:00",  # 01:30 in New York, the first time
    "2024-11-03 06:30:00",
    "2024-12-30 08:07:06",  # ISO week 1 of 2025
    "2038-01-19 03:14:08",
    "2100-02-28 23:59:59",  # no leap year
    "2106-02-07 06:28:15",  # the last DateTime
)
_FRACTIONS = ("000000000", "000000001", "999999999", "123456789", "500000000", "001002003")


def _time(number: int, moment: str) -> Row:
    fraction = _FRACTIONS[number % len(_FRACTIONS)]
    day = moment[:10]
    nullable = None if number % 4 == 3 else moment
    return (number + 1, day, day, moment, moment, moment, moment, f"{moment}.{fraction[:3]}", f"{moment}.{fraction[:6]}",
            f"{moment}.{fraction}", f"{moment}.{fraction[:3]}", day if nullable else None, nullable)  # fmt: skip


_TEXTS: tuple[str, ...] = (
    "", "a", "Hello, World", "hello world", "ÀÉÎ ünïcödé ß", "日本語テキスト", "😀 emoji 👍🏽", "tab\tnew\nline\r",
    "it's \"quoted\" `here`", "back\\slash", "a,b,,c", "  padded  ", "100%_done", "AbCabCABC", "a.b.c", "key=value&k2=v2",
    "\x01\x7f", "42", "-7", "+5", "3.14", "1e3", "nan", " 12", "12abc", "007", "18446744073709551615", "9223372036854775808",
    "-128", "256", "true", "2024-01-15", "2024-01-15 10:20:30", "2024-01-15T10:20:30.123Z", "2024-02-30", "not a date",
    "61f0c404-5cb3-11e7-907b-a6006ad3dba0", "127.0.0.1", "<b>bold</b> &amp; x", "aaaa", "x" * 40, "ПРИВЕТ Мир", "Straße", "İstanbul",
)  # fmt: skip

_URLS: tuple[str, ...] = (
    "", "https://www.example.com/path/to/page?a=1&b=two&a=3#frag", "http://example.com", "https://user:pw@sub.example.co.uk:8443/x/",
    "//cdn.site.org/lib.js", "example.org/no/scheme", "https://example.com/?q=%D0%BF%D1%80%20x+y", "ftp://files.example.net/a%2Fb",
    "mailto:someone@example.com", "https://www.example.com./trailing", "https://192.168.0.1:80/ip", "https://пример.рф/путь",
    "https://example.com/a?b", "https://example.com#only", "https://www2.example.com/w?x=1&&y=&z", "not a url", "https://",
)  # fmt: skip

_JSONS: tuple[str, ...] = (
    '{"a":1,"b":"text","c":[1,2,3],"d":{"e":{"f":2.5}},"g":null,"h":true}',
    '{"a":-5,"b":"","c":[],"d":{},"g":"null","h":false}',
    '{"a":"12","b":7,"c":["x",null,"y"],"d":{"e":[{"k":"v"},{"k":"w"}]}}',
    '{"a":1.75,"b":"quo\\"te \\u00e9 \\n","c":{"not":"array"}}',
    '{"a":18446744073709551615,"b":"2024-01-15 10:20:30","c":[[1,2],[3]]}',
    '{"a":null}', "{}", "[]", '[10, "x", {"y": 1}]', '"just text"', "12", "null", "true", "", "not json", '{"a":1', '{"a b":{"c.d":3}, "a":  2}',
)  # fmt: skip

_DOCS: tuple[str, ...] = (
    '{"id": 1, "user": {"name": "Ana", "age": 34}, "tags": ["x", "y"], "price": 9.5}',
    '{"id": 2, "user": {"name": "Bob"}, "tags": [], "active": true}',
    '{"id": "three", "price": 10, "note": null}',
    "{}",
)


VALUES = (
    fixture("small", _SMALL, _SMALL_ROWS, key="id"),
    fixture("empty", _SMALL, key="id"),
    fixture(
        "nums",
        """
        id UInt8
        i8 Int8
        i16 Int16
        i32 Int32
        i64 Int64
        u8 UInt8
        u16 UInt16
        u32 UInt32
        u64 UInt64
        f32 Float32
        f64 Float64
        d Decimal(18, 4)
        b Bool
        ni32 Nullable(Int32)
        nf64 Nullable(Float64)
        nu8 Nullable(UInt8)
        """,
        [
            (1, 0, 0, 0, 0, 0, 0, 0, 0, 0.0, 0.0, "0", False, 0, 0.0, 0),
            (2, 1, 1, 1, 1, 1, 1, 1, 1, 1.0, 1.0, "1", True, 1, 1.0, 1),
            (3, -1, -1, -1, -1, 2, 2, 2, 2, -1.0, -1.0, "-1", True, -1, -1.0, None),
            (
                4,
                127,
                32767,
                2147483647,
                9223372036854775807,
                255,
                65535,
                4294967295,
                18446744073709551615,
                3.4028235e38,
                1.7976931348623157e308,
                "99999999999999.9999",
                True,
                2147483647,
                _INF,
                255,
            ),
            (
                5,
                -128,
                -32768,
                -2147483648,
                -9223372036854775808,
                128,
                32768,
                2147483648,
                9223372036854775808,
                -3.4028235e38,
                -1.7976931348623157e308,
                "-99999999999999.9999",
                False,
                -2147483648,
                -_INF,
                128,
            ),
            (6, 7, 300, 100000, 5000000000, 7, 300, 100000, 5000000000, 0.1, 0.1, "0.1", True, None, None, None),
            (7, -7, -300, -100000, -5000000000, 3, 77, 12345, 678901234567, -2.5, -2.5, "-2.5", False, 7, 2.5, 7),
            (8, 10, 10, 10, 10, 10, 10, 10, 10, 2.5, 2.5, "2.5", True, 10, _NAN, 10),
            (
                9,
                2,
                12,
                123,
                1234,
                64,
                1024,
                1048576,
                4294967296,
                1e-7,
                123456789.123456789,
                "1234.5678",
                False,
                None,
                3.5,
                64,
            ),
            (10, 3, 5, -15, 1000000007, 100, 999, 86400, 1709251199, 1.5, _NAN, "0.0001", True, -15, -0.0, None),
            (11, -3, -5, 15, -86400, 5, 50, 3600, 1, _INF, -_INF, "-0.5", False, 15, 1e20, 5),
        ],
        key="id",
    ),
    fixture(
        "times",
        """
        id UInt8
        d Date
        d32 Date32
        t DateTime
        t_ny DateTime('America/New_York')
        t_md DateTime('Europe/Madrid')
        t_in DateTime('Asia/Kolkata')
        t3 DateTime64(3)
        t6 DateTime64(6)
        t9 DateTime64(9)
        t3_ny DateTime64(3, 'America/New_York')
        nd Nullable(Date)
        nt Nullable(DateTime)
        """,
        [_time(number, moment) for number, moment in enumerate(_MOMENTS)],
        key="id",
    ),
    fixture(
        "texts",
        """
        id UInt8
        s String
        ls LowCardinality(String)
        ns Nullable(String)
        fs FixedString(4)
        """,
        [
            (number + 1, text, text, None if number % 5 == 4 else text, f"{number:04d}")
            for number, text in enumerate(_TEXTS)
        ],
        key="id",
    ),
    fixture("urls", "id UInt8\nurl String", [(number + 1, url) for number, url in enumerate(_URLS)], key="id"),
    fixture("jsons", "id UInt8\nj String", [(number + 1, text) for number, text in enumerate(_JSONS)], key="id"),
    fixture("docs", "id UInt8\ndoc JSON", [(number + 1, text) for number, text in enumerate(_DOCS)], key="id"),
    fixture(
        "arrays",
        """
        id UInt8
        ai Array(Int32)
        au Array(UInt8)
        af Array(Float64)
        s Array(String)
        an Array(Nullable(Int32))
        aa Array(Array(UInt8))
        at Array(Tuple(String, UInt64))
        ad Array(Date)
        m Map(String, UInt64)
        ms Map(String, String)
        t Tuple(UInt8, String)
        nt Tuple(a UInt8, b String)
        """,
        [
            (1, [], [], [], [], [], [], [], [], {}, {}, (0, ""), (0, "")),
            (
                2,
                [1, 2, 3],
                [1, 2, 3],
                [0.5, 1.5],
                ["a", "b", "c"],
                [1, None, 3],
                [[1], [2, 3]],
                [("x", 1), ("y", 2)],
                ["2024-01-01", "2024-02-29"],
                {"a": 1, "b": 2},
                {"k": "v"},
                (1, "one"),
                (1, "one"),
            ),
            (
                3,
                [3, 1, 2, 1],
                [7, 7],
                [_NAN, 2.0, -1.0],
                ["b", "a", "", "b"],
                [None],
                [[], [0]],
                [("x", 9)],
                ["1970-01-01"],
                {"b": 20},
                {"k": "", "z": "zz"},
                (2, "two"),
                (2, "two"),
            ),
            (
                4,
                [-5, 0, 2147483647],
                [0],
                [_INF, -_INF, 0.0],
                ["ñ", "日本", "a"],
                [None, None, -1],
                [[1, 2], [1, 2]],
                [],
                ["2024-12-31", "2024-12-31"],
                {"": 0, "a": 18446744073709551615},
                {"x": "y"},
                (255, "x"),
                (255, "x"),
            ),
            (
                5,
                [10],
                [10, 20, 30, 40, 50],
                [1.25],
                ["only"],
                [5, 5],
                [[9]],
                [("", 0), ("x", 1)],
                ["2023-06-01"],
                {"c": 3},
                {"k": "v2"},
                (3, ""),
                (3, ""),
            ),
        ],
        key="id",
    ),
)
