"""What the log signed last, in a file beside the keys: whoever alters rows does not reach it.

Before a new root is signed, the tree of now must begin with the tree of this file. So a database
that was altered, or put back to an older state, is not signed over (docs/adr/0035).
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

FILE = "signed.json"


@dataclass(frozen=True, slots=True)
class Signed:
    """Origin, size and root (hexadecimal) of a checkpoint that was signed."""

    origin: str
    size: int
    root: str


def remembered() -> Signed | None:
    """What was signed last, None before the first time.

    Raises: ValueError for a file that cannot be read: then nothing may be signed.
    """
    try:
        plain = json.loads(_path().read_text("utf-8"))
        return Signed(str(plain["origin"]), int(plain["size"]), str(plain["root"]))
    except FileNotFoundError:
        return None
    except (KeyError, TypeError, ValueError) as error:
        message = f"{_path()} cannot be read"
        raise ValueError(message) from error


def remember(signed: Signed) -> None:
    """Keep what is about to be signed, safely on disk before it is told to anybody."""
    path = _path()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(signed), file)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _path() -> Path:
    home: Path = settings.HOME
    return home / "log" / FILE
