"""Every instruction of a datafile: where it may stand and what its value is. The reference page is made from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, Flag, auto


class Value(Enum):
    """What follows an instruction's name: on its line, in quotes or not, or in a block."""

    NAME = "a name"
    LINE = "text"
    WORDS = "words, each in quotes or not"
    LIST = "texts between commas; may be empty"
    TEXT = "text, mostly in a block; may be empty"
    EXPRESSION = "a ClickHouse expression; may be empty"
    BLOCK = "a block"

    @property
    def may_be_empty(self) -> bool:
        return self in (Value.LIST, Value.TEXT, Value.EXPRESSION)


class Place(Flag):
    """Where an instruction may stand: in a `.datasource`, in a `.pipe` before or after a NODE, in a `.connection`."""

    DATASOURCE = auto()
    PIPE = auto()
    NODE = auto()
    CONNECTION = auto()


@dataclass(frozen=True, slots=True)
class Instruction:
    """`ignored` ones belong to older versions of the format: they are read, and a warning says that they do nothing."""

    name: str
    places: Place
    value: Value
    doc: str
    choices: tuple[str, ...] = ()
    repeatable: bool = False
    ignored: bool = False


_D, _P, _N, _C = Place.DATASOURCE, Place.PIPE, Place.NODE, Place.CONNECTION
_I = Instruction

_TABLE = (
    _I("INCLUDE", _D | _P | _N | _C, Value.WORDS, 'Puts a fragment here: `INCLUDE "part.incl" "VAR=value"`.',
       repeatable=True),
    _I("DESCRIPTION", _D | _P | _N | _C, Value.TEXT, "What this is, for people."),
    _I("TAGS", _D | _P | _N, Value.LIST, "Tags of the resource."),
    _I("TOKEN", _D | _P | _N, Value.WORDS,
       'Makes a token that may use this resource: `TOKEN "name" READ`, or `APPEND` for a data source.',
       repeatable=True),
    _I("VERSION", _D | _P, Value.LINE, "Of the older format: the resource is called `NAME__vNUMBER`."),

    _I("SCHEMA", _D, Value.BLOCK, "The columns: name, type, jsonpath, DEFAULT, CODEC, with commas between them."),
    _I("ENGINE", _D | _N, Value.LINE, "The table engine; MergeTree when it is left out."),
    _I("ENGINE_SORTING_KEY", _D | _N, Value.EXPRESSION, "The columns or expressions that rows are sorted by."),
    _I("ENGINE_PARTITION_KEY", _D | _N, Value.EXPRESSION, "The expression that parts are split by."),
    _I("ENGINE_PRIMARY_KEY", _D | _N, Value.EXPRESSION, "The beginning of the sorting key that is indexed."),
    _I("ENGINE_SAMPLING_KEY", _D | _N, Value.EXPRESSION, "The expression to sample by."),
    _I("ENGINE_TTL", _D | _N, Value.EXPRESSION, "When rows expire."),
    _I("ENGINE_SETTINGS", _D | _N, Value.EXPRESSION, "Settings of the table."),
    _I("ENGINE_VER", _D | _N, Value.EXPRESSION, "The version column of a ReplacingMergeTree."),
    _I("ENGINE_IS_DELETED", _D | _N, Value.EXPRESSION, "The column of a ReplacingMergeTree that marks deleted rows."),
    _I("ENGINE_SIGN", _D | _N, Value.EXPRESSION, "The column of 1 and -1 of a CollapsingMergeTree."),
    _I("ENGINE_VERSION", _D | _N, Value.EXPRESSION, "The version column of a VersionedCollapsingMergeTree."),
    _I("ENGINE_COLUMNS", _D | _N, Value.EXPRESSION, "The columns that a SummingMergeTree sums."),
    _I("ENGINE_JOIN_STRICTNESS", _D | _N, Value.LINE,
       "Of a Join: `ANY`, the first row of each key stays; or `ALL`, `SEMI`, `ANTI`.",
       choices=("any", "all", "semi", "anti")),
    _I("ENGINE_JOIN_TYPE", _D | _N, Value.LINE, "Of a Join: the kind of join that it is made for.",
       choices=("left", "inner", "right", "full")),
    _I("ENGINE_KEY_COLUMNS", _D | _N, Value.EXPRESSION, "The columns that the rows of a Join are found by."),
    _I("INDEXES", _D, Value.BLOCK, "Secondary indexes, one a line."),
    _I("FORWARD_QUERY", _D, Value.BLOCK, "A SELECT list that carries the rows into a changed schema at deployment."),
    _I("BACKFILL", _D, Value.LINE, "`skip`: a materialized target is not filled from history at deployment.",
       choices=("skip",)),
    _I("SHARED_WITH", _D, Value.LIST, "Workspaces that may read this data source."),

    _I("IMPORT_CONNECTION_NAME", _D, Value.LINE, "The connection to import from."),
    _I("IMPORT_BUCKET_URI", _D, Value.LINE, "The files to import, as `s3://bucket/path/*.csv`."),
    _I("IMPORT_SCHEDULE", _D, Value.LINE, "When to import: cron, `@auto` or `@on-demand`."),
    _I("IMPORT_FROM_TIMESTAMP", _D, Value.LINE, "Only files that changed since then are imported."),
    _I("IMPORT_FORMAT", _D, Value.LINE, "The format of the files."),
    _I("IMPORT_STRATEGY", _D, Value.LINE, "`append`; a bucket with `replace` is refused."),
    _I("IMPORT_SERVICE", _D, Value.LINE, "What the connection leads to; it has no effect.", ignored=True),
    _I("IMPORT_EXTERNAL_DATASOURCE", _D, Value.LINE, "A table of a warehouse; it has no effect.", ignored=True),
    _I("IMPORT_QUERY", _D, Value.TEXT, "A query to run in a warehouse; it has no effect.", ignored=True),
    _I("IMPORT_TABLE_ARN", _D, Value.LINE, "A DynamoDB table; it has no effect.", ignored=True),
    _I("IMPORT_EXPORT_BUCKET", _D, Value.LINE, "The bucket of a DynamoDB table; it has no effect.", ignored=True),

    _I("KAFKA_CONNECTION_NAME", _D, Value.LINE, "The connection to consume from."),
    _I("KAFKA_TOPIC", _D, Value.LINE, "The topic."),
    _I("KAFKA_GROUP_ID", _D, Value.LINE, "The consumer group."),
    _I("KAFKA_AUTO_OFFSET_RESET", _D, Value.LINE, "Where a new group begins: `earliest` or `latest`.",
       choices=("earliest", "latest")),
    _I("KAFKA_STORE_RAW_VALUE", _D, Value.LINE, "`true`: the message is kept in `__value`.", choices=("true", "false")),
    _I("KAFKA_STORE_HEADERS", _D, Value.LINE, "`true`: headers are kept in `__headers`.", choices=("true", "false")),
    _I("KAFKA_STORE_BINARY_HEADERS", _D, Value.LINE, "`true`: headers may be binary.", choices=("true", "false")),
    _I("KAFKA_KEY_FORMAT", _D, Value.LINE, "The format of keys."),
    _I("KAFKA_VALUE_FORMAT", _D, Value.LINE, "The format of messages."),
    _I("KAFKA_KEY_AVRO_DESERIALIZATION", _D, Value.LINE, "How Avro keys are read; it has no effect.", ignored=True),
    _I("KAFKA_TARGET_PARTITIONS", _D, Value.LINE, "Which partitions to consume; it has no effect.", ignored=True),

    _I("NODE", _P | _N, Value.NAME, "Begins a named SELECT.", repeatable=True),
    _I("SQL", _N, Value.BLOCK, "The SELECT. `%` as its first line turns templating on."),
    _I("TYPE", _N | _C, Value.LINE, "What the node is, or what the connection leads to."),
    _I("DATASOURCE", _N, Value.NAME, "The target of `TYPE materialized`."),
    _I("TARGET_DATASOURCE", _N, Value.NAME, "The target of `TYPE copy`."),
    _I("COPY_MODE", _N, Value.LINE, "Whether a copy adds to its target: `append` or `replace`.",
       choices=("append", "replace")),
    _I("COPY_SCHEDULE", _N, Value.LINE, "When to copy: cron or `@on-demand`."),
    _I("DEPLOYMENT_METHOD", _N, Value.LINE, "`alter`: the materialization may be altered in place.",
       choices=("alter",)),
    _I("EXPORT_CONNECTION_NAME", _N, Value.LINE, "The connection that `TYPE sink` writes to."),
    _I("EXPORT_BUCKET_URI", _N, Value.LINE, "Where files go, as `s3://bucket/path`."),
    _I("EXPORT_KAFKA_TOPIC", _N, Value.LINE, "The topic to write to."),
    _I("EXPORT_FILE_TEMPLATE", _N, Value.LINE, "The names of files, as `day_{date}`."),
    _I("EXPORT_FORMAT", _N, Value.LINE, "The format: `csv`, `ndjson` or `parquet` of files, `json` of messages.",
       choices=("csv", "ndjson", "parquet", "json")),
    _I("EXPORT_COMPRESSION", _N, Value.LINE, "How files are compressed."),
    _I("EXPORT_SCHEDULE", _N, Value.LINE, "When to export: cron or `@on-demand`."),
    _I("EXPORT_STRATEGY", _N, Value.LINE, "`new` or `truncate`, also called `append` and `replace`."),
    _I("EXPORT_WRITE_STRATEGY", _N, Value.LINE, "`new` or `truncate`, also called `append` and `replace`."),
    _I("WRITE_STRATEGY", _N, Value.LINE, "`new` or `truncate`, also called `append` and `replace`."),
    _I("EXPORT_SERVICE", _N, Value.LINE, "What the connection leads to; it has no effect.", ignored=True),

    _I("KAFKA_BOOTSTRAP_SERVERS", _C, Value.LINE, "Host and port of the brokers, with commas between them."),
    _I("KAFKA_SECURITY_PROTOCOL", _C, Value.LINE, "`SASL_SSL`, `PLAINTEXT`, …"),
    _I("KAFKA_SASL_MECHANISM", _C, Value.LINE, "`PLAIN`, `SCRAM-SHA-256`, …"),
    _I("KAFKA_SASL_OAUTHBEARER_METHOD", _C, Value.LINE, "Where OAuth tokens come from."),
    _I("KAFKA_SASL_OAUTHBEARER_AWS_REGION", _C, Value.LINE, "The region of the role."),
    _I("KAFKA_SASL_OAUTHBEARER_AWS_ROLE_ARN", _C, Value.LINE, "The role."),
    _I("KAFKA_SASL_OAUTHBEARER_AWS_EXTERNAL_ID", _C, Value.LINE, "The external id of the role."),
    _I("KAFKA_KEY", _C, Value.LINE, "The user."),
    _I("KAFKA_SECRET", _C, Value.LINE, "The password."),
    _I("KAFKA_SCHEMA_REGISTRY_URL", _C, Value.LINE, "The schema registry."),
    _I("KAFKA_SSL_CA_PEM", _C, Value.TEXT, "The certificate of the authority."),
    _I("S3_REGION", _C, Value.LINE, "The region."),
    _I("S3_ARN", _C, Value.LINE, "The role."),
    _I("S3_ACCESS_KEY", _C, Value.LINE, "The access key."),
    _I("S3_SECRET", _C, Value.LINE, "The secret key."),
    _I("S3_ENDPOINT", _C, Value.LINE, "The address of a store that speaks S3."),
    _I("GCS_SERVICE_ACCOUNT_CREDENTIALS_JSON", _C, Value.TEXT, "The key of the service account."),
    _I("GCS_HMAC_ACCESS_ID", _C, Value.LINE, "The id of the HMAC key."),
    _I("GCS_HMAC_SECRET", _C, Value.LINE, "The secret of the HMAC key."),
)  # fmt: skip

INSTRUCTIONS: dict[str, Instruction] = {instruction.name: instruction for instruction in _TABLE}

ENGINES = {
    "MergeTree": "Rows as they come.",
    "ReplacingMergeTree": "The newest row of each sorting key.",
    "SummingMergeTree": "Rows of a sorting key are added up.",
    "AggregatingMergeTree": "States of a sorting key are merged.",
    "CollapsingMergeTree": "Rows with sign 1 and -1 cancel out.",
    "VersionedCollapsingMergeTree": "Like CollapsingMergeTree, whatever the order of arrival.",
    "Join": "The first row of each key, to be looked up with joinGet; or all rows.",
    "Null": "Keeps nothing; views on it still run.",
}
NODE_TYPES = ("endpoint", "materialized", "copy", "sink", "standard")
CONNECTION_TYPES = ("kafka", "s3", "gcs")
