"""Data sources, pipes and connections as values."""

from __future__ import annotations

import pytest

from tests.datafile.parsed import connection, datasource, pipe
from tinylite.datafile import parse
from tinylite.datafile.instructions import INSTRUCTIONS, Instruction, Place
from tinylite.datafile.model import Text
from tinylite.diagnostics import Source

COLUMN = "SCHEMA >\n    a String\n"


def texts(parts: tuple[Text, ...]) -> list[str]:
    return [part.value for part in parts]


def test_the_name_is_the_file_s_stem() -> None:
    found, _ = parse(Source("datasources/page_views.datasource", COLUMN))
    assert found and found.name == "page_views"


def test_tokens_have_a_scope_and_read_is_the_default() -> None:
    found = datasource(f'TOKEN "my app" APPEND\nTOKEN plain\nTOKEN two READ\n{COLUMN}')
    assert [(grant.token, grant.scope) for grant in found.grants] == [
        ("my app", "APPEND"),
        ("plain", "READ"),
        ("two", "READ"),
    ]


def test_tags_and_shares_are_lists() -> None:
    found = datasource(f'TAGS "a, b c"\nSHARED_WITH >\n    one,\n    two\n{COLUMN}')
    assert (found.tags, found.shared_with) == (("a", "b c"), ("one", "two"))


def test_mergetree_is_the_default_engine() -> None:
    assert datasource(COLUMN).engine.name == "MergeTree"


@pytest.mark.parametrize("key", ["a, f(b, c)", "(a, f(b, c))", "tuple(a, f(b, c))", '"a, f(b, c)"'])
def test_keys_are_split_at_their_commas(key: str) -> None:
    found = datasource(f"SCHEMA >\n    a String\nENGINE_SORTING_KEY {key}\n")
    assert texts(found.engine.sorting_key) == ["a", "f(b, c)"]


def test_brackets_that_do_not_belong_together_stay() -> None:
    assert texts(datasource(f"{COLUMN}ENGINE_SORTING_KEY (a), (b)\n").engine.sorting_key) == ["(a)", "(b)"]


@pytest.mark.parametrize("empty", ["tuple()", '""', "''"])
def test_a_key_may_be_empty(empty: str) -> None:
    found = datasource(f"{COLUMN}ENGINE_SORTING_KEY {empty}\nENGINE_PARTITION_KEY {empty}\n")
    assert (found.engine.sorting_key, found.engine.partition_key) == ((), None)


def test_a_part_of_a_key_knows_its_place() -> None:
    found = datasource(f'{COLUMN}ENGINE_SORTING_KEY "a, b"\n')
    assert [str(part.span) for part in found.engine.sorting_key] == [
        "events.datasource:3:21",
        "events.datasource:3:24",
    ]


def test_a_kafka_data_source_has_the_columns_of_the_connector() -> None:
    settings = "KAFKA_CONNECTION_NAME k\nKAFKA_TOPIC t\nKAFKA_STORE_HEADERS True\n"
    found = datasource(f"SCHEMA >\n    a String,\n    __offset UInt64\n{settings}")
    assert {entry.name: str(entry.type) for entry in found.columns} == {
        "a": "String",
        "__offset": "UInt64",
        "__value": "String",
        "__topic": "LowCardinality(String)",
        "__partition": "Int16",
        "__timestamp": "DateTime",
        "__key": "String",
        "__headers": "Map(String, String)",
    }


def test_rows_that_do_not_come_from_kafka_need_none_of_its_columns() -> None:
    found = datasource("SCHEMA >\n    a String\nKAFKA_CONNECTION_NAME k\nKAFKA_TOPIC t\n")
    assert {entry.name: entry.default and entry.default.value for entry in found.columns} == {
        "a": None,
        "__value": "''",
        "__topic": "''",
        "__partition": "0",
        "__offset": "0",
        "__timestamp": "now()",
        "__key": "''",
    }


def test_a_version_is_part_of_the_name() -> None:
    assert datasource(f"VERSION 3\n{COLUMN}").name == "events__v3"


def test_a_moved_line_is_no_change() -> None:
    assert datasource(COLUMN) == datasource(f"# moved down\n\n{COLUMN}")


def test_a_pipe_reads_as_its_typed_node_or_its_last_one() -> None:
    two = "NODE a\nSQL >\n    SELECT 1\nTYPE endpoint\nNODE b\nSQL >\n    SELECT 2\n"
    assert pipe(two).output.name == "a"
    assert pipe(two.replace("TYPE endpoint\n", "")).output.name == "b"


def test_a_materialized_node_has_a_target() -> None:
    found = pipe("NODE a\nSQL >\n    SELECT 1\nTYPE materialized\nDATASOURCE daily\nDEPLOYMENT_METHOD alter\n")
    assert found.output.target and found.output.target.value == "daily"
    assert found.output.settings["DEPLOYMENT_METHOD"].value == "alter"


def test_a_copy_has_a_target_a_mode_and_a_schedule() -> None:
    found = pipe(
        "NODE a\nSQL >\n    SELECT 1\nTYPE COPY\nTARGET_DATASOURCE t\nCOPY_MODE replace\nCOPY_SCHEDULE */5 * * * *\n"
    )
    assert found.output.target and found.output.target.value == "t"
    assert found.output.settings["COPY_SCHEDULE"].value == "*/5 * * * *"


def test_tokens_of_a_pipe_may_stand_anywhere_in_it() -> None:
    found = pipe("NODE a\nSQL >\n    SELECT 1\nTYPE endpoint\nTOKEN dashboard READ\n")
    assert [grant.token for grant in found.grants] == ["dashboard"]


def test_a_connection_has_a_kind_and_settings() -> None:
    found = connection('TYPE S3\nS3_REGION "us-east-1"\nS3_ARN arn:aws:iam::1:role/x\n')
    assert (found.kind, found.settings["S3_ARN"].value) == ("s3", "arn:aws:iam::1:role/x")


IN_PLACE = {
    Place.DATASOURCE: ("a.datasource", f"{COLUMN}{{}}"),
    Place.PIPE: ("a.pipe", "{}NODE n\nSQL >\n    SELECT 1\n"),
    Place.NODE: ("a.pipe", "NODE n\nSQL >\n    SELECT 1\n{}"),
    Place.CONNECTION: ("a.connection", "TYPE s3\n{}"),
}


@pytest.mark.parametrize("instruction", INSTRUCTIONS.values(), ids=INSTRUCTIONS.keys())
def test_every_instruction_of_the_table_is_known_where_it_may_stand(instruction: Instruction) -> None:
    for place, (path, text) in IN_PLACE.items():
        _, problems = parse(Source(path, text.format(f"{instruction.name} x\n")))
        codes = {problem.code for problem in problems}
        assert "TL102" not in codes
        assert ("TL105" in codes) == (place not in instruction.places)
