"""Step 2: where it is, by one of three ways. The server finds the grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from commongrid.doors.resident.draft import ReportDraft
from commongrid.doors.resident.whereabouts import CommunityGrids

MAX_ADDRESS = 200
_EXACTLY = gettext_lazy("Where exactly?")
_EXACTLY_HINT = gettext_lazy("For example: in front of the school gate, entrance 3.")


class WayForm(forms.Form):
    """What the three ways share: a word on the exact spot."""

    way = ""

    def __init__(self, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id=f"{self.way}_%s", **kwargs)


class MapForm(WayForm):
    """A point tapped on the map, or set at the cross, or given by the phone once."""

    way = "map"
    lon = forms.FloatField(min_value=-180, max_value=180, widget=forms.HiddenInput)
    lat = forms.FloatField(min_value=-90, max_value=90, widget=forms.HiddenInput)
    address = forms.CharField(
        label=_EXACTLY, help_text=_EXACTLY_HINT, max_length=MAX_ADDRESS, required=False
    )


class ListForm(WayForm):
    """A grid, or a community when the grid is not known, picked from the list."""

    way = "list"
    spot = forms.CharField(
        label=gettext_lazy("Community and grid"),
        max_length=40,
        error_messages={"required": gettext_lazy("Choose a grid, or a whole community.")},
    )
    address = forms.CharField(
        label=_EXACTLY, help_text=_EXACTLY_HINT, max_length=MAX_ADDRESS, required=False
    )


class AddressForm(WayForm):
    """An address in words, with its community when the words do not tell it."""

    way = "address"
    address = forms.CharField(
        label=gettext_lazy("Address or description of the place"),
        help_text=gettext_lazy("As you would tell it to a neighbour."),
        max_length=MAX_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": gettext_lazy("Describe the place.")},
    )
    community = forms.ChoiceField(
        label=gettext_lazy("Community, village or gacha"),
        help_text=gettext_lazy("We also look for its name in the address."),
        required=False,
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        communities: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        unknown = ("", gettext_lazy("Find it from the address"))
        self.fields["community"].choices = [unknown, *communities]  # type: ignore[attr-defined]


WAYS: dict[str, type[WayForm]] = {"map": MapForm, "list": ListForm, "address": AddressForm}


def way_forms(
    draft: ReportDraft,
    sent: Mapping[str, Any] | None,
    listed: Iterable[CommunityGrids],
    language: str,
) -> dict[str, WayForm]:
    """The three forms; only the one that was sent is bound, the others show the draft."""
    names = [(row.card.code, row.card.name.in_(language)) for row in listed]
    spot = f"grid:{draft.grid_code}" if draft.grid_code else f"community:{draft.community_code}"
    begun = {
        "lon": draft.lon,
        "lat": draft.lat,
        "spot": spot,
        "address": draft.address,
        "community": draft.community_code,
    }
    chosen = sent.get("way", "") if sent else ""
    return {
        way: form(
            sent if way == chosen else None,
            initial=begun,
            **({"communities": names} if way == "address" else {}),
        )
        for way, form in WAYS.items()
    }
