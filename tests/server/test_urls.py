"""Files that the server fetches, and those that it must not."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.server.client import Client, served
from tinylite.ingest.errors import IngestError
from tinylite.workspace.fetching import Reach, check_url, fetch

HITS = "SCHEMA >\n    `id` UInt32 `json:$.id`,\n    `page` String `json:$.page`\n"
HERE = Reach(hosts=("127.0.0.1",))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path[4:])
            self.end_headers()
        elif self.path == "/short":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"id,page\n")
        else:
            super().do_GET()


@contextmanager
def web(folder: Path) -> Iterator[str]:
    folder.mkdir(exist_ok=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with served(tmp_path, {"hits.datasource": HITS}) as client:
        client.workspace.imports.reach = HERE
        yield client


def ended(client: Client, job: object) -> dict[str, object]:
    client.workspace.background.jobs.wait(str(job), 20)
    return client.get(f"/v0/jobs/{job}", debug="blocks,block_log").json()


def test_an_address_is_fetched_by_a_job(client: Client, tmp_path: Path) -> None:
    with web(tmp_path / "web") as url:
        (tmp_path / "web" / "hits.csv").write_text("id,page\n1,a\nx,b\n")
        answer = client.post("/v0/datasources", mode="append", name="hits", url=f"{url}/to?{url}/hits.csv").json()
        job = ended(client, answer["id"])
    assert (job["status"], job["kind"], job["datasource"]) == ("done", "import", {"id": "hits", "name": "hits"})
    assert (job["successful_rows"], job["quarantine_rows"]) == (1, 1)
    blocks = job["blocks"]
    assert isinstance(blocks, list)
    assert [(each["lines"], each["quarantine"]) for each in blocks[0]["process_return"]] == [(2, 1)]
    assert client.get("/v0/sql", q="SELECT * FROM hits").text == "1\ta\n"


def test_a_form_may_name_the_address(client: Client, tmp_path: Path) -> None:
    with web(tmp_path / "web") as url:
        (tmp_path / "web" / "hits.ndjson").write_text('{"id": 1, "page": "a"}')
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = client.post("/v1/datasources/hits/append", f"url={url}/hits.ndjson".encode(), headers)
        assert (answer.status, answer.json()["successful_rows"], "error" in answer.json()) == (200, 1, False)


@pytest.mark.parametrize("path", ["/nothing.csv", "/short"])
def test_what_can_not_be_fetched_is_told(client: Client, tmp_path: Path, path: str) -> None:
    with web(tmp_path / "web") as url:
        job = ended(client, client.post("/v0/datasources", mode="append", name="hits", url=url + path).json()["id"])
        refused = client.post("/v1/datasources/hits/append", url=url + path, format="csv")
    assert (job["status"], refused.status) == ("error", 400)
    assert refused.error == job["error"]
    assert "127.0.0.1" in refused.error


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("http://[", 400),
        ("http://:80/x", 400),
        ("ftp://127.0.0.1/x", 400),
        ("data:,1", 400),
        ("http://localhost:x/", 400),
        ("http://example.com/x.csv", 403),
        ("file:///etc/passwd", 403),
    ],
)
def test_an_address_that_may_not_be_asked_is_refused_at_once(client: Client, url: str, status: int) -> None:
    assert client.post("/v0/datasources", mode="append", name="hits", url=url).status == status
    assert client.workspace.background.jobs.all(kind="import") == []


def test_the_private_network_is_out_of_reach_unless_it_is_named(tmp_path: Path) -> None:
    with web(tmp_path / "web") as url:
        (tmp_path / "web" / "x").write_text("x")
        port = url.rpartition(":")[2]
        for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"):
            with pytest.raises(IngestError, match=r"has no public address|can't be fetched"):
                fetch(f"http://{host}:{port}/x", tmp_path / "got", Reach(), lambda size, total: None)
        # A redirection leads nowhere else either.
        with pytest.raises(IngestError, match="is not one of the hosts"):
            fetch(f"{url}/to?http://localhost:{port}/x", tmp_path / "got", HERE, lambda size, total: None)
        fetch(f"{url}/x", tmp_path / "got", HERE, lambda size, total: None)
        assert (tmp_path / "got").read_text() == "x"


def test_files_are_read_below_named_folders_only(tmp_path: Path) -> None:
    open_to_all = tmp_path / "open"
    open_to_all.mkdir()
    (open_to_all / "x.csv").write_text("1")
    (tmp_path / "secret").write_text("s")
    (open_to_all / "link").symlink_to(tmp_path / "secret")
    reach = replace(HERE, folders=(open_to_all,))
    check_url(f"file://{open_to_all}/x.csv", reach)
    for path in (f"{open_to_all}/../secret", f"{open_to_all}/link", "/etc/passwd", str(open_to_all)):
        with pytest.raises(IngestError):
            check_url(f"file://{path}", reach)


def test_settings_say_what_may_be_reached() -> None:
    reach = Reach.of({"TINYLITE_IMPORT_HOSTS": "data.example.com, *.internal", "TINYLITE_FOLDERS": "/a:/b"})
    assert reach == Reach(("data.example.com", "*.internal"), (Path("/a"), Path("/b")))
    assert check_url("https://x.internal/y.csv", reach).hostname == "x.internal"
