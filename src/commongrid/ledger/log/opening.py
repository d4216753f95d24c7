"""What a leaf of the log commits to: two parts, so that a receipt can open one of them alone.

An entry of the log is 32 bytes:

    SHA-256( SHA-256(s1 || told) || SHA-256(s2 || previous || LF || core) )

``told`` is what a resident may read of an act about their matter: when, what, by which power and
rule, and what was promised. The rest - who did it, the command, all facts - stays closed to them
and is bound all the same. s1 and s2 follow from the leaf's random salt; a receipt shows s1 alone.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

SALT_BYTES = 32
VERSION = 1
TOLD = (
    "subject", "position", "action", "role", "power", "rule_id", "charter_key", "at",
    "recorded_at", "words",
)  # fmt: skip
# Facts of an act that its matter's page shows as well. Leaving one out later is free; adding one
# needs a new VERSION, or acts of before would no longer open.
TOLD_FACTS = ("state", "type", "place", "unit", "promises", "redone", "hung", "appointed", "files")


# What comes out of a canonical core is canonical but for its order (kernel/canon.py).
_written = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens the told part of an entry: the text, its salt, and the other part's hash."""

    told: str
    salt: bytes
    kept: bytes

    @property
    def entry(self) -> bytes:
        """The entry of the log that this opens."""
        return _joined(_salted(self.salt, self.told), self.kept)


def told_of(core: str) -> str:
    """What is told of an act, from its core. Raises: ValueError for a core that is none."""
    facts: Any = json.loads(core)
    after = facts.get("after") if isinstance(facts, dict) else None
    if not isinstance(after, dict):
        message = "the core is no act"
        raise ValueError(message)  # noqa: TRY004 - it is text that was altered
    told: dict[str, Any] = {name: facts.get(name) for name in TOLD}
    told["after"] = {name: after[name] for name in TOLD_FACTS if name in after}
    told["v"] = VERSION
    text = _written(told)
    text.encode()  # half a surrogate pair has no UTF-8: a ValueError as well
    return text


def entry_of(salt: bytes, previous: str, core: str) -> bytes:
    """The entry of an act. Cost: some 30 us."""
    return opening_of(salt, previous, core).entry


def opening_of(salt: bytes, previous: str, core: str) -> Opening:
    """What opens the told part of an act's entry."""
    kept = _salted(_part_salt(salt, b"kept"), f"{previous}\n{core}")
    try:
        told = told_of(core)
    except (
        ValueError,
        RecursionError,
    ):  # altered before it had its place: the kept part still binds what it is now
        told = ""
    return Opening(told, _part_salt(salt, b"told"), kept)


def _part_salt(salt: bytes, part: bytes) -> bytes:
    return hashlib.sha256(salt + part).digest()


def _salted(salt: bytes, text: str) -> bytes:
    return hashlib.sha256(salt + text.encode()).digest()


def _joined(told: bytes, kept: bytes) -> bytes:
    return hashlib.sha256(told + kept).digest()
