"""Entering divisions in the register, from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.codes import CodeSystem
from commongrid.kernel.text import Text
from commongrid.ledger.face import find_act
from commongrid.rooms.places.commands.acting import Deed, record, require
from commongrid.rooms.places.domain.authority import may_register_places
from commongrid.rooms.places.domain.coding import (
    PRIMARY_SYSTEM,
    PlaceCode,
    path_below,
    read_place_code,
)
from commongrid.rooms.places.domain.words import KINDS_OF, Kind, Settlement
from commongrid.rooms.places.models import Place

_KEPT = (
    "kind",
    "name_zh",
    "name_en",
    "name_mn",
    "settlement",
    "valid_from",
    "valid_until",
    "is_invented",
    "note",
    "source",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRow:
    """One line of a list of divisions. ``kind`` "" is read from the code."""

    code: str
    name: Text
    valid_from: date
    source: str
    kind: str = ""
    name_mn: str = ""
    settlement: tuple[str, ...] = ()
    valid_until: date | None = None
    note: str = ""
    is_invented: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A line that was not entered. ``row`` counts from 1."""

    row: int
    code: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterReport:
    """What came of a list."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    rejected: tuple[RejectedRow, ...] = ()


@dataclass(slots=True)
class _Sheet:
    """The register while a list is entered into it."""

    by_code: dict[str, Place]
    new: list[Place] = field(default_factory=list)
    changed: list[Place] = field(default_factory=list)
    before: dict[str, str] = field(default_factory=dict)  # code -> digest
    unchanged: list[str] = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)


def register_places(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    rows: Sequence[PlaceRow],
    root_code: str,
    reason: str,
    code_system: str = PRIMARY_SYSTEM,
) -> RegisterReport:
    """Enter divisions, grids or micro-grids at or under a root; parents come before children.

    A line that says what is already known changes nothing; a list of only such lines is no act.
    The root itself may be new, which makes a new tree: only the installer can do that.

    Raises: Refused.
    Source: domain rules G1, G2.
    """
    system = CodeSystem(code_system)
    root = read_place_code(root_code, system)
    with transaction.atomic():
        known = Place.objects.select_for_update().filter(code_system=system)
        sheet = _Sheet({place.code: place for place in known})
        top = sheet.by_code.get(root.code) or sheet.by_code.get(root.parent_code)
        path = top.path if top else "/"
        require(may_register_places(actor, path))
        for number, row in enumerate(rows, start=1):
            _enter(sheet, number, row, root)
        is_done = find_act(command_id) is not None
        if (sheet.new or sheet.changed) and not is_done:
            _save(sheet)
            record(
                Deed(actor=actor, at=at, command_id=command_id, path=path),
                subject=f"place:{root.code}",
                action="register_places",
                rule_id="place.register_places",
                words=reason,
                before={"rows": digest(sheet.before), "changed": len(sheet.changed)},
                after=_facts(sheet),
            )
    return RegisterReport(
        added=tuple(place.code for place in sheet.new),
        changed=tuple(place.code for place in sheet.changed),
        unchanged=tuple(sheet.unchanged),
        rejected=tuple(sheet.rejected),
    )


def _enter(sheet: _Sheet, number: int, row: PlaceRow, root: PlaceCode) -> None:
    try:
        read = read_place_code(row.code, root.system)
        place = _built(sheet, row, read, root)
    except ValueError as error:
        sheet.rejected.append(RejectedRow(row=number, code=row.code, why=str(error)))
        return
    old = sheet.by_code.get(read.code)
    if old is None:
        sheet.new.append(place)
        sheet.by_code[read.code] = place
    elif _kept(old) == _kept(place):
        sheet.unchanged.append(read.code)
    else:
        sheet.before[old.code] = digest(_kept(old))
        for name in _KEPT:
            setattr(old, name, getattr(place, name))
        if old not in sheet.new:
            sheet.changed.append(old)


def _built(sheet: _Sheet, row: PlaceRow, read: PlaceCode, root: PlaceCode) -> Place:
    parent = sheet.by_code.get(read.parent_code)
    if parent is None and read.parent_code and read.code != root.code:
        message = f"{read.parent_code}, the place above it, is not registered"
        raise ValueError(message)
    if not _is_under(read, parent, root):
        message = f"{read.code} does not lie under {root.code}"
        raise ValueError(message)
    kind = Kind(row.kind) if row.kind else read.kind
    if kind not in KINDS_OF[read.level]:
        message = f"kind {kind}: a {read.level} is one of {', '.join(KINDS_OF[read.level])}"
        raise ValueError(message)
    if not row.name.zh:
        message = "the Chinese name is empty"
        raise ValueError(message)
    if row.valid_until is not None and row.valid_until <= row.valid_from:
        message = "valid_until must come after valid_from"
        raise ValueError(message)
    return Place(
        code_system=read.system,
        code=read.code,
        path=path_below(parent.path if parent else "", read),
        parent=parent,
        level=read.level,
        kind=kind,
        name_zh=row.name.zh,
        name_en=row.name.en,
        name_mn=row.name_mn,
        settlement=[Settlement(word).value for word in row.settlement],
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        is_invented=row.is_invented,
        note=row.note,
        source=row.source,
    )


def _is_under(read: PlaceCode, parent: Place | None, root: PlaceCode) -> bool:
    if read.code == root.code:
        return True
    return parent is not None and f"/{root.segment}/" in parent.path


def _kept(place: Place) -> dict[str, Any]:
    return {name: getattr(place, name) for name in _KEPT}


def _save(sheet: _Sheet) -> None:
    # Level by level: a child needs its parent's number, which the database gives.
    by_depth: dict[int, list[Place]] = {}
    for place in sheet.new:
        by_depth.setdefault(place.path.count("/"), []).append(place)
    for _depth, places in sorted(by_depth.items()):
        for place in places:
            place.parent = place.parent  # takes over the number the parent has got by now
        Place.objects.bulk_create(places)
    if sheet.changed:
        Place.objects.bulk_update(sheet.changed, _KEPT)


def _facts(sheet: _Sheet) -> dict[str, Any]:
    after = {place.code: _kept(place) for place in (*sheet.new, *sheet.changed)}
    return {"rows": digest(after), "added": len(sheet.new), "changed": len(sheet.changed)}
