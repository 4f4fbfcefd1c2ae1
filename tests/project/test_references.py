"""What a node may read, without running it."""

from __future__ import annotations

import pytest

from tinylite.diagnostics import Source
from tinylite.project.references import references
from tinylite.template import parse


def names(text: str) -> list[str]:
    return [reference.name for reference in references(parse(Source("a.pipe", text).span()))]


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ("SELECT a, b FROM t WHERE a = b", ["t"]),
        ("SELECT * FROM t AS x, u y, `odd name`, \"quoted\"", ["t", "u", "odd name", "quoted"]),
        ("SELECT * FROM t LEFT JOIN u USING a, b JOIN v ON f(t.a, u.b) = 1, w", ["t", "u", "v", "w"]),
        ("SELECT a FROM (SELECT b, c FROM t) x, u ORDER BY d, e", ["t", "u"]),
        ("SELECT a FROM t WHERE a IN u AND b NOT IN (SELECT c FROM v) AND d IN (1, 2)", ["t", "u", "v"]),
        ("SELECT a FROM t FINAL PREWHERE a UNION ALL SELECT b FROM u GROUP BY b, c", ["t", "u"]),
        ("SELECT * FROM numbers(10), t", ["t"]),
        ("SELECT * FROM tinybird.pipe_stats", ["tinybird.pipe_stats"]),
        ("SELECT joinGet('j', 'a', k), b FROM t", ["j", "t"]),
        ("SELECT joinGetOrNull(default.j, 'FROM x', k), joinGet(`i`, 'a', u) FROM t", ["j", "i", "t"]),
        ("SELECT x FROM t WHERE joinGet( j , 'a', k) = 1, u", ["t", "j"]),
        ("SELECT joinGet({{table(x)}}, 'a', k) FROM t", ["t"]),
        ("SELECT 'FROM x', \"FROM y\" -- FROM z\n /* FROM w */ FROM t", ["t"]),
    ],
)  # fmt: skip
def test_tables_stand_behind_from_join_and_in(text: str, tables: list[str]) -> None:
    assert names(text) == tables


def test_common_tables_are_the_query_s_own() -> None:
    assert names("WITH a AS (SELECT * FROM t), b AS (SELECT * FROM a) SELECT * FROM a JOIN b") == ["t"]


def test_a_common_table_may_hide_the_table_it_reads() -> None:
    assert names("WITH t AS (SELECT * FROM t) SELECT * FROM t") == ["t"]


def test_all_branches_count() -> None:
    text = (
        "SELECT * FROM {% if defined(x) %} a {% elif y %} b, c {% else %} d {% end %} WHERE e {% if z %} IN f {% end %}"
    )
    assert names(text) == ["a", "b", "c", "d", "f"]


def test_a_tag_is_no_name() -> None:
    assert names("SELECT {{columns(c, 'a')}}, b FROM {{table(t)}} WHERE x = {{Int32(n)}}, y") == []


def test_a_reference_knows_its_place() -> None:
    (reference,) = references(parse(Source("a.pipe", "SELECT 1\n  FROM t").span()))
    assert (str(reference.span), reference.span.text) == ("a.pipe:2:8", "t")
