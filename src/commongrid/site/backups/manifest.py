"""The manifest of a backup: what must be in it, by name, size and digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

NAME = "manifest.json"
FORM = 1
CHUNK = 1024 * 1024


class BackupError(Exception):
    """A backup cannot be made, read or restored; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a backup holds. ``keys``: a check value of each key, from which no key follows."""

    made_at: str
    version: str
    vendor: str
    tables: dict[str, int]
    migrations: list[list[str]]
    keys: dict[str, str]
    has_keys: bool
    files: dict[str, list[Any]] = field(default_factory=dict)
    form: int = FORM

    @property
    def size_bytes(self) -> int:
        """All files together."""
        return sum(int(size) for size, _digest in self.files.values())


def digest_of(path: Path) -> list[Any]:
    """Size and SHA-256 of a file."""
    seen, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            seen.update(chunk)
            size += len(chunk)
    return [size, seen.hexdigest()]


def files_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file of a folder but the manifest, by its name in it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path != folder / NAME:
            yield str(path.relative_to(folder)), path


def write_manifest(folder: Path, manifest: Manifest) -> Manifest:
    """Read every file once and write the manifest, last: a folder without one is no backup."""
    plain = asdict(manifest)
    plain["files"] = {name: digest_of(path) for name, path in files_in(folder)}
    (folder / NAME).write_text(json.dumps(plain, indent=1, sort_keys=True), "utf-8")
    return Manifest(**plain)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a folder. Raises: BackupError."""
    try:
        plain = json.loads((folder / NAME).read_text("utf-8"))
    except (OSError, ValueError) as error:
        message = f"{folder} is no backup: it has no manifest that can be read"
        raise BackupError(message) from error
    if plain.get("form") != FORM:
        message = f"this backup has form {plain.get('form')}; this version reads form {FORM}"
        raise BackupError(message)
    return Manifest(**plain)


def verify_files(folder: Path) -> Manifest:
    """Compare every file with the manifest. Raises: BackupError naming the first that differs."""
    manifest = read_manifest(folder)
    found = dict(files_in(folder))
    if found.keys() != manifest.files.keys():
        odd = sorted(found.keys() ^ manifest.files.keys())[0]
        message = f"the backup is not whole: {odd} is missing or does not belong to it"
        raise BackupError(message)
    for name, path in found.items():
        if digest_of(path) != manifest.files[name]:
            message = f"the backup is damaged: {name} differs from what was written"
            raise BackupError(message)
    return manifest
