"""import_place: a place made of the neighbourhoods a file names, to import its requests into."""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

import shapely
from django.conf import settings
from django.db import transaction
from shapely.geometry.base import BaseGeometry

from commongrid.charter import Compiled, load_charter
from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.rooms.places import face as places
from commongrid.stories.importing.drawing import draw_outlines
from commongrid.stories.importing.judging import Judge
from commongrid.stories.importing.locating import Locator
from commongrid.stories.importing.maps import Building, ImportMap
from commongrid.stories.importing.reading import read_rows
from commongrid.stories.importing.replaying import as_if_from

NAMESPACE = UUID("3f3c2d5e-0d4c-4f55-9a0c-2a1f6f0a8b31")
BEFORE = timedelta(days=3)  # places and rules come into force this long before the first request
NOTE = Text(
    zh="轮廓由诉求点位推算,不是官方边界。",
    en="Outline derived from the points of requests; not an official boundary.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMade:
    """What was made."""

    root_code: str
    neighbourhoods: tuple[tuple[str, str], ...]  # code and name
    points: int
    began_at: datetime
    charter_key: str
    boundaries: places.BoundaryReport


def import_place(*, actor: Actor, at: datetime, file: Path, import_map: ImportMap) -> PlaceMade:
    """Make the divisions, derived outlines and the charter a map names; again changes nothing.

    Each neighbourhood is a community with one comprehensive grid. Everything comes into force
    some days before the first request, so that requests can be judged at their own times.

    Raises: Refused, FileError, CharterError, ValueError when the map says nothing about it.
    """
    building = import_map.building
    if building is None or not building.divisions or not import_map.charter:
        message = f"map {import_map.id} has no place.build or place.charter to make a place of"
        raise ValueError(message)
    points, first_at = _points(file, import_map, building, at)
    outlines = draw_outlines(points, reach_m=building.reach_m)
    began = first_at - BEFORE
    root = building.divisions[-1][0]
    codes = _codes(points, import_map)
    seal = digest({name: [codes[name], outline.wkt] for name, outline in outlines.items()})
    maker = _Maker(actor, began, import_map, building, root, seal)
    with transaction.atomic():
        maker.register(codes)
        report = maker.draw({codes[name]: shape for name, shape in outlines.items()}, codes)
        key = maker.adopt()
    return PlaceMade(
        root_code=root,
        neighbourhoods=tuple((code, name) for name, code in codes.items()),
        points=sum(map(len, points.values())),
        began_at=began,
        charter_key=key,
        boundaries=report,
    )


def _codes(names: Collection[str], import_map: ImportMap) -> dict[str, str]:
    """A code for each name; a name that has one keeps it when another file brings more names."""
    system = import_map.code_system
    children = places.list_children(import_map.root, None, code_system=system)
    codes = {card.name.en: card.code for card in children if card.name.en in names}
    taken = {card.code for card in children}
    free = (f"{import_map.root[:9]}{number:03}" for number in range(1, 1000))
    unused = (code for code in free if code not in taken)
    for name in sorted(set(names) - set(codes)):
        codes[name] = next(unused)
    return dict(sorted(codes.items(), key=lambda item: item[1]))


def _points(
    file: Path, import_map: ImportMap, building: Building, at: datetime
) -> tuple[dict[str, list[tuple[float, float]]], datetime]:
    """Points by neighbourhood and the first opening; rows that would be rejected are left out."""
    judge = Judge(import_map, Locator("/"), at, _no_rules)
    column = import_map.columns.get("place", "")
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    first: datetime | None = None
    for row in read_rows(file, import_map.needed_columns(), import_map.encoding):
        spot, opened = judge.spot(row)
        if opened is not None:
            first = min(first or opened, opened)
        name = building.same.get(row.get(column, ""), row.get(column, ""))
        if spot and name and name not in building.not_names:
            found[name].append(spot)
    if first is None or not found:
        message = f"{file.name}: no row has a neighbourhood, a point and a time"
        raise ValueError(message)
    return dict(found), first


def _no_rules(path: str, _at: datetime) -> Compiled:
    raise LookupError(path)


@dataclass(frozen=True, slots=True)
class _Maker:
    """The commands of the places room, in order, each under an id of its own."""

    actor: Actor
    at: datetime
    import_map: ImportMap
    building: Building
    root: str
    seal: str  # of what is drawn: other outlines are another act

    def register(self, codes: dict[str, str]) -> None:
        """Divisions down to the root, then a community and a grid for each name."""
        source = f"{self.import_map.name.en}: {self.import_map.source}"[:400]
        rows = [
            places.PlaceRow(
                code=code, name=name, valid_from=self._since, source=source,
                note="local code, no division of China", is_invented=True,
            )
            for code, name in self.building.divisions
        ]  # fmt: skip
        for name, code in codes.items():
            both = Text(zh=self.building.names_zh.get(name, name), en=name)
            for level_code in (code, f"{code}001"):
                rows.append(
                    places.PlaceRow(
                        code=level_code, name=both, valid_from=self._since, source=source,
                        note=f"{NOTE.zh} {NOTE.en}", settlement=self.building.settlement,
                        is_invented=True,
                    )
                )  # fmt: skip
        report = places.register_places(
            actor=self.actor,
            at=self.at,
            command_id=self._id("divisions"),
            rows=rows,
            root_code=self.building.divisions[0][0],
            reason=self._reason,
            code_system=self.import_map.code_system,
        )
        if report.rejected:
            first = report.rejected[0]
            message = f"{first.code}: {first.why}"
            raise ValueError(message)

    def draw(
        self, outlines: dict[str, BaseGeometry], codes: dict[str, str]
    ) -> places.BoundaryReport:
        """Adopt the outlines, for the communities and for their grids."""
        names = {code: self.building.names_zh.get(name, name) for name, code in codes.items()}
        report = self._adopt_level(outlines, names, "village", "")
        self._adopt_level(outlines, names, "grid", "001")
        return report.boundaries

    def adopt(self) -> str:
        """Put the charter in force, as if from the beginning."""
        root = places.get_place(self.root, code_system=self.import_map.code_system)
        with contextlib.suppress(LookupError):  # an earlier file brought one already
            return places.charter_in_force(root.path, self.at)[0]
        charter = load_charter(Path(settings.SOURCE_ROOT) / "charters" / self.import_map.charter)
        card = places.adopt_charter(
            actor=self.actor,
            at=self.at,
            command_id=self._id("charter"),
            charter=as_if_from(charter, self._since),
            reason="rules of today applied to past requests; nobody worked by them then",
        )
        return card.key

    def _adopt_level(
        self, outlines: dict[str, BaseGeometry], names: dict[str, str], level: str, tail: str
    ) -> places.ImportReport:
        features = [
            {
                "type": "Feature",
                "properties": {"code": f"{code}{tail}", "name": names[code]},
                "geometry": json.loads(shapely.to_geojson(shape)),
            }
            for code, shape in sorted(outlines.items())
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"derived-{self.import_map.id}-{level}.geojson"
            whole = {"type": "FeatureCollection", "features": features}
            path.write_text(json.dumps(whole, ensure_ascii=False), "utf-8")
            drawn = places.read_boundaries(
                path, frame="WGS84", code_field="code", name_field="name"
            )
        return places.import_boundaries(
            actor=self.actor,
            at=self.at,
            command_id=self._id(f"outlines {level}"),
            file=drawn,
            level=level,
            root_code=self.root,
            reason=self._reason,
            code_system=self.import_map.code_system,
            is_invented=True,
        )

    @property
    def _since(self) -> date:
        return (self.at - timedelta(days=1)).date()

    @property
    def _reason(self) -> str:
        return f"derived from {self.import_map.id}: neighbourhoods and points of its requests"

    def _id(self, what: str) -> UUID:
        return uuid5(NAMESPACE, f"{self.import_map.id}/{self.root}/{self.seal}/{what}")
