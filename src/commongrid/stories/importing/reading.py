"""Rows of a file as words by column name, streamed: CSV, Parquet, Open311 JSON and XML."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.parsers import expat

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, str]
CHUNK = 1 << 16
LONGEST_CELL = 1 << 20
PARQUET_ROWS = 2000
SUFFIXES = (".csv", ".parquet", ".json", ".xml")


class FileError(ValueError):
    """A file that cannot be read, with what to do about it."""


def read_rows(path: Path, columns: Sequence[str], encoding: str = "utf-8") -> Iterator[Row]:
    """The rows of a file, one at a time, with these columns alone.

    Raises: FileError naming the column, line or byte that is wrong.
    Cost: memory for one chunk of the file, however long it is.
    """
    readers = {
        ".csv": _read_csv,
        ".parquet": _read_parquet,
        ".json": _read_json,
        ".xml": _read_xml,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise FileError(f"{path.name}: the name must end in one of {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise FileError(f"there is no file {path.name}")
    yield from reader(path, columns, encoding)


def count_rows(path: Path) -> int | None:
    """How many rows a file has, where that is known without reading it."""
    if path.suffix.lower() != ".parquet":
        return None
    try:
        return int(pq.read_metadata(path).num_rows)
    except (pa.ArrowInvalid, OSError):
        return None


def _read_csv(path: Path, columns: Sequence[str], encoding: str) -> Iterator[Row]:
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    csv.field_size_limit(LONGEST_CELL)
    try:
        with path.open(encoding=name, newline="") as lines:
            table = csv.DictReader(lines, strict=True)
            _check_columns(path, columns, table.fieldnames or ())
            for cells in table:
                yield {column: (cells[column] or "").strip() for column in columns}
    except UnicodeDecodeError as error:
        raise FileError(_encoding_problem(path, encoding)) from error
    except csv.Error as error:
        raise FileError(f"{path.name}: near line {table.line_num}: {error}") from error


def _encoding_problem(path: Path, encoding: str) -> str:
    """Which line is not in the encoding, and which one to try."""
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError as error:
                try:
                    line.decode("gb18030")
                    guess = "gb18030 (a Chinese spreadsheet) or cp1252"
                except UnicodeDecodeError:
                    guess = "cp1252"
                return (
                    f"{path.name}: line {number}, byte {error.start + 1} is not {encoding}; "
                    f"say `encoding:` in the map, perhaps {guess}, or save the file as UTF-8"
                )
    return f"{path.name}: is not {encoding}"


def _read_parquet(path: Path, columns: Sequence[str], _: str) -> Iterator[Row]:
    try:
        with pq.ParquetFile(path) as file:
            _check_columns(path, columns, file.schema_arrow.names)
            for batch in file.iter_batches(batch_size=PARQUET_ROWS, columns=list(columns)):
                for cells in batch.to_pylist():
                    yield {column: _word(cells[column]) for column in columns}
    except (pa.ArrowInvalid, OSError) as error:
        raise FileError(f"{path.name}: {error}") from error


def _read_json(path: Path, columns: Sequence[str], _: str) -> Iterator[Row]:
    """Objects of a top-level list, or of the first list in a top-level object."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, found in enumerate(_json_objects(file), start=1):
                if not isinstance(found, dict):
                    raise FileError(f"{path.name}: entry {number} is no request")
                yield {column: _word(found.get(column)) for column in columns}
    except UnicodeDecodeError as error:
        raise FileError(_encoding_problem(path, "utf-8")) from error
    except json.JSONDecodeError as error:
        raise FileError(f"{path.name}: not JSON: {error.msg}") from error


def _json_objects(file: Any) -> Iterator[Any]:
    """Decode one object after another, so that a long feed is never held whole."""
    decoder, text, is_open = json.JSONDecoder(), file.read(CHUNK), False
    while True:
        if not is_open and "[" not in text:
            raise json.JSONDecodeError("no list of requests", text, 0)
        text = text.lstrip(" \t\r\n,") if is_open else text[text.find("[") + 1 :].lstrip()
        is_open = True
        if text.startswith("]"):
            return
        try:
            found, end = decoder.raw_decode(text)
        except json.JSONDecodeError:
            more = file.read(CHUNK)
            if not more:
                raise
            text += more
            continue
        # A number cut at the end of a chunk would read as a shorter one; objects never do.
        yield found
        text = text[end:] or file.read(CHUNK)


def _read_xml(path: Path, columns: Sequence[str], _: str) -> Iterator[Row]:
    """Elements ``request`` and their children, as GeoReport v2 writes them."""
    found: list[Row] = []
    parser = expat.ParserCreate()
    parser.buffer_text = True
    current: Row | None = None
    words: list[str] = []

    def start(name: str, _attributes: dict[str, str]) -> None:
        nonlocal current
        words.clear()
        if name == "request":
            current = {}

    def end(name: str) -> None:
        nonlocal current
        if name == "request" and current is not None:
            found.append({column: current.get(column, "") for column in columns})
            current = None
        elif current is not None:
            current[name] = "".join(words).strip()
        words.clear()

    def refuse(*_args: object) -> None:
        raise FileError(f"{path.name}: a document type is not accepted in a feed")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = words.append
    parser.StartDoctypeDeclHandler = refuse  # entities that grow or read files need one
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                parser.Parse(chunk, False)  # noqa: FBT003
                yield from found
                found.clear()
            parser.Parse(b"", True)  # noqa: FBT003
    except expat.ExpatError as error:
        raise FileError(f"{path.name}: line {error.lineno}: not XML: {error}") from error
    yield from found


def _check_columns(path: Path, wanted: Sequence[str], there: Sequence[str]) -> None:
    missing = [column for column in wanted if column not in there]
    if missing:
        raise FileError(
            f"{path.name}: no column {', '.join(missing)}; it has {', '.join(there)[:600]}"
        )


def _word(value: Any) -> str:
    if value is None or value != value:  # noqa: PLR0124 - only NaN differs from itself
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value).strip()
