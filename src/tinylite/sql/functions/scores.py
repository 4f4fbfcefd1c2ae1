"""Arrays: scores of predictions, edit distance, autocorrelation."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.functions.catalog import Call, Function, own, refused
from tinylite.sql.functions.lists import let, of_one_type, same_length
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import FLOAT64, UINT32, array, tuple_of

Lowering = Callable[[Call], Typed]


def _ranked(call: Call, body: Callable[[str], str]) -> Typed:
    """`body` over a list of {s: score, l: is it 1}, the best scores first."""
    scores, labels = call.args[:2]
    item, name = call.unique(), call.unique()
    positive = Typed(f"struct_extract({item}, 2)", labels.type.args[0])
    if not scores.type.args[0].is_number or not positive.type.is_number:
        raise call.fault("takes an array of scores and one of labels")
    pair = f"struct_pack(s := CAST(struct_extract({item}, 1) AS DOUBLE), l := {positive.number} > 0)"
    pairs = f"list_transform(list_zip({scores.sql}, {labels.sql}), lambda {item}: {pair})"
    sql = let(name, f"list_sort({pairs}, 'DESC')", body(name))
    return combined(same_length([scores, labels], f"CAST({sql} AS DOUBLE)"), FLOAT64, call.args)


def _roc(call: Call) -> Typed:
    """The area under the ROC curve; with false as third argument not scaled to 1. Equal scores count half."""
    scaled = not (len(call.args) > 2 and call.args[2].literal in (False, 0))

    def area(name: str) -> str:
        one, other = call.unique(), call.unique()
        good = f"list_filter({name}, lambda {one}: {one}.l)"
        bad = f"list_filter({name}, lambda {other}: NOT {other}.l)"
        won = f"CASE WHEN {one}.s > {other}.s THEN 1e0 WHEN {one}.s = {other}.s THEN 0.5e0 ELSE 0e0 END"
        wins = f"list_sum(list_transform({good}, lambda {one}: list_sum(list_transform({bad}, lambda {other}: {won}))))"
        if not scaled:
            return f"coalesce({wins}, 0)"
        none = "CAST('nan' AS DOUBLE)"
        return f"CASE WHEN len({good}) = 0 OR len({bad}) = 0 THEN {none} ELSE {wins} / (len({good}) * len({bad})) END"

    return _ranked(call, area)


def _precision_recall(call: Call) -> Typed:
    """The area under the precision–recall curve, a step for each different score."""

    def area(name: str) -> str:
        one, other, place = call.unique(), call.unique(), call.unique()
        above = f"list_filter({name}, lambda {other}: {other}.s >= {one}.s)"
        hits = f"len(list_filter({above}, lambda {other}: {other}.l))"
        gained = f"len(list_filter({name}, lambda {other}: {other}.s = {one}.s AND {other}.l))"
        first = f"({place} = 1 OR {name}[{place} - 1].s <> {one}.s)"
        step = f"CASE WHEN {first} THEN {gained} * {hits} / len({above}) ELSE 0 END"
        total = f"list_sum(list_transform({name}, lambda {one}, {place}: {step}))"
        return f"CASE WHEN len({good(name)}) = 0 THEN 0 ELSE {total} / len({good(name)}) END"

    def good(name: str) -> str:
        item = call.unique()
        return f"list_filter({name}, lambda {item}: {item}.l)"

    return _ranked(call, area)


def _autocorrelation(call: Call) -> Typed:
    """For each lag the sum of products of deviations, over that of squares."""
    values, item, place = call.args[0], call.unique(), call.unique()
    if not values.type.args[0].is_number or values.type.args[0].nullable:
        raise call.fault(f"takes an array of numbers, not {values.type}")
    name, lag = call.unique(), call.unique()
    doubles = f"CAST({values.sql} AS DOUBLE[])"
    deviations = f"list_transform({doubles}, lambda {item}: {item} - list_avg({doubles}))"
    products = (
        f"list_transform({name}[1:len({name}) - {lag}], lambda {item}, {place}: {item} * {name}[{place} + {lag}])"
    )
    squares = f"list_sum(list_transform({name}, lambda {item}: {item} * {item}))"
    lags = "len({0})" if len(call.args) < 2 else f"least(len({{0}}), {call.args[1].number})"
    sql = f"list_transform(range(0, {lags.format(name)}), lambda {lag}: list_sum({products}) / {squares})"
    return combined(let(name, deviations, sql), array(FLOAT64), call.args)


def _levenshtein(call: Call) -> Typed:
    """Edits that make one array of the other: a row of the table of distances for each element of the first."""
    _, (one, other) = of_one_type(call.args)
    a, b, row, item, place, made = (call.unique() for _ in range(6))
    cost = f"CASE WHEN {b}[{place}] IS NOT DISTINCT FROM {item} THEN 0 ELSE 1 END"
    best = f"least({row}[{place} + 1] + 1, {made}[-1] + 1, {row}[{place}] + {cost})"
    following = (
        f"list_reduce(range(1, len({b}) + 1), lambda {made}, {place}: list_append({made}, {best}), [{row}[1] + 1])"
    )
    table = f"list_reduce({a}, lambda {row}, {item}: {following}, range(0, len({b}) + 1))"
    return combined(f"CAST({let(a, one, let(b, other, f'({table})[-1]'))} AS UINTEGER)", UINT32, call.args)


def _gini(call: Call) -> Typed:
    """(gini of the predictions, of the labels, and their ratio)."""
    predictions, labels = call.args
    if any(not arg.type.args[0].is_number for arg in call.args):
        raise call.fault("takes an array of predictions and one of labels")
    item, name = call.unique(), call.unique()
    pair = (
        f"struct_pack(p := CAST(struct_extract({item}, 1) AS DOUBLE), l := CAST(struct_extract({item}, 2) AS DOUBLE))"
    )
    pairs = f"list_transform(list_zip({predictions.sql}, {labels.sql}), lambda {item}: {pair})"
    by_prediction, best = _area(call, name, "p"), _area(call, name, "l")
    type_ = tuple_of(FLOAT64, FLOAT64, FLOAT64)
    found = f'struct_pack("1" := {by_prediction}, "2" := {best}, "3" := {by_prediction} / {best})'
    empty = "CAST('inf' AS DOUBLE), \"2\" := CAST('inf' AS DOUBLE), \"3\" := CAST('nan' AS DOUBLE)"
    settled = f'CASE WHEN len({name}) = 0 THEN struct_pack("1" := {empty}) ELSE {found} END'
    return combined(same_length(call.args, let(name, pairs, settled)), type_, call.args)


def _area(call: Call, pairs: str, field: str) -> str:
    """Between the curve of the share of labels, in the order of a field, and the diagonal."""
    item, place, labels = call.unique(), call.unique(), call.unique()
    key = f"struct_pack(k := -{item}.{field}, i := {place}, l := {item}.l)"
    keyed = f"list_transform({pairs}, lambda {item}, {place}: {key})"
    ordered = f"list_transform(list_sort({keyed}), lambda {item}: {item}.l)"
    shares = f"list_sum(list_transform({labels}, lambda {item}, {place}: list_sum({labels}[1:{place}])))"
    total = f"({shares} / list_sum({labels}) - (len({labels}) + 1) / 2e0) / len({labels})"
    return let(labels, ordered, total)


FUNCTIONS: list[Function] = [
    own("arrayAUC", "array array any?", _roc, aliases=("arrayROCAUC",), doc="The area under the ROC curve."),
    own("arrayAUCPR", "array array", _precision_recall, aliases=("arrayPRAUC",),
        doc="The area under the precision–recall curve."),
    own("arrayAutocorrelation", "array integer?", _autocorrelation),
    own("arrayLevenshteinDistance", "array array", _levenshtein),
    own("arrayNormalizedGini", "array array", _gini),
    refused("arrayLevenshteinDistanceWeighted", "weights of edits are not supported", "use arrayLevenshteinDistance"),
    refused("arraySimilarity", "weights of edits are not supported", "use arrayLevenshteinDistance"),
]  # fmt: skip
