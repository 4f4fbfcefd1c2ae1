"""What a line, a block and a comment are."""

from __future__ import annotations

import pytest

from tests.datafile.parsed import connection, datasource, faults, pipe
from tinylite.datafile import parse
from tinylite.datafile.model import Pipe
from tinylite.diagnostics import Source

SELECT = "NODE n\nSQL >\n    SELECT 1\n"


def test_values_may_be_quoted_or_not() -> None:
    quoted = datasource('SCHEMA >\n    a String\nENGINE "ReplacingMergeTree"\nENGINE_VER "a"\n')
    plain = datasource("SCHEMA >\n    a String\nENGINE ReplacingMergeTree\nENGINE_VER a\n")
    assert quoted == plain


def test_instructions_are_written_in_any_case() -> None:
    found = pipe("node n\nsql >\n    SELECT 1\ntype ENDPOINT\n")
    assert found.output.kind == "endpoint"


def test_a_block_goes_on_until_a_line_starts_with_an_instruction() -> None:
    found = pipe("DESCRIPTION >\n    One.\n\n    Two.\n\nNODE n\nSQL >\n    SELECT 1\n")
    assert found.description == "One.\n\nTwo."


def test_the_indentation_that_lines_share_is_no_part_of_a_description() -> None:
    assert pipe(f"DESCRIPTION >\n    - a\n      - b\n{SELECT}").description == "- a\n  - b"


def test_sql_may_stand_at_the_start_of_lines() -> None:
    found = pipe("NODE n\nSQL >\n%\nSELECT a\nFROM t\nWHERE true\nTYPE endpoint\n")
    assert found.output.sql.value == "%\nSELECT a\nFROM t\nWHERE true"
    assert found.output.kind == "endpoint"


def test_a_column_named_like_an_instruction_does_not_end_the_sql() -> None:
    found = pipe("NODE n\nSQL >\nSELECT\ntype,\nversion, tags\nFROM t WHERE\ntype = 1\n")
    assert found.output.sql.value == "SELECT\ntype,\nversion, tags\nFROM t WHERE\ntype = 1"


def test_the_last_line_needs_no_end() -> None:
    assert pipe("NODE n\nSQL >\n    SELECT 1\nTYPE endpoint").output.kind == "endpoint"


def test_a_value_may_follow_the_bracket_of_a_block() -> None:
    assert pipe(f"DESCRIPTION > One\n    line\n{SELECT}").description == "One\nline"


def test_comments_stand_between_instructions() -> None:
    found = pipe("# top\nNODE n\n# in between\nSQL >\n    SELECT 1\n# TYPE copy\nTYPE endpoint\n# end\n")
    assert found.output.sql.value == "    SELECT 1"
    assert found.output.kind == "endpoint"


def test_a_hash_inside_a_block_is_text() -> None:
    assert pipe(f"DESCRIPTION >\n# Title\n    text\n{SELECT}").description == "# Title\ntext"


def test_a_block_knows_its_place_in_the_file() -> None:
    sql = pipe("NODE n\nSQL >\n\n    SELECT 1\n").output.sql
    assert (sql.span.line, sql.span.column, sql.span.text) == (4, 1, sql.value)


@pytest.mark.parametrize("text", [SELECT.replace("\n", "\r\n"), SELECT.replace("    ", "\t"), SELECT + "\n\n  \n\t\n"])
def test_blanks_of_all_kinds_are_read(text: str) -> None:
    found, problems = parse(Source("top.pipe", text))
    assert problems == []
    assert isinstance(found, Pipe)
    assert found.output.sql.value.strip() == "SELECT 1"


def test_secrets_stay_text() -> None:
    found = connection('TYPE kafka\nKAFKA_BOOTSTRAP_SERVERS {{ tb_secret("S", "a:1") }}\n')
    assert found.settings["KAFKA_BOOTSTRAP_SERVERS"].value == '{{ tb_secret("S", "a:1") }}'


def test_a_misspelt_instruction_below_a_block_is_not_taken_for_sql() -> None:
    (fault,) = faults("top.pipe", "NODE n\nSQL >\n    SELECT 1\nTYPEE endpoint\n")
    assert (fault.code, fault.hint, fault.span and fault.span.line) == ("TL102", "did you mean TYPE?", 4)


def test_sql_in_capitals_at_the_start_of_lines_is_no_misspelt_instruction() -> None:
    assert faults("top.pipe", "NODE n\nSQL >\nSELECT A\nFROM EVENTS\nINNER JOIN T ON A = B\nLIMIT 1 BY A\n") == []


def test_ten_thousand_lines_are_read() -> None:
    columns = "".join(f"    `c{i}` LowCardinality(String) `json:$.c{i}`,\n" for i in range(10_000))
    assert len(datasource(f"SCHEMA >\n{columns}").columns) == 10_000
    lines = "".join(f"    SELECT {i},\n" for i in range(10_000))
    assert len(pipe(f"NODE n\nSQL >\n{lines}").output.sql.value.split("\n")) == 10_000
