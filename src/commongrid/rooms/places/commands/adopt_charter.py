"""Adopting a version of a charter for a place."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.charter.schema import Charter
from commongrid.kernel.canon import canonical_json, digest_of_text
from commongrid.kernel.codes import CodeSystem
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import find_act
from commongrid.rooms.places.caches import NoCharterError, charter_in_force
from commongrid.rooms.places.cards import CharterCard
from commongrid.rooms.places.commands.acting import Deed, record, require
from commongrid.rooms.places.domain.authority import may_adopt_charter
from commongrid.rooms.places.domain.gate import NOTHING_ADMITTED, Admitted, may_ask_of_grids
from commongrid.rooms.places.models import CharterVersion, Place
from commongrid.rooms.places.queries import PlaceNotFoundError, charter_card
from commongrid.rooms.vault import face as vault

RULE = "place.adopt_charter"
WITHOUT = "none: adopted without a rehearsal"


def adopt_charter(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    charter: Charter,
    reason: str,
    pia_ref: str = "",
    rehearsal: str = "",
    report_digest: str = "",
    admitted: Admitted = NOTHING_ADMITTED,
) -> CharterCard:
    """Put a version of a charter in force for its place, from ``at`` or its own later date.

    A charter with lint errors is refused; warnings are left to the keeper. The same version with
    the same text twice is harmless and no second act; with another text it is refused, since a
    key names one text.

    ``rehearsal`` and ``report_digest``: what the decision rests on. Without them it is adopted all
    the same, and the act says that it was not rehearsed (ADR 0033).

    ``admitted``: which new tasks, forms and fields for grids were admitted; ``stories/adopting``
    brings it. What is not in it is refused (ADR 0037).

    Raises: Refused, PlaceNotFoundError.
    """
    text = _text_of(charter)
    key = text["key"]
    # Linting takes a while: done before the transaction, so that nobody waits for its lock.
    is_known = CharterVersion.objects.filter(key=key).exists()
    lint_verdict = Verdict.yes(RULE) if is_known else _without_errors(charter)
    with transaction.atomic():
        place = _place(charter)
        require(may_adopt_charter(actor, place.path))
        known = CharterVersion.objects.select_related("place").filter(key=key).first()
        if known is not None:
            require(_same_text(known, text["digest"]))
            return charter_card(known)
        if find_act(command_id) is not None:
            raise Refused(_used_before())
        require(lint_verdict)
        before = _in_force(place)
        require(_assessed(charter, before, place.path, pia_ref))
        require(may_ask_of_grids(_rules(before, place.path, at), charter, admitted))
        version = CharterVersion.objects.create(
            **text,
            place=place,
            adopted_at=at,
            reason=reason,
            pia_ref=pia_ref,
            rehearsal=rehearsal,
            report_digest=report_digest if rehearsal else "",
            made_by_act=command_id,
        )
        _record(Deed(actor=actor, at=at, command_id=command_id, path=place.path), before, version)
        return charter_card(version)


def _text_of(charter: Charter) -> dict[str, Any]:
    """A version as it is kept, without who adopted it and why."""
    from commongrid.charter import to_plain  # the charter package loads its files late too

    plain = canonical_json(to_plain(charter))
    return {
        "key": f"{charter.charter_id}@{charter.version}",
        "charter_id": charter.charter_id,
        "version": charter.version,
        "digest": digest_of_text(plain),
        "plain": plain,
        "valid_from": charter.valid_from,
    }


def _record(deed: Deed, before: CharterVersion | None, version: CharterVersion) -> None:
    """The act: which text took the place of which."""
    record(
        deed,
        subject=f"charter:{version.place.code}",
        action="adopt_charter",
        rule_id=RULE,
        words=version.reason,
        before={"charter": before.key, "digest": before.digest} if before else {},
        after={
            "charter": version.key,
            "digest": version.digest,
            "valid_from": version.valid_from,
            "pia_ref": version.pia_ref,
            "rehearsal": version.rehearsal or WITHOUT,
            "report": version.report_digest,
        },
        charter_key=version.key,
    )


def _place(charter: Charter) -> Place:
    system = CodeSystem(charter.code_system.lower())
    place = Place.objects.select_for_update().filter(code_system=system, code=charter.place).first()
    if place is None:
        raise PlaceNotFoundError(charter.place)
    return place


def _in_force(place: Place) -> CharterVersion | None:
    return place.charters.order_by("-adopted_at", "-id").first()


def _rules(before: CharterVersion | None, path: str, at: datetime) -> Charter | None:
    """The text that rules a place now, also where it is that of a place above it.

    One that waits for its first day counts where nothing rules yet.
    """
    from commongrid.charter import from_plain

    try:
        return charter_in_force(path, at)[1].charter
    except NoCharterError:
        return from_plain(json.loads(before.plain)) if before else None


def _same_text(known: CharterVersion, found: str) -> Verdict:
    if known.digest == found:
        return Verdict.yes(RULE)
    say = Text(
        f"版本 {known.version} 已经启用，内容不同；修改后的章程须用新的版本号。",
        f"Version {known.version} was adopted with another text; a changed charter needs a new "
        "version number.",
    )
    return Verdict.no(RULE, say, log=f"{known.key}: {known.digest[:12]} is not {found[:12]}")


def _assessed(charter: Charter, before: CharterVersion | None, path: str, pia_ref: str) -> Verdict:
    """Whether each sensitive purpose that the charter in force does not have was assessed.

    The first charter of a place changes nothing that is in force; what it asks is in the notice.
    Source: PIPL art. 55: the assessment comes before.
    """
    from commongrid.charter import from_plain

    wanted = {key for key, row in charter.purposes.items() if row.sensitive}
    if before is None or not wanted:
        return Verdict.yes(RULE)
    had = from_plain(json.loads(before.plain)).purposes
    new = wanted - {key for key, row in had.items() if row.sensitive}
    if not new or vault.is_assessed(pia_ref, path=path, purposes=new):
        return Verdict.yes(RULE)
    names = sorted(new)
    say = Text(
        f"新的敏感用途（{'、'.join(names)}）还没有影响评估；先评估，再启用并写明评估编号。",
        f"New sensitive purposes ({', '.join(names)}) have no impact assessment; assess them first "
        "and name the assessment when adopting.",
    )
    return Verdict.no(f"{RULE}/assessment", say, log=", ".join(names))


def _used_before() -> Verdict:
    say = Text("这一编号已用于另一操作。", "This command id was used for something else.")
    return Verdict.no(RULE, say)


def _without_errors(charter: Charter) -> Verdict:
    from commongrid.charter import lint

    problems = [problem for problem in lint(charter) if problem.is_error]
    if not problems:
        return Verdict.yes(RULE)
    first = problems[0]
    say = Text(
        f"章程有 {len(problems)} 处问题，先改正再启用。第一处：{first.what.zh}",
        f"The charter has {len(problems)} problems; mend them first. The first: {first.what.en}",
    )
    log = "; ".join(f"{problem.where} {problem.code}" for problem in problems[:5])
    return Verdict.no(RULE, say, log=log)
