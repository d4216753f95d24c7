"""Import maps: which column of a file means what, as data. ``maps/README.md`` explains each key."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from commongrid.charter.header import read_yaml
from commongrid.charter.reading import Findings
from commongrid.charter.schema import Where
from commongrid.kernel.text import Text
from commongrid.stories.importing.shapes import MapProblem, Parts, Reader

ISO = "iso"
STAGES = ("reported", "accepted", "dispatched", "handling", "closed", "skip")
PLACED_BY = ("point", "column")
ENCODINGS = ("utf-8", "gb18030", "latin-1", "cp1252")
KEYS = ("id", "name_zh", "name_en", "source", "licence", "note", "language", "encoding")
GROUPS = ("columns", "time", "types", "units", "status", "place", "reject")
COLUMNS = ("id", "opened", "closed", "lon", "lat", "place", "answered", "expected")
JOINED = ("text", "address", "record", "answer")


class MapError(ValueError):
    """A map that cannot be used, with every problem found in it."""

    def __init__(self, problems: tuple[MapProblem, ...]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Lookup:
    """Their word in one column, ours in the table; without a table the word is ours already."""

    column: str
    table: Mapping[str, str]

    def find(self, row: Mapping[str, str]) -> str:
        """Our word for the row, or ""."""
        word = row.get(self.column, "")
        return self.table.get(word, "") if self.table else word


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """How a place is made of the names in a column (``commongrid import place``)."""

    divisions: tuple[tuple[str, Text], ...]  # from the city down to the root
    same: Mapping[str, str]  # another spelling -> the name
    not_names: frozenset[str]
    names_zh: Mapping[str, str]
    settlement: tuple[str, ...]
    reach_m: float  # how far beyond its points the ground goes


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMap:
    """A map, checked. Rows reach it as words by column name ("" for an empty cell)."""

    id: str
    name: Text
    source: str
    licence: str
    language: str
    encoding: str
    zone: ZoneInfo
    time_format: str
    columns: Mapping[str, str]
    joined: Mapping[str, tuple[str, ...]]
    types: tuple[Lookup, ...]
    other_type: str
    units: Lookup | None
    status: Lookup | None
    other_status: str  # "" : a word the table does not know is a reject
    placed_by: tuple[str, ...]
    root: str
    code_system: str
    charter: str
    building: Building | None
    default_points: frozenset[tuple[float, float]]
    point_slack: float  # degrees
    digest: str = field(compare=False)

    def needed_columns(self) -> tuple[str, ...]:
        """Every column the map names, and no other: what is not needed is not even read."""
        names = [*self.columns.values(), *(c for part in self.joined.values() for c in part)]
        names += [lookup.column for lookup in self.types]
        names += [lookup.column for lookup in (self.units, self.status) if lookup]
        return tuple(dict.fromkeys(names))

    def joined_text(self, name: str, row: Mapping[str, str]) -> str:
        """The words of all columns under a name."""
        words = (row.get(column, "") for column in self.joined.get(name, ()))
        return ", ".join(filter(None, words))


def load_map(path: Path) -> ImportMap:
    """Read and check a map. Raises: MapError naming file, line and key of each problem."""
    if not path.is_file():
        where = Where(path.name, 1)
        raise MapError((MapProblem(where, "", f"there is no file {path.name}"),))
    findings = Findings()
    root = read_yaml(path, findings)
    reader = Reader()
    reader.problems += [MapProblem(p.where, p.key, p.what.en) for p in findings.problems]
    if root is None:
        raise MapError(tuple(reader.problems))
    top = reader.mapping(root, "", (*KEYS, *GROUPS))
    read = _read(top, reader, hashlib.sha256(path.read_bytes()).hexdigest())
    if reader.problems or read is None:
        raise MapError(tuple(sorted(reader.problems, key=lambda p: (p.where.line, p.key))))
    return read


def _read(top: Parts, reader: Reader, digest: str) -> ImportMap | None:
    for key in ("id", "source", "licence", "columns", "time", "types", "place"):
        reader.require(top, key)
    columns = reader.group(top, "columns", (*COLUMNS, *JOINED))
    time = reader.group(top, "time", ("format", "zone"))
    types = reader.group(top, "types", ("lookups", "other"))
    status = reader.group(top, "status", ("column", "table", "other"))
    place = reader.group(top, "place", ("by", "root", "code_system", "charter", "build"))
    for group, keys in ((columns, ("id", "opened")), (time, ("format", "zone"))):
        for key in keys:
            reader.require(group, key)
    for key in ("by", "root"):
        reader.require(place, key)
    placed_by = reader.words(place, "by", PLACED_BY)
    for way in placed_by:
        for key in ("lon", "lat") if way == "point" else ("place",):
            reader.require(columns, key)
    rejects = reader.group(top, "reject", ("points", "slack_degrees"))
    zone = reader.zone(time, "zone")
    lookups = tuple(
        Lookup(reader.word(parts, "column"), reader.table(parts, "table"))
        for parts in reader.groups(types, "lookups", ("column", "table"))
    )
    if reader.problems or zone is None:
        return None
    return ImportMap(
        id=reader.word(top, "id"),
        name=Text(reader.word(top, "name_zh"), reader.word(top, "name_en")),
        source=reader.word(top, "source"),
        licence=reader.word(top, "licence"),
        language=reader.word(top, "language") or "en",
        encoding=reader.one_of(top, "encoding", ENCODINGS, "utf-8"),
        zone=zone,
        time_format=reader.time_format(time, "format"),
        columns={key: reader.word(columns, key) for key in COLUMNS if key in columns},
        joined={key: reader.words(columns, key) for key in JOINED if key in columns},
        types=lookups,
        other_type=reader.word(types, "other"),
        units=_lookup(reader, reader.group(top, "units", ("column", "table"))),
        status=_lookup(reader, status, STAGES),
        other_status=reader.one_of(status, "other", STAGES, ""),
        placed_by=placed_by,
        root=reader.word(place, "root"),
        code_system=reader.word(place, "code_system") or "nbs",
        charter=reader.word(place, "charter"),
        building=_building(reader, place),
        default_points=frozenset(reader.points(rejects, "points")),
        point_slack=reader.number(rejects, "slack_degrees", 0.00001),
        digest=digest,
    )


def _lookup(reader: Reader, parts: Parts, allowed: tuple[str, ...] = ()) -> Lookup | None:
    if not parts:
        return None
    reader.require(parts, "column")
    return Lookup(reader.word(parts, "column"), reader.table(parts, "table", allowed))


def _building(reader: Reader, place: Parts) -> Building | None:
    keys = ("divisions", "same", "not_names", "names_zh", "settlement", "reach_m")
    parts = reader.group(place, "build", keys)
    if not parts:
        return None
    divisions = tuple(
        (reader.word(one, "code"), Text(reader.word(one, "zh"), reader.word(one, "en")))
        for one in reader.groups(parts, "divisions", ("code", "zh", "en"))
    )
    return Building(
        divisions=divisions,
        same=reader.table(parts, "same"),
        not_names=frozenset(reader.words(parts, "not_names")),
        names_zh=reader.table(parts, "names_zh"),
        settlement=reader.words(parts, "settlement"),
        reach_m=reader.number(parts, "reach_m", 150.0),
    )
