"""The server, the query and the values themselves; and what ClickHouse has there that a single process has not."""

from __future__ import annotations

from tinylite.sql.functions.catalog import Call, Function, own, refused, simple
from tinylite.sql.literals import literal
from tinylite.sql.physical import default_value
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import STRING, UINT8, UINT16, UINT32, UINT64, UUID, array

CLICKHOUSE_VERSION = "24.8.1.1"
"""The version whose SQL is meant, for clients that ask."""


def _constant(name: str, type_: Type, sql: str, aliases: tuple[str, ...] = (), doc: str = "",
              *, case_insensitive: bool = False) -> Function:  # fmt: skip
    return simple(name, "", type_, sql, aliases=aliases, doc=doc, case_insensitive=case_insensitive)


_FIXED_SIZES = {"Bool": 1, "Date": 2, "Date32": 4, "DateTime": 4, "DateTime64": 8, "UUID": 16, "IPv4": 4, "IPv6": 16,
                "Enum8": 1, "Enum16": 2, "Float32": 4, "Float64": 8, "BFloat16": 2}  # fmt: skip


def _byte_size(call: Call) -> Typed:
    sizes = [_size(call, arg.type, arg.value) for arg in call.args]
    return combined(f"CAST({' + '.join(sizes) or '0'} AS UBIGINT)", UINT64, call.args)


def _size(call: Call, type_: Type, sql: str) -> str:
    """Bytes in memory, uncompressed: as ClickHouse counts them for columns."""
    if type_.is_integer:
        size = str(type_.bits // 8)
    elif type_.name == "String":
        size = f"(octet_length(encode({sql})) + 8)"
    elif type_.name == "Array":
        item = call.unique()
        inner = _size(call, type_.args[0], item)
        size = f"(8 + coalesce(list_sum(list_transform({sql}, lambda {item}: {inner})), 0))"
    elif type_.name in _FIXED_SIZES:
        size = str(_FIXED_SIZES[type_.name])
    else:
        raise call.fault(f"is not known of {type_}")
    return f"(1 + {size.replace(sql, f'coalesce({sql}, {default_value(type_.plain)})')})" if type_.nullable else size


def _digits(call: Call) -> Typed:
    """countDigits: of the number without its point."""
    (value,) = call.args
    type_ = value.type.plain
    scale = int(str(type_.params[1])) if type_.name == "Decimal" else 0
    if not (type_.is_integer or scale or type_.name == "Decimal"):
        raise call.fault(f"takes integers and Decimals, not {value.type}")
    text = f"regexp_replace(CAST({value.number} AS VARCHAR), '[^0-9]', '', 'g')"
    return combined(f"CAST(greatest(length(ltrim({text}, '0')), 1) AS UTINYINT)", UINT8, call.args)


def _enum_size(call: Call) -> Typed:
    if not call.args[0].type.is_enum:
        raise call.fault(f"takes an Enum, not {call.args[0].type}")
    return literal(len(call.args[0].type.params))


_DICTIONARY_TYPES = ("", "String", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float32",
                     "Float64", "Date", "DateTime", "UUID", "IPv4", "IPv6")  # fmt: skip
_DICTIONARIES = (
    *(f"dictGet{type_}{ending}" for type_ in _DICTIONARY_TYPES for ending in ("", "OrDefault")),
    "dictGetOrNull", "dictGetAll", "dictHas", "dictIsIn", "dictGetHierarchy", "dictGetChildren", "dictGetDescendants",
    "dictGetKeys",
)  # fmt: skip
_REFUSED: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("there are no dictionaries", _DICTIONARIES, "join the data source that holds the values"),
    ("queries do not wait", ("sleep", "sleepEachRow"), "leave it out"),
    ("settings belong to a server", ("getSetting", "getSettingOrDefault", "getServerSetting", "getMergeTreeSetting"),
     "use a template parameter"),
    ("there is no configuration of a server", ("getMacro", "currentSchemas", "currentRoles",
     "enabledRoles", "defaultRoles"), "leave it out"),
    ("files of the server can't be read", ("file", "catboostEvaluate", "modelEvaluate", "meiliMatch"),
     "append the file to a data source"),
    ("it shows how ClickHouse keeps a column", ("dumpColumnStructure", "lowCardinalityIndices", "lowCardinalityKeys",
     "blockSerializedSize", "toColumnTypeName", "structureToCapnProtoSchema", "structureToProtobufSchema",
     "mergeTreePartInfo", "partitionId", "getSubcolumn", "getTypeSerializationStreams", "estimateCompressionRatio"),
     "use toTypeName"),
    ("there are no blocks of rows here", ("blockNumber", "blockSize", "runningConcurrency"),
     "use row_number() OVER (ORDER BY …)"),
    ("tables are not looked up at query time", ("hasColumnInTable",), "look at the data source's schema"),
    ("ids are not counted here", ("generateSerialID",), "use rowNumberInAllBlocks() or generateUUIDv4()"),
    ("it is a statistical model of a time series", ("seriesDecomposeSTL", "seriesOutliersDetectTukey",
     "seriesPeriodDetectFFT", "stochasticLinearRegression"), "calculate it outside, or with window functions"),
    ("it is not decided here what a query may ask of a model", tuple(
        f"{first}{rest}" for first in ("ai", "AI") for rest in ("Classify", "Embed", "Extract", "Filter", "Generate",
                                                                "Redact", "Similarity", "Translate")),
     "ask the model where the answer goes"),
    ("it belongs to Prometheus' time series", tuple(f"timeSeries{name}" for name in (
        "CopyTag", "CopyTags", "ExtractTag", "FromGrid", "GroupToSamplingKey", "GroupToTags", "IdToGroup", "IdToTags",
        "IdToTagsGroup", "JoinTags", "MetricTypeToSuffixes", "PrometheusValueToString", "Range",
        "RemoveAllTagsExcept", "RemoveTag", "RemoveTags", "ReplaceTag", "StoreTags", "TagsGroupToTags", "TagsToGroup",
        "TagsToMap", "ThrowDuplicateSeriesIf")), "use avg by toStartOfInterval"),
    ("a vector that is indexed by numbers is not known here", tuple(f"numericIndexedVector{name}" for name in (
        "AllValueSum", "Build", "Cardinality", "GetValue", "PointwiseAdd", "PointwiseDivide", "PointwiseEqual",
        "PointwiseGreater", "PointwiseGreaterEqual", "PointwiseLess", "PointwiseLessEqual", "PointwiseMultiply",
        "PointwiseNotEqual", "PointwiseSubtract", "ShortDebugString", "ToMap")), "use a Map"),
    ("vectors are not kept in a narrower form here", ("L2DistanceTransposed", "L2DistanceTransposedQuantized",
     "cosineDistanceTransposed", "cosineDistanceTransposedQuantized", "dotProductTransposed",
     "dotProductTransposedQuantized", "distanceCosineTransposed", "distanceL2Transposed", "scalarProductTransposed",
     "quantizeBFloat16ToInt8", "dequantizeInt8ToBFloat16", "toBFloat16", "toBFloat16OrNull", "toBFloat16OrZero"),
     "use Array(Float32) and L2Distance"),
    ("values are not encrypted here", ("encrypt", "decrypt", "tryDecrypt", "aes_encrypt_mysql", "aes_decrypt_mysql"),
     "encrypt them before they are sent"),
    ("there are no embedded dictionaries of regions", ("regionHierarchy", "regionIn", "regionToArea", "regionToCity",
     "regionToContinent", "regionToCountry", "regionToDistrict", "regionToName", "regionToPopulation",
     "regionToTopContinent", "dictGetRoot"), "join the data source that holds them"),
    ("models do not lie in the database", ("evalMLMethod", "naiveBayesClassifier", "naiveBayesClassifierWithAllProbs",
     "naiveBayesClassifierWithProb", "naiveBayesNgrams", "assignCentroid"), "classify before the rows are sent"),
    ("it belongs to another query language", ("kqlBin", "kqlBinAt", "kqlDateTimeBinAt", "kqlDivide", "kqlMultiply",
     "kqlParameterCast", "kqlRangeCount", "kqlToTimespan"), "use the function of the same meaning"),
    ("it reads what a query or a file of ClickHouse is made of", ("formatQueryFromJSON", "formatQuerySingleLineOrNull",
     "parseQueryToJSON", "highlightQuery", "tokenizeQuery", "fuzzQuery", "obfuscateQuery", "obfuscateQueryWithSeed",
     "generateRandomStructure", "icebergBucket", "icebergHash", "icebergTruncate", "tokensForLikePattern"),
     "leave it out"),
    ("it asks for the state of a server", ("authUser", "authenticatedUser", "currentHandler", "currentQueryID",
     "current_query_id", "currentRequestURL", "current_schemas", "filesystemAvailable", "filesystemCapacity",
     "filesystemUnreserved", "getClientHTTPHeader", "getMaxTableNameLengthForDatabase", "getServerPort",
     "globalVariable", "initial_query_start_time", "pgGetUserById", "pgTableIsVisible", "pg_get_userbyid",
     "pg_table_is_visible", "showCertificate", "transactionID", "transactionLatestSnapshot",
     "transactionOldestSnapshot", "zookeeperSessionUptime", "partitionID"), "leave it out"),
    ("it depends on the zone of a server", ("localtime",), "use toTime(now())"),
    ("Variant is not a type here", ("variantElement", "variantType"), "use a column for each type"),
    ("a part of a JSON column is read by its path", ("dynamicElement", "isDynamicElementInSharedData",
     "JSONAllValues"), "write j.path.:Type"),
    ("space-filling curves are not drawn here", ("mortonEncode", "mortonDecode", "hilbertEncode", "hilbertDecode"),
     "sort by the columns themselves"),
    ("it is not implemented", ("conv", "sqid", "sqidEncode", "sqidDecode", "naturalSortKey", "NATURAL_SORT_KEY",
     "convertCharset", "caseFoldUTF8", "removeDiacriticsUTF8", "removeAccentsUTF8", "highlight", "prettyPrintJSON",
     "parseISO8601Duration", "UUIDToNum", "dateTimeToUUIDv7", "javaHashUTF16LE", "xxHash64Spark",
     "xxh3_128", "sipHash128ReferenceKeyed", "yandexConsistentHash", "isDecimalOverflow", "visibleWidth", "digits",
     "tuplePositiveModuloByNumber", "randomHadamardTransform", "flipCoordinates", "colorOKLABToSRGB",
     "colorOKLCHToSRGB", "colorSRGBToOKLAB", "colorSRGBToOKLCH", "byteHammingDistance", "mismatches",
     "nowInBlock64", "toInterval", "chdb", "nested",
     "financialInternalRateOfReturn", "financialInternalRateOfReturnExtended", "financialNetPresentValue",
     "financialNetPresentValueExtended", "minSampleSizeContinous", "minSampleSizeContinuous",
     "minSampleSizeConversion"), "calculate it where the answer goes"),
    ("ClickHouse uses it inside of itself", ("__actionName", "__applyFilter", "__bitBoolMaskAnd", "__bitBoolMaskOr",
     "__bitSwapLastTwo", "__bitWrapperFunc", "__getScalar", "__groupingForCube", "__groupingForGroupingSets",
     "__groupingForRollup", "__groupingOrdinary", "__patchPartitionID", "__scalarSubqueryResult",
     "__toYearCalendarOnly", "inIgnoreSet", "notInIgnoreSet", "nullInIgnoreSet", "notNullInIgnoreSet",
     "globalInIgnoreSet", "globalNotInIgnoreSet", "globalNullInIgnoreSet", "globalNotNullInIgnoreSet",
     "validateNestedArraySizes"), "leave it out"),
    ("it is a test for ClickHouse itself", ("hasThreadFuzzer", "addressToLine", "addressToLineWithInlines",
     "addressToSymbol", "demangle", "logTrace", "tid", "initialQueryStartTime", "isMergeTreePartCoveredBy",
     "errorCodeToName"),
     "leave it out"),
)  # fmt: skip


def _refusals() -> list[Function]:
    return [refused(name, reason, instead) for reason, names, instead in _REFUSED for name in names]


FUNCTIONS: list[Function] = [
    _constant(
        "currentDatabase",
        STRING,
        "'default'",
        ("database", "DATABASE", "SCHEMA", "current_database"),
        "Always 'default'.",
    ),
    _constant(
        "version",
        STRING,
        f"'{CLICKHOUSE_VERSION}'",
        doc="The version of ClickHouse whose SQL is meant.",
        case_insensitive=True,
    ),
    _constant("hostName", STRING, "'localhost'", ("hostname",), "Always 'localhost'."),
    _constant("FQDN", STRING, "'localhost'", ("fullHostName",), "Always 'localhost'.", case_insensitive=True),
    _constant("displayName", STRING, "'localhost'", doc="Always 'localhost'."),
    _constant(
        "currentUser", STRING, "'default'", ("user", "USER", "current_user", "session_user"), "Always 'default'."
    ),
    _constant("shardNum", UINT32, "0", doc="Always 0."),
    _constant("shardCount", UINT32, "0", doc="Always 0."),
    _constant("initialQueryID", STRING, "CAST(uuid() AS VARCHAR)", ("initial_query_id",), "A new id."),
    _constant("queryID", STRING, "CAST(uuid() AS VARCHAR)", ("query_id",), "A new id."),
    _constant("currentProfiles", array(STRING), "['default']", ("enabledProfiles", "defaultProfiles")),
    _constant("serverUUID", UUID, "CAST('00000000-0000-0000-0000-000000000000' AS UUID)", doc="Always zeros."),
    _constant("uptime", UINT32, "0", doc="Always 0."),
    _constant("connectionId", UINT64, "0", ("connection_id",), "Always 0.", case_insensitive=True),
    _constant("tcpPort", UINT16, "9000", doc="Always 9000."),
    _constant("revision", UINT32, "54467", doc="Always 54467."),
    _constant("buildId", STRING, "''", doc="Always empty."),
    _constant("getOSKernelVersion", STRING, "''", doc="Always empty."),
    own("indexHint", "any*", lambda call: literal(1), nulls="own", doc="Always 1."),
    own("byteSize", "any*", _byte_size, nulls="own", doc="Bytes in memory, uncompressed."),
    own("countDigits", "number", _digits),
    own("getSizeOfEnumType", "any", _enum_size, nulls="own"),
    *_refusals(),
]
