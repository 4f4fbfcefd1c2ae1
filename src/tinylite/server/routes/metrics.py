"""/metrics: what the server did and does, in Prometheus' text format."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tinylite import __version__
from tinylite.server.auth import authenticate
from tinylite.server.errors import Refused
from tinylite.server.http import Answer, Request
from tinylite.workspace import Workspace
from tinylite.workspace.answers import MOST_BYTES
from tinylite.workspace.counters import BUCKETS, Counters

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
Sample = tuple[Mapping[str, object], float]


async def metrics(request: Request, workspace: Workspace) -> Answer:
    """GET /metrics: for tokens that may read everything."""
    token = authenticate(request, workspace)
    if not token.allows("WORKSPACE:READ_ALL"):
        raise Refused(403, f"the token '{token.name}' has no scope WORKSPACE:READ_ALL")
    text = "".join(_family(*family) for family in _families(workspace))
    return Answer((text + _durations(workspace.counters)).encode(), content_type=_CONTENT_TYPE)


def _families(workspace: Workspace) -> Iterator[tuple[str, str, str, Iterable[Sample]]]:
    answers, workers, counters = workspace.answers, workspace.workers, workspace.counters
    load = workers.load()
    yield "info", "gauge", "The version that runs.", [({"version": __version__}, 1)]
    requests = [({"route": route, "status": status}, n) for (route, status), n in sorted(counters.requests.items())]
    yield "requests_total", "counter", "Requests answered.", requests
    yield "answers_hits_total", "counter", "Answers that were kept, and given again.", [({}, answers.hits)]
    yield "answers_misses_total", "counter", "Answers that had to be made.", [({}, answers.misses)]
    yield "answers_shared_total", "counter", "Requests that waited for the same one's answer.", [({}, answers.shared)]
    asked = answers.hits + answers.shared + answers.misses
    rate = (answers.hits + answers.shared) / asked if asked else 0.0
    yield "answers_hit_ratio", "gauge", "The share of answers that were not made anew.", [({}, rate)]
    yield "answers_kept", "gauge", "Answers that are kept.", [({}, len(answers))]
    yield "answers_kept_bytes", "gauge", "Their bytes.", [({}, answers.size)]
    yield "answers_kept_bytes_limit", "gauge", "The bytes that may be kept.", [({}, MOST_BYTES)]
    yield "queries_running", "gauge", "Queries that run now.", [({"lane": n}, found[0]) for n, found in load.items()]
    yield "queries_waiting", "gauge", "Queries that wait.", [({"lane": n}, found[1]) for n, found in load.items()]
    yield "queries_refused_total", "counter", "Queries refused because too many waited.", [({}, workers.refused)]
    yield (
        "queries_abandoned_total",
        "counter",
        "Queries that did not end when they were interrupted.",
        [({}, workers.abandoned)],
    )
    readers = sorted(workspace.background.connectors.progress().items())
    yield (
        "kafka_lag_messages",
        "gauge",
        "Messages that wait to be read.",
        [({"datasource": name, "partition": n}, lag) for name, found in readers for n, lag in dict(found.lag).items()],
    )
    loaded: list[Sample] = [({"datasource": name}, found.messages) for name, found in readers]
    yield "kafka_messages_total", "counter", "Messages that were loaded or set aside.", loaded
    yield "database_reopened_total", "counter", "Recoveries from internal errors.", [({}, workspace.engine.reopened)]


def _family(name: str, kind: str, help_: str, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP tinylite_{name} {help_}", f"# TYPE tinylite_{name} {kind}"]
    lines += [f"tinylite_{name}{_labels(labels)} {value:g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _durations(counters: Counters) -> str:
    name = "tinylite_request_duration_seconds"
    lines = [f"# HELP {name} How long requests took.", f"# TYPE {name} histogram"]
    for route, buckets in sorted(counters.buckets.items()):
        total = 0
        for bound, count in zip((*map(str, BUCKETS), "+Inf"), buckets, strict=True):
            total += count
            lines.append(f"{name}_bucket{_labels({'route': route, 'le': bound})} {total}")
        lines.append(f"{name}_sum{_labels({'route': route})} {counters.seconds[route]:g}")
        lines.append(f"{name}_count{_labels({'route': route})} {total}")
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, object]) -> str:
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}" if labels else ""
