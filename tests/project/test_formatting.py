"""The canonical form of datafiles and of the SQL inside of them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.docs.blocks import PAGES
from tests.views.projects import written
from tinylite.diagnostics import DiagnosticError, Source
from tinylite.project import Library, Program, load
from tinylite.project.formatting import formatted
from tinylite.project.formatting.sql import formatted_sql
from tinylite.sql import compile_query
from tinylite.sql.parse import parse_query
from tinylite.template import CustomError, sample_arguments

ROOT = Path(__file__).parent.parent.parent
LAID_OUT = [
    ("select 1", "SELECT 1"),
    ("select a,b from t where x=1 and y in(1,2)", "SELECT a, b\nFROM t\nWHERE x = 1 AND y IN (1, 2)"),
    (
        "SELECT a FROM t\n{% if defined(x) %} WHERE x = {{x}} {% else %} WHERE y {% end %}ORDER BY a",
        "SELECT a\nFROM t\n{% if defined(x) %}\n    WHERE x = {{x}}\n{% else %}\n    WHERE y\n{% end %}\nORDER BY a",
    ),
    (
        "SELECT a FROM t WHERE 1 {% if defined(x) %}AND x = {{x}}{% end %} LIMIT 5",
        "SELECT a\nFROM t\nWHERE 1\n    {% if defined(x) %}\n        AND x = {{x}}\n    {% end %}\nLIMIT 5",
    ),
    ("SELECT is{% if h %}NaN{% else %}Null{% end %}(at)", "SELECT is{% if h %}NaN{% else %}Null{% end %}(at)"),
    ("SELECT {{ String(\n    a,\n    'x'\n) }}", "SELECT {{ String(a, 'x') }}"),
    ("SELECT a -- first\n, b /* second */ FROM t", "SELECT\n    a -- first\n    , b /* second */\nFROM t"),
    ("SELECT -1, a - -1, -b, x -> -x, 2 - 1", "SELECT -1, a - -1, -b, x -> -x, 2 - 1"),
    ("SELECT t.*, m['k'], a [1], x::Int32, (1,2).1 FROM t", "SELECT t.*, m['k'], a[1], x::Int32, (1, 2).1\nFROM t"),
    ("SELECT desc, t.order FROM t ORDER BY desc desc", "SELECT desc, t.order\nFROM t\nORDER BY desc DESC"),
    (
        "SELECT a FROM x UNION ALL SELECT a FROM (SELECT * FROM y WHERE a BETWEEN 1 AND 2 AND long_enough_not = 1)",
        "SELECT a\nFROM x\nUNION ALL\nSELECT a\nFROM (\n    SELECT *\n    FROM y\n"
        "    WHERE a BETWEEN 1 AND 2 AND long_enough_not = 1\n)",
    ),
]  # fmt: skip
LEFT_ALONE = ["SELECT 'two\nlines'", "SELECT (1", "SELECT (a {% if x %} ) {% end %}", "SELECT 'open", "{% end %}"]


@pytest.mark.parametrize(("text", "canonical"), LAID_OUT)
def test_sql_is_laid_out_by_clauses(text: str, canonical: str) -> None:
    assert formatted_sql(text) == canonical


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_what_can_not_be_read_stays_as_it_is(text: str) -> None:
    assert formatted_sql(text) is None
    file = f"NODE n\nSQL >\n  %\n  {text}\nTYPE endpoint\n"
    assert f"  %\n  {text}\n" in formatted(Source("n.pipe", file))


def test_what_does_not_fit_is_broken_at_commas_and_conditions() -> None:
    long = ", ".join(f"column_number_{number}" for number in range(9))
    assert formatted_sql(f"SELECT {long} FROM t") == f"SELECT\n    {long.replace(', ', f',{chr(10)}    ')}\nFROM t"
    conditions = " AND ".join(f"column_number_{number} = {number}" for number in range(6))
    broken = conditions.replace(" AND ", "\n    AND ")
    assert formatted_sql(f"SELECT 1 FROM t WHERE {conditions}") == f"SELECT 1\nFROM t\nWHERE {broken}"


def test_a_datafile_keeps_its_comments_and_their_places() -> None:
    text = dedent("""\
        # Who wrote this
        TOKEN reader read


        description > of it
        NODE   a
        sql >
        SELECT 1 -- one

        # before the second
        NODE b
        SQL >
              SELECT 2
        type endpoint
        # the end
        """)
    assert formatted(Source("a.pipe", text)) == dedent("""\
        # Who wrote this
        TOKEN reader read

        DESCRIPTION >
            of it

        NODE a
        SQL >
            SELECT
                1 -- one

        # before the second
        NODE b
        SQL >
            SELECT 2

        TYPE endpoint

        # the end
        """)


def test_a_schema_has_a_column_a_line() -> None:
    text = "SCHEMA >\n  `a`   String `json:$.a  b`,b DateTime DEFAULT now(),\n  c Array( String )\nENGINE MergeTree\n"
    assert formatted(Source("a.datasource", text)) == (
        "SCHEMA >\n    `a` String `json:$.a  b`,\n    b DateTime DEFAULT now(),\n    c Array( String )\n\n"
        'ENGINE "MergeTree"\n'
    )


def test_comments_in_a_schema_stay() -> None:
    text = "SCHEMA >\n    a String, -- the first\n    # the second\n    b String\n"
    assert formatted(Source("a.datasource", text)) == text


def test_a_faulty_file_is_told() -> None:
    with pytest.raises(DiagnosticError, match="unknown instruction NOD"):
        formatted(Source("a.pipe", "NOD a\nSQL >\n    SELECT 1\n"))


# every datafile and every statement of the tests


def _datafiles() -> Iterator[tuple[str, str]]:
    for page in [*PAGES, *sorted((ROOT / "tests").rglob("*.md"))]:
        for number, match in enumerate(_FILE.finditer(page.read_text(encoding="utf-8"))):
            yield f"{page.name}:{number}.{match[1]}", match[2]
    for folder in (ROOT / "examples", ROOT / "src"):
        for path in sorted([*folder.rglob("*.pipe"), *folder.rglob("*.datasource")]):
            yield path.name, path.read_text(encoding="utf-8")


_FILE = re.compile(r"^```\w+ \S+\.(datasource|pipe)\n(.*?)^```$", re.M | re.S)
DATAFILES = dict(_datafiles())


def test_twice_is_the_same_as_once() -> None:
    assert len(DATAFILES) > 150
    for name, text in DATAFILES.items():
        try:
            once = formatted(Source(name, text))
        except DiagnosticError:
            continue
        assert formatted(Source(name, once)) == once, name


def test_statements_mean_the_same() -> None:
    count = 0
    for record in sorted((ROOT / "tests" / "sql" / "probes").glob("*.jsonl")):
        for line in record.read_text(encoding="utf-8").splitlines()[::25]:
            text = json.loads(line)["sql"]
            laid = formatted_sql(text)
            if laid is None:
                continue
            assert formatted_sql(laid) == laid
            try:
                before = parse_query(Source("before", text))
            except DiagnosticError:
                continue
            assert parse_query(Source("after", laid)) == before, text
            count += 1
    assert count > 450


def test_projects_compile_to_the_same_plans(tmp_path: Path) -> None:
    projects = {project.title: project.files for project in written()}
    for folder in sorted((ROOT / "examples").iterdir()):
        projects[folder.name] = {file.source.path: file.source.text for file in load(folder).files.values()}
    for number, files in enumerate(projects.values()):
        canonical = {path: formatted(Source(path, text)) for path, text in files.items()}
        assert _plans(tmp_path / f"{number}a", files) == _plans(tmp_path / f"{number}b", canonical)


def _plans(folder: Path, files: dict[str, str]) -> dict[str, str]:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    project = load(folder)
    library = Library(project)
    plans = {}
    for unit in library.units:
        program = Program(library, unit)
        try:
            prepared = program.prepare(sample_arguments(program.parameters), project.secrets.get)
        except (DiagnosticError, CustomError):
            continue
        values = {name: value.value for name, value in prepared.values.items()}
        plans[str(unit)] = compile_query(prepared.query, values).sql
    assert plans
    return plans


def test_the_projects_of_this_repository_are_canonical() -> None:
    for folder in (ROOT / "examples", ROOT / "src"):
        for path in [*folder.rglob("*.pipe"), *folder.rglob("*.datasource")]:
            text = path.read_text(encoding="utf-8")
            assert formatted(Source(path.name, text)) == text, path
