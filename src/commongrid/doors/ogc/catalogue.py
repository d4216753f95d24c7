"""The three collections: what they hold, and the name and meaning of every property.

The names are a promise: a property is added, never renamed. Layers, filters, exports, the schema
and the column tables of the pages all follow from these rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Field:
    """One property. ``sort`` is text, integer, number, boolean, date or date-time."""

    name: str
    sort: str
    meaning: Words
    is_filter: bool = False
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collection:
    """A set of features of one kind."""

    id: str
    title: Words
    description: Words
    when: Words  # what the parameter datetime compares with
    geometry: str  # of the schema: geometry-point, geometry-polygon-or-multipolygon
    fields: tuple[Field, ...]
    example: str  # a feature's id, to show its form

    @property
    def filters(self) -> tuple[Field, ...]:
        """The properties that may be asked for by name."""
        return tuple(field for field in self.fields if field.is_filter)


def _place_fields(levels: tuple[str, ...], kinds: tuple[str, ...]) -> tuple[Field, ...]:
    return (
        Field("code", "text", _("Code of the division or grid"), is_filter=True),
        Field("code_system", "text", _("Who gives such codes (nbs: the statistics bureau)")),
        Field("name_zh", "text", _("Name in Chinese")),
        Field("name_en", "text", _("Name in English")),
        Field("name_mn", "text", _("Name in Mongolian, where it is known")),
        Field("level", "text", _("Level in the tree of divisions"), is_filter=True, values=levels),
        Field("kind", "text", _("What such a place is called"), is_filter=True, values=kinds),
        Field("parent_code", "text", _("Code of the place one level above"), is_filter=True),
        Field("settlement", "text", _("How people live there, several by semicolon")),
        Field("valid_from", "date", _("First day on which the place exists")),
        Field("valid_until", "date", _("First day on which it exists no more; empty: it goes on")),
        Field("drawn_on", "date", _("Since when this outline is valid")),
        Field("area_km2", "number", _("Area on the ellipsoid in square kilometres")),
        Field("is_invented", "boolean", _("Made up for the demonstration")),
        Field("source", "text", _("Where the row came from")),
    )


DIVISIONS = Collection(
    id="divisions",
    title=_("Divisions"),
    description=_(
        "Cities, districts and banners, townships and subdistricts, communities and villages; "
        "with an outline where one was adopted."
    ),
    when=_("the days on which the place exists; without it: today"),
    geometry="geometry-polygon-or-multipolygon",
    fields=_place_fields(
        ("city", "county", "township", "village"),
        (
            *("city", "district", "banner", "county", "county_city", "zone", "subdistrict"),
            *("town", "sumu", "township", "farm", "community", "village", "gacha"),
        ),
    ),
    example="150502004000",
)
GRIDS = Collection(
    id="grids",
    title=_("Grids"),
    description=_(
        "The grids of every place with the outline in force. Ask for a day or a time in the past "
        "to see the grids of that time."
    ),
    when=_("the days on which the grid exists; without it: today"),
    geometry="geometry-polygon-or-multipolygon",
    fields=_place_fields(("grid",), ("comprehensive", "exclusive", "emergency")),
    example="150502004001001",
)
MATTERS = Collection(
    id="matters",
    title=_("Public matters"),
    description=_(
        "Matters of common space that anybody may read. A point is exact only where the person "
        "who raised the matter shared it; any other open matter stands in the middle of its "
        "grid, and an ended one has no point."
    ),
    when=_("when the matter was received"),
    geometry="geometry-point",
    fields=(
        Field("ref", "text", _("Number of the matter"), is_filter=True),
        Field("type_code", "text", _("Type in the catalogue of the charter"), is_filter=True),
        Field("type_zh", "text", _("Type in Chinese")),
        Field("type_en", "text", _("Type in English")),
        Field("group_zh", "text", _("Group of types in Chinese")),
        Field("group_en", "text", _("Group of types in English")),
        Field("state", "text", _("Where it stands (key)"), is_filter=True),
        Field(
            "state_kind",
            "text",
            _("Open, waiting or ended"),
            is_filter=True,
            values=("open", "waiting", "end"),
        ),
        Field("state_zh", "text", _("Where it stands, in Chinese")),
        Field("state_en", "text", _("Where it stands, in English")),
        Field(
            "outcome",
            "text",
            _("What the end counts as in published figures"),
            values=("none", "solved", "not_solved", "apart"),
        ),
        Field("grid_code", "text", _("Code of its grid; joins with the grids")),
        Field("grid_zh", "text", _("Its grid in Chinese")),
        Field("grid_en", "text", _("Its grid in English")),
        Field("community_code", "text", _("Code of its community or village")),
        Field("community_zh", "text", _("Its community in Chinese")),
        Field("community_en", "text", _("Its community in English")),
        Field("unit", "text", _("Handling unit (key); empty while none holds it")),
        Field("unit_zh", "text", _("Handling unit in Chinese")),
        Field("unit_en", "text", _("Handling unit in English")),
        Field("received_at", "date-time", _("When it was received")),
        Field("changed_at", "date-time", _("When it last changed")),
        Field("closed_at", "date-time", _("When it ended")),
        Field("promised_at", "date-time", _("By when its solution was first promised")),
        Field(
            "promise",
            "text",
            _("How that promise stands; empty where nothing is due"),
            values=("", "running", "paused", "kept", "late", "stopped", "unsolved"),
        ),
        Field("redone", "integer", _("How often it had to be done again")),
        Field("followers", "integer", _("How many people follow it")),
        Field("leading_ref", "text", _("Number of the public matter it was merged into")),
        Field(
            "point",
            "text",
            _("What its point is: exact, the middle of its grid, or none"),
            values=("exact", "grid", "none"),
        ),
        Field("text", "text", _("The person's words, only where they shared them")),
        Field("photos", "integer", _("How many photos the person shared")),
    ),
    example="260310-V3T27",
)
COLLECTIONS: Mapping[str, Collection] = {
    collection.id: collection for collection in (DIVISIONS, GRIDS, MATTERS)
}
