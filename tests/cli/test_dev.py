"""`tinylite dev` in a process of its own."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.process import dev, eventually
from tinylite.cli.init import FILES

pytestmark = pytest.mark.server
PIPE = "endpoints/top_pages.pipe"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return tmp_path


def test_fixtures_answer_and_a_posted_event_counts_at_once(project: Path) -> None:
    with dev(project) as running:
        assert running.get("/v0/pipes/top_pages.json", limit="1").json()["data"][0]["views"] == 3
        posted = running.post(
            "/v0/events?name=page_views", '{"timestamp":"2026-02-01 00:00:00","user_id":"d","page":"/"}'
        )
        assert (posted.status_code, posted.json()) == (202, {"successful_rows": 1, "quarantined_rows": 0})
        assert running.get("/v0/pipes/top_pages.json", limit="1").json()["data"][0]["views"] == 4


def test_a_saved_pipe_answers_with_its_new_text(project: Path) -> None:
    with dev(project) as running:
        text = (project / PIPE).read_text()
        (project / PIPE).write_text(text.replace("AS views", "AS hits").replace("BY views", "BY hits"))
        eventually(lambda: "hits" in running.get("/v0/pipes/top_pages.json").text)


def test_a_broken_file_is_told_of_and_the_last_good_version_goes_on(project: Path) -> None:
    with dev(project) as running:
        text = (project / PIPE).read_text()
        (project / PIPE).write_text(text.replace("FROM page_views", "FROM page_viewz"))
        eventually(lambda: "unknown table page_viewz" in running.output or "page_viewz" in running.output)
        assert running.get("/v0/pipes/top_pages.json", limit="1").json()["data"][0]["views"] == 3
        (project / PIPE).write_text(text.replace("AS views", "AS hits").replace("BY views", "BY hits"))
        eventually(lambda: "hits" in running.get("/v0/pipes/top_pages.json").text)


def test_a_new_column_keeps_the_rows(project: Path) -> None:
    source = project / "datasources/page_views.datasource"
    with dev(project) as running:
        source.write_text(source.read_text().replace("`page` String", "`extra` String DEFAULT 'x', `page` String"))
        eventually(lambda: "changed page_views" in running.output)
        answer = running.get("/v0/sql", q="SELECT count(), any(extra) FROM page_views FORMAT TSV")
        assert answer.text == "5\tx\n"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_it_cleanly(project: Path, number: int) -> None:
    with dev(project) as running:
        assert running.stop(number) == 0
        eventually(lambda: "Stopped." in running.output)
        assert not (project / ".tinylite/server.json").exists()


def test_a_busy_port_is_told_with_the_way_out(project: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "tinylite", "dev", str(project), "--port", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "TL503" in done.stderr
    assert f"--port {port + 1}" in done.stderr


def test_a_second_server_on_the_same_folder_is_refused(project: Path) -> None:
    with dev(project):
        command = [sys.executable, "-m", "tinylite", "dev", str(project), "--port", "0"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    assert done.returncode == 1
    assert "TL506" in done.stderr


def test_what_was_acknowledged_survives_a_kill(project: Path) -> None:
    with dev(project) as running:
        for number in range(50):
            event = f'{{"timestamp":"2026-02-01 00:00:00","user_id":"u{number}","page":"/killed"}}'
            assert running.post("/v0/events?name=page_views", event).status_code == 202
        running.process.kill()
        running.process.wait()
    with dev(project) as again:
        counts = "SELECT count(), uniq(user_id) FROM page_views WHERE page = '/killed' FORMAT TSV"
        assert again.get("/v0/sql", q=counts).text == "50\t50\n"
