"""Where an interrupted import stopped, so that the next run need not read all of it again."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from commongrid.rooms.matters.face import known_origins
from commongrid.stories.importing.maps import ImportMap


@dataclass(frozen=True, slots=True)
class Bookmark:
    """The last row of a file that was dealt with, and the last matter recorded from it.

    Losing the file costs time only: rows that are recorded are known by their origin id.
    """

    path: Path
    row: int = 0
    origin_id: str = ""

    def move(self, row: int, origin_id: str) -> None:
        """Remember a row whose batch is saved."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps({"row": row, "origin_id": origin_id}), encoding="utf-8")
        fresh.replace(self.path)

    def drop(self) -> None:
        """Forget, once the whole file was read."""
        self.path.unlink(missing_ok=True)


def bookmark_of(file: Path, import_map: ImportMap) -> Bookmark:
    """The bookmark of this file under this map; at row 0 when there is none or it is stale.

    Stale: the matter it names is not in the database (another database, or an older copy).
    """
    seen = hashlib.sha256(import_map.digest.encode())
    with file.open("rb") as content:
        while chunk := content.read(1 << 20):
            seen.update(chunk)
    path = Path(settings.HOME) / "imports" / f"{seen.hexdigest()[:32]}.json"
    try:
        kept = json.loads(path.read_text("utf-8"))
        row, origin_id = int(kept["row"]), str(kept["origin_id"])
    except (OSError, ValueError, KeyError, TypeError):
        return Bookmark(path)
    is_here = bool(origin_id) and bool(known_origins([origin_id]))
    return Bookmark(path, row, origin_id) if is_here else Bookmark(path)
