"""Every format by name: `pages.json`, `FORMAT CSVWithNames`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Result
from tinylite.formats import json, pretty, prometheus, separated
from tinylite.sql import split_format


@dataclass(frozen=True, slots=True)
class Format:
    """`extension` is for pipes; the name is ClickHouse's. Formats of whole files, like Parquet, have no `write`: the
    engine makes them, and `file` is what it calls them.
    """

    name: str
    content_type: str
    write: Callable[[Result], bytes] | None
    extension: str = ""
    file: str = ""

    def body(self, result: Result) -> bytes:
        return result.file if self.write is None else self.write(result)


_JSON, _NDJSON, _CSV, _TEXT = "application/json", "application/x-ndjson", "text/csv", "text/plain"
_METRICS = "text/plain; version=0.0.4; charset=utf-8"
FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("JSON", _JSON, json.write_json, "json"),
        Format("JSONCompact", _JSON, json.write_json_compact),
        Format("JSONStrings", _JSON, json.write_json_strings),
        Format("JSONColumns", _JSON, json.write_columns),
        Format("JSONEachRow", _NDJSON, json.write_ndjson, "ndjson"),
        Format("NDJSON", _NDJSON, json.write_ndjson),
        Format("JSONLines", _NDJSON, json.write_ndjson),
        Format("JSONStringsEachRow", _NDJSON, json.write_strings_ndjson),
        Format("JSONCompactEachRow", _NDJSON, json.write_compact_rows),
        Format("JSONCompactEachRowWithNames", _NDJSON, json.write_compact_rows_with_names),
        Format("JSONCompactEachRowWithNamesAndTypes", _NDJSON, json.write_compact_rows_with_names_and_types),
        Format("CSV", _CSV, separated.write_csv),
        Format("CSVWithNames", _CSV, separated.write_csv_with_names, "csv"),
        Format("CSVWithNamesAndTypes", _CSV, separated.write_csv_with_names_and_types),
        *(Format(name, _TEXT, separated.write_tsv) for name in ("TSV", "TabSeparated")),
        *(Format(name, _TEXT, separated.write_tsv_raw) for name in ("TSVRaw", "TabSeparatedRaw")),
        *(Format(name, _TEXT, separated.write_tsv_with_names) for name in ("TSVWithNames", "TabSeparatedWithNames")),
        Format("TSVWithNamesAndTypes", _TEXT, separated.write_tsv_with_names_and_types),
        Format("TabSeparatedWithNamesAndTypes", _TEXT, separated.write_tsv_with_names_and_types),
        Format("Values", _TEXT, separated.write_values),
        Format("Vertical", _TEXT, pretty.write_vertical),
        Format("Markdown", _TEXT, pretty.write_markdown),
        Format("PrettyCompact", _TEXT, pretty.write_compact),
        Format("Prometheus", _METRICS, prometheus.write_prometheus, "prometheus"),
        Format("Null", _TEXT, lambda result: b""),
        Format("Parquet", "application/vnd.apache.parquet", None, "parquet", "parquet"),
        Format("ArrowStream", "application/vnd.apache.arrow.stream", None, "arrow", "arrow"),
    )
}
EXTENSIONS: dict[str, Format] = {format.extension: format for format in FORMATS.values() if format.extension}
_BY_FOLD = {name.lower(): format for name, format in FORMATS.items()}


def formatted(text: str, default: Format) -> tuple[str, Format]:
    """A SELECT without its FORMAT clause, and the format that it asks for. Raises DiagnosticError."""
    text, name = split_format(text)
    if name is None:
        return text, default
    format = _BY_FOLD.get(name.lower())
    if format is None:
        hint = f"there are {', '.join(sorted(FORMATS))}"
        raise DiagnosticError(Diagnostic("TL406", f"the format {name} is not supported", hint=hint))
    return text, format
