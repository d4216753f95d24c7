"""Tables for programs: CSV and JSON of published numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

from commongrid.charter.compiler import Compiled
from commongrid.doors.powers.names import power_name
from commongrid.rooms.publications.face import PowerMonthCard

COLUMNS = (
    "month", "as_of", "power", "name_zh", "name_en", "roles", "used", "standing", "undone",
)  # fmt: skip


def as_csv(card: PowerMonthCard, parts: Mapping[str, Any], compiled: Compiled) -> str:
    """One line a power; a count that is small or kept back is an empty cell.

    Begins with a byte order mark.
    """
    out = io.StringIO()
    out.write("\ufeff")  # for spreadsheets that would read Chinese as something else
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    for power, count in card.whole.get("used") or ():
        name = power_name(power, compiled)
        roles = dict.fromkeys(holder.role for holder in compiled.powers.get(power, ()))
        fate = parts[power]["fate"] if power in parts else None
        lines.writerow(
            [
                f"{card.month:%Y-%m}",
                card.as_of.isoformat(),
                power,
                name.zh,
                name.en,
                " ".join(roles),
                "" if count is None else count,
                *(fate or ("", "")),
            ]
        )
    return out.getvalue()


def as_plain(card: PowerMonthCard, parts: Mapping[str, Any]) -> dict[str, Any]:
    """A month as it was frozen; the digest in the act is of ``whole`` and ``parts``."""
    return {
        "place": card.root_code,
        "month": f"{card.month:%Y-%m}",
        "as_of": card.as_of.isoformat(),
        "smallest_count": card.least,
        "charters": list(card.charters),
        "digest": card.digest,
        "act": str(card.made_by_act),
        "whole": card.whole,
        "parts": parts,
    }
