"""Which features of a boundary file may be adopted, each with its reason."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from commongrid.kernel.codes import CodeSystem
from commongrid.rooms.places.domain.boundaries import BoundaryReport
from commongrid.rooms.places.domain.coding import PlaceCode, read_place_code
from commongrid.rooms.places.domain.measuring import area_m2
from commongrid.rooms.places.domain.reading import Feature
from commongrid.rooms.places.domain.repairing import repair_outline
from commongrid.rooms.places.domain.words import Level

OUTSIDE_SHARE = 0.05
"""A place with more than this share of its ground outside its parent is in the wrong place."""
NAMED_BY_US = frozenset({Level.GRID, Level.MICRO_GRID})
"""Levels whose names come with the drawing; names of divisions come from the register."""
_OFFICE = re.compile(
    r"(?:街道办事处|社区居民委员会|社区居委会|居民委员会|居委会|村民委员会|村委会)$"
)


class Reason(StrEnum):
    """Why a feature was taken or not."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    NO_CODE = "no_code"
    BAD_CODE = "bad_code"
    WRONG_LEVEL = "wrong_level"
    DUPLICATE = "duplicate"
    NO_PARENT = "no_parent"
    OUTSIDE_ROOT = "outside_root"
    OUTSIDE_PARENT = "outside_parent"
    NAME_CLASH = "name_clash"
    NO_NAME = "no_name"
    INVALID_OUTLINE = "invalid_outline"
    ENDED = "ended"


ACCEPTED = frozenset({Reason.NEW, Reason.CHANGED, Reason.UNCHANGED})


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPlace:
    """What the register says of a place before the import."""

    code: str
    name: str
    path: str
    is_valid: bool
    outline_digest: str = ""
    outline: BaseGeometry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureResult:
    """What came of one feature. ``detail`` is for staff, in plain English."""

    row: int
    code: str
    name: str
    reason: Reason
    detail: str = ""
    area_m2: float = 0.0
    outline: BaseGeometry | None = None
    read: PlaceCode | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the feature is, or already was, adopted."""
        return self.reason in ACCEPTED

    def as_plain(self) -> dict[str, Any]:
        """The result as plain values, without the outline."""
        return {
            "row": self.row,
            "code": self.code,
            "name": self.name,
            "accepted": self.is_accepted,
            "reason": self.reason.value,
            "detail": self.detail,
            "area_m2": round(self.area_m2, 1),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """All features of a file with their reasons, and what the outlines now look like."""

    file_name: str
    frame: str
    encoding: str
    encoding_how: str
    level: Level
    root_code: str
    features: tuple[FeatureResult, ...]
    boundaries: BoundaryReport
    is_dry_run: bool = False

    @property
    def accepted(self) -> tuple[FeatureResult, ...]:
        """Features that are adopted."""
        return tuple(result for result in self.features if result.is_accepted)

    @property
    def rejected(self) -> tuple[FeatureResult, ...]:
        """Features that are not."""
        return tuple(result for result in self.features if not result.is_accepted)

    @property
    def has_changes(self) -> bool:
        """Whether anything is different from what the register already has."""
        return any(r.reason in (Reason.NEW, Reason.CHANGED) for r in self.features)

    def as_plain(self) -> dict[str, Any]:
        """The report as plain values, to be kept with the boundary set."""
        return {
            "file": self.file_name,
            "frame": self.frame,
            "encoding": f"{self.encoding} ({self.encoding_how})",
            "level": self.level.value,
            "root": self.root_code,
            "features": [result.as_plain() for result in self.features],
            "boundaries": self.boundaries.as_plain(),
        }


class _NotTakenError(Exception):
    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Judges features against the register of places. Codes of one system only."""

    level: Level
    system: CodeSystem
    root: KnownPlace
    known: Mapping[str, KnownPlace]

    def judge(self, features: Iterable[Feature]) -> tuple[FeatureResult, ...]:
        """Every feature with its reason, in the order of the file; the first of a code wins."""
        seen: dict[str, int] = {}
        return tuple(self._judged(feature, seen) for feature in features)

    def _judged(self, feature: Feature, seen: dict[str, int]) -> FeatureResult:
        try:
            result = self._taken(feature, seen)
        except _NotTakenError as why:
            return FeatureResult(
                row=feature.row,
                code=feature.code,
                name=feature.name,
                reason=why.reason,
                detail=why.detail,
            )
        seen[result.code] = feature.row
        return result

    def _taken(self, feature: Feature, seen: Mapping[str, int]) -> FeatureResult:
        read = self._code(feature)
        if read.code in seen:
            detail = f"code {read.code} was given in row {seen[read.code]}"
            raise _NotTakenError(Reason.DUPLICATE, detail)
        place, parent = self._places(read, feature)
        repair = repair_outline(feature.outline)
        if repair.geometry is None:
            raise _NotTakenError(Reason.INVALID_OUTLINE, feature.wrong or repair.why)
        outline = shapely.normalize(repair.geometry)
        mended = f"repaired: {repair.why}" if repair.is_repaired else ""
        return FeatureResult(
            row=feature.row,
            code=read.code,
            name=self._name(feature, place),
            reason=self._reason(place, outline, feature),
            detail="; ".join(filter(None, (mended, _overhang(outline, parent)))),
            area_m2=area_m2(outline),
            outline=outline,
            read=read,
        )

    def _code(self, feature: Feature) -> PlaceCode:
        if not feature.code:
            raise _NotTakenError(Reason.NO_CODE, "the code field is empty")
        try:
            read = read_place_code(feature.code, self.system)
        except ValueError as error:
            raise _NotTakenError(Reason.BAD_CODE, str(error)) from error
        if read.level is not self.level:
            detail = f"{read.code} is the code of a {read.level}, not of a {self.level}"
            raise _NotTakenError(Reason.WRONG_LEVEL, detail)
        return read

    def _places(self, read: PlaceCode, feature: Feature) -> tuple[KnownPlace | None, KnownPlace]:
        parent = self.known.get(read.parent_code)
        if parent is None or not parent.is_valid:
            detail = f"{read.parent_code} is not in the register; register it first"
            raise _NotTakenError(Reason.NO_PARENT, detail)
        if not parent.path.startswith(self.root.path):
            detail = f"{read.code} does not lie under {self.root.code} {self.root.name}"
            raise _NotTakenError(Reason.OUTSIDE_ROOT, detail)
        place = self.known.get(read.code)
        if place is not None and not place.is_valid:
            detail = f"{read.code} {place.name} has ended; a redrawn place needs a new code"
            raise _NotTakenError(Reason.ENDED, detail)
        if place is None and not feature.name:
            raise _NotTakenError(Reason.NO_NAME, f"{read.code} is new and has no name")
        if place is not None and feature.name and self.level not in NAMED_BY_US:
            self._compare_names(place, feature.name)
        return place, parent

    def _compare_names(self, place: KnownPlace, name: str) -> None:
        if short_name(place.name) != short_name(name):
            detail = (
                f"the register ({self.system}) calls {place.code} {place.name}, the file {name}: "
                "is the file in another code system, or was the place renamed?"
            )
            raise _NotTakenError(Reason.NAME_CLASH, detail)

    def _name(self, feature: Feature, place: KnownPlace | None) -> str:
        if place is None or (self.level in NAMED_BY_US and feature.name):
            return feature.name
        return place.name

    def _reason(self, place: KnownPlace | None, outline: BaseGeometry, feature: Feature) -> Reason:
        if place is None:
            return Reason.NEW
        is_same_name = self._name(feature, place) == place.name
        if is_same_name and place.outline_digest == outline_digest(outline):
            return Reason.UNCHANGED
        return Reason.CHANGED


def outline_digest(outline: BaseGeometry) -> str:
    """The SHA-256 of a normalised outline: equal ground drawn from another start is equal."""
    return hashlib.sha256(shapely.to_wkb(shapely.normalize(outline), byte_order=1)).hexdigest()


def short_name(name: str) -> str:
    """A division's name without the office in it, so that 明仁街道办事处 is 明仁街道.

    Example:
        >>> short_name("明仁街道办事处"), short_name("露天社区居委会"), short_name("阿都沁嘎查")
        ('明仁街道', '露天社区', '阿都沁嘎查')
    """
    return _OFFICE.sub(
        lambda office: {"街": "街道", "社": "社区", "村": "村"}.get(office[0][0], ""), name
    )


def _overhang(outline: BaseGeometry, parent: KnownPlace) -> str:
    """A word on ground outside the parent. Raises when it is too much of it."""
    if parent.outline is None:
        return ""
    outside = area_m2(shapely.difference(outline, parent.outline))
    share = outside / max(area_m2(outline), 1.0)
    if share > OUTSIDE_SHARE:
        raise _NotTakenError(
            Reason.OUTSIDE_PARENT,
            f"{share:.0%} of it lies outside {parent.code} {parent.name}",
        )
    return f"{outside:.0f} m2 lie outside {parent.name}" if outside >= 1 else ""
