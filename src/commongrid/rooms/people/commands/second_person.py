"""Two persons are two: the second one's account or post does not come from the first.

Whoever makes an account gives its first password, and whoever gives posts can give one to an
account of their own making. What asks for two persons would then ask for one with two names.
"""

from __future__ import annotations

from datetime import datetime

from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger import face as ledger
from commongrid.rooms.people.commands.acting import subject_of
from commongrid.rooms.people.models import Appointment

RULE = "people.made_by_first"
STAFF = "staff:"
MADE, GAVE_POST = ("create_account", "create_service_account"), "appoint_person"
GAVE_PASSWORD = ("create_account", "set_password")
NOT_INDEPENDENT = Text(
    zh="这件事要两个互相独立的人办理；其中一位的账号或任用由另一位办理，请换一位同事。",
    en="This takes two persons who do not depend on each other. The account or the post of one of "
    "them was given by the other; another colleague has to do it.",
)


def require_independent(*, first: str, second: str, at: datetime) -> None:
    """Refuse a second person whose account or post came from the first, also by way of others.

    ``first`` and ``second`` are keys of actors; the system's own are not asked about.
    Cost: 2 statements, and 2 for each of staff above in the line of appointments. Raises: Refused.
    """
    if first == second or _account(first) is None:
        return
    seen, asked = set[str](), {second}
    while asked:
        key = asked.pop()
        makers = _makers(key, at)
        if first in makers:
            raise Refused(Verdict.no(RULE, NOT_INDEPENDENT, f"{second} rests on {first}"))
        seen.add(key)
        asked |= makers - seen


def require_no_key(*, first: str, second: str) -> None:
    """Refuse a second person who knows the password of the first, having given it last.

    Cost: 1 statement. Raises: Refused.
    """
    account_id = _account(first)
    if account_id is None or first == second:
        return
    acts = ledger.list_acts(subject_of(account_id))
    gave = next((act.actor for act in reversed(acts) if act.action in GAVE_PASSWORD), "")
    if gave == second:
        raise Refused(Verdict.no(RULE, NOT_INDEPENDENT, f"{second} gave {first} its password"))


def _makers(key: str, at: datetime) -> set[str]:
    """Who made an account, and who gave it a post it holds now or later; none for the system."""
    account_id = _account(key)
    if account_id is None:
        return set()
    held = Appointment.objects.filter(account_id=account_id).exclude(until_at__lte=at)
    posts = set(held.values_list("made_by_act", flat=True).order_by())
    return {
        act.actor
        for act in ledger.list_acts(subject_of(account_id))
        if act.action in MADE or (act.action == GAVE_POST and act.command_id in posts)
    }


def _account(key: str) -> int | None:
    """The account behind a key of an actor; None where there is none."""
    kind, _, number = key.partition(":")
    return int(number) if f"{kind}:" == STAFF and number.isdecimal() else None
