"""The places room's face: divisions, grids, boundaries, grid posts and adopted charters.

Codes are those of the National Bureau of Statistics unless another code system is named.
Points and outlines are WGS84. ``at`` is an instant or a day; without it, validity is not asked.
"""

from __future__ import annotations

from commongrid.rooms.places.caches import (
    Known,
    NoCharterError,
    charter_in_force,
    get_charter,
    get_charter_card,
    list_chartered_places,
    list_charters,
    locate_grid,
    look_up,
    looking_up,
    one_look,
)
from commongrid.rooms.places.cards import (
    BoundarySetCard,
    CharterCard,
    GridPostCard,
    PlaceCard,
    SuccessionCard,
)
from commongrid.rooms.places.commands.adopt_charter import adopt_charter
from commongrid.rooms.places.commands.import_boundaries import import_boundaries
from commongrid.rooms.places.commands.load_seed_places import SeedPlaces, load_seed_places
from commongrid.rooms.places.commands.redraw_places import redraw_places
from commongrid.rooms.places.commands.register_places import (
    PlaceRow,
    RegisterReport,
    RejectedRow,
    register_places,
)
from commongrid.rooms.places.commands.set_grid_post import set_grid_post
from commongrid.rooms.places.domain.authority import SETUP_KEY
from commongrid.rooms.places.domain.boundaries import BoundaryReport, Gap, Overlap
from commongrid.rooms.places.domain.coding import PRIMARY_SYSTEM
from commongrid.rooms.places.domain.gate import NOTHING_ADMITTED, Admitted, asked_beyond
from commongrid.rooms.places.domain.importing import FeatureResult, ImportReport, Reason
from commongrid.rooms.places.domain.reading import BoundaryFile, Feature, read_boundaries
from commongrid.rooms.places.domain.words import KIND_NAMES, LEVEL_NAMES, Kind, Level, Settlement
from commongrid.rooms.places.queries import (
    PlaceNotFoundError,
    acts_on_places_within,
    bounds_of,
    check_boundaries,
    find_place,
    get_grid_post,
    get_place,
    list_boundary_sets,
    list_children,
    list_grids,
    list_line,
    list_places,
    list_successions,
    outline_geojson,
    search_places,
)
from commongrid.rooms.places.shapes import (
    PlaceShape,
    ShapeFilters,
    ShapeList,
    list_shapes,
    middles_of_places,
)

__all__ = [
    "KIND_NAMES",
    "LEVEL_NAMES",
    "NOTHING_ADMITTED",
    "PRIMARY_SYSTEM",
    "SETUP_KEY",
    "Admitted",
    "BoundaryFile",
    "BoundaryReport",
    "BoundarySetCard",
    "CharterCard",
    "Feature",
    "FeatureResult",
    "Gap",
    "GridPostCard",
    "ImportReport",
    "Kind",
    "Known",
    "Level",
    "NoCharterError",
    "Overlap",
    "PlaceCard",
    "PlaceNotFoundError",
    "PlaceRow",
    "PlaceShape",
    "Reason",
    "RegisterReport",
    "RejectedRow",
    "SeedPlaces",
    "Settlement",
    "ShapeFilters",
    "ShapeList",
    "SuccessionCard",
    "acts_on_places_within",
    "adopt_charter",
    "asked_beyond",
    "bounds_of",
    "charter_in_force",
    "check_boundaries",
    "find_place",
    "get_charter",
    "get_charter_card",
    "get_grid_post",
    "get_place",
    "import_boundaries",
    "list_boundary_sets",
    "list_chartered_places",
    "list_charters",
    "list_children",
    "list_grids",
    "list_line",
    "list_places",
    "list_shapes",
    "list_successions",
    "load_seed_places",
    "locate_grid",
    "look_up",
    "looking_up",
    "middles_of_places",
    "one_look",
    "outline_geojson",
    "read_boundaries",
    "redraw_places",
    "register_places",
    "search_places",
    "set_grid_post",
]
