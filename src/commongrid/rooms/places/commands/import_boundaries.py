"""Adopting the boundaries of one level from a file."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import date, datetime
from typing import Any
from uuid import UUID

import shapely
from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.codes import CodeSystem
from commongrid.ledger.face import find_act
from commongrid.rooms.places.commands.acting import Deed, record, require
from commongrid.rooms.places.domain.authority import may_draw_boundaries
from commongrid.rooms.places.domain.boundaries import Piece, check_pieces
from commongrid.rooms.places.domain.coding import PRIMARY_SYSTEM, path_below, read_place_code
from commongrid.rooms.places.domain.importing import (
    FeatureResult,
    ImportReport,
    Judge,
    KnownPlace,
    Reason,
    outline_digest,
)
from commongrid.rooms.places.domain.reading import BoundaryFile
from commongrid.rooms.places.domain.words import Kind, Level
from commongrid.rooms.places.models import BoundarySet, Outline, Place
from commongrid.rooms.places.queries import PlaceNotFoundError


def import_boundaries(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    file: BoundaryFile,
    level: str,
    root_code: str,
    reason: str,
    code_system: str = PRIMARY_SYSTEM,
    is_invented: bool = False,
    is_dry_run: bool = False,
) -> ImportReport:
    """Adopt the outlines of a file for the places of one level under a root.

    Places of that level that are new are registered with the file's name. Each feature is taken
    or refused by itself, with a reason. An outline that is already adopted changes nothing, and
    a file of only such outlines is no act; nor is a dry run. Gaps and overlaps are reported, not
    refused: real boundaries have them, and the border rule still answers every point.

    Raises: Refused, PlaceNotFoundError (the root).
    Source: domain rules G1-G3.
    """
    system = CodeSystem(code_system)
    with transaction.atomic():
        root = _root(root_code, system)
        require(may_draw_boundaries(actor, root.path))
        deed = Deed(actor=actor, at=at, command_id=command_id, path=root.path)
        known, rows = _known(file, root, level, deed.day)
        judge = Judge(level=Level(level), system=system, root=known[root.code], known=known)
        results = judge.judge(file.features)
        report = _report(file, judge, results, is_dry_run=is_dry_run)
        if report.has_changes and not is_dry_run and find_act(command_id) is None:
            _adopt(deed, root, rows, file, report, is_invented=is_invented)
            record(
                deed,
                subject=f"place:{root.code}",
                action="draw_boundaries",
                rule_id="place.draw_boundaries",
                words=reason,
                before=_facts_before(known, report),
                after=_facts_after(file, report),
            )
    return report


def _root(root_code: str, system: CodeSystem) -> Place:
    code = read_place_code(root_code, system).code
    root = Place.objects.select_for_update().filter(code_system=system, code=code).first()
    if root is None:
        raise PlaceNotFoundError(code)
    return root


def _known(
    file: BoundaryFile, root: Place, level: str, day: date
) -> tuple[dict[str, KnownPlace], dict[str, Place]]:
    """The register and the adopted outlines, as far as the file touches them: 2 statements."""
    parents = _parent_codes(file, CodeSystem(root.code_system)) | {root.code}
    rows = {
        row.code: row
        for row in Place.objects.filter(code_system=root.code_system).filter(
            Q(path__startswith=root.path, level=level) | Q(code__in=parents)
        )
    }
    outlines = {
        outline.place_id: outline
        for outline in Outline.objects.filter(
            Q(place__path__startswith=root.path, place__level=level) | Q(place__code__in=parents),
            place__code_system=root.code_system,
            valid_until__isnull=True,
        )
    }
    known = {code: _known_place(row, outlines.get(row.pk), day) for code, row in rows.items()}
    return known, rows


def _parent_codes(file: BoundaryFile, system: CodeSystem) -> set[str]:
    found = set()
    for feature in file.features:
        with contextlib.suppress(ValueError):  # a bad code is judged later, with its reason
            found.add(read_place_code(feature.code, system).parent_code)
    return found


def _known_place(row: Place, outline: Outline | None, day: date) -> KnownPlace:
    return KnownPlace(
        code=row.code,
        name=row.name_zh,
        path=row.path,
        is_valid=row.valid_from <= day and (row.valid_until is None or day < row.valid_until),
        outline_digest=outline.digest if outline else "",
        outline=shapely.from_geojson(outline.geojson) if outline else None,
    )


def _report(
    file: BoundaryFile, judge: Judge, results: tuple[FeatureResult, ...], *, is_dry_run: bool
) -> ImportReport:
    return ImportReport(
        file_name=file.file_name,
        frame=file.frame,
        encoding=file.encoding.name,
        encoding_how=file.encoding.how,
        level=judge.level,
        root_code=judge.root.code,
        features=results,
        boundaries=check_pieces(_pieces(judge, results), judge.root.outline),
        is_dry_run=is_dry_run,
    )


def _pieces(judge: Judge, results: tuple[FeatureResult, ...]) -> list[Piece]:
    """The level as it will be: what the file brings, and what was adopted before beside it."""
    brought = {r.code: Piece(r.code, r.name, r.outline) for r in results if r.outline}
    stays = {
        place.code: Piece(place.code, place.name, place.outline)
        for place in judge.known.values()
        if place.outline is not None
        and place.is_valid
        and read_place_code(place.code, judge.system).level is judge.level
    }
    pieces = {**stays, **brought}
    return [
        piece
        for code, piece in sorted(pieces.items())
        if read_place_code(code, judge.system).kind is not Kind.EMERGENCY  # lies over others
    ]


def _adopt(
    deed: Deed,
    root: Place,
    rows: dict[str, Place],
    file: BoundaryFile,
    report: ImportReport,
    *,
    is_invented: bool,
) -> None:
    taken = [r for r in report.features if r.reason in (Reason.NEW, Reason.CHANGED)]
    kept = BoundarySet.objects.create(
        root=root,
        level=report.level,
        file_name=file.file_name,
        file_digest=file.digest,
        frame=file.frame,
        encoding=file.encoding.name,
        report=report.as_plain(),
        adopted_at=deed.at,
        made_by_act=deed.command_id,
    )
    new = [_new_place(deed, rows, file, r, is_invented=is_invented) for r in taken]
    Place.objects.bulk_create([place for place in new if place.pk is None])
    places = {place.code: place for place in new}
    _rename(rows, taken)
    Outline.objects.filter(place__in=list(places.values()), valid_until__isnull=True).update(
        valid_until=Greatest(F("valid_from"), Value(deed.day))
    )
    Outline.objects.bulk_create([_outline(places[r.code], kept, r, deed.day) for r in taken])


def _new_place(
    deed: Deed,
    rows: dict[str, Place],
    file: BoundaryFile,
    result: FeatureResult,
    *,
    is_invented: bool,
) -> Place:
    if result.code in rows:
        return rows[result.code]
    read = result.read
    assert read is not None  # an accepted feature has a code
    parent = rows[read.parent_code]
    return Place(
        code_system=read.system,
        code=read.code,
        path=path_below(parent.path, read),
        parent=parent,
        level=read.level,
        kind=read.kind,
        name_zh=result.name,
        settlement=parent.settlement,
        valid_from=deed.day,
        is_invented=is_invented,
        source=file.file_name,
    )


def _rename(rows: dict[str, Place], taken: list[FeatureResult]) -> None:
    renamed = []
    for result in taken:
        row = rows.get(result.code)
        if row is not None and row.name_zh != result.name:
            row.name_zh = result.name
            renamed.append(row)
    Place.objects.bulk_update(renamed, ["name_zh"])


def _outline(place: Place, kept: BoundarySet, result: FeatureResult, day: date) -> Outline:
    outline = result.outline
    assert outline is not None  # an accepted feature has an outline
    west, south, east, north = outline.bounds
    return Outline(
        place=place,
        boundary_set=kept,
        geojson=shapely.to_geojson(outline),
        digest=outline_digest(outline),
        west=west,
        south=south,
        east=east,
        north=north,
        area_m2=result.area_m2,
        valid_from=day,
    )


def _facts_before(known: dict[str, KnownPlace], report: ImportReport) -> dict[str, Any]:
    changed = [r.code for r in report.features if r.reason is Reason.CHANGED]
    return {"outlines": digest({code: known[code].outline_digest for code in changed})}


def _facts_after(file: BoundaryFile, report: ImportReport) -> dict[str, Any]:
    """Digests instead of outlines: enough to prove later what was adopted."""
    taken = [r for r in report.accepted if r.outline is not None]
    reasons = Counter(result.reason.value for result in report.features)
    return {
        "file": file.digest,
        "frame": file.frame,
        "level": report.level.value,
        "counts": dict(reasons),
        "gaps": len(report.boundaries.gaps),
        "overlaps": len(report.boundaries.overlaps),
        "outlines": digest({r.code: outline_digest(r.outline) for r in taken if r.outline}),
    }
