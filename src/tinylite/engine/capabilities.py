"""What the two engines do: the one place that says where they differ. The reference shows it, refusals quote it."""

from __future__ import annotations

from dataclasses import dataclass

from tinylite.diagnostics import Diagnostic, DiagnosticError

YES = "yes"


@dataclass(frozen=True, slots=True)
class Capability:
    """`duckdb` and `clickhouse` tell how, or why not. `refused` is what who asks for it on ClickHouse is told."""

    name: str
    duckdb: str
    clickhouse: str
    refused: str = ""
    hint: str = ""


CAPABILITIES: dict[str, Capability] = {
    each.name: each
    for each in (
        Capability("events, files, Kafka, buckets", YES, f"{YES}, by an outbox in the data folder"),
        Capability("quarantine", YES, "in the data folder, not in ClickHouse"),
        Capability("service data sources", YES, "in the data folder, not in ClickHouse"),
        Capability(
            "one query over rows and a quarantine or service data source",
            YES,
            "refused",
            "{0} is kept beside ClickHouse, and can't be read together with {1}, which is there",
            "ask for them one after the other",
        ),
        Capability("SQL", "what the reference lists", "the same: what is not known here is refused, not passed on"),
        Capability("endpoints, parameters, formats", YES, f"{YES}, written by ClickHouse itself"),
        Capability("token row filters", YES, f"{YES}, by additional_table_filters"),
        Capability("kept answers", "until a table changes", "only for as long as the template says (cache_ttl)"),
        Capability("materialized views", "run by tinylite", "ClickHouse's own, from the first block on"),
        Capability(
            "a view that fails on a block",
            "is left out, its rows are kept with the reason",
            "the same; a failing view of a new deployment or build ends that with an error",
        ),
        Capability("copies", "in one transaction", "made beside the target, then added once, or exchanged with it"),
        Capability("populations", "while events are loaded", "events are acknowledged meanwhile, loaded afterwards"),
        Capability("sinks", YES, YES),
        Capability("delete by a condition, truncate, replace all rows", YES, YES),
        Capability(
            "replace the rows that a condition holds for",
            YES,
            "refused",
            "rows that a condition holds for can't be replaced in ClickHouse",
            "delete them by the condition, then append; or replace all rows",
        ),
        Capability(
            "deployments beside the live one",
            YES,
            f"{YES}; a copy, deletion, truncation or replacement of a table that one has for itself gives that one up",
        ),
        Capability("branches", "with the database's bytes shared", "a database of its own, with parts shared"),
        Capability("merges, TTLs, SAMPLE, skipping indexes, codecs", "merges and TTLs by tinylite", "ClickHouse's own"),
        Capability("FINAL and merged rows on reading", YES, "as ClickHouse has merged until then"),
        Capability(
            "tinylite backup",
            YES,
            "refused",
            "the rows lie in ClickHouse, whose own BACKUP DATABASE makes a backup of them",
            "stop the server, and copy the data folder with it: tokens, secrets, jobs, what is on its way",
        ),
        Capability("several fronts over the same rows", "no: one process has the folder", "each its own database"),
        Capability("shards and replicas", "no", "cluster in tinylite.yaml: DDL only, never run on a cluster by us"),
        Capability("tinylite check", YES, "by the compiler for DuckDB"),
        Capability("tinylite test, parity", YES, "test run --engine asks ClickHouse; parity compares the two"),
    )
}


def refusal(name: str, *values: str) -> DiagnosticError:
    """TL527: what ClickHouse does not do here."""
    known = CAPABILITIES[name]
    return DiagnosticError(Diagnostic("TL527", known.refused.format(*values), hint=known.hint))
