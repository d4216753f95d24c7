"""The discovery file: where the standard is served, in which forms, and whom to ask."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from commongrid.doors.open311.answers import TYPES
from commongrid.doors.open311.edge import language
from commongrid.doors.open311.jurisdictions import charters_in_force, served_places

# The name of the standard, as the standard writes it; nothing is ever fetched from there.
SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def discovery_tree(endpoint: str, page: str, *, is_demo: bool, at: datetime) -> dict[str, Any]:
    """The discovery file. ``changeset`` moves when a charter is adopted, and only then."""
    newest = max((card.adopted_at for card in charters_in_force(at)), default=NEVER)
    changeset = newest.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    return {
        "changeset": changeset,
        "contact": _("This door is described at %(page)s") % {"page": page},
        "key_service": _("Ask the administration of the place for a key: %(page)s#key")
        % {"page": page},
        "endpoints": [
            {
                "specification": SPECIFICATION,
                "url": endpoint,
                "changeset": changeset,
                "type": "test" if is_demo else "production",
                "formats": [kind.split(";")[0] for kind in reversed(TYPES.values())],
                "jurisdictions": [
                    {"jurisdiction_id": place.code, "name": place.name.in_(language())}
                    for place in served_places()
                ],
            }
        ],
    }
