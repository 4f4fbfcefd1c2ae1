"""The schedules and modes of copies, and of all else that runs by the clock."""

from __future__ import annotations

from collections.abc import Iterator

from croniter import croniter

from tinylite.datafile.model import Text
from tinylite.diagnostics import Diagnostic, Severity
from tinylite.project.library import Library
from tinylite.project.model import Project
from tinylite.project.program import Program

_SCHEDULES = ("COPY_SCHEDULE", "EXPORT_SCHEDULE")
ON_DEMAND = ("", "@on-demand", "@once")


def check_schedules(project: Project, library: Library) -> Iterator[Diagnostic]:
    for pipe in project.pipes.values():
        node = pipe.output
        schedule = next((node.settings[name] for name in _SCHEDULES if name in node.settings), None)
        if schedule is None or cron_of(schedule) is None:
            continue
        cron = cron_of(schedule) or ""
        if not fires(cron):
            hint = "minute hour day month weekday, in UTC, as in 0 * * * *; or @on-demand"
            yield Diagnostic("TL107", f"{cron} is no schedule", schedule.span, hint)
            continue
        unit = library.unit(pipe, node)
        for parameter in Program(library, unit).parameters if unit else ():
            if parameter.required and parameter.default is None and parameter.name != "job_timestamp":
                message = f"by its schedule {pipe.name} runs without parameters, and {parameter.name} has no default"
                yield Diagnostic("TL304", message, schedule.span, severity=Severity.WARNING)


def cron_of(schedule: Text) -> str | None:
    """None when it runs on demand only."""
    text = schedule.value.strip("\"' ")
    return None if text.lower() in ON_DEMAND else text


def fires(cron: str) -> bool:
    """Whether it is cron, and there is a day on which it comes true."""
    if not croniter.is_valid(cron):
        return False
    try:
        croniter(cron).get_next()
    except ValueError:  # 31 February
        return False
    return True
