"""Where something raised on a phone belongs today: its grid may have ended meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils import timezone

from commongrid.rooms.matters.face import Draft
from commongrid.rooms.places import face as places

MOST_SUCCESSORS = 12  # a chain of redrawn grids that is longer than this is a circle


def placed_today(draft: Draft, at: datetime) -> Draft:
    """The draft at a place that exists today.

    Of a grid that ended: the grid its point lies in; without a point the only successor; else the
    community of the old grid. A grid nobody knows stays as it is, and the rules refuse it.
    Cost: nothing when warm; 1 statement more for each grid that ended.
    """
    if not draft.grid_code:
        return draft
    known = places.look_up()
    grid = known.find_place(draft.grid_code)
    today = timezone.localtime(at).date()
    if grid is None or grid.is_valid_on(today):
        return draft
    if draft.lon is not None and draft.lat is not None:
        found = known.locate_grid(draft.lon, draft.lat, at)
        if found is not None:
            return replace(draft, grid_code=found.code, community_code="")
    heir = _only_heir(grid, at)
    if heir is not None:
        return replace(draft, grid_code=heir.code, community_code="")
    community = known.find_place(grid.parent_code)
    if community is not None and not community.is_valid_on(today):
        community = _only_heir(community, at) or community
    # Named as the place itself: a point that lies in no grid is kept beside it.
    code = community.code if community else grid.parent_code
    return replace(draft, grid_code=code, community_code="")


def _only_heir(place: places.PlaceCard, at: datetime) -> places.PlaceCard | None:
    """The one place of today that took over from another, through however many changes."""
    today = timezone.localtime(at).date()
    for _ in range(MOST_SUCCESSORS):
        told = places.list_successions(place.code, code_system=place.code_system)
        codes = {row.successor_code for row in told if row.predecessor_code == place.code}
        if len(codes) != 1:
            return None
        heir = places.find_place(codes.pop(), code_system=place.code_system)
        if heir is None or heir.is_valid_on(today):
            return heir
        place = heir
    return None
