"""Jobs: one queue that survives a restart."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.workspace.jobs import Job, Jobs, Run, Runner
from tinylite.workspace.store import Store

PATIENCE = 30.0


class Queue:
    """Jobs of the kind `work`, and the states that they came through."""

    def __init__(self, folder: Path, runner: Runner, *, started: bool = True) -> None:
        self.states: list[tuple[str, str]] = []
        self.store = Store(folder / "control.sqlite")
        self.jobs = Jobs(self.store, lambda job: self.states.append((job.pipe, job.status)))
        self.jobs.runners["work"] = runner
        if started:
            self.jobs.start()

    def over(self, job: Job) -> Job:
        return self.jobs.wait(job.id, PATIENCE)

    def close(self) -> None:
        self.jobs.close()
        self.store.close()


def test_a_job_waits_works_and_is_done(tmp_path: Path) -> None:
    queue = Queue(tmp_path, lambda run: run.report({"rows": 5}))
    job = queue.over(queue.jobs.submit("work", "a", {"n": 1}))
    queue.close()
    assert (job.status, job.progress, job.arguments, job.error) == ("done", {"rows": 5}, {"n": 1}, "")
    assert list(dict.fromkeys(queue.states)) == [("a", "waiting"), ("a", "working"), ("a", "done")]


def test_an_error_is_kept_with_its_reason_and_the_job_can_be_tried_again(tmp_path: Path) -> None:
    attempts: list[str] = []

    def fail_once(run: Run) -> None:
        attempts.append(run.job.id)
        if len(attempts) == 1:
            raise DiagnosticError(Diagnostic("TL501", "no such column"))

    queue = Queue(tmp_path, fail_once)
    job = queue.over(queue.jobs.submit("work", "a", {}))
    assert (job.status, job.error) == ("error", "no such column")
    again = queue.over(queue.jobs.retry(job.id))
    queue.close()
    assert (again.id, again.status, again.error) == (job.id, "done", "")


def test_an_unexpected_fault_ends_the_job_and_not_the_queue(tmp_path: Path) -> None:
    def divide(run: Run) -> None:
        assert 1 / int(str(run.job.arguments["by"]))

    queue = Queue(tmp_path, divide)
    first, second = (queue.over(queue.jobs.submit("work", "a", {"by": by})) for by in (0, 1))
    queue.close()
    assert (first.status, second.status) == ("error", "done")
    assert "division by zero" in first.error


def test_a_waiting_job_is_cancelled_at_once_and_a_working_one_when_it_looks(tmp_path: Path) -> None:
    working = threading.Event()

    def until_stopped(run: Run) -> None:
        working.set()
        assert run.stopped.wait(PATIENCE)
        run.check()

    queue = Queue(tmp_path, until_stopped)
    first = queue.jobs.submit("work", "a", {})
    assert working.wait(PATIENCE)
    second = queue.jobs.submit("work", "a", {})
    assert queue.jobs.cancel(second.id).status == "cancelled"
    queue.jobs.cancel(first.id)
    assert queue.over(first).status == "cancelled"
    with pytest.raises(DiagnosticError, match="over: cancelled"):
        queue.jobs.cancel(first.id)
    queue.close()


def test_one_job_of_a_pipe_works_at_a_time_and_other_pipes_do_not_wait(tmp_path: Path) -> None:
    together, most = 0, 0
    guard, others = threading.Lock(), threading.Event()

    def counted(run: Run) -> None:
        nonlocal together, most
        if run.job.pipe == "b":
            others.set()
            return
        with guard:
            together += 1
            most = max(most, together)
        assert others.wait(PATIENCE)
        with guard:
            together -= 1

    queue = Queue(tmp_path, counted)
    jobs = [queue.jobs.submit("work", "a", {}) for _ in range(5)]
    queue.over(queue.jobs.submit("work", "b", {}))
    assert {queue.over(job).status for job in jobs} == {"done"}
    queue.close()
    assert most == 1


def test_jobs_work_in_the_order_of_submission(tmp_path: Path) -> None:
    order: list[object] = []
    queue = Queue(tmp_path, lambda run: order.append(run.job.arguments["n"]), started=False)
    jobs = [queue.jobs.submit("work", "a", {"n": n}) for n in range(20)]
    queue.jobs.start()
    queue.over(jobs[-1])
    queue.close()
    assert order == list(range(20))


def test_what_was_waiting_or_at_work_is_taken_up_by_the_next_server(tmp_path: Path) -> None:
    working = threading.Event()

    def until_stopped(run: Run) -> None:
        working.set()
        assert run.stopped.wait(PATIENCE)
        run.check()

    before = Queue(tmp_path, until_stopped)
    jobs = [before.jobs.submit("work", "a", {"n": n}) for n in range(3)]
    assert working.wait(PATIENCE)
    before.close()
    done: list[object] = []
    after = Queue(tmp_path, lambda run: done.append(run.job.arguments["n"]))
    assert {after.over(job).status for job in jobs} == {"done"}
    after.close()
    assert done == [0, 1, 2]


def test_jobs_are_listed_newest_first_by_kind_status_and_pipe(tmp_path: Path) -> None:
    queue = Queue(tmp_path, lambda run: None, started=False)
    a, b = queue.jobs.submit("work", "a", {}), queue.jobs.submit("work", "b", {})
    queue.jobs.cancel(a.id)
    assert [job.id for job in queue.jobs.all()] == [b.id, a.id]
    assert [job.id for job in queue.jobs.all(status="cancelled")] == [a.id]
    assert [job.id for job in queue.jobs.all(kind="work", pipe="b")] == [b.id]
    queue.close()
