"""Tables for programs: CSV and JSON of published numbers, with what they mean."""

from __future__ import annotations

import csv
import io
from typing import Any

from commongrid.bridges.board import FigurePage
from commongrid.doors.board.present import plain_rows
from commongrid.rooms.oversight.face import PublicationCard, PublicationHead

NAMES = " + "  # between the members of a joined row
COLUMNS = (
    "figure", "month", "as_of", "axis", "level", "codes", "names_zh", "names_en", "total",
    "part", "denominator", "unknown", "share", "low", "high",
)  # fmt: skip


def as_csv(page: FigurePage) -> str:
    """One line a row; the categories are the last columns. Begins with a byte order mark."""
    out = io.StringIO()
    out.write("\ufeff")  # for spreadsheets that would read Chinese as something else
    categories = page.figure.keys
    lines = csv.writer(out)
    lines.writerow([*COLUMNS, *(f"count_{key}" for key in categories)])
    for row in plain_rows(page):
        told = {
            **row,
            "figure": page.figure.key,
            "month": f"{page.publication.month:%Y-%m}",
            "as_of": page.publication.as_of.isoformat(),
            **{name: _safe(NAMES.join(row[name])) for name in ("codes", "names_zh", "names_en")},
        }
        counts = [row["counts"].get(key, "") for key in categories]
        lines.writerow([*(told[column] for column in COLUMNS), *counts])
    return out.getvalue()


def as_plain(page: FigurePage) -> dict[str, Any]:
    """The same with the definition, for JSON."""
    return {
        "figure": page.figure.key,
        "name": {"zh": page.figure.name.zh, "en": page.figure.name.en},
        "definition": {"zh": page.figure.definition.zh, "en": page.figure.definition.en},
        "query": page.figure.query,
        **_head(page.publication),
        "rows": plain_rows(page),
    }


def publication_plain(card: PublicationCard) -> dict[str, Any]:
    """A whole publication as it was frozen; its digest is the one in the ledger's act."""
    return {**_head(card), "tables": card.tables}


def _head(card: PublicationHead) -> dict[str, Any]:
    return {
        "place": card.root_code,
        "month": f"{card.month:%Y-%m}",
        "as_of": card.as_of.isoformat(),
        "smallest_count": card.least,
        "charters": list(card.charters),
        "digest": card.digest,
        "act": str(card.made_by_act),
    }


def _safe(words: str) -> str:
    """A name that a spreadsheet would take for a formula is kept a name."""
    return f"'{words}" if words[:1] in "=+-@\t\r" and words else words
