"""tinylite datasource ls, append, replace, sync, delete, truncate, analyze, export, quarantine, recover"""

from __future__ import annotations

import io
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

import click

from tinylite.cli.job import submitted
from tinylite.cli.options import confirm, server_options
from tinylite.cli.result import Block, Result, Table, counted

if TYPE_CHECKING:
    from tinylite.cli.client import Api

FORMATS = ("csv", "ndjson", "json", "parquet", "avro")
_ENDED = ("done", "error", "cancelled")
_POLL = 0.2
_SAMPLE = 16 * 1024 * 1024
"""Bytes of a file that say enough of it; Parquet is read from its end, and so goes whole."""
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


@click.group()
def command() -> None:
    """Lists data sources, sends rows, takes them out, looks after rows in quarantine."""


@command.command("ls")
@server_options
def list_datasources(path: Path, data: Path | None) -> Result:
    """Lists data sources with their rows, bytes on the disk and rows in quarantine.

    \b
    Example:
      tinylite datasource ls
      tinylite datasource ls --staging
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        found = api.get("/v0/datasources").json()["datasources"]
    rows = [
        (each["name"], each["statistics"]["row_count"], each["statistics"]["bytes"], each["quarantine_rows"],
         each["engine"]["engine"])
        for each in found
    ]  # fmt: skip
    return Result([Table(["name", "rows", "bytes", "quarantine", "engine"], rows)], found)


# -- rows in ----------------------------------------------------------------------------------------------------------


def _file_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """What a file is like."""
    for option in (
        click.option(
            "--format", "format_", type=click.Choice(FORMATS), help="What the file is [default: what it says]."
        ),
        click.option("--delimiter", help="Of CSV [default: found out]."),
        click.option("--header/--no-header", default=None, help="Whether CSV begins with names [default: found out]."),
        click.option("--columns", help="Names for the cells of CSV, parted by commas."),
        click.option("--encoding", help="Of CSV [default: UTF-8, or what a byte order mark says]."),
    ):
        function = option(function)
    return function


@command.command("append")
@click.argument("name")
@click.argument("source", required=False)
@click.option("--file", "file", help="A file; - is what comes in.")
@click.option("--url", help="An address that the server fetches.")
@click.option("--events", help="Events as text: NDJSON.")
@_file_options
@server_options
def append(
    name: str, source: str | None, file: str | None, url: str | None, events: str | None, path: Path, data: Path | None,
    **about: Any,
) -> Result:  # fmt: skip
    """Appends a file, what an address gives, or events to a data source. SOURCE is a file or an address.

    \b
    Example:
      tinylite datasource append user_events events.ndjson.gz
      tinylite datasource append user_events --events '{"user_id": "ada"}'
    """
    return _imported("append", name, _origin(source, file, url, events), _described(about), path, data)


@command.command("replace")
@click.argument("name")
@click.argument("source", required=False)
@click.option("--file", "file", help="A file; - is what comes in.")
@click.option("--url", help="An address that the server fetches.")
@click.option("--sql-condition", "condition", help="Only rows that it holds for go and come.")
@click.option("--skip-incompatible-partition-key", "skip", is_flag=True, help="Leave targets of views that do not fit.")
@click.option("--truncate-when-empty", "empties", is_flag=True, help="Also when the file has no rows.")
@_file_options
@server_options
def replace(
    name: str, source: str | None, file: str | None, url: str | None, condition: str | None, skip: bool, empties: bool,
    path: Path, data: Path | None, **about: Any,
) -> Result:  # fmt: skip
    """Puts the rows of a file in the place of those of a data source, and of what views made of them.

    \b
    Example:
      tinylite datasource replace user_events may.csv --sql-condition "toYYYYMM(timestamp) = 202605"
    """
    wanted = {
        "replace_condition": condition or "",
        "skip_incompatible_partition_key": "true" if skip else "",
        "replace_truncate_when_empty": "true" if empties else "",
    }
    return _imported("replace", name, _origin(source, file, url, None), {**_described(about), **wanted}, path, data)


Origin = tuple[str, str]
"""file, url or events, and which."""


def _origin(source: str | None, file: str | None, url: str | None, events: str | None) -> Origin:
    """Raises click.UsageError."""
    named = {"file": file, "url": url, "events": events}
    if source is not None:
        named["url" if "://" in source else "file"] = source
    given = [(kind, text) for kind, text in named.items() if text is not None]
    if len(given) != 1 or sum(text is not None for text in (source, file, url, events)) != 1:
        raise click.UsageError("name one source of rows: a file or an address, --file, --url or --events")
    return given[0]


def _described(about: Mapping[str, Any]) -> dict[str, str]:
    header = about.get("header")
    return {
        "format": about.get("format_") or "",
        "dialect_delimiter": (about.get("delimiter") or "").replace("\\t", "\t"),
        "csv_header": "" if header is None else str(header).lower(),
        "csv_columns": about.get("columns") or "",
        "encoding": about.get("encoding") or "",
    }


def _imported(mode: str, name: str, origin: Origin, wanted: dict[str, str], path: Path, data: Path | None) -> Result:
    from tinylite.cli.client import connected

    started = time.monotonic()
    kind, what = origin
    wanted = {"wait": "false", **{key: value for key, value in wanted.items() if value}}
    route = f"/v1/datasources/{quote(name, safe='')}/{mode}"
    with connected(path, data) as api:
        if kind == "url":
            job = api.post(route, parameters={**wanted, "url": what}).json()["job"]
            size = 0
        else:
            with _content(kind, what) as content:
                job, size = _sent(api, route, content, {**_format_of(kind, what), **wanted})
        job = _ended(api, job)
        took = time.monotonic() - started
        reasons = _reasons(api, name, job) if job["quarantine_rows"] else []
    if job["status"] != "done":
        return Result([f"{mode} {name} {job['status']}: {job.get('error', '')} (job {job['id']})"], job, failed=True)
    verb = "replaced the rows of" if mode == "replace" else "appended to"
    rate = f", {size / 1e6 / max(took, 1e-9):,.1f} MB/s" if size > 1_000_000 else ""
    blocks: list[Block] = [f"{verb} {name}: {counted(job['successful_rows'], 'row')} in {took:.1f} s{rate}"]
    ignored = job["progress"].get("ignored_rows", 0)
    if ignored:
        blocks.append(f"{ignored:,} rows of the file were left out: the condition does not hold for them")
    if job["quarantine_rows"]:
        blocks.append(f"{job['quarantine_rows']:,} rows do not fit, and are in quarantine:")
        blocks.append(Table(["rows", "reason", "sample"], [(r["rows"], r["reason"], r["samples"][0]) for r in reasons]))
        blocks.append(f"all of them: tinylite datasource quarantine {name}")
    return Result(blocks, {**job, "seconds": round(took, 3), "reasons": reasons})


def _content(kind: str, what: str) -> IO[bytes]:
    """Raises OSError."""
    if kind == "events":
        return io.BytesIO(what.encode())
    return sys.stdin.buffer if what == "-" else Path(what).open("rb")


def _format_of(kind: str, what: str) -> dict[str, str]:
    from tinylite.workspace.files import format_of

    found = "ndjson" if kind == "events" else format_of(what)
    return {"format": found} if found else {}


def _sent(api: Api, route: str, content: IO[bytes], wanted: Mapping[str, str]) -> tuple[dict[str, Any], int]:
    from tinylite.cli.progress import bar

    size = 0

    def sent(count: int) -> None:
        nonlocal size
        size += count
        drawn.advance(count)

    total = content.seek(0, io.SEEK_END) if content.seekable() else 0
    if content.seekable():
        content.seek(0)
    with bar("sending", total) as drawn:
        job = api.send_file(route, content, wanted, sent).json()["job"]
    return job, size


def _ended(api: Api, job: dict[str, Any]) -> dict[str, Any]:
    from tinylite.cli.progress import bar

    if job["status"] in _ENDED:
        return job
    with bar("loading", 100, of_bytes=False) as drawn:
        while job["status"] not in _ENDED:
            time.sleep(_POLL)
            job = api.get(f"/v0/jobs/{job['id']}").json()
            drawn.to(job["progress_percentage"])
    return job


def _reasons(api: Api, name: str, job: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = api.get(f"/v0/datasources/{quote(name, safe='')}/quarantine", {"import_id": job["import_id"]}).json()
    reasons: list[dict[str, Any]] = found["reasons"][:5]
    return reasons


# -- rows out ---------------------------------------------------------------------------------------------------------


@command.command("sync")
@click.argument("name")
@click.option("--wait", is_flag=True, help="Come back when the job is over.")
@server_options
def sync(name: str, wait: bool, path: Path, data: Path | None) -> Result:
    """Imports what is new in the bucket of a data source, and what could not be read before.

    \b
    Example:
      tinylite datasource sync orders
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        job = api.post(f"/v0/datasources/{quote(name, safe='')}/scheduling/runs").json()["job"]
        return submitted(api, job, wait or not api.url)


@command.command("delete")
@click.argument("name")
@click.option("--sql-condition", "condition", required=True, help="Which rows go.")
@click.option("--dry-run", is_flag=True, help="Only count them.")
@click.option("--wait/--no-wait", default=True, show_default=True, help="Come back when they are gone.")
@server_options
def delete(name: str, condition: str, dry_run: bool, wait: bool, path: Path, data: Path | None) -> Result:
    """Deletes rows by a condition. What views made of them stays.

    \b
    Example:
      tinylite datasource delete user_events --sql-condition "user_id = 'ada'" --dry-run
    """
    from tinylite.cli.client import connected

    route = f"/v0/datasources/{quote(name, safe='')}/delete"
    with connected(path, data) as api:
        asked = {"delete_condition": condition, **({"dry_run": "true"} if dry_run else {})}
        answer = api.post(route, parameters=asked).json()
        if dry_run:
            return Result([f"{counted(answer['rows_to_be_deleted'], 'row')} would be deleted"], answer)
        job = _ended(api, answer["job"]) if wait else answer["job"]
    reason = f": {job['error']}" if job.get("error") else ""
    line = (
        f"{counted(job['rows_affected'], 'row')} deleted"
        if job["status"] == "done"
        else f"delete {name} {job['status']}{reason}"
    )
    return Result([f"{line} (job {job['id']})"], job, failed=job["status"] == "error")


@command.command("truncate")
@click.argument("name")
@click.option("--cascade", is_flag=True, help="Also the data sources that views fill from it.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@server_options
def truncate(name: str, cascade: bool, yes: bool, path: Path, data: Path | None) -> Result:
    """Removes all rows of a data source, and those in quarantine.

    \b
    Example:
      tinylite datasource truncate page_views --cascade
    """
    from tinylite.cli.client import connected

    route = f"/v0/datasources/{quote(name, safe='')}/truncate"
    with connected(path, data) as api:
        also = list(api.get("/v0/dependencies", {"datasource": name}).json()["dependencies"]) if cascade else []
        if not yes and sys.stdin.isatty():
            confirm(f"Remove all rows of {', '.join([name, *also])}?")
        done = api.post(route, parameters={"cascade": "true"} if cascade else {}).json()
    return Result([f"{each} is empty" for each in done["datasources"]], done)


@command.command("export")
@click.argument("name")
@click.argument("file", required=False)
@click.option(
    "--format", "format_", type=click.Choice(["csv", "ndjson", "parquet"]), help="[default: by the file's name, or csv]"
)
@click.option("--where", help="Only rows that it holds for.")
@click.option("--limit", type=click.IntRange(0), help="No more than so many rows.")
@server_options
def export(
    name: str,
    file: str | None,
    format_: str | None,
    where: str | None,
    limit: int | None,
    path: Path,
    data: Path | None,
) -> Result | None:
    """Writes the rows of a data source to FILE, or prints them.

    \b
    Example:
      tinylite datasource export user_events events.parquet --where "country = 'DE'"
    """
    from tinylite.cli.client import connected
    from tinylite.cli.progress import bar
    from tinylite.workspace.files import format_of

    format = format_ or format_of(file or "") or "csv"
    asked = {"format": format, "where": where or "", "limit": "" if limit is None else str(limit)}
    asked = {key: value for key, value in asked.items() if value}
    size = 0

    def come(count: int, total: int) -> None:
        nonlocal size
        size += count
        drawn.advance(count, total)

    route = f"/v0/datasources/{quote(name, safe='')}/export"
    with connected(path, data) as api, bar("exporting") as drawn:
        if file is None or file == "-":
            api.save(route, asked, sys.stdout.buffer, come)
            return None
        # Beside it first: a file that is there is either the old one or a whole new one.
        beside = Path(f"{file}.part")
        try:
            with beside.open("wb") as target:
                api.save(route, asked, target, come)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    return Result(
        [f"exported {name} to {file}: {size:,} bytes"], {"name": name, "file": file, "bytes": size, "format": format}
    )


# -- a file that nobody knows yet -------------------------------------------------------------------------------------


@command.command("analyze")
@click.argument("source")
@click.option("--write", is_flag=True, help="Write datasources/NAME.datasource, named like the file.")
@_file_options
@server_options
def analyze(source: str, write: bool, path: Path, data: Path | None, **about: Any) -> Result:
    """Guesses a data source from a file or an address: columns, types, jsonpaths, keys, as the text of a datafile.

    \b
    Example:
      tinylite datasource analyze visits.csv > datasources/visits.datasource
    """
    wanted = {key: value for key, value in _described(about).items() if value}
    if "://" in source:
        from tinylite.cli.client import connected

        with connected(path, data) as api:
            found = api.post("/v0/analyze", parameters={**wanted, "url": source}).json()
    else:
        found = _analyzed(Path(source), about)
    datafile = str(found["datafile"])
    if not write:
        return Result([datafile.rstrip("\n")], found)
    target = path / "datasources" / f"{_stem(source)}.datasource"
    if target.exists():
        raise click.UsageError(f"{target} is there already")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(datafile, encoding="utf-8")
    return Result([f"wrote {target}; make its table with: tinylite build {path}"], {**found, "file": str(target)})


def _analyzed(file: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """Needs no server. Raises DiagnosticError (TL520), OSError."""
    from tinylite.diagnostics import Diagnostic, DiagnosticError
    from tinylite.ingest.errors import IngestError
    from tinylite.workspace.files import format_of, format_within
    from tinylite.workspace.guess import analyze as guess
    from tinylite.workspace.opened import InputFile
    from tinylite.workspace.readers.piece import Dialect

    columns = tuple(name.strip() for name in (about.get("columns") or "").split(",") if name.strip())
    dialect = Dialect(
        (about.get("delimiter") or "").replace("\\t", "\t"), header=about.get("header"), columns=columns,
        encoding=about.get("encoding") or "",
    )  # fmt: skip
    try:
        opened = InputFile(file)
        found = guess(opened, about.get("format_") or format_of(file.name) or format_within(opened), dialect)
    except IngestError as problem:
        raise DiagnosticError(Diagnostic("TL520", f"{file}: {problem}")) from None
    listed = [
        {"path": each.path, "name": each.name, "recommended_type": each.type, "present_pct": each.present}
        for each in found.columns
    ]
    return {"analysis": {"columns": listed, "schema": found.schema}, "format": found.format, "datafile": found.datafile}


def _stem(source: str) -> str:
    import re

    name = source.partition("?")[0].rstrip("/").rpartition("/")[2].partition(".")[0]
    cleaned = re.sub(r"\W+", "_", name, flags=re.ASCII).strip("_") or "data"
    return cleaned if not cleaned[0].isdigit() else f"d_{cleaned}"


# -- quarantine -------------------------------------------------------------------------------------------------------


@command.command("quarantine")
@click.argument("name")
@server_options
def quarantine(name: str, path: Path, data: Path | None) -> Result:
    """Shows why rows are in quarantine, reason by reason, with samples.

    \b
    Example:
      tinylite datasource quarantine user_events
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        found = api.get(f"/v0/datasources/{quote(name, safe='')}/quarantine").json()
    if not found["quarantine_rows"]:
        return Result([f"no rows of {name} are in quarantine"], found)
    rows = [
        (each["rows"], each["reason"], each["first"], each["last"], "\n".join(each["samples"]))
        for each in found["reasons"]
    ]
    blocks: list[Block] = [
        f"{found['quarantine_rows']:,} rows of {name} are in quarantine",
        Table(["rows", "reason", "first (UTC)", "last (UTC)", "samples"], rows),
        f"when the schema fits them: tinylite datasource recover {name}",
    ]
    return Result(blocks, found)


@command.command("recover")
@click.argument("name")
@server_options
def recover(name: str, path: Path, data: Path | None) -> Result:
    """Brings rows out of quarantine that fit now, after a change of the schema.

    \b
    Example:
      tinylite datasource recover page_views
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        job = _ended(api, api.post(f"/v0/datasources/{quote(name, safe='')}/recover").json()["job"])
    if job["status"] != "done":
        return Result([f"recover {name} {job['status']}: {job.get('error', '')} (job {job['id']})"], job, failed=True)
    left = f"; {job['quarantine_rows']:,} stay in quarantine" if job["quarantine_rows"] else ""
    return Result([f"{counted(job['successful_rows'], 'row')} came into {name}{left}"], job)
