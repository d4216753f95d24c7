"""Rows of the places room: divisions, outlines, grid posts, adopted charters."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from commongrid.kernel.personal import Declared, Reasons, official
from commongrid.kernel.text import Text
from commongrid.rooms.places.domain.words import Kind, Level

CODE_LENGTH = 20  # 12 digits of a division, 3 of a grid, "-NN" of a micro-grid
PATH_LENGTH = 200
POSTED = official(
    "worker_name", "worker_phone",
    what=Text("公示牌上网格员的姓名和工作电话", "name and work telephone of the grid worker"),
    kept=Text("换人时替换", "replaced when the worker changes"),
)  # fmt: skip


def _choices(words: type[Level] | type[Kind]) -> list[tuple[str, str]]:
    return [(word.value, word.value) for word in words]


class Place(models.Model):
    """A division, a grid or a micro-grid, valid for a time.

    ``path`` is materialised from the codes of all levels above, ``/150500000000/.../``; a code
    that is not of the primary system is written ``system:code`` in it, because the same digits
    mean another place there.

    Privacy: none; divisions are public. Retention: for ever; ended by a date, never deleted.
    """

    retention = "for ever; ended by a date"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "name_zh": "of a division",
        "name_en": "of a division",
        "name_mn": "of a division",
        "settlement": "kinds of settlement",
        "note": "about a division",
    }

    code_system = models.CharField(max_length=16)
    code = models.CharField(max_length=CODE_LENGTH)
    path = models.CharField(max_length=PATH_LENGTH, unique=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    level = models.CharField(max_length=16, choices=_choices(Level))
    kind = models.CharField(max_length=20, choices=_choices(Kind))
    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    name_mn = models.CharField(max_length=120, blank=True)
    settlement = models.JSONField(default=list, blank=True)  # urban, town, hamlet, remote
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # exclusive
    is_invented = models.BooleanField(default=False)
    note = models.CharField(max_length=400, blank=True)
    source = models.CharField(max_length=400)

    class Meta:
        ordering = ("path",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["code_system", "code"], name="place_one_per_code"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="place_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(path__startswith="/") & Q(path__endswith="/"),
                name="place_path_is_closed",
            ),
            models.CheckConstraint(condition=~Q(name_zh=""), name="place_has_a_name"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["level", "path"], name="place_level_path"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name_zh}"


class Succession(models.Model):
    """One place took over from another on a day (grids are redrawn, divisions merged).

    Privacy: none. Retention: for ever.
    """

    retention = "for ever"

    predecessor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="origins")
    on = models.DateField()
    reason = models.CharField(max_length=400)

    class Meta:
        ordering = ("on", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["predecessor", "successor"], name="place_succession_once"
            ),
            models.CheckConstraint(
                condition=~Q(predecessor=F("successor")), name="place_succeeds_another"
            ),
        ]


class BoundarySet(models.Model):
    """One adopted file of boundaries: what it was, what frame it declared, what came of it.

    Privacy: none. Retention: for ever; it says where every outline came from.
    """

    retention = "for ever"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "file_name": "of a map file",
        "report": "counts of outlines",
    }

    root = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="boundary_sets")
    level = models.CharField(max_length=16, choices=_choices(Level))
    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    frame = models.CharField(max_length=20)
    encoding = models.CharField(max_length=20, blank=True)
    report = models.JSONField()
    adopted_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("-adopted_at", "-id")


class Outline(models.Model):
    """The boundary of a place for a time, in WGS84 as GeoJSON, with its box.

    A new outline of the same place closes the one before, so a point can be located as of a day.

    Privacy: none. Retention: for ever.
    """

    retention = "for ever"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "geojson": "the border of a division",
    }

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="outlines")
    boundary_set = models.ForeignKey(BoundarySet, on_delete=models.PROTECT, related_name="outlines")
    geojson = models.TextField()
    digest = models.CharField(max_length=64)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    area_m2 = models.FloatField()  # on the ellipsoid
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)  # exclusive

    class Meta:
        ordering = ("place_id", "valid_from")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(valid_until__isnull=True),
                name="place_one_open_outline",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="place_outline_ends_after_start",
            ),
        ]


class GridPost(models.Model):
    """What is posted where people gather: who serves the grid, and whom to call about it.

    Privacy: the grid worker's name and WORK telephone, public by office; no private contact.
    Retention: replaced when the worker changes; no history of persons is kept.
    """

    retention = "replaced when the worker changes"
    personal: ClassVar[Declared] = (POSTED,)
    impersonal: ClassVar[Reasons] = {
        "supervision_phone": "of an office",
    }

    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="post")
    worker_name = models.CharField(max_length=60)
    worker_phone = models.CharField(max_length=30)
    supervision_phone = models.CharField(max_length=30)
    where_posted = models.CharField(max_length=200, blank=True)
    is_invented = models.BooleanField(default=False)
    changed_at = models.DateTimeField()


class CharterVersion(models.Model):
    """A charter as a place adopted it: the whole text, its digest, and since when it counts.

    Privacy: none; a charter names offices, never persons. Retention: for ever, because matters
    are judged by the version under which they were accepted.
    """

    retention = "for ever"
    personal: ClassVar[Declared] = ()
    impersonal: ClassVar[Reasons] = {
        "plain": "rules: offices, never persons",
    }

    key = models.CharField(max_length=120, unique=True)  # <charter_id>@<version>
    charter_id = models.CharField(max_length=80)
    version = models.CharField(max_length=40)
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="charters")
    digest = models.CharField(max_length=64)
    plain = models.TextField()  # canonical JSON
    valid_from = models.DateField()
    adopted_at = models.DateTimeField()
    reason = models.CharField(max_length=400)
    pia_ref = models.CharField(max_length=120, blank=True)  # impact assessment, where one is due
    rehearsal = models.CharField(max_length=20, blank=True)  # "": adopted without one
    report_digest = models.CharField(max_length=64, blank=True)
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("place_id", "adopted_at", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["charter_id", "version"], name="charter_version_once"),
        ]


class PlacesState(models.Model):
    """One row whose token changes with every write of this room, so that caches know.

    A token, not a count: after a roll-back a count could come back for other contents.

    Privacy: none. Retention: one row, for ever.
    """

    retention = "one row, for ever"

    token = models.UUIDField()
