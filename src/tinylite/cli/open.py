"""tinylite open"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote, urlencode

import click

from tinylite.cli.options import server_options
from tinylite.cli.result import Result


@click.command()
@click.argument("endpoint", default="")
@click.option("--browser/--no-browser", default=True, help="Open it, or only print its address.")
@server_options
def command(endpoint: str, browser: bool, path: Path, data: Path | None) -> Result:
    """Opens the page of ENDPOINT, or the list of endpoints, in the browser: parameters, rows, a chart, programs.

    \b
    Example:
      tinylite open user_session_stats
    """
    from tinylite.cli.client import served

    api = served(path, data)
    if endpoint:
        api.get(f"/v0/pipes/{quote(endpoint, safe='')}")
    page = f"{api.url}/endpoints" + (f"/{quote(endpoint, safe='')}" if endpoint else "")
    # Behind the # it is neither sent nor logged; the page takes it out of the address.
    url = f"{page}#{urlencode({'token': api.token})}"
    opened = browser and _open(url)
    said = f"Opened {page}" if opened else url
    return Result([said], {"url": url, "opened": opened})


def _open(url: str) -> bool:
    import webbrowser

    return webbrowser.open(url)
