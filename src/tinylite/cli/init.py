"""tinylite init"""

from __future__ import annotations

from pathlib import Path

import click

from tinylite.cli.options import output_option
from tinylite.diagnostics import Diagnostic, DiagnosticError

FILES = {
    "datasources/page_views.datasource": """\
DESCRIPTION >
    One row a page view.

SCHEMA >
    `timestamp` DateTime `json:$.timestamp`,
    `user_id` String `json:$.user_id`,
    `page` String `json:$.page`,
    `duration_ms` UInt32 `json:$.duration_ms` DEFAULT 0

ENGINE "MergeTree"
ENGINE_PARTITION_KEY "toYYYYMM(timestamp)"
ENGINE_SORTING_KEY "timestamp, user_id"
""",
    "endpoints/top_pages.pipe": """\
DESCRIPTION >
    The most seen pages.

NODE top
SQL >
    %
    SELECT page, count() AS views, uniq(user_id) AS visitors, round(avg(duration_ms)) AS mean_duration_ms
    FROM page_views
    WHERE 1
    {% if defined(since) %}
        AND timestamp >= {{DateTime(since, description='Only views from then on')}}
    {% end %}
    GROUP BY page
    ORDER BY views DESC, page
    LIMIT {{Int32(limit, 10, description='How many pages')}}

TYPE endpoint
""",
    "fixtures/page_views.ndjson": """\
{"timestamp":"2026-01-05 09:00:00","user_id":"ana","page":"/","duration_ms":3200}
{"timestamp":"2026-01-05 09:00:04","user_id":"ana","page":"/pricing","duration_ms":9100}
{"timestamp":"2026-01-05 09:02:10","user_id":"bob","page":"/","duration_ms":1500}
{"timestamp":"2026-01-06 18:30:00","user_id":"cyd","page":"/docs","duration_ms":42000}
{"timestamp":"2026-01-06 18:31:00","user_id":"cyd","page":"/","duration_ms":800}
""",
    "tests/top_pages.yaml": """\
- name: the_two_most_seen_pages
  description: Pages are counted, the most seen one first
  parameters: limit=2
  expected_result: |
    {"page":"\\\\/","views":3,"visitors":3,"mean_duration_ms":1833}
    {"page":"\\\\/docs","views":1,"visitors":1,"mean_duration_ms":42000}
""",
    ".gitignore": ".tinylite/\n.env\n.env.local\n",
    ".github/workflows/tinylite.yml": """\
name: tinylite
on: [push, pull_request]
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: pip install tinylite
      - run: tinylite check --output github
""",
    "README.md": """\
# Page views

    tinylite dev

serves the endpoint `top_pages`; `datasources/` says what events look like, `endpoints/` what can be asked.
""",
}


@click.command()
@click.argument("path", default=".", type=click.Path(path_type=Path, file_okay=False))
@output_option
def command(path: Path, output: str) -> None:
    """Makes a small working project in PATH: a data source, an endpoint, fixtures, a test, a CI file.

    \b
    Example:
      tinylite init my_project
    """
    from tinylite.cli.views import json, text

    taken = [name for name in FILES if (path / name).exists()]
    if taken:
        message = f"{path / taken[0]} is there already; nothing was written"
        raise DiagnosticError(Diagnostic("TL505", message, hint="choose an empty folder: tinylite init my_project"))
    for name, content in FILES.items():
        target = path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content.replace("\\\\/", "\\/"), encoding="utf-8")
    if output == "json":
        json.show({"path": str(path), "files": list(FILES)})
        return
    for name in FILES:
        text.say(f"wrote {path / name}")
    text.say(f"Now run: tinylite dev {path}" if str(path) != "." else "Now run: tinylite dev")
