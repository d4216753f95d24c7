"""What was erased, in words; and pictures inside a file that needs no program."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext_lazy

from commongrid.charter.matter import Actor
from commongrid.rooms.matters import face as matters

COUNTS = {
    "contact": gettext_lazy("contact data of yours"),
    "followers": gettext_lazy("contact data of followers"),
    "purposes": gettext_lazy("purposes written for outside bodies"),
    "fields": gettext_lazy("fields with your words, answers or place"),
    "acts": gettext_lazy("acts whose words were erased"),
    "replies": gettext_lazy("replies of units"),
    "search": gettext_lazy("entries of the search"),
    "pictures": gettext_lazy("photos"),
    "voice_notes": gettext_lazy("voice notes"),
    "files": gettext_lazy("files"),
    "point": gettext_lazy("exact points"),
    "subscriptions": gettext_lazy("mail addresses for news"),
    "phone_words": gettext_lazy("words returned to phones"),
    "commitments": gettext_lazy("steps the public log can no longer be held against"),
}


def counts_in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """What there was, without what there was not."""
    return [(str(COUNTS.get(name, name)), count) for name, count in counts.items() if count]


def picture_in(actor: Actor, photo_id: UUID) -> str:
    """A picture as an address that holds the picture itself."""
    found = matters.open_photo(actor=actor, photo_id=photo_id)
    return f"data:{found[1]};base64,{b64encode(found[0]).decode()}" if found else ""
