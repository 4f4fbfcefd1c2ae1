"""The pages for people. What a browser makes of them is looked at where Chromium is installed."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.cli.command import tinylite
from tests.cli.process import Dev
from tests.server.client import Client, endpoint, served

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
in_browser = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
HOSTILE = "<img src=x onerror=document.title='taken'><script>document.title='taken'</script>"
SQL = f"""SELECT toDateTime('2026-01-01 00:00:00') + number * 3600 AS hour, '{HOSTILE.replace("'", "''")}' AS name,
    number * 2 AS hits, 12345678901234567890 AS id
FROM numbers({{{{Int32(limit, 3, description="How many & why")}}}})
WHERE 'x' = {{{{String(kind, 'x', enum=['x', 'y'])}}}} AND 'it''s "1"' = {{{{String(text, 'it''s "1"')}}}}
    AND 1 IN {{{{Array(ids, 'Int32', '1,2')}}}}"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with served(tmp_path_factory.mktemp("console"), {"shown.pipe": endpoint("SELECT 1 AS x")}) as client:
        yield client


@pytest.mark.parametrize("path", ["/endpoints", "/endpoints/shown", "/endpoints/nothing"])
def test_a_page_is_the_same_for_everyone_and_holds_nothing(client: Client, path: str) -> None:
    answer = client.get(path, token=None)
    assert (answer.status, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.body == client.get("/endpoints").body
    assert "access-control-allow-origin" not in answer.headers
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy


def test_a_page_that_is_known_is_not_sent_again(client: Client) -> None:
    etag = client.get("/endpoints").headers["etag"]
    answer = client.ask("GET", "/endpoints", headers={"if-none-match": etag})
    assert (answer.status, answer.body) == (304, b"")


def test_everything_that_a_page_names_is_there_and_of_this_server(client: Client) -> None:
    for file in files("tinylite.server").joinpath("console").iterdir():
        text = file.read_text(encoding="utf-8")
        for path in re.findall(r'(?:src|href)="(/console/[^"]+)"', text):
            assert client.get(path, token=None).status == 200
        for name in re.findall(r'from "\./([^"]+)"', text):
            assert client.get(f"/console/{name}", token=None).status == 200
        assert set(re.findall(r"https?://[\w.]+", text)) <= {"http://www.w3.org"}
        # Text becomes text nodes; nothing is read as markup or as a program.
        assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|new Function", text)


@pytest.mark.parametrize("name", ["nothing.js", "__init__.py", "..%2fapp.py", "%2e%2e"])
def test_other_files_are_not_there(client: Client, name: str) -> None:
    assert client.get(f"/console/{name}", token=None).status == 404


# -- the command ----------------------------------------------------------------------------------------------------


@pytest.mark.server
def test_the_command_leads_to_the_page(dev: Dev, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda url: opened.append(url) or True)
    project = str(dev.folder)
    assert tinylite("open", "shown", "--path", project).out == f"Opened {dev.url}/endpoints/shown\n"
    assert tinylite("open", "--path", project).out == f"Opened {dev.url}/endpoints\n"
    assert opened == [f"{dev.url}/endpoints{name}#token={dev.token}" for name in ("/shown", "")]
    unknown = tinylite("open", "nothing", "--path", project)
    assert unknown.status == 1 and "TL508" in unknown.err


# -- in a browser ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("console_dev")
    (folder / "shown.pipe").write_text(f"DESCRIPTION {HOSTILE}\n" + endpoint(SQL), encoding="utf-8")
    dev = Dev(folder)
    yield dev
    dev.close()


def browsed(url: str, folder: Path) -> str:
    """The page's markup once its programs have run. Fails when one was kept from running."""
    assert CHROMIUM is not None
    done = subprocess.run(
        [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}",
         "--enable-logging=stderr", "--virtual-time-budget=5000", "--dump-dom", url],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    assert not said
    return done.stdout


def programs(page: str) -> dict[str, str]:
    """What to copy, by language."""
    found = [html.unescape(text) for text in re.findall(r"<pre[^>]*>(.*?)</pre>", page, re.DOTALL)]
    return dict(zip(("curl", "Python", "JavaScript"), found[-3:], strict=True))


@pytest.mark.server
@in_browser
def test_an_endpoint_is_asked_and_its_rows_are_only_shown(dev: Dev, tmp_path: Path) -> None:
    values = {"limit": "2", "text": 'it\'s "1"'}
    page = browsed(f"{dev.url}/endpoints/shown?{urlencode(values)}#token={dev.token}", tmp_path)
    assert "<title>shown – Endpoints</title>" in page
    assert page.count(html.escape(HOSTILE, quote=False)) >= 3 and "<img src=x" not in page
    # Exactly: JavaScript's own numbers would round it.
    assert page.count(">12345678901234567890</td>") == 2
    assert "2 rows" in page and "<polyline" in page and "How many &amp; why" in page
    assert dev.token not in page
    asked = programs(page)
    environment = {**os.environ, "TOKEN": dev.token, "no_proxy": "127.0.0.1"}
    rows = json.loads(_run(["sh", "-c", asked["curl"]], environment))["data"]
    assert [row["hits"] for row in rows] == [0, 2]
    assert len(_run([sys.executable, "-c", asked["Python"]], environment).splitlines()) == 2
    if shutil.which("node"):
        assert _run(["node", "--input-type=module", "-e", asked["JavaScript"]], environment).count("hits:") == 2


@pytest.mark.server
@in_browser
@pytest.mark.parametrize(
    ("path", "token", "shown"),
    [
        ("/endpoints", "", "A token is needed to read this page"),
        ("/endpoints/nothing", None, "There is no such endpoint"),
        ("/endpoints/shown?limit=x", None, "Refused with 400"),
    ],
)
def test_what_can_not_be_shown_is_told(dev: Dev, tmp_path: Path, path: str, token: str | None, shown: str) -> None:
    text = dev.token if token is None else token
    assert shown in browsed(f"{dev.url}{path}#{urlencode({'token': text})}", tmp_path)


def _run(command: list[str], environment: dict[str, str]) -> str:
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=True).stdout
