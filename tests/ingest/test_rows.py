"""From lines to rows: jsonpaths, defaults, the sorting key, quarantine, exact counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ingest.loading import NAME, Loading, datasource, loading
from tinylite.diagnostics import DiagnosticError
from tinylite.ingest.decode import decode
from tinylite.ingest.errors import IngestError, UnknownDatasource


@pytest.mark.parametrize(
    ("type_", "path", "event", "value"),
    [
        ("String", "$.a.b", '{"a":{"b":"x"}}', "x"),
        ("String", "$.a.b", '{"a":{"b":{"c":1}}}', '{"c":1}'),
        ("String", "$", '{"a":1, "x":"y"}', '{"a":1, "x":"y"}'),
        ("String", "$.['odd name']", '{"odd name":"x"}', "x"),
        ("Array(Int32)", "$.items[:]", '{"items":[1,2]}', [1, 2]),
        ("Array(Int32)", "$.items[:]", '{"items":[]}', []),
        ("Array(String)", "$.items[:].id", '{"items":[{"id":"a"},{"id":"b"}]}', ["a", "b"]),
        ("Array(String)", "$.a.items[:].b.c", '{"a":{"items":[{"b":{"c":"x"}}]}}', ["x"]),
        ("Array(Int32)", "$.a", '{"a":[1,2]}', [1, 2]),
        ("Int32", "$.a", '{"b":0,"a":5,"c":[1]}', 5),
    ],
)
def test_a_jsonpath_finds_its_value(tmp_path: Path, type_: str, path: str, event: str, value: object) -> None:
    with loading(tmp_path, datasource(f"`x` {type_} `json:{path}`")) as loaded:
        assert loaded.send(event) == (1, 0), loaded.reasons()
        assert loaded.rows() == [(value,)]


@pytest.mark.parametrize("event", ['{"items":5}', '{"items":{"0":1}}', "{}", '{"items":null}'])
def test_an_array_that_is_none_goes_to_quarantine(tmp_path: Path, event: str) -> None:
    with loading(tmp_path, datasource("`x` Array(Int32) `json:$.items[:]`")) as loaded:
        assert loaded.send(event) == (0, 1)


def test_a_column_without_a_jsonpath_is_found_by_its_name(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`x` Int32")) as loaded:
        assert loaded.send('{"x":5}') == (1, 0)


DEFAULTS = """`n` Int32 `json:$.n`
`text` String `json:$.text` DEFAULT 'none'
`number` UInt8 `json:$.number` DEFAULT 7
`double` Int64 `json:$.double` DEFAULT n * 2
`upper` String `json:$.upper` DEFAULT upper(text)
`seen` DateTime `json:$.seen` DEFAULT now()
`maybe` Nullable(Int32) `json:$.maybe` DEFAULT 3
`list` Array(String) `json:$.list` DEFAULT ['a']"""


def test_defaults_stand_for_missing_and_null_values(tmp_path: Path) -> None:
    with loading(tmp_path, datasource(DEFAULTS)) as loaded:
        assert loaded.send('{"n":1}\n{"n":2,"text":null,"number":null,"double":null}') == (2, 0), loaded.reasons()
        columns = "n, text, number, double, upper, seen IS NOT NULL, list"
        assert loaded.rows(columns) == [(1, "none", 7, 2, "NONE", True, ["a"]), (2, "none", 7, 4, "NONE", True, ["a"])]


def test_a_default_sees_the_values_that_were_sent(tmp_path: Path) -> None:
    with loading(tmp_path, datasource(DEFAULTS)) as loaded:
        loaded.send('{"n":3,"text":"abc","number":1,"double":9,"upper":"own"}\n{"n":4,"text":"abc"}')
        assert loaded.rows("n, text, number, double, upper") == [(3, "abc", 1, 9, "own"), (4, "abc", 7, 8, "ABC")]


def test_a_wrong_value_is_not_replaced_by_the_default(tmp_path: Path) -> None:
    with loading(tmp_path, datasource(DEFAULTS)) as loaded:
        assert loaded.send('{"n":1,"number":"x"}') == (0, 1)
        assert loaded.reasons() == [(["number"], ["value 'x' on column 'number' is not UInt8"])]


def test_every_reason_is_told(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`a` Int32 `json:$.a`\n`b` Date `json:$.b`\n`c` String `json:$.c`")) as loaded:
        assert loaded.send('{"a":"x","b":"y","c":"z","extra":1}') == (0, 1)
        assert loaded.rows("a, b, c", "hits_quarantine") == [("x", "y", "z")]
        assert loaded.reasons() == [
            (["a", "b"], ["value 'x' on column 'a' is not Int32", "value 'y' on column 'b' is not Date"])
        ]


def test_a_long_value_is_shown_in_part_and_kept_whole(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`a` Int32 `json:$.a`")) as loaded:
        loaded.send('{"a":"' + "x" * 5000 + '"}')
        ((columns, (reason,)),) = loaded.reasons()
        assert (columns, len(reason) < 300) == (["a"], True)
        assert loaded.rows("length(a)", "hits_quarantine") == [(5000,)]


LINES = ["nonsense", "{", "[1]", "5", '"a"', "null", "true", '{"id":1', "\x00", "\x1f", '{"id":1}\x1f', "'",
         "\\", '{"id":1}}', "🦆",
         '{"id":1} {"id":2}', '{"id":"\\ud800"}', "NaN", '{"id":NaN}', "a,b,c", '"', '""', "﻿{}", '{"id":01}',
         "{'id':1}"]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_a_line_that_is_no_event_goes_to_quarantine_and_its_neighbours_in(tmp_path: Path, line: str) -> None:
    with loading(tmp_path, datasource("`id` UInt32 `json:$.id`")) as loaded:
        assert loaded.send(f'{{"id":1}}\n{line}\n{{"id":3}}') == (2, 1)
        assert loaded.rows() == [(1,), (3,)]
        ((_, (reason,)),) = loaded.reasons()
        assert reason


def test_bytes_that_are_no_text_are_kept_readable(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`id` String `json:$.id`")) as loaded:
        assert loaded.send(b'{"id":\xff}\n{"id":"ok"}\n\xed\xa0\x80') == (1, 2)
        assert loaded.rows() == [("ok",)]
        reasons = [reason for _, (reason, *_) in loaded.reasons()]
        assert reasons == ['invalid JSON: {"id":\\xff}', "invalid JSON: \\xed\\xa0\\x80"]


def test_defaults_that_need_each_other_are_refused(tmp_path: Path) -> None:
    source = datasource("`a` Int64 `json:$.a` DEFAULT b + 1\n`b` Int64 `json:$.b` DEFAULT a + 1")
    with pytest.raises(DiagnosticError, match="need each other"), loading(tmp_path, source):
        pass


def test_the_sorting_key_orders_what_is_loaded(tmp_path: Path) -> None:
    source = datasource("`b` Int32 `json:$.b`\n`a` String `json:$.a`", 'ENGINE "MergeTree"\nENGINE_SORTING_KEY "a, b"')
    with loading(tmp_path, source) as loaded:
        loaded.send('{"a":"y","b":1}\n{"a":"x","b":2}\n{"a":"x","b":1}')
        assert loaded.rows("a, b") == [("x", 1), ("x", 2), ("y", 1)]


def test_each_request_gets_its_own_counts(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`id` UInt32 `json:$.id`")) as loaded:
        bodies = [b'{"id":1}\n' * good + b"x\n" * bad for good in range(4) for bad in range(4)]
        with loaded.ingest.paused():
            waiting = [loaded.ingest.submit(NAME, decode(body)) for body in bodies]
        counts = [(ack.successful_rows, ack.quarantined_rows) for ack in (done.result() for done in waiting)]
        assert counts == [(good, bad) for good in range(4) for bad in range(4)]
        assert len(loaded.rows()) == 4 * (0 + 1 + 2 + 3)


def test_a_row_that_breaks_the_statement_is_narrowed_down(tmp_path: Path) -> None:
    """A default that can't be computed for one row: the others go in, and that one is kept."""
    source = datasource("`id` String `json:$.id`\n`n` UInt8 `json:$.n` DEFAULT toUInt8(id)")
    with loading(tmp_path, source) as loaded:
        body = "\n".join(f'{{"id":"{"x" if number in (3, 17) else number}"}}' for number in range(20))
        with loaded.ingest.paused():
            waiting = [loaded.ingest.submit(NAME, body.encode()), loaded.ingest.submit(NAME, b'{"id":"5"}')]
        assert [(d.result().successful_rows, d.result().quarantined_rows) for d in waiting] == [(18, 2), (1, 0)]
        assert len(loaded.rows()) == 19
        reasons = [reason for _, (reason,) in loaded.reasons()]
        assert all('{"id":"x"}' in reason for reason in reasons)


def test_an_unknown_data_source_is_refused(tmp_path: Path) -> None:
    with loading(tmp_path, datasource("`id` String `json:$.id`")) as loaded, pytest.raises(UnknownDatasource):
        loaded.ingest.submit("other", b"{}")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> object:
    with loading(tmp_path_factory.mktemp("any"), datasource("`id` UInt8 `json:$.id`\n`s` String `json:$.s`")) as loaded:
        yield loaded


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-300, 300) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2),
    max_leaves=3,
)
EVENTS = st.dictionaries(st.sampled_from(["id", "s", "x"]), JSON)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.lists(
        st.binary(max_size=20) | st.sampled_from([line.encode() for line in LINES]) | EVENTS.map(repr).map(str.encode)
    )
)
def test_every_line_of_any_body_is_counted(shared: Loading, body: list[bytes]) -> None:
    sent = b"\n".join(body)
    try:
        lines = decode(sent)
    except IngestError:
        return
    before = len(shared.rows()), len(shared.rows("1", "hits_quarantine"))
    good, bad = shared.send(sent)
    assert good + bad == (lines.count(b"\n") + 1 if lines else 0)
    assert (len(shared.rows()), len(shared.rows("1", "hits_quarantine"))) == (before[0] + good, before[1] + bad)
