"""Debian's syslog-ng sends what it reads as batches of events."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

from clients import installed
from tests.cli.process import Dev, eventually

CONFIGURATION = """@version: 3.38
source lines {{ file("{log}" flags(no-parse) follow-freq(0.1)); }};
destination events {{
  http(
    url("{url}/v0/events?name=logs") method("POST") headers("Authorization: Bearer {token}")
    body("$(format-json message=$MESSAGE levelname=info program=syslog-ng)")
    delimiter("\\n") batch-lines(10) batch-timeout(100) persist-name("events")
  );
}};
log {{ source(lines); destination(events); }};
"""


def test_lines_of_a_file_become_events(server: Dev, tmp_path: Path) -> None:
    root = installed.syslog_ng()
    log = tmp_path / "app.log"
    log.write_text("".join(f"line {number}\n" for number in range(25)))
    configuration = tmp_path / "syslog-ng.conf"
    configuration.write_text(CONFIGURATION.format(log=log, url=server.url, token=server.token))
    libraries = sorted({str(path.parent) for path in root.rglob("*.so.*")})
    modules = next((root / "usr/lib/syslog-ng").iterdir())
    process = subprocess.Popen(
        [
            str(root / "usr/sbin/syslog-ng"), "--foreground", "--stderr", "--no-caps", "--cfgfile", str(configuration),
            "--persist-file", str(tmp_path / "persist"), "--control", str(tmp_path / "control"),
            "--pidfile", str(tmp_path / "pid"), "--module-path", str(modules),
        ],
        env={**os.environ, "LD_LIBRARY_PATH": ":".join(libraries)}, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    asked = "SELECT count() AS n FROM logs WHERE program = 'syslog-ng' FORMAT JSON"
    try:
        eventually(
            lambda: process.poll() is not None or json.loads(server.get("/v0/sql", q=asked).text)["data"][0]["n"] == 25
        )
    finally:
        process.terminate()
        _, errors = process.communicate()
    assert server.get("/v0/sql", q=asked).json()["data"] == [{"n": 25}], errors
