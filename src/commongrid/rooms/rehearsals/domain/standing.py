"""The states of rehearsals and proposals, who may do what, and what is said to who may not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import ALPHABET
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict

REHEARSE, PROPOSE = "rehearse", "propose_change"
"""Powers of the charter (``powers.csv``)."""
SETUP = "system:setup"
WORKER = Actor(key="system:rehearsal")
LEASE = timedelta(minutes=2)
MOST_TRIES = 3
MOST_WAITING = 6
KEPT = timedelta(days=730)
LONGEST_REASON = 400


class State(StrEnum):
    """How a rehearsal stands."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN = (State.ASKED, State.RUNNING)


class ProposalState(StrEnum):
    """How a proposed change stands."""

    DRAFT = "draft"
    ADOPTED = "adopted"
    WITHDRAWN = "withdrawn"


NOT_YOURS = {
    REHEARSE: Text(
        zh="推演由章程写明的岗位在本辖区内进行。您的岗位不在其中。",
        en="Rehearsals are asked for by the posts the charter names, for their own area. Yours is "
        "not one of them.",
    ),
    PROPOSE: Text(
        zh="章程修改由章程写明的岗位在本辖区内提出。您的岗位不在其中。",
        en="A change of the charter is proposed by the posts it names, for their own area. Yours "
        "is not one of them.",
    ),
}
NOBODY = Text(
    zh="现行章程没有写明谁可以做这件事。启用 2026.5 或以后的版本后即可。",
    en="The charter in force names nobody for this. Adopt version 2026.5 or a later one.",
)
TOO_MANY = Text(
    zh=f"已有 {MOST_WAITING} 次推演在排队或运行。等一次结束，或取消一次。",
    en=f"{MOST_WAITING} rehearsals wait or run already. Wait until one ends, or cancel one.",
)
NONE = Text(zh="没有这次推演。", en="There is no such rehearsal.")
NO_PROPOSAL = Text(zh="没有这份修改提案。", en="There is no such proposal.")
ENDED = Text(
    zh="这次推演已经结束，不能再取消。", en="This rehearsal has ended; there is nothing to cancel."
)
NO_REASON = Text(zh="请写明修改的理由。", en="Give the reason for the change.")
LONG_REASON = Text(
    zh=f"理由最多 {LONGEST_REASON} 个字。",
    en=f"The reason has at most {LONGEST_REASON} characters.",
)
NOTHING_CHANGED = Text(
    zh="与现有章程没有差别，没有可以提出的修改。",
    en="This does not differ from the charter; there is nothing to propose.",
)
NOT_DRAFT = Text(
    zh="这份提案已经启用或撤回，不能再改。",
    en="This proposal was adopted or withdrawn; it is not changed any more.",
)
NOT_DONE = Text(
    zh="这次推演还没有结果，不能附上。",
    en="This rehearsal has no result yet, so it cannot be attached.",
)
OTHER_PLACE = Text(
    zh="这次推演是别处的，不能附在这份提案上。",
    en="This rehearsal is of another place; it says nothing about this proposal.",
)
OTHER_CHANGE = Text(
    zh="这次推演试的不是这份提案的修改。请按提案的修改推演一次，再附上。",
    en="This rehearsal tried another change than the one proposed. Rehearse the proposal itself, "
    "then attach that.",
)
OTHER_TEXT = Text(
    zh="启用的章程与提案的内容不同。", en="The charter adopted is another text than the proposal."
)
STOPPED = Text(
    zh=f"运算中断了 {MOST_TRIES} 次(例如服务器重启或内存不足)。请缩短时段或减少方案后重新推演。",
    en=f"The work broke off {MOST_TRIES} times (a restart of the server, or too little memory). "
    "Rehearse again with a shorter period or fewer alternatives.",
)


def may(actor: Actor, path: str, roles: Collection[str], power: str) -> Verdict:
    """Whether somebody uses a power over a place; ``roles`` are those the charter gives it to."""
    rule = f"rehearsal.{power}"
    if actor.key in (SETUP, WORKER.key):
        return Verdict.yes(rule)
    if not roles:
        return Verdict.no(rule, NOBODY, log=f"no role has {power} at {path}")
    if role_over(actor, path, roles):
        return Verdict.yes(rule)
    return Verdict.no(rule, NOT_YOURS[power], log=f"{actor.key} has none of {sorted(roles)}")


def role_over(actor: Actor, path: str, roles: Iterable[str]) -> str:
    """The role by which somebody reaches a place, or ""."""
    if actor.is_system:
        return "system"
    held = set(roles)
    for hat in actor.hats:
        if hat.role in held and hat.path and path.startswith(hat.path):
            return hat.role
    return ""


def ref_for(command_id: UUID, letter: str) -> str:
    """What people read aloud: it follows from the command, so a replay gives the same.

    Example:
        >>> ref_for(UUID(int=1), "R")
        'R-H77F-Y7A2'
    """
    number = int.from_bytes(sha256(f"{letter}:{command_id}".encode()).digest()[:5])
    symbols = [ALPHABET[number >> 5 * place & 31] for place in range(8)]
    return f"{letter}-{''.join(symbols[:4])}-{''.join(symbols[4:])}"


CHANGES = ("limits", "clocks", "parameters")


def changes_of(alternative: Mapping[str, Any]) -> dict[str, Any]:
    """What an alternative changes in the charter itself; people and order of serving are apart."""
    return {name: sorted(alternative[name], key=str) for name in CHANGES if alternative.get(name)}


def has_tried(
    plan: Mapping[str, Any],
    keys: Mapping[str, str],
    *,
    base_key: str,
    changes: Mapping[str, Any],
    digest: str,
    digests: Mapping[str, str],
) -> bool:
    """Whether one alternative of a plan is the proposed change.

    ``keys`` and ``digests``: the charter each alternative stood on, and its text's digest, by
    the alternative's name. Either the same changes on the same version, or the proposed text.
    """
    wanted = changes_of(changes)
    for alternative in plan.get("alternatives", ()):
        name, made = alternative.get("name", ""), changes_of(alternative)
        if not made and digests.get(name) == digest:
            return True
        if wanted and made == wanted and keys.get(name) == base_key:
            return True
    return False
