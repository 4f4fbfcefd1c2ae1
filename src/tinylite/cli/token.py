"""tinylite token ls, create, scopes, copy, refresh, rm"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import click

from tinylite.cli.options import data_folder, server_options
from tinylite.cli.result import Raw, Result, Table

if TYPE_CHECKING:
    from tinylite.cli.client import Api

_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
Command = Callable[..., Any]


@click.group()
def command() -> None:
    """Makes, lists, renews and removes tokens."""


@command.command("ls")
@click.option("--match", default="", help="Only those with this in their names.")
@server_options
def list_tokens(match: str, path: Path, data: Path | None) -> Result:
    """Lists tokens with what they allow; their texts are told by copy.

    \b
    Example:
      tinylite token ls
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        found = [token for token in api.get("/v0/tokens").json()["tokens"] if match in token["name"]]
    rows = [(each["name"], each["id"], each["origin"], ", ".join(map(_scope, each["scopes"]))) for each in found]
    told = [{name: value for name, value in each.items() if name != "token"} for each in found]
    return Result([Table(["name", "id", "origin", "scopes"], rows)], told)


@command.group("create")
def create() -> None:
    """Makes a token that is kept, or one that ends by itself."""


def _scope_options(more: str) -> Callable[[Command], Command]:
    """--scope and what goes with it, each time it is given."""
    options = (
        click.option("--scope", "-s", "scopes", multiple=True, required=True, metavar="SCOPE",
                     help="What it allows, as in PIPES:READ; may be given again, each with its --resource."),
        click.option("--resource", "-r", "resources", multiple=True, metavar="NAME",
                     help="The pipe or data source of the scope before it."),
        click.option("--filter", "-f", "filters", multiple=True, metavar="CONDITION",
                     help=f"The rows that it sees of the data source{more}."),
    )  # fmt: skip

    def add(function: Command) -> Command:
        for option in reversed(options):
            function = option(function)
        return function

    return add


@create.command("static")
@click.argument("name")
@_scope_options("")
@server_options
def create_static(
    name: str,
    scopes: tuple[str, ...],
    resources: tuple[str, ...],
    filters: tuple[str, ...],
    path: Path,
    data: Path | None,
) -> Result:
    """Makes a token that lasts until it is removed.

    \b
    Example:
      tinylite token create static spain --scope DATASOURCES:READ --resource user_events --filter "country = 'ES'"
    """
    from tinylite.cli.client import connected

    wanted = [":".join(part for part in (s["type"], s.get("resource"), s.get("filter")) if part)
              for s in _scopes(scopes, resources, filters)]  # fmt: skip
    with connected(path, data) as api:
        token = api.post("/v0/tokens", parameters={"name": name, "scope": wanted}).json()
    return Result([token["token"]], token)


@create.command("jwt")
@click.argument("name")
@_scope_options("")
@click.option("--ttl", required=True, metavar="TIME", help="How long it lasts: 30s, 15m, 1h, 7d.")
@click.option("--fixed-params", "fixed", multiple=True, metavar="KEY=VALUE,…",
              help="Parameters of the pipe that its holder can't choose.")  # fmt: skip
@click.option("--rps", type=click.IntRange(min=1), help="Requests a second that it may make.")
@server_options
def create_jwt(
    name: str,
    scopes: tuple[str, ...],
    resources: tuple[str, ...],
    filters: tuple[str, ...],
    ttl: str,
    fixed: tuple[str, ...],
    rps: int | None,
    path: Path,
    data: Path | None,
) -> Result:
    """Signs a JSON web token, which carries what it allows and is kept nowhere.

    \b
    Example:
      tinylite token create jwt front_end --ttl 1h --scope PIPES:READ --resource top_pages --fixed-params country=ES
    """
    from tinylite.cli.client import connected

    body: dict[str, object] = {"scopes": _scopes(scopes, resources, filters, fixed)}
    if rps is not None:
        body["limits"] = {"rps": rps}
    expires = int(time.time()) + _seconds(ttl)
    with connected(path, data) as api:
        parameters = {"name": name, "expiration_time": str(expires)}
        token = api.post("/v0/tokens", body, parameters).json()
    return Result([token["token"]], {**token, "name": name, "exp": expires})


@command.command("scopes")
@click.argument("name")
@server_options
def show_scopes(name: str, path: Path, data: Path | None) -> Result:
    """Lists what a token allows, a scope a line.

    \b
    Example:
      tinylite token scopes dashboard
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        scopes = api.get(f"/v0/tokens/{quote(name, safe='')}").json()["scopes"]
    return Result([_scope(scope) for scope in scopes], scopes)


@command.command("copy")
@click.argument("name")
@server_options
def copy(name: str, path: Path, data: Path | None) -> Result:
    """Prints the text of a token and nothing else: pipe it into the program that copies, pbcopy or wl-copy.

    \b
    Example:
      tinylite token copy dashboard | pbcopy
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        token = api.get(f"/v0/tokens/{quote(name, safe='')}").json()["token"]
    return Result([Raw(f"{token}\n".encode())], {"token": token})


@command.command("refresh")
@click.argument("name")
@server_options
def refresh(name: str, path: Path, data: Path | None) -> Result:
    """Gives a token a new text; the old one ends. That of the admin token ends all JSON web tokens too.

    \b
    Example:
      tinylite token refresh dashboard
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        token = api.post(f"/v0/tokens/{quote(name, safe='')}/refresh").json()
        _keep_up(api, token, data_folder(path, data))
    return Result([token["token"]], token)


def _keep_up(api: Api, token: Mapping[str, Any], folder: Path) -> None:
    """Commands find the server by a file that holds the admin token: it must be the new one."""
    from dataclasses import replace

    from tinylite.cli import server_file

    running = server_file.read(folder)
    if running is not None and running.token == api.token and any(s["type"] == "ADMIN" for s in token["scopes"]):
        server_file.write(folder, replace(running, token=token["token"]))


@command.command("rm")
@click.argument("name")
@server_options
def remove(name: str, path: Path, data: Path | None) -> Result:
    """Removes a token. One that a datafile names comes back with the next build.

    \b
    Example:
      tinylite token rm dashboard
    """
    from tinylite.cli.client import connected

    with connected(path, data) as api:
        answer = api.delete(f"/v0/tokens/{quote(name, safe='')}").json()
    return Result([f"{name} is removed"], answer)


def _scope(scope: Mapping[str, str]) -> str:
    return ":".join(scope[part] for part in ("type", "resource", "filter") if scope.get(part))


def _scopes(
    kinds: Sequence[str], resources: Sequence[str], filters: Sequence[str], fixed: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """`--scope PIPES:READ --resource x` and `--scope PIPES:READ:x` alike. Raises click.UsageError."""
    pending, found = list(resources), []
    for kind in kinds:
        scope: dict[str, Any] = {"type": kind}
        parts = kind.split(":", 3)
        if len(parts) > 2:
            scope = dict(zip(("type", "resource", "filter"), (":".join(parts[:2]), *parts[2:]), strict=False))
        elif pending and kind not in ("ADMIN", "TOKENS"):
            scope["resource"] = pending.pop(0)
        found.append(scope)
    if pending:
        raise click.UsageError(f"--resource {pending[0]} has no --scope")
    for kind, values, option in (("DATASOURCES:READ", filters, "--filter"), ("PIPES:READ", fixed, "--fixed-params")):
        fitting = [scope for scope in found if scope["type"] == kind]
        if len(values) > len(fitting):
            raise click.UsageError(f"{option} {values[-1]} has no --scope {kind}")
        for scope, value in zip(fitting, values, strict=False):
            scope.update({"filter": value} if kind == "DATASOURCES:READ" else {"fixed_params": _pairs(value)})
    return found


def _pairs(text: str) -> dict[str, str]:
    """`a=1,b=2`. Raises click.UsageError."""
    found = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not (name.strip() and equals):
            raise click.UsageError(f"'{part}' is no parameter; write --fixed-params KEY=VALUE,KEY=VALUE")
        found[name.strip()] = value
    return found


def _seconds(text: str) -> int:
    """`15m`. Raises click.UsageError."""
    match = re.fullmatch(r"([1-9][0-9]{0,8})([smhd])", text.strip())
    if match is None:
        raise click.UsageError(f"--ttl {text} is no time; write 30s, 15m, 1h or 7d")
    return int(match[1]) * _SECONDS[match[2]]
