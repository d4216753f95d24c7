"""Reading the log of another house over the net: its checkpoint, its tiles, all of it.

Nothing that is read is believed: what is used is hashed up to a root that its log has signed.
"""

from __future__ import annotations

import http.client
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from commongrid.ledger.log.hashing import leaf_hash
from commongrid.ledger.log.notes import (
    BadNoteError,
    Checkpoint,
    Note,
    Verifier,
    parse_checkpoint,
    parse_note,
)
from commongrid.ledger.log.proofs import root_of
from commongrid.ledger.log.tiles import (
    TileName,
    TileReader,
    grown,
    names_in,
    nodes_of,
    unbundle,
    width_in,
)

WAIT_S = 20
MOST_BYTES = 256 * 1024
Fetch = Callable[[str], bytes]


class UnreachableError(OSError):
    """The other house does not answer, or answers with what is too long."""


class NotWholeError(ValueError):
    """What is served does not give the root that was signed."""


@dataclass(frozen=True, slots=True)
class Read:
    """A checkpoint that its log has signed."""

    note: Note
    point: Checkpoint


def fetch(address: str) -> bytes:
    """What lies at an address. Raises: UnreachableError."""
    if not address.startswith(("https://", "http://")):
        message = f"{address} is no address on the web"
        raise UnreachableError(message)
    try:
        with urllib.request.urlopen(address, timeout=WAIT_S) as answer:  # noqa: S310 - as above
            content: bytes = answer.read(MOST_BYTES + 1)
    except (OSError, http.client.HTTPException) as error:
        message = f"{address}: {type(error).__name__}"
        raise UnreachableError(message) from error
    if len(content) > MOST_BYTES:
        message = f"{address}: too long an answer"
        raise UnreachableError(message)
    return content


def read_checkpoint(prefix: str, verifiers: Sequence[Verifier], *, get: Fetch = fetch) -> Read:
    """The newest checkpoint of a log.

    Raises: UnreachableError; BadNoteError when none of the keys signed it.
    """
    try:
        note = parse_note(get(f"{base(prefix)}checkpoint").decode())
    except UnicodeDecodeError as error:
        message = "the checkpoint is no text"
        raise BadNoteError(message) from error
    point = parse_checkpoint(note.text)
    if not any(one.name == point.origin and note.signed_by(one) for one in verifiers):
        message = f"the checkpoint of {point.origin} is not signed by the key that is known"
        raise BadNoteError(message)
    return Read(note, point)


def remote_reader(prefix: str, size: int, *, get: Fetch = fetch) -> TileReader:
    """Tiles of a log of this size, each fetched once."""
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, number: int) -> bytes:
        if (level, number) not in known:
            name = TileName(level, number, width_in(size, level, number))
            known[level, number] = get(f"{base(prefix)}tile/{name.path}")
        return known[level, number]

    return read


def read_all(prefix: str, point: Checkpoint, *, get: Fetch = fetch) -> int:
    """Fetch every tile and entry, and build the tree anew from the entries.

    Raises: UnreachableError, NotWholeError. Returns: how many entries there are.
    Cost: one request for 256 entries twice; memory of the hash tiles.
    """
    held: dict[tuple[int, int], bytes] = {}
    served: dict[tuple[int, int], bytes] = {}
    size = 0

    def read(level: int, number: int) -> bytes:
        return held[level, number]

    for name in names_in(point.size):
        content = get(f"{base(prefix)}tile/{name.path}")
        if name.level is not None:
            served[name.level, name.number] = content
            continue
        leaves = [leaf_hash(entry) for entry in unbundle(content)]
        if len(leaves) != name.width:
            message = f"{name.path} holds {len(leaves)} entries"
            raise NotWholeError(message)
        held |= grown(size, leaves, read)
        size += len(leaves)
    if held != served:
        odd = next(key for key in sorted(held.keys() | served) if held.get(key) != served.get(key))
        message = f"tile {odd[0]}/{odd[1]} is not that of the entries"
        raise NotWholeError(message)
    nodes = nodes_of(lambda level, number: held[level, number])
    if root_of(point.size, nodes) != point.root:
        message = "the entries give another root than the one that was signed"
        raise NotWholeError(message)
    return size


def base(prefix: str) -> str:
    """An address with one slash at its end."""
    return prefix.rstrip("/") + "/"
