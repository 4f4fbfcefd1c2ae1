"""SETTINGS: what a query may ask of ClickHouse's engine, and what comes of it here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sqlglot import exp

from tinylite.sql.errors import Fault
from tinylite.sql.scope import Scope

HONOURED = {
    "final": "1: tables are read as with FINAL, where their engine merges rows.",
    "join_use_nulls": "1: outer joins fill up with NULL and not with defaults.",
    "limit": "At most so many rows of the result.",
    "offset": "So many rows of the result are left out.",
    "transform_null_in": "1: NULL IN (…) is 1 where NULL is listed.",
}
"""Settings that change the answer, as they do in ClickHouse."""

WITHOUT_EFFECT = frozenset({
    "allow_experimental_analyzer", "allow_experimental_join_condition", "allow_experimental_json_type",
    "allow_experimental_object_type", "allow_experimental_window_functions",
    "allow_suspicious_low_cardinality_types", "async_insert", "distributed_group_by_no_merge",
    "distributed_product_mode", "do_not_merge_across_partitions_select_final", "enable_analyzer",
    "force_index_by_date", "force_primary_key", "group_by_two_level_threshold",
    "group_by_two_level_threshold_bytes", "insert_deduplicate", "join_algorithm", "load_balancing",
    "log_comment", "log_queries", "max_ast_elements", "max_block_size", "max_bytes_before_external_group_by",
    "max_bytes_before_external_sort", "max_bytes_before_remerge_sort", "max_bytes_to_read",
    "max_execution_time", "max_expanded_ast_elements", "max_insert_threads", "max_memory_usage",
    "max_partitions_per_insert_block", "max_query_size", "max_recursive_cte_evaluation_depth",
    "max_result_rows", "max_rows_to_read", "max_streams_to_max_threads_ratio", "max_threads",
    "merge_tree_min_rows_for_concurrent_read", "optimize_aggregation_in_order", "optimize_distinct_in_order",
    "optimize_functions_to_subcolumns", "optimize_move_to_prewhere", "optimize_read_in_order",
    "optimize_skip_unused_shards", "optimize_use_projections", "prefer_localhost_replica", "priority",
    "query_plan_join_swap_table", "query_plan_optimize_lazy_materialization",
    "timeout_before_checking_execution_speed", "use_query_cache", "use_skip_indexes", "use_uncompressed_cache",
    "wait_for_async_insert",
})  # fmt: skip
"""Settings that are about speed and bounds: the answer is the same without."""


def settings(node: exp.Expr, scope: Scope) -> Mapping[str, str]:
    """Those of the query around, and what this SETTINGS adds. Warns of what is not known."""
    parts = node.args.get("settings")
    if not parts:
        return scope.settings
    found = dict(scope.settings)
    for part in parts:
        if not isinstance(part, exp.EQ):
            raise Fault("TL401", "SETTINGS takes name = value", part)
        name, value = part.this.name, part.expression.name or str(part.expression.this)
        if name in HONOURED:
            found[name] = value.lower()
        elif name not in WITHOUT_EFFECT:
            scope.context.warnings.append(f"the setting {name} is not known here and has no effect")
    return MappingProxyType(found)


def limited_by_settings(sql: str, node: exp.Expr, scope: Scope) -> str:
    """SETTINGS limit and offset count the rows of the result, behind LIMIT and OFFSET."""
    own = {word: scope.settings[word] for word in ("limit", "offset") if word in scope.settings}
    if not node.args.get("settings") or not own:
        return sql
    for word, value in own.items():
        if not value.isdigit():
            raise Fault("TL405", f"the setting {word} takes a number of rows", node)
    return f"SELECT * FROM ({sql}) " + " ".join(f"{word.upper()} {value}" for word, value in own.items())


def is_on(values: Mapping[str, str], name: str) -> bool:
    return values.get(name) in ("1", "true")
