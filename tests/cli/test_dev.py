"""`tinylite dev` in a process of its own."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.cli.command import tinylite
from tests.cli.process import TINYLITE, Dev, dev, eventually

pytestmark = pytest.mark.server
PIPE = "endpoints/top_pages.pipe"
EVENT = '{"timestamp":"2026-02-01 00:00:00","user_id":"d","page":"/"}'


def first(running: Dev, column: str = "views") -> object:
    return running.get("/v0/pipes/top_pages.json", limit="1").json()["data"][0].get(column)


def save(file: Path, text: str) -> None:
    """At once, as editors do: nobody sees half of it."""
    fresh = file.with_name(".fresh")
    fresh.write_text(text)
    fresh.replace(file)


def rename(pipe: Path, column: str) -> None:
    """The views of top_pages are called by another name from now on."""
    save(pipe, re.sub(r"(AS|BY) (views|hits|seen)\b", rf"\1 {column}", pipe.read_text()))


def test_it_tells_what_it_does_and_how_to_use_it(starter: Path, golden: Callable[[str, str], None]) -> None:
    with dev(starter) as running:
        assert running.stop() == 0
        golden("dev.txt", running.output.replace(running.url, "http://URL").replace(running.token, "TOKEN"))


def test_the_commands_that_it_prints_work(starter: Path) -> None:
    with dev(starter) as running:
        ask, post = [shlex.split(line) for line in running.output.splitlines() if line.startswith("  curl ")]
        assert httpx.get(ask[1]).json()["rows"] == 3
        assert httpx.post(post[3], content=post[5]).json() == {"successful_rows": 1, "quarantined_rows": 0}
        assert httpx.get(ask[1]).json()["data"][0]["views"] == 4


def test_fixtures_answer_and_a_posted_event_counts_at_once(starter: Path) -> None:
    with dev(starter) as running:
        assert first(running) == 3
        posted = running.post("/v0/events?name=page_views", EVENT)
        assert (posted.status_code, posted.json()) == (202, {"successful_rows": 1, "quarantined_rows": 0})
        assert first(running) == 4


def test_a_saved_pipe_answers_with_its_new_text(starter: Path) -> None:
    with dev(starter) as running:
        rename(starter / PIPE, "hits")
        eventually(lambda: first(running, "hits") == 3)
        running.says(f"Built again after {PIPE}.")


def test_no_request_is_dropped_while_files_are_saved(starter: Path) -> None:
    with dev(starter) as running:
        answers: list[int] = []
        done = threading.Event()

        def ask() -> None:
            while not done.is_set():
                answers.append(running.get("/v0/pipes/top_pages.json").status_code)

        asking = threading.Thread(target=ask)
        asking.start()
        for column in ("hits", "seen", "views", "hits"):
            rename(starter / PIPE, column)
            eventually(lambda column=column: first(running, column) == 3)  # type: ignore[misc]
        done.set()
        asking.join()
        assert set(answers) == {200}


def test_a_broken_file_is_told_of_and_the_last_good_version_goes_on(starter: Path) -> None:
    with dev(starter) as running:
        text = (starter / PIPE).read_text()
        save(starter / PIPE, text.replace("FROM page_views", "FROM page_viewz"))
        running.says("did you mean page_views?")
        running.says("Not built: the last good version goes on.")
        assert first(running) == 3
        save(starter / PIPE, text)
        rename(starter / PIPE, "hits")
        eventually(lambda: first(running, "hits") == 3)


def test_what_is_broken_at_first_is_served_when_it_is_mended(starter: Path) -> None:
    text = (starter / PIPE).read_text()
    save(starter / PIPE, text.replace("FROM page_views", "FROM page_viewz"))
    with dev(starter) as running:
        running.says("Not served: top_pages: endpoints/top_pages.pipe:")
        refused = running.get("/v0/pipes/top_pages.json")
        assert (refused.status_code, "unknown table page_viewz" in refused.json()["error"]) == (404, True)
        save(starter / PIPE, text)
        running.says("/v0/pipes/top_pages.json?token=")
        assert first(running) == 3


def test_a_new_endpoint_in_a_new_folder_is_served_and_introduced(starter: Path) -> None:
    with dev(starter) as running:
        (starter / "more/deep").mkdir(parents=True)
        save(starter / "more/deep/one.pipe", "NODE n\nSQL >\n    SELECT 1 AS x\nTYPE endpoint\n")
        running.says("/v0/pipes/one.json?token=")
        assert running.get("/v0/pipes/one.json").json()["data"] == [{"x": 1}]
        save(starter / "more/deep/one.pipe", "NODE n\nSQL >\n    SELECT 2 AS x\nTYPE endpoint\n")
        eventually(lambda: running.get("/v0/pipes/one.json").json()["data"] == [{"x": 2}])


def test_a_folder_that_is_moved_away_takes_its_endpoints_with_it(starter: Path) -> None:
    with dev(starter) as running:
        (starter / "endpoints").rename(starter.parent / "elsewhere")
        eventually(lambda: running.get("/v0/pipes/top_pages.json").status_code == 404)


def test_a_new_column_keeps_the_rows(starter: Path) -> None:
    source = starter / "datasources/page_views.datasource"
    with dev(starter) as running:
        save(source, source.read_text().replace("`page` String", "`extra` String DEFAULT 'x', `page` String"))
        running.says("changed page_views +extra")
        answer = running.get("/v0/sql", q="SELECT count(), any(extra) FROM page_views FORMAT TSV")
        assert answer.text == "5\tx\n"


def test_commands_ask_the_running_server(starter: Path) -> None:
    with dev(starter) as running:
        running.post("/v0/events?name=page_views", EVENT)
        assert tinylite("sql", "SELECT count() AS c FROM page_views", folder=starter).out == "c\n6\n"
        assert tinylite("endpoint", "data", "top_pages", "--limit", "1", folder=starter).out.endswith("/\t4\t4\t1375\n")
        assert tinylite("endpoint", "url", "top_pages", "--no-token", "--limit", "1", folder=starter).out == (
            f"{running.url}/v0/pipes/top_pages.json?limit=1\n"
        )
        assert running.url in tinylite("endpoint", "ls", folder=starter).out


def test_what_happens_can_be_read_by_programs(starter: Path) -> None:
    with dev(starter, "--output", "json") as running:
        rename(starter / PIPE, "hits")
        running.says(f'"files": ["{PIPE}"]')
        assert running.stop() == 0
        events = [json.loads(line) for line in running.output.splitlines()]
        assert [event["event"] for event in events] == ["built", "listening", "built", "stopped"]
        assert events[1]["url"] == running.url


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(starter: Path, number: int) -> None:
    with dev(starter) as running:
        assert running.stop(number) == 0
        assert running.output.endswith("Stopped.\n")
        assert not (starter / ".tinylite/server.json").exists()


def test_a_busy_port_is_told_with_the_way_out(starter: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = tinylite("dev", str(starter), "--port", str(port))
    assert said.status == 1
    assert f"error TL503: port {port} of 127.0.0.1 can't be used: Address already in use" in said.err
    assert f"--port {port + 1}" in said.err


def test_an_address_of_another_machine_is_told_with_the_way_out(starter: Path) -> None:
    said = tinylite("dev", str(starter), "--host", "192.0.2.1")
    assert said.status == 1
    assert "--host 127.0.0.1" in said.err


def test_a_second_server_on_the_same_folder_is_refused(starter: Path) -> None:
    with dev(starter) as running:
        done = subprocess.run(
            [*TINYLITE, "dev", str(starter), "--port", "0"], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "TL506" in done.stderr
        assert running.stop() == 0


def test_what_was_acknowledged_survives_a_kill(starter: Path) -> None:
    with dev(starter) as running:
        for number in range(50):
            event = json.dumps({"timestamp": "2026-02-01 00:00:00", "user_id": f"u{number}", "page": "/killed"})
            assert running.post("/v0/events?name=page_views", event).status_code == 202
        running.process.kill()
        running.process.wait()
    with dev(starter) as again:
        counts = "SELECT count(), uniq(user_id) FROM page_views WHERE page = '/killed' FORMAT TSV"
        assert again.get("/v0/sql", q=counts).text == "50\t50\n"
