"""Propose a change of a charter, and adopt one on a rehearsal or, said so, without."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.bridges.rehearsal.plain import plan_from_plain
from commongrid.charter import Charter, from_plain, lint, to_plain
from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import in_turn
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.stories.adopting import adopt_charter
from commongrid.stories.rehearsing.charters import ChartersError
from commongrid.stories.rehearsing.trying import changed

BASE_MOVED = Text(
    zh="提案写成以后，现行章程已经换成另一版本。请撤回提案，按现行版本重新提出。",
    en="Another version came into force since this was proposed. Withdraw it and propose the "
    "change anew on the one in force.",
)
NOT_SAID = Text(
    zh="这份提案没有附推演。请确认不经推演启用。",
    en="No rehearsal is attached to this proposal. Confirm that it is adopted without one.",
)
NO_VERSION = Text(zh="请写新的版本号。", en="Give the new version number.")
TAKEN = Text(
    zh="这个版本号已经用过，请换一个。", en="This version number was used; give another one."
)


def propose(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    place_code: str,
    changes: Mapping[str, Any],
    version: str,
    reason: str,
    rehearsal_ref: str = "",
) -> rehearsals.ProposalCard:
    """Propose changes on the charter in force; the whole text they make is kept with them.

    ``changes``: limits, clocks and parameters as in the plain form of a plan's alternative.
    Raises: PlainError, ChartersError, NoCharterError, Refused.
    """
    place = places.get_place(place_code)
    base_key = places.charter_in_force(place.path, at)[0]
    text = changed_text(place.path, changes, version, at)
    return rehearsals.propose_change(
        actor=actor,
        at=at,
        command_id=command_id,
        place_code=place_code,
        base_key=base_key,
        changes=rehearsals.changes_of(changes),
        version=version.strip(),
        plain=to_plain(text),
        reason=reason,
        rehearsal_ref=rehearsal_ref,
    )


def changed_text(path: str, changes: Mapping[str, Any], version: str, at: datetime) -> Charter:
    """The charter in force with changes and a new version number.

    Raises: Refused for a version number that is missing or used; PlainError, ChartersError.
    """
    base = places.charter_in_force(path, at)[1]
    wanted = version.strip()
    if not wanted:
        raise _no("rehearsal.needs:version", NO_VERSION)
    charter_id = base.charter.charter_id
    if f"{charter_id}@{wanted}" in {card.key for card in places.list_charters()}:
        raise _no("rehearsal.version_used", TAKEN)
    plan = plan_from_plain(_plan_of(path, changes))
    (made,) = changed(plan, {"proposal": base}).values()
    text = replace(made.charter, version=wanted, valid_from=base.charter.valid_from)
    if any(problem.is_error for problem in lint(text)):
        first = next(problem for problem in lint(text) if problem.is_error)
        raise ChartersError((("changes", first.what),))
    return text


def adopt(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    ref: str,
    reason: str,
    is_without: bool = False,
) -> places.CharterCard:
    """Adopt the text of a proposal; the act names its rehearsal, or says that there was none.

    ``is_without``: somebody confirmed that it is adopted without one. Raises: Refused.
    """
    card = rehearsals.find_proposal(actor, ref, at)
    if card is None:
        raise _no("rehearsal.no_proposal", Text(zh="没有这份提案。", en="No such proposal."))
    if card.adopted_key:
        return places.get_charter_card(card.adopted_key)
    if not card.rehearsal_ref and not is_without:
        raise _no("rehearsal.not_rehearsed", NOT_SAID)
    if places.charter_in_force(card.place_path, at)[0] != card.base_key:
        raise _no("rehearsal.base_moved", BASE_MOVED)
    with in_turn(), transaction.atomic():
        adopted = adopt_charter(
            actor=actor,
            at=at,
            command_id=command_id,
            charter=from_plain(json.loads(card.plain)),
            reason=reason.strip() or card.reason,
            rehearsal=card.rehearsal_ref,
            report_digest=card.report_digest,
        )
        rehearsals.close_proposal(
            actor=actor,
            at=at,
            command_id=uuid5(command_id, "close"),
            proposal_id=card.id,
            adopted=adopted.key,
        )
        return adopted


def _plan_of(path: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """A plan of one day with the changes as its alternative: for its reading of their shape."""
    alternative = {"name": "proposal", **rehearsals.changes_of(changes)}
    return {
        "place": path,
        "from_on": "2026-01-01",
        "until_on": "2026-01-02",
        "alternatives": [alternative],
    }


def _no(rule: str, say: Text) -> Refused:
    return Refused(Verdict.no(rule, say))
