"""Which acts an auditor reads: those about the area of their posts.

The charter gives ``read_ledger`` for the area of the post. Whoever's posts reach every place that
has a charter reads the whole ledger of the house, with what has no place by nature: the log, runs
of the clock, keys, phones and addresses of programs. Anybody else reads the acts about matters,
places, posts, findings, samples and tasks for grids that lie in their area; what names no place
they do not read.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Max, Q, QuerySet

from commongrid.ledger.models import Act
from commongrid.rooms.duties import face as duties
from commongrid.rooms.findings import face as findings
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

OF_PLACES = ("place", "charter", "board", "powers", "affair")
"""Kinds of subjects that are named by the code of a place."""
LOOKED_AT = 20_000
"""Acts of the house that one page looks through for those of an area."""


@dataclass(frozen=True, slots=True)
class Audited:
    """The area somebody reads acts of. ``is_whole``: it is all of the house."""

    areas: tuple[str, ...]
    is_whole: bool

    def narrowed(self, acts: QuerySet[Act]) -> QuerySet[Act]:
        """The acts of these that may be read. Cost: keys looked up for each act."""
        if self.is_whole:
            return acts
        return acts.filter(
            Q(matters.acts_on_matters_within(self.areas))
            | Q(people.acts_on_posts_within(self.areas))
            | Q(places.acts_on_places_within(self.areas, OF_PLACES))
            | findings.acts_of_oversight_within(self.areas)
            | Q(duties.acts_on_duties_within(self.areas))
        )

    def bottom(self, before: int | None) -> int:
        """The first act of the house a page looks at, so that a small area costs no more.

        Cost: 1 statement, none for the whole house.
        """
        if self.is_whole:
            return 0
        last = before or Act.objects.aggregate(last=Max("id"))["last"] or 0
        return max(0, int(last) - LOOKED_AT)


def audited_by(areas: tuple[str, ...]) -> Audited:
    """What the holder of auditing posts in these areas reads. Cost: none when warm."""
    roots = [place.path for place in places.list_chartered_places()]
    is_whole = all(any(root.startswith(area) for area in areas) for root in roots)
    return Audited(areas=areas, is_whole=is_whole and bool(areas))
