"""tinylite connection ls, create, test"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import click

from tinylite.cli.copy import pair
from tinylite.cli.options import output_option, path_option, server_options
from tinylite.cli.result import Result, Table

_NEEDED = {
    "kafka": ("KAFKA_BOOTSTRAP_SERVERS",),
    "s3": ("S3_REGION", "S3_ACCESS_KEY", "S3_SECRET"),
    "gcs": ("GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON",),
}
_SECRET = frozenset({
    "KAFKA_KEY", "KAFKA_SECRET", "S3_ACCESS_KEY", "S3_SECRET", "GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON",
    "GCS_HMAC_ACCESS_ID", "GCS_HMAC_SECRET",
})  # fmt: skip
_ENVIRONMENT = ".env.local"


@click.group()
def command() -> None:
    """Lists, makes and tests connections to buckets and Kafka."""


@command.command("ls")
@server_options
def list_connections(path: Path, data: Path | None) -> Result:
    """Lists connections with the data sources and sinks that use them.

    \b
    Example:
      tinylite connection ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        answer = api.get("/v0/connectors").json()
    rows = [
        (each["name"], each["service"], ", ".join(each["used_by"]),
         "; ".join(f"{name}: {problem}" for name, problem in each["problems"].items()))
        for each in answer["connectors"]
    ]  # fmt: skip
    return Result([Table(["name", "service", "used by", "problem"], rows)], answer["connectors"])


@command.command("test")
@click.argument("name")
@click.option("--bucket", default="", metavar="URI", help="A bucket to list, when nothing in the project uses one yet.")
@server_options
def test_connection(name: str, bucket: str, path: Path, data: Path | None) -> Result:
    """Asks the brokers for their topics, or a bucket for its objects.

    \b
    Example:
      tinylite connection test lake --bucket s3://my-bucket/in/
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        found = api.post(f"/v0/connectors/{quote(name, safe='')}/test", parameters={"bucket": bucket}).json()
    return Result([f"{name}: {found['message']}"], found)


@command.command("create")
@click.argument("service", type=click.Choice(list(_NEEDED)))
@click.argument("name")
@click.option("--set", "settings", multiple=True, metavar="SETTING=VALUE", help="A setting, as KAFKA_KEY=user.")
@path_option
@output_option(text="text", json="json")
def create(service: str, name: str, settings: tuple[str, ...], path: Path) -> Result:
    """Writes connections/NAME.connection, with its secrets in .env.local and not in the file.

    \b
    Example:
      tinylite connection create kafka stream --set KAFKA_BOOTSTRAP_SERVERS=localhost:9092
    """
    from tinylite.datafile.section import NAME, NAME_HINT
    from tinylite.diagnostics import Diagnostic, DiagnosticError

    if NAME.fullmatch(name) is None:
        raise click.UsageError(f"{name} is no name: {NAME_HINT}")
    given = _settings(service, settings)
    target = path / "connections" / f"{name}.connection"
    if target.exists():
        raise DiagnosticError(Diagnostic("TL201", f"{target} is there already; nothing was written"))
    secrets = {f"{name}_{setting}".upper(): value for setting, value in given.items() if setting in _SECRET}
    lines = [f"TYPE {service}"]
    for setting, value in given.items():
        secret = f"{name}_{setting}".upper()
        lines.append(f'{setting} {{{{ tb_secret("{secret}") }}}}' if setting in _SECRET else f"{setting} {value}")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    said = [f"wrote {target}", *_keep(path / _ENVIRONMENT, secrets)]
    return Result([*said, f"Now run: tinylite connection test {name}"], {"file": str(target), "secrets": list(secrets)})


def _settings(service: str, settings: tuple[str, ...]) -> dict[str, str]:
    """In the order of the datafile reference. Raises click.UsageError."""
    from tinylite.datafile.instructions import INSTRUCTIONS, Place
    from tinylite.diagnostics import did_you_mean

    known = [name for name, each in INSTRUCTIONS.items()
             if Place.CONNECTION in each.places and name.startswith(f"{service.upper()}_")]  # fmt: skip
    asked = dict(map(pair, settings))
    for name, value in asked.items():
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {', '.join(known)}"
            raise click.UsageError(f"a connection to {service} has no setting {name}; {hint}")
        if "\n" in value:
            raise click.UsageError(f"the value of {name} has several lines; write it on one")
    for name in _NEEDED[service]:
        if name not in asked:
            asked[name] = click.prompt(name, hide_input=name in _SECRET)
    return {name: asked[name] for name in known if name in asked}


def _keep(file: Path, secrets: dict[str, str]) -> list[str]:
    """Adds secrets to the file that no other machine sees."""
    if not secrets:
        return []
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if before and not before.endswith("\n"):
        before += "\n"
    added = "".join(f"{name}={_quoted(value)}\n" for name, value in secrets.items())
    file.touch(mode=0o600)
    file.write_text(before + added, encoding="utf-8")
    return [f"wrote {', '.join(secrets)} to {file}: keep that file out of version control"]


def _quoted(value: str) -> str:
    return value if '"' in value else f'"{value}"'
