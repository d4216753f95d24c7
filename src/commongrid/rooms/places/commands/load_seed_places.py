"""Loading the seed place: real divisions, invented grids and invented posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid5

from django.conf import settings
from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.rooms.places.commands.import_boundaries import import_boundaries
from commongrid.rooms.places.commands.register_places import (
    PlaceRow,
    RegisterReport,
    register_places,
)
from commongrid.rooms.places.commands.set_grid_post import set_grid_post
from commongrid.rooms.places.domain.coding import read_place_code
from commongrid.rooms.places.domain.encodings import UTF8, Encoding
from commongrid.rooms.places.domain.importing import outline_digest
from commongrid.rooms.places.domain.reading import BoundaryFile, Feature
from commongrid.rooms.places.domain.seeding import (
    SeedDrawing,
    SeedRow,
    read_divisions,
    read_drawings,
)
from commongrid.rooms.places.domain.words import Level

REASON = "seed place: real divisions, invented grids and posts"
_DRAWN_LEVELS = (Level.TOWNSHIP, Level.VILLAGE, Level.GRID, Level.MICRO_GRID)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedPlaces:
    """What the seed place has. Codes of grids are in the order of the drawing."""

    top_code: str
    township_codes: tuple[str, ...]  # those that have grids
    grid_codes: tuple[str, ...]


class SeedError(ValueError):
    """A table of the seed does not fit; says which line."""


def load_seed_places(
    *, actor: Actor, at: datetime, command_id: UUID, folder: Path | None = None
) -> SeedPlaces:
    """Load the tables of the seed place through the room's own commands; again changes nothing.

    ``at`` should be the day before the first matter of the seed: outlines count from it.

    Raises: Refused, SeedError. Cost: one act for each list, drawing and post that is new.
    """
    tables = folder or Path(settings.SOURCE_ROOT) / "seed" / "places"
    divisions = read_divisions(tables)
    drawings = read_drawings(tables, divisions)
    top = divisions[0].code
    with transaction.atomic():
        report = register_places(
            actor=actor,
            at=at,
            command_id=uuid5(command_id, "divisions"),
            rows=[_row(row) for row in divisions],
            root_code=top,
            reason=REASON,
        )
        _check(report)
        for drawing in drawings:
            _load_drawing(drawing, divisions, actor=actor, at=at, command_id=command_id)
    grids = [row.code for d in drawings for row in d.grids if row.level is Level.GRID]
    return SeedPlaces(
        top_code=top,
        township_codes=tuple(drawing.root for drawing in drawings),
        grid_codes=tuple(grids),
    )


def _load_drawing(
    drawing: SeedDrawing,
    divisions: Sequence[SeedRow],
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
) -> None:
    report = register_places(
        actor=actor,
        at=at,
        command_id=uuid5(command_id, f"grids {drawing.root}"),
        rows=[_row(row) for row in drawing.grids],
        root_code=drawing.root,
        reason=REASON,
    )
    _check(report)
    names = {row.code: row.name.zh for row in (*divisions, *drawing.grids)}
    for level in _DRAWN_LEVELS:
        file = _as_file(drawing, names, level)
        if not file.features:
            continue
        is_top = level is Level.TOWNSHIP
        import_boundaries(
            actor=actor,
            at=at,
            command_id=uuid5(command_id, f"{level} outlines {drawing.root}"),
            file=file,
            level=level,
            root_code=read_place_code(drawing.root).parent_code if is_top else drawing.root,
            reason=REASON,
            is_invented=True,
        )
    for number, row in enumerate((r for r in drawing.grids if r.level is Level.GRID), start=1):
        _post(drawing, row, number, actor=actor, at=at, command_id=command_id)


def _as_file(drawing: SeedDrawing, names: dict[str, str], level: Level) -> BoundaryFile:
    codes = [code for code in sorted(drawing.outlines) if read_place_code(code).level is level]
    outlines = {code: drawing.outlines[code] for code in codes}
    return BoundaryFile(
        file_name=f"invented outlines of {drawing.root}",
        digest=digest({code: outline_digest(outline) for code, outline in outlines.items()}),
        frame="WGS84",
        encoding=Encoding(UTF8, "drawn here"),
        features=tuple(
            Feature(row=row, code=code, name=names[code], outline=outline)
            for row, (code, outline) in enumerate(outlines.items(), start=1)
        ),
    )


def _post(
    drawing: SeedDrawing,
    row: SeedRow,
    number: int,
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
) -> None:
    # No subscriber number in the area begins with 0, so these can never ring anywhere.
    block = drawing.root[4:6]
    set_grid_post(
        actor=actor,
        at=at,
        command_id=uuid5(command_id, f"post {row.code}"),
        grid_code=row.code,
        worker_name=f"示例网格员{number:02d}（虚构）",
        worker_phone=f"0475-0{block}0{number:03d}",
        supervision_phone=f"0475-0{block}9000",
        where_posted="单元门口和社区服务站" if "urban" in row.settlement else "嘎查委员会门口",
        is_invented=True,
        reason=REASON,
    )


def _row(row: SeedRow) -> PlaceRow:
    return PlaceRow(
        code=row.code,
        kind=row.kind,
        name=row.name,
        name_mn=row.name_mn,
        settlement=row.settlement,
        valid_from=row.valid_from,
        note=row.note,
        source=row.source,
        is_invented=row.is_invented,
    )


def _check(report: RegisterReport) -> None:
    if report.rejected:
        first = report.rejected[0]
        message = f"seed row {first.row} ({first.code}): {first.why}"
        raise SeedError(message)
