"""Every instruction of a datafile: where it may stand and what its value is. The reference page is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Value(Enum):
    """What follows an instruction's name."""

    LINE = "text to the end of the line, in quotes or not"
    BLOCK = "an indented block after >"
    TEXT = "a line or a block"
    NONE = "nothing"


class Place(Enum):
    """Where an instruction may stand: in a `.datasource`, in a `.pipe` before or after a NODE, in a `.connection`."""

    DATASOURCE = "datasource"
    PIPE = "pipe"
    NODE = "node"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Instruction:
    name: str
    places: frozenset[Place]
    value: Value
    doc: str
    repeatable: bool = False


def _table(*groups: tuple[tuple[Place, ...], list[tuple[str, Value, str]]]) -> dict[str, Instruction]:
    found: dict[str, Instruction] = {}
    for places, rows in groups:
        for name, value, doc in rows:
            known = found.get(name)
            everywhere = frozenset(places) | (known.places if known else frozenset())
            repeatable = name in ("TOKEN", "NODE", "INCLUDE", "INDEXES")
            found[name] = Instruction(name, everywhere, value, known.doc if known else doc, repeatable)
    return found


_D, _P, _N, _C = Place.DATASOURCE, Place.PIPE, Place.NODE, Place.CONNECTION
_L, _B, _T = Value.LINE, Value.BLOCK, Value.TEXT

INSTRUCTIONS: dict[str, Instruction] = _table(
    (
        (_D, _P, _N, _C),
        [("INCLUDE", _L, 'Splices a fragment in: `INCLUDE "part.incl" "VAR=value"`.')],
    ),
    ((_D, _P, _N, _C), [("DESCRIPTION", _T, "What this is, for people.")]),
    (
        (_D, _P),
        [
            ("TAGS", _L, "Comma-separated tags."),
            ("TOKEN", _L, 'Grants a scope on this resource: `TOKEN "name" READ` or `APPEND`.'),
            ("VERSION", _L, "A version number of the older format; it is ignored."),
            ("SHARED_WITH", _T, "Workspaces that may read this data source."),
        ],
    ),
    (
        (_D,),
        [
            ("SCHEMA", _B, "The columns: name, type, jsonpath, DEFAULT, CODEC; separated by commas."),
            ("INDEXES", _B, "Secondary indexes, one a line."),
            ("FORWARD_QUERY", _B, "A SELECT list that carries the rows into a changed schema."),
            ("BACKFILL", _L, "`skip`: a materialized target is not filled from history."),
            ("IMPORT_CONNECTION_NAME", _L, "The connection to import from."),
            ("IMPORT_BUCKET_URI", _L, "The files to import, as `s3://bucket/path/*.csv`."),
            ("IMPORT_SCHEDULE", _L, "When to import: cron, `@auto` or `@on-demand`."),
            ("IMPORT_FROM_TIMESTAMP", _L, "Only files changed since then."),
            ("IMPORT_SERVICE", _L, "The older spelling of a connector's kind."),
            ("IMPORT_STRATEGY", _L, "`append` or `replace`."),
            ("IMPORT_EXTERNAL_DATASOURCE", _L, "The table of an outside warehouse."),
            ("IMPORT_QUERY", _L, "The query to run in an outside warehouse."),
            ("IMPORT_FORMAT", _L, "The format of the files."),
            ("IMPORT_TABLE_ARN", _L, "The table of a DynamoDB import."),
            ("IMPORT_EXPORT_BUCKET", _L, "The bucket of a DynamoDB import."),
            ("KAFKA_CONNECTION_NAME", _L, "The connection to consume from."),
            ("KAFKA_TOPIC", _L, "The topic."),
            ("KAFKA_GROUP_ID", _L, "The consumer group."),
            ("KAFKA_AUTO_OFFSET_RESET", _L, "`earliest` or `latest`."),
            ("KAFKA_STORE_RAW_VALUE", _L, "Whether to keep the message in `__value`."),
            ("KAFKA_STORE_HEADERS", _L, "Whether to keep the headers in `__headers`."),
            ("KAFKA_STORE_BINARY_HEADERS", _L, "Whether headers may be binary."),
            ("KAFKA_KEY_FORMAT", _L, "The format of keys."),
            ("KAFKA_VALUE_FORMAT", _L, "The format of values."),
            ("KAFKA_KEY_AVRO_DESERIALIZATION", _L, "How Avro keys are read."),
            ("KAFKA_TARGET_PARTITIONS", _L, "Which partitions to consume."),
        ],
    ),
    (
        (_D, _N),
        [
            ("ENGINE", _L, "The table engine, MergeTree when it is left out."),
            ("ENGINE_SORTING_KEY", _L, "The columns or expressions that rows are sorted by."),
            ("ENGINE_PARTITION_KEY", _L, "The expression that parts are split by."),
            ("ENGINE_PRIMARY_KEY", _L, "A prefix of the sorting key."),
            ("ENGINE_SAMPLING_KEY", _L, "The expression to sample by."),
            ("ENGINE_TTL", _L, "When rows expire."),
            ("ENGINE_SETTINGS", _L, "Settings of the table."),
            ("ENGINE_VER", _L, "The version column of a ReplacingMergeTree."),
            ("ENGINE_IS_DELETED", _L, "The deletion mark of a ReplacingMergeTree."),
            ("ENGINE_SIGN", _L, "The sign column of a CollapsingMergeTree."),
            ("ENGINE_VERSION", _L, "The version column of a VersionedCollapsingMergeTree."),
            ("ENGINE_COLUMNS", _L, "The columns that a SummingMergeTree sums."),
        ],
    ),
    ((_P, _N), [("NODE", _L, "Begins a named SELECT.")]),
    (
        (_N,),
        [
            ("SQL", _B, "The SELECT. A first line `%` turns templating on."),
            ("DATASOURCE", _L, "The target of a materialized node."),
            ("TARGET_DATASOURCE", _L, "The target of a copy."),
            ("COPY_MODE", _L, "`append` or `replace`."),
            ("COPY_SCHEDULE", _L, "When to copy: cron or `@on-demand`."),
            ("COPY_TIMESTAMP_GRANULARITY", _L, "How run times are cut."),
            ("DEPLOYMENT_METHOD", _L, "`alter`: the view may be altered in place."),
            ("EXPORT_SERVICE", _L, "The older spelling of a sink's kind."),
            ("EXPORT_CONNECTION_NAME", _L, "The connection to write to."),
            ("EXPORT_BUCKET_URI", _L, "Where files go."),
            ("EXPORT_KAFKA_TOPIC", _L, "The topic to write to."),
            ("EXPORT_FILE_TEMPLATE", _L, "The names of files."),
            ("EXPORT_FORMAT", _L, "`csv`, `ndjson` or `parquet`."),
            ("EXPORT_COMPRESSION", _L, "How files are compressed."),
            ("EXPORT_SCHEDULE", _L, "When to export: cron or `@on-demand`."),
            ("EXPORT_STRATEGY", _L, "`new` or `truncate`."),
            ("EXPORT_WRITE_STRATEGY", _L, "`new` or `truncate`."),
            ("WRITE_STRATEGY", _L, "`new` or `truncate`."),
        ],
    ),
    ((_N, _P, _C), [("TYPE", _L, "What a node is, or what a connection leads to.")]),
    (
        (_C,),
        [
            ("KAFKA_BOOTSTRAP_SERVERS", _L, "Host and port of the brokers."),
            ("KAFKA_SECURITY_PROTOCOL", _L, "`SASL_SSL`, `PLAINTEXT`, …"),
            ("KAFKA_SASL_MECHANISM", _L, "`PLAIN`, `SCRAM-SHA-256`, …"),
            ("KAFKA_SASL_OAUTHBEARER_METHOD", _L, "How OAuth tokens are had."),
            ("KAFKA_KEY", _L, "The user."),
            ("KAFKA_SECRET", _L, "The password."),
            ("KAFKA_SCHEMA_REGISTRY_URL", _L, "The schema registry."),
            ("KAFKA_SSL_CA_PEM", _T, "The certificate authority."),
            ("S3_REGION", _L, "The region."),
            ("S3_ARN", _L, "A role."),
            ("S3_ACCESS_KEY", _L, "The access key."),
            ("S3_SECRET", _L, "The secret key."),
            ("S3_ENDPOINT", _L, "The address of an S3-compatible store."),
            ("GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON", _T, "The service account's key."),
            ("GCS_HMAC_ACCESS_ID", _L, "The HMAC key's id."),
            ("GCS_HMAC_SECRET", _L, "The HMAC key's secret."),
        ],
    ),
)

ENGINES = {
    "MergeTree": "Rows as they come.",
    "ReplacingMergeTree": "The newest row of each sorting key.",
    "SummingMergeTree": "Rows of a sorting key are added up.",
    "AggregatingMergeTree": "States of a sorting key are merged.",
    "CollapsingMergeTree": "Rows with sign 1 and -1 cancel out.",
    "VersionedCollapsingMergeTree": "Like CollapsingMergeTree, whatever the order of arrival.",
    "Null": "Keeps nothing; views on it still run.",
}
NODE_TYPES = ("endpoint", "materialized", "copy", "sink", "standard")
CONNECTION_TYPES = ("kafka", "s3", "gcs")
