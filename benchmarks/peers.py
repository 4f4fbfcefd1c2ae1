"""ROAPI and Datasette from PyPI over the same rows, each in an environment of its own."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True)
class Peer:
    """`command` starts it on a port; `path` asks for the point with an id."""

    name: str
    command: Callable[[str], list[str]]
    path: Callable[[int], str]


def _installed(package: str) -> Path | None:
    """The programs of a package, or None when it can't be had. They stay beside this environment until it goes."""
    place = Path(sys.prefix) / "peers" / package
    program = place / "bin" / package
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
        pip = [str(place / "bin" / "pip"), "install", "--quiet", package]
        done = subprocess.run(pip, capture_output=True, check=False)
        if done.returncode != 0:
            print(f"{package} can't be installed: it is left out\n")
    return place / "bin" if program.exists() else None


def roapi(folder: Path, rows: int) -> Peer | None:
    programs = _installed("roapi")
    if programs is None:
        return None
    file = folder / "points.parquet"
    duckdb.execute(f"COPY (SELECT range::UINTEGER AS id, range / 7 AS value FROM range({rows})) TO '{file}'")
    return Peer(
        "ROAPI",
        lambda port: [str(programs / "roapi"), "--addr-http", f"127.0.0.1:{port}", "--table", f"points={file}"],
        lambda id_: f"/api/tables/points?columns=id,value&filter[id]={id_}&limit=10",
    )


def datasette(folder: Path, rows: int) -> Peer | None:
    programs = _installed("datasette")
    if programs is None:
        return None
    file = folder / "data.db"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE points (id INTEGER PRIMARY KEY, value REAL)")
        connection.executemany("INSERT INTO points VALUES (?, ?)", ((i, i / 7) for i in range(rows)))
    connection.close()
    sql = "select+id,value+from+points+where+id=:id+limit+10"
    return Peer(
        "Datasette",
        lambda port: [str(programs / "datasette"), str(file), "-p", port],
        lambda id_: f"/data.json?sql={sql}&id={id_}&_shape=array",
    )
