"""Record ClickHouse's answers: `python -m tests.sql.truth [--check] [family …]`. Needs chDB.

Without `--check` the records of changed or new statements are written (all of them with `--all`); with it every
answer is asked for again, and the exit status is 1 when one differs from the record.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from tests.sql import whole_pipes
from tests.sql.clickhouse import ClickHouse
from tests.sql.probe import FOLDER, VERSION, Probe, read_record, write_record
from tests.sql.sources import families


def main(arguments: list[str]) -> int:
    check = "--check" in arguments
    chosen = [argument for argument in arguments if not argument.startswith("--")]
    clickhouse = ClickHouse()
    version = clickhouse.version
    if check and VERSION.read_text(encoding="utf-8").strip() != version:
        print(f"recorded with ClickHouse {VERSION.read_text(encoding='utf-8').strip()}, this is {version}")
    changed = 0
    for family, probes in families().items():
        if not chosen or family in chosen:
            changed += _family(clickhouse, family, probes, check=check, everything="--all" in arguments)
    if not chosen or "pipes" in chosen:
        changed += whole_pipes.record(clickhouse, check=check)
    clickhouse.close()
    if not check:
        VERSION.write_text(f"{version}\n", encoding="utf-8")
    return 1 if check and changed else 0


def _family(clickhouse: ClickHouse, family: str, probes: list[Probe], *, check: bool, everything: bool) -> int:
    """Answers that are not as recorded."""
    path = FOLDER / f"{family}.jsonl"
    known = {probe.id: probe for probe in read_record(path)} if path.exists() else {}
    answered: list[Probe] = []
    changed = 0
    for probe in probes:
        old = known.get(probe.id)
        if old and not check and not everything:
            answered.append(replace(probe, answer=old.answer))
            continue
        answer = clickhouse.answer(probe.sql)
        answered.append(replace(probe, answer=answer))
        if old is None or _comparable(old.answer, probe) != _comparable(answer, probe):
            changed += 1
            if check:
                print(f"{family} {probe.id}: {probe.sql}\n  recorded {old and old.answer}\n  answers  {answer}")
    if not check:
        write_record(path, answered)
    print(f"{family}: {len(answered)} probes, {changed} {'differ' if check else 'recorded'}")
    return changed


def _comparable(answer: dict[str, Any], probe: Probe) -> str:
    """The order of rows counts only where the statement orders; as text, for NaN and minus zero."""
    rows = answer.get("data", [])
    return repr({**answer, "data": rows if probe.ordered else sorted(rows, key=repr)})


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
