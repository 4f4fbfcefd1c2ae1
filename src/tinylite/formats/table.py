"""Every format by name: `pages.json`, `FORMAT CSVWithNames`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tinylite.diagnostics import Diagnostic, DiagnosticError
from tinylite.engine.base import Result
from tinylite.formats import json, pretty, prometheus, separated
from tinylite.formats.lines import Lines
from tinylite.sql import split_format


@dataclass(frozen=True, slots=True)
class Format:
    """`extension` is for pipes; the name is ClickHouse's. `writer` writes row by row, or a whole result. Formats of
    whole files, like Parquet, have none: the engine makes them, and `file` is what it calls them.
    """

    name: str
    content_type: str
    writer: Lines | Callable[[Result], bytes] | None
    extension: str = ""
    file: str = ""

    def body(self, result: Result) -> bytes:
        """Of a whole result, or of its file, which goes."""
        if result.file is not None:
            try:
                return result.file.read_bytes()
            finally:
                result.file.unlink()
        assert self.writer is not None
        return self.writer.write(result) if isinstance(self.writer, Lines) else self.writer(result)


_JSON, _NDJSON, _CSV, _TEXT = "application/json", "application/x-ndjson", "text/csv", "text/plain"
_METRICS = "text/plain; version=0.0.4; charset=utf-8"
FORMATS: dict[str, Format] = {
    format.name: format
    for format in (
        Format("JSON", _JSON, json.JSON, "json"),
        Format("JSONCompact", _JSON, json.JSON_COMPACT),
        Format("JSONStrings", _JSON, json.JSON_STRINGS),
        Format("JSONColumns", _JSON, json.write_columns),
        Format("JSONEachRow", _NDJSON, json.NDJSON, "ndjson"),
        Format("NDJSON", _NDJSON, json.NDJSON),
        Format("JSONLines", _NDJSON, json.NDJSON),
        Format("JSONStringsEachRow", _NDJSON, json.STRINGS_NDJSON),
        Format("JSONCompactEachRow", _NDJSON, json.COMPACT_ROWS),
        Format("JSONCompactEachRowWithNames", _NDJSON, json.COMPACT_ROWS_WITH_NAMES),
        Format("JSONCompactEachRowWithNamesAndTypes", _NDJSON, json.COMPACT_ROWS_WITH_NAMES_AND_TYPES),
        Format("CSV", _CSV, separated.CSV),
        Format("CSVWithNames", _CSV, separated.CSV_WITH_NAMES, "csv"),
        Format("CSVWithNamesAndTypes", _CSV, separated.CSV_WITH_NAMES_AND_TYPES),
        *(Format(name, _TEXT, separated.TSV) for name in ("TSV", "TabSeparated")),
        *(Format(name, _TEXT, separated.TSV_RAW) for name in ("TSVRaw", "TabSeparatedRaw")),
        *(Format(name, _TEXT, separated.TSV_WITH_NAMES) for name in ("TSVWithNames", "TabSeparatedWithNames")),
        Format("TSVWithNamesAndTypes", _TEXT, separated.TSV_WITH_NAMES_AND_TYPES),
        Format("TabSeparatedWithNamesAndTypes", _TEXT, separated.TSV_WITH_NAMES_AND_TYPES),
        Format("Values", _TEXT, separated.VALUES),
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
