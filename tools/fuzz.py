"""Thousands of requests that follow the API's own description, or just not: `make fuzz`.

Starts a server on a project with endpoints of many kinds of parameters, and lets schemathesis ask it. No answer may be
a 5xx, and every one must be as the description has it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.cli.process import Dev

ENDPOINT = "NODE answer\nSQL >\n    %\n    {}\nTYPE endpoint\n"
FILES = {
    "hits.datasource": "SCHEMA >\n    `id` Int32 `json:$.id`,\n    `name` Nullable(String) `json:$.name`,\n"
    "    `at` DateTime64(3) `json:$.at` DEFAULT now64(3)\n",
    "kept.datasource": "SCHEMA >\n    `id` Int32\n",
    "all_hits.pipe": "NODE every\nSQL >\n    SELECT * FROM hits\n",
    "numbers.pipe": ENDPOINT.format(
        "SELECT {{Int8(a, 1)}} AS a, {{UInt64(b, 2)}} AS b, {{Float64(c, 0.5)}} AS c, {{Int256(d, 3)}} AS d"
    ),
    "texts.pipe": ENDPOINT.format("SELECT {{String(a, 'x')}} AS a, {{String(b, 'y', enum=['y', 'z'])}} AS b"),
    "times.pipe": ENDPOINT.format(
        "SELECT toDate({{Date(day, '2026-01-01')}}) AS day, toDateTime({{DateTime(at, '2026-01-01 00:00:00')}}) AS at"
    ),
    "lists.pipe": ENDPOINT.format("SELECT {{Array(ids, 'Int32', '1,2')}} AS ids, {{Boolean(flag, True)}} AS flag"),
    "wanted.pipe": ENDPOINT.format(
        "SELECT id, name, at FROM hits WHERE id >= {{Int32(least, required=True)}} LIMIT 10"
    ),
    "counted.pipe": ENDPOINT.format("SELECT name, count() AS n FROM all_hits GROUP BY name LIMIT {{UInt8(most, 10)}}"),
    "keep.pipe": "NODE wanted\nSQL >\n    SELECT id FROM hits\nTYPE copy\nTARGET_DATASOURCE kept\n"
    "COPY_SCHEDULE @on-demand\n",
    "fixtures/hits.ndjson": "".join(f'{{"id": {number}, "name": "n{number}"}}\n' for number in range(20)),
}
# Some values that lead somewhere, by the beginning of a path and the parameter; others are made up.
KNOWN = {
    ("/v0/pipes/", "name"): ["all_hits", "counted", "keep"],
    ("/v0/pipes/", "node"): ["every", "wanted"],
    ("/v0/datasources/", "name"): ["hits", "hits.datasource", "kept"],
    ("/v1/datasources/", "name"): ["hits", "kept"],
    ("/v0/tokens/", "name"): ["a reader"],
    ("/v0/variables/", "name"): ["word"],
    ("/v0/events", "name"): ["hits", "kept"],
    ("/v0/datasources", "name"): ["hits", "kept"],
    ("/v0/tokens", "scope"): ["PIPES:READ:counted", "DATASOURCES:READ:hits:id > 3", "TOKENS"],
    ("/v0/dependencies", "datasource"): ["hits"],
    ("/v0/sql", "q"): [
        "SELECT * FROM hits LIMIT 3 FORMAT JSON", "SELECT count() FROM all_hits", "SELECT 1 AS x FORMAT CSVWithNames",
        "SELECT name, max(at) FROM hits GROUP BY name FORMAT JSONEachRow", "SELECT * FROM numbers(3) FORMAT Parquet",
        "% SELECT {{Int32(a, 1)}} FORMAT TSV", "SELECT toInt32('x')", "SELECT * FROM tinybird.pipe_stats FORMAT JSON",
        "SELECT map('a', [1]), (1, 'b'), NULL, toDecimal64(1, 2), now64(3) FORMAT JSONCompact",
    ],
    ("/v0/sql", "pipeline"): ["counted", "all_hits"],
    ("", "delete_condition"): ["id = 3", "1"],
    ("", "replace_condition"): ["id = 3"],
}  # fmt: skip
BODIES = {
    "/v0/events": ['{"id": 1}\n{"id": "x"}\n', '{"id": 1, "name": null, "at": "2026-01-01T00:00:00Z"}', "[1]", "{"],
    "/v0/datasources": ["id,name\n1,a\n", '{"id": 1}\n'],
    "/v1/datasources": ["id,name,at\n1,a,2026-01-01 00:00:00\n", "id\nx\n"],
    "/v0/analyze": ["a,b\n1,2\n", '{"a": [1]}\n'],
    "/v0/sql": ["SELECT 1 FORMAT JSON", "SELECT * FROM hits"],
}
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance",
    "response_schema_conformance",
)  # fmt: skip


def sharpened(document: dict[str, Any]) -> dict[str, Any]:
    """The description with some known values, so that requests get further than "there is no such thing"."""
    for path, operations in document["paths"].items():
        for operation in operations.values():
            for parameter in operation["parameters"]:
                found = [
                    values for (start, name), values in KNOWN.items()
                    if parameter["name"] == name and path.startswith(start)
                ]  # fmt: skip
                if found:
                    parameter["schema"] = {"anyOf": [{"enum": found[0]}, parameter["schema"]]}
            for content, body in operation.get("requestBody", {}).get("content", {}).items():
                known = next((texts for start, texts in BODIES.items() if path.startswith(start)), None)
                if known and "json" not in content:
                    body["schema"] = {"anyOf": [{"enum": known}, body["schema"]]}
    return document


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=100, help="for each operation and phase")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--schemathesis", default=str(Path(sys.executable).with_name("schemathesis")))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, text in FILES.items():
            path = Path(folder) / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        dev = Dev(Path(folder))
        try:
            dev.post("/v0/tokens?name=a%20reader&scope=PIPES:READ:counted", "")
            dev.post("/v0/variables", "name=word&value=sesame")
            description = Path(folder) / "openapi.json"
            description.write_text(json.dumps(sharpened(dev.get("/v0/openapi.json").json())), encoding="utf-8")
            return subprocess.run(
                [
                    options.schemathesis, "run", str(description), "--url", dev.url, "--header",
                    f"Authorization: Bearer {dev.token}", "--checks", ",".join(CHECKS), "--max-examples",
                    str(options.examples), "--seed", str(options.seed), "--phases", "examples,coverage,fuzzing",
                    "--mode", "all", "--workers", "1", "--request-timeout", "30", "--continue-on-failure",
                    "--exclude-path-regex", "^/v1/(build|deploy)",
                ],
                check=False,
            ).returncode  # fmt: skip
        finally:
            dev.close()


if __name__ == "__main__":
    sys.exit(main())
