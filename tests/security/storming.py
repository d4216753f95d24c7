"""One file after another against one door; what went wrong is told of all of them at once."""

from __future__ import annotations

import io
import os
import random
import re
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import transaction
from PIL import Image

from commongrid.rooms.matters.models import PhotoRow, SoundRow
from tests.security.corpus import MARK, PICTURES, REFUSED, Hostile
from tests.security.upload_doors import Door

FILE = re.compile(r"[0-9a-f]{32}\.(jpg|webm|ogg|m4a)")
ROOMS = ("matters", "fieldwork", "ledger", "vault")
PLAIN = {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
SHOWN_AS = {
    "Content-Type": "image/jpeg",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Disposition": 'inline; filename="photo.jpg"',
    "X-Frame-Options": "DENY",
}


class Through(Exception):  # noqa: N818 - what happened, not what went wrong
    """A file did what it should not."""


WHOLE = {"API, a form"}  # the quickest door takes every file in every run
SOME = 6  # of those to be refused, and of the others


def pictures_for(door: str) -> tuple[Hostile, ...]:
    """The files for one door: all of them in a soak, a dozen of its own in every run."""
    if door in WHOLE or os.environ.get("COMMONGRID_UPLOADS") == "all":
        return PICTURES
    chance = random.Random(door)
    kept = PICTURES[len(REFUSED) :]
    return (*chance.sample(REFUSED, SOME), *chance.sample(kept, SOME))


def must(is_so: bool, said: str) -> None:
    if not is_so:
        raise Through(said)


def storm(door: Door, files: tuple[Hostile, ...], watched: Path) -> None:
    """Each file by itself, undone afterwards."""
    wrong: list[str] = []
    taken = 0
    for one in files:
        with transaction.atomic():
            try:
                taken += hold(door, one, watched)
            except Through as error:
                wrong.append(f"{one.name}: {error}")
            transaction.set_rollback(True)
    must(not wrong, "\n".join(wrong))
    must(0 < taken < len(files), "some are taken, some are refused")


def hold(door: Door, one: Hostile, watched: Path) -> bool:
    """Send one file and look at everything that came of it. Gives whether it was taken."""
    before = _tree(watched)
    answers = door.send(one)
    statuses = [answer.status_code for answer in answers]
    must(max(statuses) < 500, f"answered {statuses}")
    for answer in answers:
        _is_plain(answer)
    new = _tree(watched) - before
    names = {path.name for path in new}
    rows = (SoundRow if door.sounds else PhotoRow).objects.filter(file__in=names)
    fresh = list(rows.order_by("pk"))
    must(len(new) == len(fresh) <= 1, f"{len(new)} files and {len(fresh)} rows")
    must(one.is_kept in (None, bool(new)), f"{len(new)} files kept, answered {statuses}")
    if one.is_kept is False and one.content:  # of an empty file nothing is read in some forms
        must(max(statuses) in (400, 413, 422), f"refused with {statuses}")
    for path in new:
        must(bool(FILE.fullmatch(path.name)), f"a file named {path}")
        must(path.is_relative_to(watched / "house" / "attachments"), f"a file at {path}")
        must(path.stat().st_mode & 0o111 == 0, "a file that can be run")
        _is_rewritten(path.read_bytes(), is_sound=door.sounds)
        must(MARK not in _written(), "the name or the words of the file are kept in a table")
        for client, address in door.shown(fresh[0]):
            _is_harmless(client.get(address), path.read_bytes())
    return bool(new)


def _written() -> str:
    """What the rooms that take files have in their tables, but for the files themselves."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    return repr([list(model._default_manager.values_list()) for model in models])


def _tree(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def _is_plain(answer: Any) -> None:
    """Whatever is said of a file, its name and words are no part of the page's code."""
    said = answer.content.decode("utf-8", "replace")
    must(f"onerror={MARK}()>" not in said, "a name became code of the page")
    must(f"<script>{MARK}" not in said, "words became code of the page")
    must(MARK not in repr(answer.headers) + repr(answer.cookies), "a name became a header")


def _is_rewritten(content: bytes, *, is_sound: bool) -> None:
    for left in (MARK.encode(), b"<script", b"<?php", b"PK\x03\x04", b"%PDF"):
        must(left not in content, f"{left!r} is still in the file")
    if is_sound:
        return
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
        must(picture.format == "JPEG", f"kept as {picture.format}")
        must(max(picture.size) <= 1920, f"kept at {picture.size}")
        must(not picture.getexif(), "kept with EXIF")
        must(set(picture.info) <= PLAIN, f"kept with {sorted(picture.info)}")
    must(content.endswith(b"\xff\xd9"), "something hangs on behind")


def _is_harmless(answer: Any, content: bytes) -> None:
    """Shown as a picture and as nothing else, whatever a browser would like to see in it."""
    must(answer.status_code == 200, f"shown with {answer.status_code}")
    must(answer.content == content, "shown is another file")
    for name, value in SHOWN_AS.items():
        must(
            answer.headers.get(name, "") == value, f"shown with {name}: {answer.headers.get(name)}"
        )
