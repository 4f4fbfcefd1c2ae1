"""A long run: `python -m tests.sql.random_queries [--queries 20000] [--seed 1]`. Needs `tinylite[truth]`.

Prints each difference that nothing explains, the statement shrunk, and a table of all. Exit status 1 when there is one.
"""

from __future__ import annotations

import sys
from collections import Counter

import click

from tests.sql.clickhouse import ClickHouse
from tests.sql.embedded import Embedded
from tests.sql.random_queries.compared import Round
from tests.sql.random_queries.explained import explanation


@click.command()
@click.option(
    "--queries", default=20_000, show_default=True, help="How many to ask, a hundred over each pair of tables."
)
@click.option("--seed", default=1, show_default=True, help="Of the first hundred; the next has the next number.")
@click.option("--show", multiple=True, help="Print findings of these kinds too: refused, lenient.")
def main(queries: int, seed: int, show: tuple[str, ...]) -> None:
    ours, theirs = Embedded(), ClickHouse()
    counts: Counter[str] = Counter()
    for number in range(seed, seed + -(-queries // 100)):
        for finding in Round(number, ours, theirs).findings():
            kind = finding.kind
            if kind == "differs" and explanation(finding.sql, finding.detail):
                kind = "explained"
            counts[kind] += 1
            if kind == "differs" or kind in show:
                print(f"{kind} [seed {number}] {finding.sql}\n    {finding.detail}", flush=True)
    print(", ".join(f"{kind} {count}" for kind, count in counts.most_common()))
    sys.exit(1 if counts["differs"] else 0)


if __name__ == "__main__":
    main()
