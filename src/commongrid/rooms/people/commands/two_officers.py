"""Nobody alone gets hold of both keys of somebody else's account.

Whoever set a password knows it; whoever removed the second step can set up another. One officer
who did both could log in as that person, and every act after it would bear the wrong name.
"""

from __future__ import annotations

from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger import face as ledger
from commongrid.rooms.people.commands.acting import subject_of
from commongrid.rooms.people.commands.second_person import require_independent, require_no_key

ANOTHER = Text(
    zh="此人的密码和两步验证不能由同一位有权人员办理，请由另一位有权人员（如上一级）办理。",
    en="The password and the second step of one person are not both handled by the same officer. "
    "Ask another one, such as the level above.",
)


def require_another_officer(
    actor: Actor, account_id: int, *, gave: tuple[str, ...], at: datetime, until: str = ""
) -> None:
    """Refuse whoever holds the other key: did the last of the acts ``gave`` still in effect.

    A password is in effect until the next one is set; a removed second step ``until`` a new one
    is confirmed. So is refused whom that officer made, and who has that officer's own password.
    The installer has the database anyway. Raises: Refused.
    """
    if actor.is_system:
        return
    last = None
    for act in ledger.list_acts(subject_of(account_id)):
        if act.action in gave:
            last = act
        elif act.action == until:
            last = None
    if last is None or last.actor == subject_key(account_id):
        return
    if last.actor == actor.key:
        raise Refused(Verdict.no("people.another_officer", ANOTHER, last.action))
    require_independent(first=last.actor, second=actor.key, at=at)
    require_no_key(first=last.actor, second=actor.key)


def subject_key(account_id: int) -> str:
    """The key under which the person themself acts."""
    return f"staff:{account_id}"
