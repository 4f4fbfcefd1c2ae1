"""Every recorded probe, on the embedded engine, a family a test."""

from __future__ import annotations

import pytest

from tests.sql import report, whole_pipes
from tests.sql.embedded import Embedded
from tests.sql.probe import FOLDER, read_ledger, read_record, recorded_families
from tests.sql.sources import families
from tests.sql.verdict import judge


@pytest.fixture(scope="module")
def engine() -> Embedded:
    return Embedded()


@pytest.mark.parametrize("family", recorded_families())
def test_answers_are_those_of_clickhouse(family: str, engine: Embedded) -> None:
    known_failures = read_ledger()
    faults = []
    for probe in read_record(FOLDER / f"{family}.jsonl"):
        verdict = judge(engine, probe)
        if verdict.fault and probe.id not in known_failures:
            faults.append(f"{probe.id} {probe.sql}\n    {verdict.fault}")
        if not verdict.fault and probe.id in known_failures:
            faults.append(
                f"{probe.id} {probe.sql}\n    is in the ledger of known failures, but is right: strike it out"
            )
    assert not faults, f"{len(faults)} probes\n" + "\n".join(faults)


def test_the_record_holds_what_the_sources_say() -> None:
    sources = {family: [(p.id, p.state) for p in probes] for family, probes in families().items()}
    records = {
        family: [(p.id, p.state) for p in read_record(FOLDER / f"{family}.jsonl")] for family in recorded_families()
    }
    assert records == sources, "run python -m tests.sql.truth"


def test_the_page_of_the_docs_is_what_the_record_says() -> None:
    assert report.DOCS.read_text(encoding="utf-8") == report.page(report.recorded()), "run make docs"


def test_the_ledger_names_probes_that_exist() -> None:
    probes = {probe.id for family in recorded_families() for probe in read_record(FOLDER / f"{family}.jsonl")}
    pipes = {f"pipe:{pipe.name}" for pipe in whole_pipes.load()}
    assert read_ledger() <= probes | pipes
