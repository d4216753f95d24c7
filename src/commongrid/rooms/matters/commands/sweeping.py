"""sweep_files: files of pictures and recordings that no row names.

A command writes its files before its rows are kept. A program killed in between leaves files, and
so does a connection that breaks while it is asked to keep: then nobody knows whether the rows
stand, and the files are left (``files_kept_if_saved``). What no row names a day later goes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from django.conf import settings

from commongrid.rooms.matters.models import PhotoRow, SoundRow

SETTLED = timedelta(days=1)  # by then a command is over, a restore too
TURNS = 8  # so many rounds look at all folders once
OURS = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{2,5}")


def sweep_files(*, at: datetime) -> int:
    """Delete the unnamed files in the folders whose turn it is. Returns how many.

    Cost: two statements that read the names of all files; memory for an eighth of them.
    """
    turn = at.toordinal() % TURNS
    found = {path.name: path for path in _settled_files(at, turn)}
    if not found:
        return 0
    # The files were listed before the rows are read: a row cannot have come for an older file.
    names = chain.from_iterable(
        kind.objects.values_list("file", flat=True).iterator() for kind in (PhotoRow, SoundRow)
    )
    for name in names:
        found.pop(name, None)
    for path in found.values():
        path.unlink(missing_ok=True)
    return len(found)


def _settled_files(at: datetime, turn: int) -> Iterator[Path]:
    latest = (at - SETTLED).timestamp()
    for number in range(turn, 256, TURNS):
        folder = Path(settings.MEDIA_ROOT) / f"{number:02x}"
        if not folder.is_dir():
            continue
        for path in folder.iterdir():
            if OURS.fullmatch(path.name) and path.stat().st_mtime < latest:
                yield path
