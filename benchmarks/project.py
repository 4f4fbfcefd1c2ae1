"""What a large project costs a person who works on it: a check, a saved file, its tests, the shortest command.

python -m benchmarks.project [FILES]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.table import show
from tinylite.project import load
from tinylite.testing import run_cases
from tinylite.workspace import Workspace

FILES = 500
CASES = 300
_ROUNDS = 5
_SOURCE = """DESCRIPTION Events of kind {n}
SCHEMA >
    `id` String `json:$.id`,
    `at` DateTime `json:$.at`,
    `user_id` String `json:$.user.id`,
    `country` LowCardinality(String) `json:$.country`,
    `amount` Float64 `json:$.amount`,
    `tags` Array(String) `json:$.tags[:]`
ENGINE MergeTree
ENGINE_PARTITION_KEY toYYYYMM(at)
ENGINE_SORTING_KEY country, at
"""
_TARGET = """SCHEMA >
    day Date,
    country LowCardinality(String),
    amount AggregateFunction(sum, Float64),
    users AggregateFunction(uniq, String)
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY day, country
"""
_VIEW = """NODE daily_{n}
SQL >
    SELECT toDate(at) AS day, country, sumState(amount) AS amount, uniqState(user_id) AS users
    FROM source_{n} GROUP BY day, country
TYPE materialized
DATASOURCE target_{n}
"""
_PIPE = """TOKEN "reader" READ
NODE filtered_{n}
SQL >
    %
    SELECT day, country, sumMerge(amount) AS amount, uniqMerge(users) AS users FROM target_{source}
    WHERE day >= {{{{Date(since, '2026-01-01', description="The first day")}}}}
    {{% if defined(country) %}} AND country = {{{{String(country)}}}} {{% end %}}
    GROUP BY day, country

NODE ranked_{n}
SQL >
    %
    SELECT country, sum(amount) AS total, max(users) AS most, row_number() OVER (ORDER BY total DESC, country) AS place
    FROM filtered_{n} GROUP BY country ORDER BY place LIMIT {{{{Int32(limit, 10)}}}}
TYPE endpoint
"""
_FIXTURE = "".join(
    json.dumps({
        "id": f"e{n}", "at": f"2026-01-{n % 28 + 1:02} 10:00:00", "user": {"id": f"u{n % 7}"},
        "country": "DEFS"[n % 4], "amount": n, "tags": ["a"],
    }) + "\n"
    for n in range(50)
)  # fmt: skip


def write_project(folder: Path, count: int) -> None:
    """One data source in five files, with its view and its target; the others are endpoints."""
    files: dict[str, str] = {}
    sources = max(1, count // 5)
    for n in range(sources):
        files[f"datasources/source_{n}.datasource"] = _SOURCE.format(n=n)
        files[f"datasources/target_{n}.datasource"] = _TARGET
        files[f"materializations/fill_{n}.pipe"] = _VIEW.format(n=n)
    for n in range(count - 3 * sources):
        files[f"endpoints/pipe_{n}.pipe"] = _PIPE.format(n=n, source=n % sources)
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)


def write_cases(folder: Path, count: int) -> None:
    """On the rows of one data source, spread over thirty endpoints."""
    (folder / "fixtures").mkdir()
    (folder / "tests").mkdir()
    (folder / "fixtures" / "source_0.ndjson").write_text(_FIXTURE)
    pipes = [path.stem for path in (folder / "endpoints").iterdir() if "FROM target_0\n" in path.read_text()]
    for number, pipe in enumerate(pipes):
        cases = [
            f"- name: case_{n}\n  parameters: limit={n % 5 + 1}&country={'DEFS'[n % 4]}\n  expected_result: ''\n"
            for n in range(count // len(pipes) + (number < count % len(pipes)))
        ]
        (folder / "tests" / f"{pipe}.yaml").write_text("".join(cases))


def least(work: Callable[[], object], rounds: int = _ROUNDS) -> tuple[float, float]:
    """Seconds of the wall clock and of the processor, those of children too, of the best of some rounds."""
    found = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), sum(os.times()[:4])
        work()
        found.append((time.perf_counter() - wall, sum(os.times()[:4]) - cpu))
    return min(found)


def command(*words: str) -> None:
    subprocess.run([sys.executable, "-m", "tinylite", *words], stdout=subprocess.DEVNULL, check=False)


def reloads(folder: Path) -> tuple[float, float]:
    """A changed endpoint, as `tinylite dev` takes it over."""
    workspace = Workspace.open(folder / ".tinylite")
    try:
        project = load(folder)
        assert not workspace.build(project).errors
        texts = [_PIPE.format(n=1, source=1) + f"# {n}\n" for n in range(_ROUNDS)]

        def save_one() -> None:
            nonlocal project
            (folder / "endpoints" / "pipe_1.pipe").write_text(texts.pop())
            project = load(folder, project)
            assert not workspace.build(project, fixtures=True).errors

        return least(save_one)
    finally:
        workspace.close()


def measure(count: int) -> list[tuple[str, tuple[float, float], str]]:
    """What, seconds by both clocks, the aim."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, count)
        check = least(lambda: command("check", str(folder)), 3)
        reload = reloads(folder)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(folder, 50)
        write_cases(folder, CASES)
        project = load(folder)
        cases = least(lambda: run_cases(project), 2)
    return [
        (f"tinylite check of {count} files", check, "≤ 2"),
        ("a saved endpoint of that project is served", reload, "≤ 0.3"),
        (f"tinylite test run of {CASES} cases", cases, "≤ 10"),
        ("tinylite --help", least(lambda: command("--help")), "≤ 0.15 of the processor"),
    ]


if __name__ == "__main__":
    found = measure(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
    rows = [(what, f"{wall:.2f}", f"{cpu:.2f}", aim) for what, (wall, cpu), aim in found]
    show(("what", "s", "s of the processor", "aim"), rows)
