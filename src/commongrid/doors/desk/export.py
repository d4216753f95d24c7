"""The list as a table: counted facts only, never words, addresses or photos of people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from commongrid.doors.desk import words
from commongrid.doors.desk.reading import Reader
from commongrid.rooms.matters import face as matters

AT_ONCE = 500
BOM = "\ufeff"  # spreadsheets then read UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def csv_lines(reader: Reader, filters: matters.Filters, language: str) -> Iterator[str]:
    """The table, line by line, page by page. Shape: a header, then one line a matter."""
    page, pages = 1, 1
    with translation.override(language):
        yield BOM + _line(_header())
    while page <= pages:
        listed = matters.list_matters(
            **reader.who, filters=filters, page=page, size=AT_ONCE, is_whole=True
        )
        with translation.override(language):
            lines = [_line(_cells(card, language)) for card in listed.cards]
        yield from lines
        page, pages = page + 1, listed.pages


def _header() -> list[str]:
    return [
        _("Number"), _("Kind"), _("Type code"), _("Type"), _("State"), _("Light"),
        _("Place code"), _("Place"), _("Community"), _("Received"), _("Due"), _("What is due"),
        _("Closed"), _("Unit"), _("Came in by"), _("Redone"), _("Passed on"), _("Photos"),
        _("Followers"),
    ]  # fmt: skip


def _cells(card: matters.MatterCard, language: str) -> list[str]:
    return [
        card.ref,
        str(words.KINDS.get(str(card.kind), card.kind)),
        card.type_code,
        card.type_name.in_(language),
        card.state_name.in_(language),
        str(words.LIGHTS[str(card.light)]),
        card.place_code,
        card.place_name.in_(language),
        card.community_name.in_(language),
        _moment(card.received_at),
        _moment(card.due_at),
        card.due_name.in_(language),
        _moment(card.closed_at),
        card.unit_name.in_(language),
        str(words.CHANNELS.get(card.channel, card.channel)),
        *(str(n) for n in (card.redone, card.transfers, card.photos, card.followers)),
    ]


def _moment(at: datetime | None) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M") if at else ""


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([_safe(cell) for cell in cells])
    return out.getvalue()


def _safe(cell: str) -> str:
    """A cell a spreadsheet will not run as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) else cell
