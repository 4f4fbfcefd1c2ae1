"""Record what ClickHouse answers to the questions of the projects: `python -m tests.views.truth [--check]`. Needs chDB.

Each project is loaded twice, in other blocks; an answer that depends on the blocks is refused, since it proves nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.views.clickhouse import ClickHouse
from tests.views.projects import Written, written

RECORD = Path(__file__).parent / "answers.jsonl"
Answers = dict[tuple[str, str], dict[str, Any]]
"""By the project's title and the question."""


def read_record() -> Answers:
    bodies = [json.loads(line) for line in RECORD.read_text(encoding="utf-8").splitlines()]
    return {(body["project"], body["sql"]): body["answer"] for body in bodies}


def main() -> int:
    found: Answers = {}
    faults = 0
    for project in written():
        one, other = (_answers(project, seed) for seed in (1, 2))
        for sql, answer in one.items():
            found[project.title, sql] = answer
            if answer != other[sql]:
                faults += 1
                print(f"{project.title}: {sql}\n  depends on the blocks: {answer['data']}\n  {other[sql]['data']}")
    if "--check" in sys.argv[1:]:
        known = read_record()
        changed = [key for key, answer in found.items() if known.get(key) != answer]
        print(*(f"{project}: {sql} answers {found[project, sql]}" for project, sql in changed), sep="\n")
        return int(bool(changed))
    lines = ({"project": project, "sql": sql, "answer": answer} for (project, sql), answer in found.items())
    RECORD.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    print(f"{len(found)} answers recorded")
    return int(bool(faults))


def _answers(project: Written, seed: int) -> dict[str, dict[str, Any]]:
    clickhouse = ClickHouse(project, seed)
    try:
        return {sql: clickhouse.answer(sql) for sql in project.reads}
    finally:
        clickhouse.close()


if __name__ == "__main__":
    sys.exit(main())
