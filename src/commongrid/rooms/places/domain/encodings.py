"""In which encoding the names of a file are written: told by the file, or found, or refused."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

UTF8 = "UTF-8"
GBK = "GBK"
_GBK_CODEC = "gb18030"  # a superset: every GBK text reads the same, rare characters read too
_GBK_MARKS = frozenset({0x4D, 0x7A})  # language driver ids of code page 936
_MARK_OFFSET = 29
_LONGEST_CHARACTER = 4


class EncodingError(ValueError):
    """The names cannot be read; says which encoding to declare, or that none fits."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """An encoding and how it is known, for the report."""

    name: str
    how: str


def detect_shapefile_encoding(path: Path, declared: str = "") -> Encoding:
    """The encoding of the attribute table beside a shapefile.

    In order: what the person declares, the ``.cpg`` file, the mark in the table's header, and
    then the bytes themselves (UTF-8 is strict, so text that reads as UTF-8 is UTF-8). Each is
    checked against the bytes.

    Raises: EncodingError when the bytes do not fit.
    """
    table = path.with_suffix(".dbf")
    if not table.is_file():
        message = f"{table.name} is missing beside {path.name}: codes and names are in it"
        raise EncodingError(message)
    values = tuple(_text_values(table))
    if declared:
        return _checked(values, _known(declared), "declared", table)
    told = path.with_suffix(".cpg")
    if told.is_file() and (said := told.read_text("ascii", "replace").strip()):
        return _checked(values, _known(said), f"named by {told.name}", table)
    if table.read_bytes()[_MARK_OFFSET] in _GBK_MARKS:
        return _checked(values, GBK, f"marked in {table.name}", table)
    for name in (UTF8, GBK):
        if _fits(values, name):
            return Encoding(name, "found from the bytes")
    message = f"{table.name}: the names are neither UTF-8 nor GBK; declare --encoding"
    raise EncodingError(message)


def read_text_bytes(raw: bytes, declared: str = "") -> tuple[str, Encoding]:
    """The text of a GeoJSON file, which ought to be UTF-8 and sometimes is GBK.

    Raises: EncodingError when the bytes do not fit.
    """
    tried = [_known(declared)] if declared else [UTF8, GBK]
    for name in tried:
        try:
            text = raw.decode("utf-8-sig" if name == UTF8 else _codec(name))
        except UnicodeDecodeError:
            continue
        return text, Encoding(name, "declared" if declared else "found from the bytes")
    message = f"the file does not read as {' or '.join(tried)}; declare --encoding"
    raise EncodingError(message)


def _known(name: str) -> str:
    plain = name.strip().upper().replace("_", "-")
    plain = {"936": GBK, "CP936": GBK, "GB2312": GBK, "GB18030": GBK, "UTF8": UTF8}.get(
        plain, plain
    )
    plain = {"65001": UTF8, "ANSI 936": GBK, "EUC-CN": GBK}.get(plain, plain)
    try:
        codecs.lookup(_codec(plain))
    except LookupError as error:
        message = f"encoding {name!r} is not known; use UTF-8 or GBK"
        raise EncodingError(message) from error
    return plain


def _codec(name: str) -> str:
    return _GBK_CODEC if name == GBK else name


def _checked(values: tuple[bytes, ...], name: str, how: str, table: Path) -> Encoding:
    if _fits(values, name):
        return Encoding(name, how)
    others = [other for other in (UTF8, GBK) if other != name and _fits(values, other)]
    hint = f"; they read as {others[0]}: declare --encoding {others[0]}" if others else ""
    message = f"{table.name}: the names do not read as {name} ({how}){hint}"
    raise EncodingError(message)


def _fits(values: tuple[bytes, ...], name: str) -> bool:
    return all(_reads(value, _codec(name)) for value in values)


def _reads(value: bytes, codec: str) -> bool:
    try:
        value.decode(codec)
    except UnicodeDecodeError as error:
        # A name longer than its column is cut, perhaps in the middle of a character.
        return error.start > 0 and error.start >= len(value) - _LONGEST_CHARACTER + 1
    return True


def _text_values(table: Path) -> Iterator[bytes]:
    """Every value of the character columns of a dBASE table that is not plain ASCII."""
    raw = table.read_bytes()
    if len(raw) < 32:
        message = f"{table.name} is not a dBASE table"
        raise EncodingError(message)
    count = int.from_bytes(raw[4:8], "little")
    header, width = (int.from_bytes(raw[at : at + 2], "little") for at in (8, 10))
    columns = []
    start = 1  # the first byte of a record says whether it was deleted
    for at in range(32, header - 1, 32):
        if raw[at : at + 1] in (b"\r", b""):
            break
        size = raw[at + 16]
        if raw[at + 11 : at + 12] == b"C":
            columns.append((start, size))
        start += size
    for row in range(count):
        record = raw[header + row * width : header + (row + 1) * width]
        for offset, size in columns:
            value = record[offset : offset + size].strip(b" \0")
            if not value.isascii():
                yield value
