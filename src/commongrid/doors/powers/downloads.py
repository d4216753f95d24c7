"""Tables for programs: CSV and JSON of published numbers."""

from __future__ import annotations

import csv
import io
from typing import Any

from commongrid.charter.compiler import Compiled
from commongrid.doors.powers.names import power_name
from commongrid.rooms.publications.face import PowerMonthCard

COLUMNS = (
    "month", "as_of", "powers", "names_zh", "names_en", "roles", "used", "standing", "undone",
)  # fmt: skip
JOIN = " + "


def as_csv(card: PowerMonthCard, compiled: Compiled) -> str:
    """One line a published row; joined powers are one line. Begins with a byte order mark."""
    out = io.StringIO()
    out.write("\ufeff")  # for spreadsheets that would read Chinese as something else
    lines = csv.writer(out)
    lines.writerow(COLUMNS)
    fates = {tuple(row[0]): row[1:] for row in card.whole.get("fates") or ()}
    for members, count in card.whole.get("used") or ():
        names = [power_name(power, compiled) for power in members]
        roles = dict.fromkeys(
            holder.role for power in members for holder in compiled.powers.get(power, ())
        )
        lines.writerow(
            [
                f"{card.month:%Y-%m}",
                card.as_of.isoformat(),
                JOIN.join(members),
                JOIN.join(name.zh for name in names),
                JOIN.join(name.en for name in names),
                " ".join(roles),
                count,
                *fates.get(tuple(members), ("", "")),
            ]
        )
    return out.getvalue()


def as_plain(card: PowerMonthCard, parts: dict[str, object]) -> dict[str, Any]:
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
