"""Outlines as they come from files: what is taken as it is, what is repaired, what is refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

LEAST_CHANGE = 0.001
"""A repair that changes the drawn area by more than this share is a guess, so it is refused."""


@dataclass(frozen=True, slots=True)
class Repair:
    """``geometry`` is None when refused; ``why`` says what was wrong, in plain English."""

    geometry: BaseGeometry | None
    why: str = ""

    @property
    def is_repaired(self) -> bool:
        """Whether the outline was changed to become valid."""
        return self.geometry is not None and self.why != ""


def repair_outline(drawn: BaseGeometry | None) -> Repair:
    """Take a valid polygon as it is, mend a slightly broken one, refuse the rest.

    A spike, a doubled vertex or a ring that touches itself can be mended without moving ground;
    a bow-tie cannot, because nobody knows which half was meant.
    """
    if wrong := _hopeless(drawn):
        return Repair(None, wrong)
    flat = shapely.force_2d(drawn)
    if flat.is_valid:
        return Repair(flat) if flat.area > 0 else Repair(None, "an outline without area")
    wrong = str(shapely.is_valid_reason(flat))
    mended = _areas_only(shapely.make_valid(flat, method="structure", keep_collapsed=False))
    if mended.is_empty or mended.area == 0:
        return Repair(None, f"cannot be mended: {wrong}")
    if abs(flat.area - mended.area) > LEAST_CHANGE * mended.area:
        return Repair(None, f"mending would move ground: {wrong}")
    return Repair(mended, wrong)


def _hopeless(drawn: BaseGeometry | None) -> str:
    if drawn is None or drawn.is_empty:
        return "no outline"
    if drawn.geom_type not in ("Polygon", "MultiPolygon"):
        return f"a {drawn.geom_type}, not an area"
    return "" if _is_finite(drawn) else "a coordinate is not a number"


def _is_finite(geometry: BaseGeometry) -> bool:
    return bool(np.isfinite(shapely.get_coordinates(geometry)).all())


def _areas_only(geometry: BaseGeometry) -> BaseGeometry:
    parts: list[BaseGeometry] = []
    for part in shapely.get_parts(geometry):
        parts.extend(p for p in shapely.get_parts(part) if p.geom_type == "Polygon")
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)
