"""Boundaries read from GeoJSON, Shapefile and GeoPackage, in WGS84."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from commongrid.rooms.places.domain.encodings import (
    UTF8,
    Encoding,
    detect_shapefile_encoding,
    read_text_bytes,
)
from commongrid.rooms.places.domain.frames import (
    DeclaredFrame,
    FrameError,
    check_against_file,
    outline_to_wgs84,
    parse_frame,
)

SUFFIXES = (".geojson", ".json", ".shp", ".gpkg")


class BoundaryFileError(ValueError):
    """A file that cannot be read as boundaries, with what to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One row of a file. ``outline`` is in WGS84, or None with ``wrong`` saying why."""

    row: int  # from 1, as people count
    code: str
    name: str
    outline: BaseGeometry | None
    wrong: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundaryFile:
    """A file that was read: where it came from and what is in it."""

    file_name: str
    digest: str  # SHA-256 of the file, with the files beside a shapefile
    frame: str
    encoding: Encoding
    features: tuple[Feature, ...]


def read_boundaries(
    path: Path,
    *,
    frame: str,
    code_field: str,
    name_field: str = "",
    encoding: str = "",
    layer: str = "",
) -> BoundaryFile:
    """Read every feature of a file and bring its outline to WGS84.

    Raises: BoundaryFileError, FrameError, EncodingError; each says what to declare or mend.
    """
    import pyogrio.errors  # with GDAL and PROJ behind it: most processes read no file of outlines
    import pyogrio.raw

    declared = parse_frame(frame)
    if path.suffix.lower() not in SUFFIXES:
        message = f"{path.name}: expected a file ending in {', '.join(SUFFIXES)}"
        raise BoundaryFileError(message)
    if not path.is_file():
        message = f"{path.name}: no such file"
        raise BoundaryFileError(message)
    source, found = _source(path, encoding)
    is_shapefile = path.suffix.lower() == ".shp"
    try:
        meta, _ids, outlines, columns = pyogrio.raw.read(
            source,
            layer=layer or None,
            encoding=_ogr_encoding(found) if is_shapefile else None,
            force_2d=True,
        )
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        message = f"{path.name}: {error}"
        raise BoundaryFileError(message) from error
    check_against_file(declared, meta["crs"])
    fields = [str(field) for field in meta["fields"]]
    codes = columns[_position(fields, code_field, path)]
    names = columns[_position(fields, name_field, path)] if name_field else [""] * len(codes)
    return BoundaryFile(
        file_name=path.name,
        digest=_digest(path),
        frame=declared.name,
        encoding=found,
        features=tuple(
            _feature(row, code, name, wkb, declared)
            for row, (code, name, wkb) in enumerate(
                zip(codes, names, outlines, strict=True), start=1
            )
        ),
    )


def _source(path: Path, encoding: str) -> tuple[Path | bytes, Encoding]:
    """What to open: GeoJSON in another encoding than UTF-8 is rewritten before it is opened."""
    suffix = path.suffix.lower()
    if suffix == ".shp":
        return path, detect_shapefile_encoding(path, encoding)
    if suffix == ".gpkg":
        return path, Encoding(UTF8, "always so in GeoPackage")
    text, found = read_text_bytes(path.read_bytes(), encoding)
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        message = f"{path.name}: not JSON at line {error.lineno}: {error.msg}"
        raise BoundaryFileError(message) from error
    return text.encode("utf-8"), found


def _ogr_encoding(found: Encoding) -> str:
    return "GB18030" if found.name == "GBK" else found.name


def _position(fields: list[str], field: str, path: Path) -> int:
    if field not in fields:
        message = f"{path.name}: no field {field!r}; it has {', '.join(fields) or 'no fields'}"
        raise BoundaryFileError(message)
    return fields.index(field)


def _feature(row: int, code: object, name: object, wkb: Any, declared: DeclaredFrame) -> Feature:
    outline, wrong = None, "no outline"
    if wkb is not None:
        try:
            outline, wrong = outline_to_wgs84(shapely.from_wkb(wkb), declared), ""
        except (FrameError, shapely.errors.ShapelyError) as error:
            wrong = str(error)
    return Feature(row=row, code=_plain(code), name=_plain(name), outline=outline, wrong=wrong)


def _plain(value: Any) -> str:
    """A cell as text; a code that a table kept as a number loses no digit and gains no point."""
    if value is None:
        return ""
    if isinstance(value, float):
        if not math.isfinite(value):
            return ""  # an empty number
        return str(int(value)) if value.is_integer() else str(value)
    return str(value).strip()


def _digest(path: Path) -> str:
    parts = [path]
    if path.suffix.lower() == ".shp":
        parts += [path.with_suffix(suffix) for suffix in (".dbf", ".shx", ".prj", ".cpg")]
    digest = hashlib.sha256()
    for part in parts:
        if part.is_file():
            digest.update(part.suffix.lower().encode() + part.read_bytes())
    return digest.hexdigest()
