"""A backup as one sealed file: a tar in blocks of AES-256-GCM under a passphrase.

Each block is sealed with its number and whether it is the last, so none can be left out, doubled
or moved. Source: the STREAM construction (Hoang et al. 2015); scrypt as of RFC 7914.
"""

from __future__ import annotations

import os
import struct
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from commongrid.site.backups.manifest import BackupError

MARK = b"CGBACKUP1\n"
SALT, NONCE, BLOCK = 16, 7, 1024 * 1024
LENGTH = struct.Struct(">I")
SHORTEST = 12  # characters of a passphrase


def passphrase_in(path: Path) -> bytes:
    """The passphrase kept in a file. Raises: BackupError when others can read it."""
    if path.stat().st_mode & 0o077:
        message = f"{path} can be read by others; run: chmod 600 {path}"
        raise BackupError(message)
    words = path.read_text("utf-8").strip().encode()
    if len(words) < SHORTEST:
        message = f"the passphrase in {path} is shorter than {SHORTEST} characters"
        raise BackupError(message)
    return words


def seal_folder(folder: Path, target: Path, passphrase: bytes) -> None:
    """Write a folder into one sealed file."""
    salt, nonce = os.urandom(SALT), os.urandom(NONCE)
    with target.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(MARK + salt + nonce)
        writer = _Sealing(out, AESGCM(_key(passphrase, salt)), nonce)
        with tarfile.open(fileobj=writer, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload]
            tar.add(folder, arcname="backup")
        writer.finish()


def open_sealed(path: Path, folder: Path, passphrase: bytes) -> Path:
    """Unpack a sealed file into a folder; the backup's own folder in it. Raises: BackupError."""
    with path.open("rb") as file:
        if file.read(len(MARK)) != MARK:
            message = f"{path} is no sealed backup"
            raise BackupError(message)
        salt, nonce = file.read(SALT), file.read(NONCE)
        blocks = _blocks(file, AESGCM(_key(passphrase, salt)), nonce)
        with tarfile.open(fileobj=_Reading(blocks), mode="r|") as tar:  # type: ignore[call-overload]
            tar.extractall(folder, filter="data")
        for _rest in blocks:  # to the last block, or what was cut off would not be seen
            pass
    return folder / "backup"


def _key(passphrase: bytes, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase)


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


class _Sealing:
    """A file that seals what is written to it."""

    def __init__(self, out: IO[bytes], box: AESGCM, nonce: bytes) -> None:
        self.out, self.box, self.nonce, self.held, self.number = out, box, nonce, bytearray(), 0

    def write(self, content: bytes) -> int:
        self.held += content
        while len(self.held) > BLOCK:  # the last block is told from the others only at the end
            self._put(bytes(self.held[:BLOCK]), is_last=False)
            del self.held[:BLOCK]
        return len(content)

    def finish(self) -> None:
        self._put(bytes(self.held), is_last=True)

    def _put(self, content: bytes, *, is_last: bool) -> None:
        sealed = self.box.encrypt(_nonce(self.nonce, self.number, is_last=is_last), content, None)
        self.out.write(LENGTH.pack(len(sealed)) + sealed)
        self.number += 1


def _blocks(file: IO[bytes], box: AESGCM, nonce: bytes) -> Iterator[bytes]:
    number, following = 0, file.read(LENGTH.size)
    while following:
        sealed = file.read(LENGTH.unpack(following)[0])
        following = file.read(LENGTH.size)
        try:
            yield box.decrypt(_nonce(nonce, number, is_last=not following), sealed, None)
        except InvalidTag:
            message = "the passphrase is wrong, or the sealed backup is damaged or cut off"
            raise BackupError(message) from None
        number += 1


class _Reading:
    """A file read from blocks."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.blocks, self.held = blocks, b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self.held) < size:
            block: Any = next(self.blocks, None)
            if block is None:
                break
            self.held += block
        given = self.held if size < 0 else self.held[:size]
        self.held = self.held[len(given) :]
        return given
