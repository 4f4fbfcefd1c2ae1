"""Random numbers, of several distributions, and random text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tinylite.sql.blobs import mended
from tinylite.sql.functions.catalog import Call, Function, own, refused, simple
from tinylite.sql.typed import Typed, combined
from tinylite.types import Type
from tinylite.types.model import FLOAT64, STRING, UINT8, UINT32

_GAUSS = "sqrt(-2 * ln(1 - random())) * cos(2 * pi() * random())"


def _joined(call: Call, item: str) -> str:
    count = f"CAST({call.args[0].number} AS BIGINT)"
    return f"array_to_string(list_transform(range({count}), lambda {call.unique()}: {item}), '')"


def _characters(item: str) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        return combined(_joined(call, item), STRING, ())

    return lower


def _random_bytes(fixed: bool) -> Callable[[Call], Typed]:
    def lower(call: Call) -> Typed:
        digits = _joined(call, "printf('%02x', CAST(floor(random() * 256) AS INTEGER))")
        blob = f"unhex({digits})"
        type_ = Type("FixedString", params=(int(str(call.literal(0, int, "a number"))),)) if fixed else STRING
        return replace(combined(mended(blob), type_, ()), blob=blob)

    return lower


FUNCTIONS: list[Function] = [
    simple("randConstant", "any?", UINT32, "(SELECT floor(random() * 4294967296))", nulls="own",
           doc="The same in every row."),
    simple("randCanonical", "any?", FLOAT64, "random()", nulls="own"),
    simple("randUniform", "number number any?", FLOAT64, "({0:double} + ({1:double} - {0:double}) * random())"),
    simple("randNormal", "number number any?", FLOAT64, f"({{0:double}} + {{1:double}} * {_GAUSS})"),
    simple("randLogNormal", "number number any?", FLOAT64, f"exp({{0:double}} + {{1:double}} * {_GAUSS})"),
    simple("randExponential", "number any?", FLOAT64, "(-ln(1 - random()) / {0:double})"),
    simple("randBernoulli", "number any?", UINT8, "(random() < {0:double})"),
    own("randomPrintableASCII", "integer any?", _characters("chr(CAST(32 + floor(random() * 95) AS INTEGER))")),
    own("randomStringUTF8", "integer any?", _characters("chr(CAST(32 + floor(random() * 50000) AS INTEGER))")),
    own("randomString", "integer any?", _random_bytes(False)),
    own("randomFixedString", "integer any?", _random_bytes(True)),
    *(
        refused(name, "there is no such generator here", "randNormal and randUniform are there")
        for name in ("randPoisson", "randBinomial", "randNegativeBinomial", "randChiSquared", "randStudentT",
                     "randFisherF")
    ),
    refused("fuzzBits", "it is for testing ClickHouse itself"),
]  # fmt: skip
