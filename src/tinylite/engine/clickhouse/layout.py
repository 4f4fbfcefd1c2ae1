"""Where tables and views lie, and what a cluster makes of them. Text only: nothing is run here."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from tinylite.datafile.model import Datasource
from tinylite.engine.clickhouse.ddl import LENIENT, create_table, view_select
from tinylite.engine.clickhouse.statement import literal
from tinylite.project import View
from tinylite.types.model import backquoted

SHARD_SUFFIX = "_shard"
"""Of the tables that hold the rows, in a cluster: the one that has the name itself is Distributed over them."""
KEPT_TOKENS = 10_000
"""Blocks whose tokens a table remembers: a block that is sent again is the last one that was sent."""
_MARK = "tinylite "
_INTO = "tinylite into "


@dataclass(frozen=True, slots=True)
class Layout:
    """`cluster` is the name of one that the server knows, or "". `lenient` and `known` are settings of tables that it
    knows.
    """

    database: str
    cluster: str = ""
    lenient: Collection[str] = LENIENT

    def create_database(self) -> str:
        return f"CREATE DATABASE IF NOT EXISTS {backquoted(self.database)}{self._on_cluster}"

    def drop_database(self) -> str:
        return f"DROP DATABASE IF EXISTS {backquoted(self.database)}{self._on_cluster} SYNC"

    def create_table(self, datasource: Datasource, table: str) -> tuple[str, ...]:
        """The statements that make the table, each safe to run again. Its comment tells what it is like."""
        mark = literal(mark_of(self.definition(datasource)))
        rows = self._rows(datasource, self.rows_table(table))
        made = f"{rows}\nCOMMENT {mark}"
        if not self.cluster:
            return (made,)
        return made, self._distributed(datasource, table)

    def _distributed(self, datasource: Datasource, table: str) -> str:
        """The table that rows are read from and written to, over those of all shards."""
        rows, mark = self.rows_table(table), literal(mark_of(self.definition(datasource)))
        return (
            f"CREATE TABLE IF NOT EXISTS {self.place(table)}{self._on_cluster} AS {self.place(rows)}\n"
            f"ENGINE = Distributed({backquoted(self.cluster)}, {backquoted(self.database)}, {backquoted(rows)}, "
            f"{sharding_key(datasource)})\nCOMMENT {mark}"
        )

    def definition(self, datasource: Datasource) -> str:
        """The same for the same table, whatever it is called."""
        return self._rows(datasource, datasource.name)

    def _rows(self, datasource: Datasource, table: str) -> str:
        engine = datasource.engine
        if self.cluster and engine.name.endswith("MergeTree"):
            datasource = replace(datasource, engine=replace(engine, name=engine.name.removeprefix("Replicated")))
            replicated = "Replicated"
        else:
            replicated = ""
        window = "" if replicated else f"non_replicated_deduplication_window = {KEPT_TOKENS}"
        return create_table(
            datasource, self.lenient, place=self.place(table) + self._on_cluster, window=window, replicated=replicated
        )

    def create_view(self, view: View, table: str, target: str) -> tuple[str, str]:
        """Its name and the statement, for tables of these names. Another definition has another name."""
        select = view_select(view, self.database, self.rows_table(table))
        into = self.place(self.rows_table(target))
        name = f"{view.name}__{_digest(f'{into} {sorted(self.values(view).items())!r} {select}')}"
        made = f"CREATE MATERIALIZED VIEW IF NOT EXISTS {self.place(name)}{self._on_cluster} TO {into} AS\n{select}"
        return name, f"{made}\nCOMMENT {literal(_INTO + target)}"

    @staticmethod
    def values(view: View) -> Mapping[str, object]:
        return {name: value.value for name, value in view.prepared.values.items()}

    def exchange(self, one: str, other: str) -> Iterator[str]:
        """Of two tables of one kind: in a cluster those that hold the rows change places."""
        one, other = self.rows_table(one), self.rows_table(other)
        yield f"EXCHANGE TABLES {self.place(one)} AND {self.place(other)}{self._on_cluster}"

    @staticmethod
    def into(comment: str) -> str:
        """The target of a view of ours, by its comment."""
        return comment.removeprefix(_INTO)

    def rename(self, datasource: Datasource, table: str, name: str) -> Iterator[str]:
        old, new = self.place(self.rows_table(table)), self.place(self.rows_table(name))
        yield f"RENAME TABLE {old} TO {new}{self._on_cluster}"
        if self.cluster:
            yield f"DROP TABLE IF EXISTS {self.place(table)}{self._on_cluster} SYNC"
            yield self._distributed(datasource, name)

    def recommented(self, datasource: Datasource, table: str) -> Iterator[str]:
        """After an exchange: what is over a cluster's tables is made again for their new columns."""
        if self.cluster:
            yield f"DROP TABLE IF EXISTS {self.place(table)}{self._on_cluster} SYNC"
            yield self._distributed(datasource, table)

    def drop_table(self, table: str) -> Iterator[str]:
        for name in dict.fromkeys((table, self.rows_table(table))):
            yield f"DROP TABLE IF EXISTS {self.place(name)}{self._on_cluster} SYNC"

    def share(self, table: str, other: str) -> str:
        """What a table holds now, in another one of its kind too, without copying."""
        return self.attach(other, self.place(self.rows_table(table)), "ALL")

    def attach(self, table: str, place: str, which: str) -> str:
        into = self.place(self.rows_table(table))
        return f"ALTER TABLE {into}{self._on_cluster} ATTACH PARTITION {which} FROM {place}"

    def drop_view(self, name: str) -> str:
        return f"DROP VIEW IF EXISTS {self.place(name)}{self._on_cluster} SYNC"

    def truncate(self, table: str) -> str:
        return f"TRUNCATE TABLE {self.place(self.rows_table(table))}{self._on_cluster}"

    def delete(self, table: str, condition: str) -> str:
        """Done when the statement is, on all replicas."""
        place = self.place(self.rows_table(table))
        return f"ALTER TABLE {place}{self._on_cluster} DELETE WHERE {condition}\nSETTINGS mutations_sync = 2"

    def rows_table(self, table: str) -> str:
        return table + SHARD_SUFFIX if self.cluster else table

    def place(self, table: str) -> str:
        return f"{backquoted(self.database)}.{backquoted(table)}"

    @property
    def _on_cluster(self) -> str:
        return f" ON CLUSTER {backquoted(self.cluster)}" if self.cluster else ""


def sharding_key(datasource: Datasource) -> str:
    """What rows are spread by: the sorting key, so that rows of one key lie on one shard and merge there, or the key of
    a Join; chance, where there is none.
    """
    join = datasource.engine.join
    keys = join.keys if join else datasource.engine.sorting_key
    return f"cityHash64({', '.join(key.value for key in keys)})" if keys else "rand()"


def mark_of(definition: str) -> str:
    """A comment by which a table is known as one of ours, made like this."""
    return _MARK + _digest(definition)


def is_ours(comment: str) -> bool:
    return comment.startswith(_MARK)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
