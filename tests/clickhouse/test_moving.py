"""A data folder moves to ClickHouse while events come: every row once, answers as before, whatever is killed."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import tinylite
from tests.clickhouse.front import Front, serving
from tests.server.client import Client
from tests.workspace.projects import HITS, ask, project
from tinylite.deploy import Workspaces, deployer_of
from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.clickhouse.clients import Settings
from tinylite.engine.clickhouse.rows import Address, ClickHouseRows
from tinylite.workspace import Workspace, moves, moving
from tinylite.workspace.home import Home

pytest.importorskip("chdb", reason="chDB is not installed: pip install 'tinylite[clickhouse]'")
pytest.importorskip("clickhouse_connect", reason="the driver is not installed: pip install 'tinylite[clickhouse]'")
pytestmark = pytest.mark.duckdb("it begins where rows lie in the data folder")

FILES = {
    "events.datasource": """\
SCHEMA >
    at DateTime64(3) `json:$.at`,
    user LowCardinality(String) `json:$.user`,
    ms Nullable(Float64) `json:$.ms`,
    tags Array(String) `json:$.tags[:]`
ENGINE MergeTree
ENGINE_PARTITION_KEY toYYYYMM(at)
ENGINE_SORTING_KEY user, at
""",
    "users.datasource": """\
SCHEMA >
    user String,
    plan String,
    changed UInt32
ENGINE ReplacingMergeTree
ENGINE_SORTING_KEY user
ENGINE_VER changed
""",
    "hourly.datasource": """\
SCHEMA >
    hour DateTime,
    hits AggregateFunction(count),
    spent AggregateFunction(sum, Nullable(Float64)),
    slowest SimpleAggregateFunction(max, Nullable(Float64)),
    typical AggregateFunction(quantile(0.5), Nullable(Float64))
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY hour
""",
    "visitors.datasource": """\
SCHEMA >
    day Date,
    users AggregateFunction(uniqExact, LowCardinality(String))
ENGINE AggregatingMergeTree
ENGINE_SORTING_KEY day
""",
    "by_hour.pipe": """\
NODE n
SQL >
    SELECT toStartOfHour(toDateTime(at)) AS hour, countState() AS hits, sumState(ms) AS spent, max(ms) AS slowest,
        quantileState(0.5)(ms) AS typical
    FROM events GROUP BY hour
TYPE materialized
DATASOURCE hourly
""",
    "by_day.pipe": """\
NODE n
SQL >
    SELECT toDate(at) AS day, uniqExactState(user) AS users FROM events GROUP BY day
TYPE materialized
DATASOURCE visitors
""",
}
QUESTIONS = [
    "SELECT count() AS n, countIf(ms IS NULL) AS none, sum(length(tags)) AS tags, toString(min(at)) AS a FROM events",
    "SELECT user, count() AS n, sum(ms) AS s FROM events GROUP BY user ORDER BY user",
    "SELECT toString(hour) AS hour, countMerge(hits) AS h, sumMerge(spent) AS s, max(slowest) AS m, "
    "quantileMerge(0.5)(typical) AS q FROM hourly GROUP BY hour ORDER BY hour",
    "SELECT toString(day) AS day, uniqExactMerge(users) AS u FROM visitors GROUP BY day ORDER BY day",
    "SELECT user, plan FROM users FINAL ORDER BY user",
]


def events(first: int, count: int) -> bytes:
    return b"\n".join(
        json.dumps({
            "at": f"2024-0{1 + n % 3}-1{n % 7} {n % 24:02}:{n % 60:02}:00.{n % 1000:03}", "user": f"u{n % 13}",
            "ms": None if n % 11 == 0 else n / 8, "tags": ["a", "ü"][: n % 3],
        }).encode()
        for n in range(first, first + count)
    )  # fmt: skip


def users(version: int) -> bytes:
    return b"\n".join(
        json.dumps({"user": f"u{n}", "plan": f"p{version}", "changed": version}).encode() for n in range(version, 13)
    )


@pytest.fixture(scope="module")
def front() -> Iterator[Front]:
    with serving() as found:
        yield found


def opened(folder: Path, home: Home | None = None) -> Workspace:
    found = Workspace.open(folder / "data", home=home) if home else Workspace.open(folder / "data")
    build = found.build(project(folder, FILES))
    assert not build.errors
    return found


def answers(found: Workspace) -> list[list[tuple[object, ...]]]:
    """Numbers as floats: ClickHouse's come by way of JSON."""
    return [[tuple(map(plain, row)) for row in ask(found, question)] for question in QUESTIONS]


def plain(value: object) -> object:
    return float(value) if isinstance(value, int | float) else value


def sent_on(found: Workspace) -> None:
    """What passed through is where it stays."""
    assert found.there is not None
    found.there.clear()


def moved(found: Workspace, address: Address, *, restart: bool = False) -> tuple[str, str]:
    """How the job ended, and why."""
    job = found.background.jobs.wait(found.moves.submit(address, restart=restart).id, 120)
    return job.status, job.error


def test_a_folder_moves_while_events_come(tmp_path: Path, front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "CHUNK", 1500)
    monkeypatch.setattr(moving, "_LITTLE", 100)
    home = Home(Address(f"{front.url}/whole"))
    came, stop = [0], threading.Event()

    def send(to: Workspace) -> None:
        to.ingest.append_now("events", events(came[0], 50))
        came[0] += 50

    def stream(to: Workspace) -> None:
        for _ in range(60):
            if not stop.is_set():
                send(to)

    with closing(opened(tmp_path)) as here:
        here.ingest.append_now("events", events(0, 3000))
        came[0] = 3000
        for version in (1, 2):
            here.ingest.append_now("users", users(version))
        writer = threading.Thread(target=stream, args=[here])
        writer.start()
        try:
            assert moved(here, home.address or Address("")) == ("done", "")
        finally:
            stop.set()
            writer.join()
        send(here)
        with pytest.raises(DiagnosticError, match="have been moved to ClickHouse"):
            here.deletions.truncate("events")
        with pytest.raises(DiagnosticError, match="the rows lie in ClickHouse already"):
            here.moves.submit(home.address or Address(""))
    with pytest.raises(DiagnosticError, match="lie in ClickHouse, and no engine is named"):
        Workspace.open(tmp_path / "data")
    with closing(opened(tmp_path, home)) as there:
        send(there)
        sent_on(there)
        there.ingest.append_now("users", users(3))
        sent_on(there)
        found = answers(there)
    control = tmp_path / "control"
    control.mkdir()
    with closing(opened(control)) as same:
        same.ingest.append_now("events", events(0, came[0]))
        for version in (1, 2, 3):
            same.ingest.append_now("users", users(version))
        assert found == answers(same)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setattr(moving, "CHUNK", 400)
    with closing(opened(tmp_path)) as found:
        found.ingest.append_now("events", events(0, 1000))
        found.ingest.append_now("users", users(1))
        yield found


def counts(front: Front, database: str) -> dict[str, int]:
    """What ClickHouse has, merged."""
    finals = {"events": "", "users": " FINAL", "hourly": " FINAL", "visitors": " FINAL"}
    return {table: int(front.ask(f"SELECT count() FROM {database}.{table}{final}")) for table, final in finals.items()}


def test_a_chunk_whose_end_nobody_knows_is_there_once(
    small: Workspace, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Address(f"{front.url}/again")
    real, broken = ClickHouseRows.insert_select, []

    def and_gone(self: ClickHouseRows, table: str, columns: str, select: str, token: str, settings: Settings) -> None:
        real(self, table, columns, select, token, settings)
        if len(broken) < 2:
            broken.append(token)
            raise DiagnosticError(Diagnostic("TL517", "ClickHouse does not answer"))

    monkeypatch.setattr(ClickHouseRows, "insert_select", and_gone)
    assert moved(small, address) == ("error", "ClickHouse does not answer")
    small.ingest.append_now("events", events(1000, 10))
    assert moved(small, address) == ("error", "ClickHouse does not answer")
    assert moved(small, address) == ("done", "")
    assert broken[0] == broken[1]
    assert counts(front, "again") == {"events": 1010, "users": 12, "hourly": 168, "visitors": 21}


def test_rows_that_were_removed_meanwhile_are_not_there(
    small: Workspace, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = Address(f"{front.url}/removed")
    real = moving.Move._derive

    def and_removed(self: moving.Move) -> None:
        real(self)
        if not small.background.jobs.all(kind="delete_data"):
            job = small.deletions.submit("events", "user = 'u1'")
            assert small.background.jobs.wait(job.id, 60).status == "done"
            small.ingest.append_now("events", events(1000, 5))

    monkeypatch.setattr(moving.Move, "_derive", and_removed)
    status, reason = moved(small, address)
    assert (status, reason.partition(" (")[0]) == (
        "error", "rows of events were removed or replaced while they were moved",
    )  # fmt: skip
    assert moved(small, address) == ("done", "")
    assert counts(front, "removed")["events"] == small.row_count("events") == 1005 - 77
    assert front.ask("SELECT count() FROM removed.events WHERE user = 'u1'") == "1\n"  # of those after


def test_rows_of_somebody_else_are_not_mixed_with(small: Workspace, front: Front, tmp_path: Path) -> None:
    address = Address(f"{front.url}/mixed")
    other = tmp_path / "other"
    other.mkdir()
    with closing(opened(other)) as first:
        first.ingest.append_now("events", events(0, 10))
        assert moved(first, address) == ("done", "")
    status, reason = moved(small, address)
    assert (status, reason.partition(" (")[0]) == ("error", "ClickHouse has 10 rows of events already")
    assert moved(small, address, restart=True) == ("done", "")
    assert counts(front, "mixed")["events"] == 1000


def test_nothing_changes_the_project_while_rows_move(small: Workspace, front: Front, tmp_path: Path) -> None:
    with small.engine.transaction() as writer:
        writer.execute("INSERT INTO _tinylite_moves VALUES ('events', 'x', 0, 0, 0, false, false)")
    built = small.build(project(tmp_path, {**FILES, "users.datasource": HITS}))
    assert [each.message for each in built.errors] == [
        "the rows are on their way to ClickHouse: nothing can be built or deployed meanwhile"
    ]
    assert not small.merger.merge("events")
    small.moves.abandon()
    assert small.merger.merge("events")


@pytest.mark.parametrize(
    ("name", "old", "new", "reason"),
    [
        ("events.datasource", "ENGINE MergeTree\n", "ENGINE MergeTree\nENGINE_TTL toDateTime(at) + INTERVAL 1 DAY\n",
         "events drops rows after a time (TTL)"),
        ("events.datasource", "ENGINE MergeTree\n", "ENGINE ReplacingMergeTree\n",
         "events does not keep its rows as they came (ReplacingMergeTree)"),
        ("by_day.pipe", "TYPE materialized\nDATASOURCE visitors\n", "TYPE endpoint\n", "no view makes it"),
    ],
)  # fmt: skip
def test_states_that_can_not_be_had_are_told_before_anything_is_sent(
    tmp_path: Path, name: str, old: str, new: str, reason: str
) -> None:
    with closing(Workspace.open(tmp_path / "data")) as found:
        assert not found.build(project(tmp_path, {**FILES, name: FILES[name].replace(old, new)})).errors
        with pytest.raises(DiagnosticError) as problem:
            found.moves.submit(Address("http://127.0.0.1:1"))
    (told,) = problem.value.diagnostics
    assert told.code == "TL528"
    assert told.message.endswith(f"and it can't be derived anew: {reason}")


def test_a_clickhouse_that_is_not_there_changes_nothing(small: Workspace) -> None:
    status, reason = moved(small, Address("http://eve:secret@127.0.0.1:1/x"))
    assert status == "error"
    assert "does not answer" in reason and "secret" not in reason
    small.moves.check_free()


def test_killed_again_and_again_it_goes_on(tmp_path: Path, front: Front) -> None:
    from tests.clickhouse.killed import POINTS

    url = f"{front.url}/killed"
    for point in POINTS:
        command = [sys.executable, "-m", "tests.clickhouse.killed", str(tmp_path), url, point]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr
    with closing(opened(tmp_path, Home(Address(url)))) as there:
        sent_on(there)
        there.ingest.append_now("events", events(500 * len(POINTS), 10))
        sent_on(there)
        found = answers(there)
    control = tmp_path / "control"
    control.mkdir()
    with closing(opened(control)) as same:
        same.ingest.append_now("events", events(0, 500 * len(POINTS) + 10))
        assert found == answers(same)


def test_a_front_that_is_killed_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "CHUNK", 400)
    real, killed = ClickHouseRows.insert_select, []
    with closing(opened(tmp_path)) as here, serving(tmp_path / "clickhouse") as front:

        def and_killed(self: ClickHouseRows, *given: Any) -> None:
            real(self, *given)
            if len(killed) < 1:
                killed.append(True)
                front.kill()

        monkeypatch.setattr(ClickHouseRows, "insert_select", and_killed)
        here.ingest.append_now("events", events(0, 1000))
        address = Address(f"{front.url}/again")
        status, reason = moved(here, address)
        assert status == "error" and "does not answer" in reason
        front.start()
        assert moved(here, address) == ("done", "")
        assert counts(front, "again")["events"] == 1000


def test_the_command_moves_a_folder_that_nobody_serves(
    tmp_path: Path, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, {
        **FILES,
        "tinylite.yaml": "environments:\n  production:\n    engine: ${CLICKHOUSE}/by_command\n",
        "fixtures/events.ndjson": events(0, 300),
    })  # fmt: skip
    folder = ["--path", str(tmp_path / "project")]
    monkeypatch.setenv("CLICKHOUSE", front.url)
    assert tinylite("build", str(tmp_path / "project"), "--fixtures").status == 0
    assert tinylite("migrate", *folder).err.startswith("error TL528: nothing says which ClickHouse is meant")
    assert "TL516: there is no environment prod" in tinylite("migrate", *folder, "--to", "prod").err
    said = tinylite("migrate", *folder, "--from", "local", "--to", "production")
    assert said.status == 0, said.err
    assert "events\t300\tmoved\n" in said.out
    assert "rows lie in ClickHouse, with equal counts and checksums.\n" in said.out
    assert (
        "in tinylite.yaml, with user and password where they are needed:\n  engine: ${CLICKHOUSE}/by_command\n"
        in said.out
    )
    asked = "SELECT count() AS n, uniqExact(user) AS u FROM events"
    assert "TL527" in tinylite("sql", asked, *folder).err
    monkeypatch.setenv("TINYLITE_ENGINE", f"{front.url}/by_command")
    answer = tinylite("sql", asked, *folder, "--output", "json")
    assert json.loads(answer.out)["data"] == [{"n": 300, "u": 13}]
    assert "the rows lie in ClickHouse already" in tinylite("migrate", *folder).err


def test_the_command_gives_a_move_up(tmp_path: Path) -> None:
    project(tmp_path, FILES)
    folder = ["--path", str(tmp_path / "project")]
    assert tinylite("build", str(tmp_path / "project")).status == 0
    failed = tinylite("migrate", *folder, "--to", "http://127.0.0.1:1/x")
    assert failed.status == 1
    assert "not moved: ClickHouse at http://127.0.0.1:1 does not answer" in failed.out
    assert tinylite("migrate", *folder, "--abandon").status == 0


def test_only_admins_move_rows(small: Workspace) -> None:
    client = Client(small)
    assert client.post("/v0/moves", token="nobody").status == 403
    assert client.ask("DELETE", "/v0/moves", token="nobody").status == 403
    answer = client.post("/v0/moves")
    assert (answer.status, answer.error) == (400, "the parameter engine is missing: the address of ClickHouse")
    job = client.post("/v0/moves", b'{"engine": "mysql://u:secret@h/x"}').json()["job"]
    small.background.jobs.wait(str(job["id"]), 60)
    told = client.get(f"/v0/jobs/{job['id']}").json()
    assert str(told["error"]).startswith("mysql://… is no engine")
    assert "secret" not in json.dumps(told)
    assert client.ask("DELETE", "/v0/moves").json() == {"status": "abandoned"}


def test_workspaces_beside_it_move_first_each_into_a_database_of_its_own(small: Workspace, front: Front) -> None:
    address = Address(f"{front.url}/several")
    with closing(Workspaces(small)) as all_of_them:
        branch = all_of_them.branch("try", "all_data").workspace
        branch.ingest.append_now("events", events(1000, 5))
        with pytest.raises(DiagnosticError, match="other workspaces have to be moved or removed first: try"):
            small.moves.submit(address)
        assert moved(branch, address) == ("done", "")
        assert moved(small, address) == ("done", "")
    found = front.ask("SELECT name FROM system.databases WHERE startsWith(name, 'several') ORDER BY name").split()
    assert [counts(front, each)["events"] for each in found] == [1000, 1005]


def test_wide_rows_go_in_smaller_chunks(small: Workspace, front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "_CHUNK_BYTES", 10_000)
    monkeypatch.setattr(moving, "_SAMPLE", 10)
    real, tokens = ClickHouseRows.insert_select, []

    def and_told(self: ClickHouseRows, *given: Any) -> None:
        tokens.append(given[3])
        real(self, *given)

    monkeypatch.setattr(ClickHouseRows, "insert_select", and_told)
    assert moved(small, Address(f"{front.url}/wide")) == ("done", "")
    assert len([token for token in tokens if "/events/" in token]) in range(4, 20)
    assert counts(front, "wide")["events"] == 1000


def test_what_is_deployed_moves_with_its_tables_and_changes_no_more_here(tmp_path: Path, front: Front) -> None:
    files = {name: text.encode() for name, text in FILES.items()}
    wider = FILES["events.datasource"].replace("    tags", "    extra String DEFAULT 'x',\n    tags").encode()
    address = Address(f"{front.url}/deployed")
    with closing(Workspace.open(tmp_path / "data")) as here:
        here.serve(merges=False)
        deployer = deployer_of(here)
        for version in (files, {**files, "events.datasource": wider}):
            made = deployer.deploy(version, check_only=False, allow_destructive=True, promote=True)
            assert made.result == "success" and made.job is not None
            assert here.background.jobs.wait(made.job.id, 60).status == "done"
            here.ingest.append_now("events", events(0, 300))
        assert here.tables("events") == "events@2"
        assert moved(here, address) == ("done", "")
        assert [found.status for found in here.deployments.all()] == ["deleted", "data_ready"]
        with pytest.raises(DiagnosticError, match="have been moved to ClickHouse"):
            deployer.deploy(files, check_only=False, allow_destructive=True, promote=True)
        here.ingest.append_now("events", events(0, 50))
    with closing(Workspace.open(tmp_path / "data", home=Home(address))) as there:
        assert deployer_of(there).restore()
        sent_on(there)
        asked = [
            "count() FROM events WHERE extra = 'x'",
            "countMerge(hits) FROM hourly",
            "uniqExactMerge(users) FROM visitors",
        ]
        assert [ask(there, f"SELECT {each}") for each in asked] == [[(650,)], [(650,)], [(13,)]]


def test_a_job_of_a_process_that_has_ended_is_taken_up(small: Workspace, front: Front) -> None:
    address = Address(f"{front.url}/taken")
    small.store.set_fact("moving_to", json.dumps({"url": address.url, "cluster": ""}))
    arguments = {"engine": address.shown, "cluster": "", "restart": False}
    job = small.background.jobs.submit(moves.KIND, "", arguments)
    with pytest.raises(DiagnosticError, match=f"rows are being moved to {address.shown}"):
        small.moves.submit(Address(f"{front.url}/elsewhere"))
    assert small.moves.submit(address).id == job.id
    assert small.background.jobs.wait(job.id, 60).status == "done"


def test_what_can_not_be_derived_as_it_is_can_be_made_so_first(small: Workspace, front: Front) -> None:
    address = Address(f"{front.url}/derived")
    job = small.deletions.submit("visitors", "day = '2024-01-10'")
    assert small.background.jobs.wait(job.id, 60).status == "done"
    status, reason = moved(small, address)
    assert status == "error"
    assert reason.startswith("by_day would make 21 rows of visitors anew, of what its sources hold, and it has 20 (")
    assert "tinylite materialization populate by_day --truncate" in reason
    populated = small.background.populate("by_day", truncate=True)
    assert small.background.jobs.wait(populated.id, 60).status == "done"
    assert moved(small, address) == ("done", "")
    assert counts(front, "derived") == {"events": 1000, "users": 12, "hourly": 168, "visitors": 21}
    assert (
        front.ask("SELECT sum(u) FROM (SELECT uniqExactMerge(users) AS u FROM derived.visitors GROUP BY day)")
        == "273\n"
    )
