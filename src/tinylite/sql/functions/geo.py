"""Distances on the globe, geohashes, points in polygons."""

from __future__ import annotations

from collections.abc import Callable

from tinylite.sql.access import tuple_element
from tinylite.sql.functions.catalog import Call, Function, fill, own, refused
from tinylite.sql.functions.lists import let
from tinylite.sql.physical import duckdb_type
from tinylite.sql.typed import Typed, combined
from tinylite.types.model import FLOAT32, FLOAT64, STRING, UINT8, tuple_of

Lowering = Callable[[Call], Typed]
EARTH_RADIUS = 6_371_000.0
"""In metres."""

# Up to 13 degrees of longitude ClickHouse reckons on a plane that touches the globe half-way.
_SPHERE = ("1e0", "pow(cos({mid}), 2)")
_WGS84 = (
    "pow(111132.09 - 566.05 * cos(2 * {mid}) + 1.20 * cos(4 * {mid}), 2)",
    "pow(111415.13 * cos({mid}) - 94.55 * cos(3 * {mid}) + 0.12 * cos(5 * {mid}), 2)",
)
_DEGREE = EARTH_RADIUS * 3.141592653589793 / 180


def _distance(metric: tuple[str, str], near: float, far: float) -> Lowering:
    """Of (lon1, lat1, lon2, lat2) in degrees. `near` and `far` are what the two formulas are multiplied with."""

    def lower(call: Call) -> Typed:
        lon1, lat1, lon2, lat2 = (fill(f"{{{place}:double}}", call.args) for place in range(4))
        point = call.unique()
        apart = f"abs({lon1} - {lon2})"
        turned = f"CASE WHEN {apart} > 180 THEN 360 - {apart} ELSE {apart} END"
        middle = f"radians(({lat1} + {lat2}) / 2)"
        value = f"struct_pack(x := {turned}, y := abs({lat1} - {lat2}), m := {middle}, a := {lat1}, b := {lat2})"
        k_lat, k_lon = (text.format(mid=f"{point}.m") for text in metric)
        plane = f"{near!r}e0 * sqrt({k_lat} * {point}.y * {point}.y + {k_lon} * {point}.x * {point}.x)"
        half = (
            f"pow(sin(radians({point}.y) / 2), 2) + cos(radians({point}.a)) * cos(radians({point}.b)) "
            f"* pow(sin(radians({point}.x) / 2), 2)"
        )
        globe = f"{far!r}e0 * 2 * asin(sqrt(least({half}, 1)))"
        sql = let(point, value, f"CASE WHEN {point}.x < 13 THEN {plane} ELSE {globe} END")
        type_ = FLOAT64 if any(arg.type.plain == FLOAT64 for arg in call.args) else FLOAT32
        return combined(f"CAST({sql} AS {duckdb_type(type_)})", type_, call.args)

    return lower


# -- areas ----------------------------------------------------------------------------------------------------------


def _in_ellipses(call: Call) -> Typed:
    if len(call.args) % 4 != 2 or len(call.args) < 6:
        raise call.fault("takes a point, and x, y, a and b of each ellipse")
    x, y, *numbers = (fill(f"{{{place}:double}}", call.args) for place in range(len(call.args)))
    tests = [
        f"pow(({x} - {cx}) / {a}, 2) + pow(({y} - {cy}) / {b}, 2) <= 1"
        for cx, cy, a, b in zip(*(numbers[start::4] for start in range(4)), strict=True)
    ]
    return combined(f"({' OR '.join(tests)})", UINT8, call.args, predicate=True)


def _in_polygon(call: Call) -> Typed:
    """The ring, and rings of holes: an odd number of edges to the right. The edge of the ring belongs to it."""
    point, *rings = call.args
    if point.type.name != "Tuple" or len(point.type.args) != 2 or not rings:
        raise call.fault("takes a point (x, y) and a polygon [(x, y), …]")
    at = call.unique()
    texts = [_ring_text(call, ring) for ring in rings]
    all_rings = f"list_concat({', '.join(texts)})" if len(texts) > 1 else texts[0]
    px, py = (f"CAST({tuple_element(point, place).number} AS DOUBLE)" for place in (1, 2))
    name, ring = call.unique(), call.unique()
    crossed = f"list_sum(list_transform({name}, lambda {ring}: {_crossings(call, ring, at)}))"
    on_edge = f"list_sum(list_transform({name}[1:1], lambda {ring}: {_touching(call, ring, at)})) > 0"
    inside = let(name, all_rings, f"({on_edge} OR {crossed} % 2 = 1)")
    sql = let(at, f"struct_pack(x := {px}, y := {py})", inside)
    return combined(f"({sql})", UINT8, call.args, predicate=True)


def _ring_text(call: Call, ring: Typed) -> str:
    """A list of rings, each a list of (x, y)."""
    type_, depth = ring.type, 0
    while type_.name == "Array":
        type_, depth = type_.args[0], depth + 1
    if type_.name != "Tuple" or len(type_.args) != 2 or depth not in (1, 2):
        raise call.fault(f"{ring.type} is no polygon", "write it as [(x, y), …], or with holes as [[(x, y), …], …]")
    item, inner = call.unique(), call.unique()
    x, y = (tuple_element(Typed(inner, type_), place).number for place in (1, 2))
    points = f"lambda {inner}: struct_pack(x := CAST({x} AS DOUBLE), y := CAST({y} AS DOUBLE))"
    if depth == 1:
        return f"[list_transform({ring.sql}, {points})]"
    return f"list_transform({ring.sql}, lambda {item}: list_transform({item}, {points}))"


def _edges(call: Call, ring: str, test: str) -> str:
    item, place = call.unique(), call.unique()
    before = f"{ring}[CASE WHEN {place} = 1 THEN -1 ELSE {place} - 1 END]"
    return f"len(list_filter({ring}, lambda {item}, {place}: {test.format(a=item, b=before)}))"


def _crossings(call: Call, ring: str, at: str) -> str:
    crosses = f"({{a}}.y > {at}.y) <> ({{b}}.y > {at}.y)"
    right = f"{at}.x < ({{b}}.x - {{a}}.x) * ({at}.y - {{a}}.y) / ({{b}}.y - {{a}}.y) + {{a}}.x"
    return _edges(call, ring, f"{crosses} AND {right}")


def _touching(call: Call, ring: str, at: str) -> str:
    line = f"({{b}}.x - {{a}}.x) * ({at}.y - {{a}}.y) = ({{b}}.y - {{a}}.y) * ({at}.x - {{a}}.x)"
    within = " AND ".join(
        f"{at}.{axis} BETWEEN least({{a}}.{axis}, {{b}}.{axis}) AND greatest({{a}}.{axis}, {{b}}.{axis})"
        for axis in "xy"
    )
    return _edges(call, ring, f"{line} AND {within}")


# -- geohash --------------------------------------------------------------------------------------------------------

_ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
_BITS = 30  # of each coordinate in 12 characters


def _geohash(call: Call) -> Typed:
    """Bits of longitude and latitude in turn, five a character."""
    lon, lat = (fill(f"{{{place}:double}}", call.args) for place in range(2))
    length = fill("{2:int}", call.args) if len(call.args) > 2 else "12"
    cells, char, bit = call.unique(), call.unique(), call.unique()
    parts = [f"CAST(floor(({text} + {half}) / {2 * half} * {1 << _BITS}) AS BIGINT)"
             for text, half in ((lon, 180.0), (lat, 90.0))]  # fmt: skip
    place = f"({char} * 5 + {bit})"
    axis = f"(CASE WHEN {place} % 2 = 0 THEN {cells}[1] ELSE {cells}[2] END)"
    value = f"(({axis} >> CAST({_BITS - 1} - {place} // 2 AS INTEGER)) & 1) << CAST(4 - {bit} AS INTEGER)"
    number = f"list_sum(list_transform(range(0, 5), lambda {bit}: {value}))"
    count = f"(CASE WHEN {length} BETWEEN 1 AND 12 THEN {length} ELSE 12 END)"
    chars = f"list_transform(range(0, {count}), lambda {char}: substr('{_ALPHABET}', CAST({number} AS BIGINT) + 1, 1))"
    limited = f"[{', '.join(f'least(greatest({part}, 0), {(1 << _BITS) - 1})' for part in parts)}]"
    return combined(f"array_to_string({let(cells, limited, chars)}, '')", STRING, call.args)


def _geohash_decoded(call: Call) -> Typed:
    """The middle of the cell. A character that is none of geohash's counts as the last one."""
    type_ = tuple_of(FLOAT64, FLOAT64, names=("longitude", "latitude"))
    text, bits, place = call.unique(), call.unique(), call.unique()
    char = f"substr({text}, CAST({place} // 5 + 1 AS BIGINT), 1)"
    index = f"(CASE strpos('{_ALPHABET}', {char}) WHEN 0 THEN 31 ELSE strpos('{_ALPHABET}', {char}) - 1 END)"
    one = f"({index} >> CAST(4 - {place} % 5 AS INTEGER)) & 1"
    all_bits = f"list_transform(range(0, length({text}) * 5), lambda {place}: {one})"
    axes = [_middle(call, bits, axis, half) for axis, half in ((0, 180.0), (1, 90.0))]
    found = f"struct_pack(longitude := {axes[0]}, latitude := {axes[1]})"
    nothing = "struct_pack(longitude := 0e0, latitude := 0e0)"
    decoded = f"CASE WHEN {text} = '' THEN {nothing} ELSE {let(bits, all_bits, found)} END"
    return combined(let(text, f"left({call.args[0].sql}, 12)", decoded), type_, call.args)


def _middle(call: Call, bits: str, axis: int, half: float) -> str:
    """Of the cell of one coordinate: its bits are every second one."""
    item, place, mine = call.unique(), call.unique(), call.unique()
    every = f"list_filter({bits}, lambda {item}, {place}: {place} % 2 = {1 - axis})"
    number = f"list_reduce({mine}, lambda {item}, {place}: {item} * 2 + {place}, CAST(0 AS BIGINT))"
    middle = f"({number} + 0.5e0) / pow(2e0, len({mine})) * {2 * half} - {half}"
    return let(mine, every, middle)


_H3 = (
    "h3IsValid", "h3GetResolution", "h3EdgeAngle", "h3EdgeLengthM", "h3EdgeLengthKm", "geoToH3", "h3ToGeo",
    "h3ToGeoBoundary", "h3kRing", "h3PolygonToCells", "h3GetBaseCell", "h3HexAreaM2", "h3HexAreaKm2",
    "h3IndexesAreNeighbors", "h3ToChildren", "h3ToParent", "h3ToString", "stringToH3", "h3IsResClassIII",
    "h3IsPentagon", "h3GetFaces", "h3CellAreaM2", "h3CellAreaRads2", "h3ToCenterChild", "h3ExactEdgeLengthM",
    "h3ExactEdgeLengthKm", "h3ExactEdgeLengthRads", "h3NumHexagons", "h3PointDistM", "h3PointDistKm",
    "h3PointDistRads", "h3GetRes0Indexes", "h3GetPentagonIndexes", "h3Line", "h3Distance", "h3HexRing",
    "h3GetUnidirectionalEdge", "h3UnidirectionalEdgeIsValid", "h3GetOriginIndexFromUnidirectionalEdge",
    "h3GetDestinationIndexFromUnidirectionalEdge", "h3GetIndexesFromUnidirectionalEdge",
    "h3GetUnidirectionalEdgesFromHexagon", "h3GetUnidirectionalEdgeBoundary", "h3PolygonToCellsWithContainment",
)  # fmt: skip
_S2 = (
    "geoToS2", "s2ToGeo", "s2GetNeighbors", "s2CellsIntersect", "s2CapContains", "s2CapUnion", "s2RectAdd",
    "s2RectContains", "s2RectUnion", "s2RectIntersection",
)  # fmt: skip
_SHAPES = (
    "wkt", "readWKTPoint", "readWKTRing", "readWKTPolygon", "readWKTMultiPolygon", "readWKTLineString",
    "readWKTMultiLineString", "readWKB", "svg", "polygonAreaCartesian", "polygonAreaSpherical",
    "polygonConvexHullCartesian", "polygonPerimeterCartesian", "polygonPerimeterSpherical",
    "polygonsDistanceCartesian", "polygonsDistanceSpherical", "polygonsEqualsCartesian",
    "polygonsIntersectionCartesian", "polygonsIntersectionSpherical", "polygonsSymDifferenceCartesian",
    "polygonsSymDifferenceSpherical", "polygonsUnionCartesian", "polygonsUnionSpherical", "polygonsWithinCartesian",
    "polygonsWithinSpherical", "WKT", "wkb", "WKB", "SVG", "readWKT", "readWkt", "readWkb", "readWKTMultiPoint",
    "areaCartesian", "areaSpherical", "perimeterCartesian", "perimeterSpherical", "polygonsIntersectCartesian",
    "polygonsIntersectSpherical", "geometryIntersectCartesian", "geometryIntersectSpherical", "MGRSToGeo", "geoToMGRS",
    "UTMToGeo", "geoToUTM", "MVTBoundingBox", "MVTBoundingBoxMercator", "MVTEncodeGeom", "ST_AsMVTGeom",
    *(f"{start}{shape}" for start, shapes in (
        ("readWKB", ("Point", "LineString", "MultiLineString", "MultiPoint", "MultiPolygon", "Polygon")),
        ("ST_", ("LineFromWKB", "MLineFromWKB", "MPointFromWKB", "MPolyFromWKB", "PointFromWKB", "PolyFromWKB")),
    ) for shape in shapes),
)  # fmt: skip

FUNCTIONS: list[Function] = [
    own("greatCircleDistance", "number number number number", _distance(_SPHERE, _DEGREE, EARTH_RADIUS),
        doc="In metres on a sphere, of lon1, lat1, lon2, lat2; ClickHouse reads sines from a table, to 1e-4."),
    own("geoDistance", "number number number number", _distance(_WGS84, 1.0, EARTH_RADIUS),
        doc="In metres on the WGS 84 ellipsoid, to 1e-4."),
    own("greatCircleAngle", "number number number number", _distance(_SPHERE, 1.0, 180 / 3.141592653589793),
        doc="In degrees, to 1e-4."),
    own("pointInEllipses", "float float float*", _in_ellipses),
    own("pointInPolygon", "tuple array array*", _in_polygon, doc="A polygon of points, and rings of holes."),
    own("geohashEncode", "float float integer?", _geohash),
    own("geohashDecode", "string", _geohash_decoded),
    refused("geohashesInBox", "it is not implemented", "compare the coordinates, or the start of geohashEncode(…)"),
    *(refused(name, "H3 needs a library that is not here", "use geohashEncode") for name in _H3),
    *(refused(name, "S2 needs a library that is not here", "use geohashEncode") for name in _S2),
    *(refused(name, "shapes are not calculated here", "use pointInPolygon or greatCircleDistance")
      for name in _SHAPES),
]  # fmt: skip
