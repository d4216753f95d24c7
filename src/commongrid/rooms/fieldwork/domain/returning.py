"""Who reads what a phone meant and the rules refused, and how it may be settled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict

OFFICE = frozenset({"desk", "community", "township", "centre"})
"""Roles that read it in their area. Never other grid workers, and nobody above for comparing."""

SETTLED = ("raised", "done", "not_needed")
HIDDEN = "…"

NOT_OFFICE = Text(
    zh="手机上未办成的事项由本区域的受理台或社区处理。",
    en="What came back from phones is settled by the desk or community of that area.",
)
BAD_HOW = Text(zh="请说明是怎样处理的。", en="Say how it was settled.")
NO_REASON = Text(zh="请写明查看联系方式的理由。", en="Say why the contact data is opened.")


def reading_hat(actor: Actor, path: str, in_charge: str) -> Hat | None:
    """The hat by which somebody reads what was returned at a place, or None.

    Of what certain roles alone are in charge of, these read and nobody else.
    """
    alone = frozenset(filter(None, in_charge.split(";")))
    roles = alone or OFFICE
    fitting = (h for h in actor.hats if h.role in roles and h.path and path.startswith(h.path))
    return next(fitting, None)


def may_settle(actor: Actor, path: str, in_charge: str) -> Verdict:
    """Whether somebody may read and settle it."""
    hat = reading_hat(actor, path, in_charge)
    if hat is None:
        return Verdict.no("fieldwork.not_office", NOT_OFFICE)
    return Verdict.yes("fieldwork.settle_returned", log=hat.role)


def without_contact(words: Mapping[str, Any]) -> tuple[dict[str, Any], bool]:
    """The words with contact data masked, and whether there was any.

    Example:
        >>> without_contact({"draft": {"text": "a", "contact": {"name": "b", "phone": ""}}})
        ({'draft': {'text': 'a', 'contact': {'name': '…', 'phone': ''}}}, True)
    """
    shown = dict(words)
    draft = words.get("draft")
    if not isinstance(draft, Mapping) or not isinstance(draft.get("contact"), Mapping):
        return shown, False
    contact = {name: HIDDEN if value else "" for name, value in draft["contact"].items()}
    shown["draft"] = {**draft, "contact": contact}
    return shown, any(contact.values())
