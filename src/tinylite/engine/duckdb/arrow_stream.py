"""A column of texts out of DuckDB without an object a value: by the C interface of Arrow streams, and ctypes.

DuckDB puts the texts of a batch behind one another. Taken as they lie, they are the answer. pyarrow would give the same
memory; it is large, and a user does not need it for JSON.
"""

from __future__ import annotations

import ctypes
from collections.abc import Generator
from contextlib import suppress

import duckdb

_Pointer = ctypes.c_void_p


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


_SchemaPointer = ctypes.POINTER(_Schema)
_ArrayPointer = ctypes.POINTER(_Array)
_StreamPointer = ctypes.POINTER(_Stream)
# https://arrow.apache.org/docs/format/CDataInterface.html
_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", _Pointer),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.POINTER(_SchemaPointer)),
    ("dictionary", _Pointer),
    ("release", ctypes.CFUNCTYPE(None, _SchemaPointer)),
    ("private_data", _Pointer),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(_Pointer)),
    ("children", ctypes.POINTER(_ArrayPointer)),
    ("dictionary", _Pointer),
    ("release", ctypes.CFUNCTYPE(None, _ArrayPointer)),
    ("private_data", _Pointer),
]
_Stream._fields_ = [
    ("get_schema", ctypes.CFUNCTYPE(ctypes.c_int, _StreamPointer, _SchemaPointer)),
    ("get_next", ctypes.CFUNCTYPE(ctypes.c_int, _StreamPointer, _ArrayPointer)),
    ("get_last_error", ctypes.CFUNCTYPE(ctypes.c_char_p, _StreamPointer)),
    ("release", ctypes.CFUNCTYPE(None, _StreamPointer)),
    ("private_data", _Pointer),
]
_pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
_pointer_of.restype = _Pointer
_pointer_of.argtypes = [ctypes.py_object, ctypes.c_char_p]
_PIECE = 4 * 1024 * 1024
# Texts with offsets of 32 and of 64 bits.
_Offset = type[ctypes.c_int32] | type[ctypes.c_int64]
_OFFSETS: dict[bytes, _Offset] = {b"u": ctypes.c_int32, b"U": ctypes.c_int64}


def texts(relation: duckdb.DuckDBPyRelation) -> Generator[tuple[bytes, int], None, None]:
    """The texts of a relation of one VARCHAR column without NULLs, piece by piece, and how many end with each piece.

    Raises duckdb.Error.
    """
    capsule = relation.__arrow_c_stream__()
    stream = _Stream.from_address(_pointer_of(capsule, b"arrow_array_stream"))
    offset = _offset_type(stream)
    while True:
        array = _Array()
        _check(stream, stream.get_next(stream, array))
        if not array.release:
            return
        try:
            yield from _pieces(array.children[0].contents, offset)
        finally:
            array.release(array)


def _offset_type(stream: _Stream) -> _Offset:
    schema = _Schema()
    _check(stream, stream.get_schema(stream, schema))
    try:
        return _OFFSETS[schema.children[0].contents.format]
    finally:
        schema.release(schema)


def _pieces(column: _Array, offset: _Offset) -> Generator[tuple[bytes, int], None, None]:
    """A batch in pieces, so that wide rows are not in memory twice. The last piece counts the rows."""
    offsets = ctypes.cast(column.buffers[1], ctypes.POINTER(offset))
    start, end = offsets[column.offset], offsets[column.offset + column.length]
    while end - start > _PIECE:
        yield ctypes.string_at(column.buffers[2] + start, _PIECE), 0
        start += _PIECE
    yield ctypes.string_at(column.buffers[2] + start, end - start) if end > start else b"", column.length


def _check(stream: _Stream, status: int) -> None:
    if status == 0:
        return
    message = ""
    with suppress(AttributeError):
        message = stream.get_last_error(stream).decode("utf-8", "replace")
    raise (duckdb.InterruptException if "INTERRUPT" in message else duckdb.Error)(message)
