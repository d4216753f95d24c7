"""Samples: announced with a seed, drawn later, each drawn matter re-checked by who had no hand.

``bridges/sampling`` draws; this room keeps what was drawn, and from what.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import digest
from commongrid.kernel.text import Text
from commongrid.ledger.face import in_turn
from commongrid.rooms.findings.cards import SampleCard
from commongrid.rooms.findings.commands.doing import (
    Deed,
    account_of,
    allowed,
    checked,
    due,
    record,
    refusal,
    require,
    was_done,
)
from commongrid.rooms.findings.domain import standing
from commongrid.rooms.findings.domain.standing import (
    LONGEST_PERIOD,
    MOST_SAMPLED,
    PLAN_SAMPLE,
    RECHECK,
    SAMPLE_WAIT,
    Found,
    SampleState,
    ref_for,
)
from commongrid.rooms.findings.models import DrawnRow, SampleRow
from commongrid.rooms.findings.queries.samples import (
    COMMUNITY,
    TYPE,
    Closed,
    chance_of,
    may_recheck,
    sample_card,
)
from commongrid.rooms.places import face as places

SEED_BYTES = 32


def announce_sample(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    place_code: str,
    since: datetime,
    until: datetime,
    by: str,
    size: int,
) -> SampleCard:
    """Announce a sample of what was closed in a period, with its seed. It is drawn later.

    ``by``: strata by ``type`` or ``community``. Raises: Refused, PlaceNotFoundError.
    """
    place = places.get_place(place_code)
    ref = ref_for(command_id, "S")
    deed = Deed(
        actor=actor, at=at, command_id=command_id, action="announce_sample", path=place.path,
        power=PLAN_SAMPLE,
    )  # fmt: skip
    with in_turn(), transaction.atomic():
        verdict = require(deed)
        if was_done(deed, subject_of(ref)):
            return sample_card(SampleRow.objects.get(made_by_act=command_id))
        if not (since < until <= at and until - since <= LONGEST_PERIOD):
            raise refusal("oversight.period", standing.BAD_PERIOD, f"{since} {until}")
        if not 1 <= size <= MOST_SAMPLED or by not in (TYPE, COMMUNITY):
            raise refusal("oversight.size", standing.BAD_SIZE, f"{size} {by}")
        row = SampleRow.objects.create(
            pk=uuid5(command_id, "sample"), ref=ref, place_code=place.code, place_path=place.path,
            since=since, until=until, by=by, size=size, seed=secrets.token_hex(SEED_BYTES),
            made_by_id=account_of(actor), announced_at=at,
            draw_from=due(SAMPLE_WAIT, place.path, at)[1], made_by_act=command_id,
        )  # fmt: skip
        after = {
            "since": since, "until": until, "by": by, "size": size, "seed": row.seed,
            "draw_from": row.draw_from,
        }  # fmt: skip
        record(deed, subject_of(ref), verdict.rule, after=after)
        return sample_card(row)


def keep_drawn(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    sample_id: UUID,
    frame: Sequence[Closed],
    strata: Mapping[str, str],
    names: Mapping[str, Text],
    drawn: Mapping[str, Sequence[str]],
    chance: str,
) -> SampleCard:
    """Keep what the seed chose, and all it was chosen from. For the bridge that draws.

    ``strata``: into which stratum each kind or community goes; ``drawn``: refs by stratum.
    Raises: Refused before its time, when it was drawn already, and where nothing was closed.
    """
    with in_turn(), transaction.atomic():
        row = _locked(sample_id)
        deed = Deed(
            actor=actor, at=at, command_id=command_id, action="draw_sample", path=row.place_path,
            power=PLAN_SAMPLE,
        )  # fmt: skip
        verdict = require(deed)
        if was_done(deed, subject_of(row.ref)):
            return sample_card(row)
        _check_drawable(row, at, frame, chance)
        ids = {one.ref: one.id for one in frame}
        listed = [[one.ref, strata[one.stratum]] for one in frame]
        row.frame, row.frame_digest = listed, digest(listed)
        row.strata = {name: sum(1 for _, s in listed if s == name) for name in drawn}
        row.names = {name: {"zh": text.zh, "en": text.en} for name, text in names.items()}
        row.chance, row.state, row.drawn_at = chance, SampleState.DRAWN, at
        row.save()
        DrawnRow.objects.bulk_create(
            DrawnRow(sample=row, matter=ids[ref], matter_ref=ref, stratum=name)
            for name, refs in sorted(drawn.items())
            for ref in refs
        )
        after = {
            "chance": chance, "frame": row.frame_digest, "strata": row.strata,
            "drawn": {name: list(refs) for name, refs in drawn.items()},
        }  # fmt: skip
        record(deed, subject_of(row.ref), verdict.rule, after=after)
        return sample_card(row)


def recheck_matter(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    sample_id: UUID,
    matter_ref: str,
    found: Found,
    how: str,
) -> SampleCard:
    """Say what an independent look at a sampled matter found, and how it was found out.

    Raises: Refused to whoever left an act on the matter, holds a post in a unit that had it, or
    declared an interest in it; and once it was told.
    """
    with in_turn(), transaction.atomic():
        row = _locked(sample_id)
        deed = Deed(
            actor=actor, at=at, command_id=command_id, action="recheck_matter",
            path=row.place_path, power=RECHECK,
        )  # fmt: skip
        verdict = require(deed)
        if was_done(deed, subject_of(row.ref)):
            return sample_card(row)
        one = DrawnRow.objects.filter(sample=row, matter_ref=matter_ref).first()
        if one is None:
            raise refusal("oversight.not_in_sample", standing.NOT_IN_SAMPLE, matter_ref)
        if one.found not in ("", Found.CANNOT_TELL):
            raise refusal("oversight.was_checked", standing.WAS_CHECKED, matter_ref)
        allowed(may_recheck(actor, one.matter))
        one.found, one.how, one.checked_at = found, checked(how), at
        one.checked_by_id = account_of(actor)
        one.save()
        after = {"matter": one.matter_ref, "found": one.found}
        record(deed, subject_of(row.ref), verdict.rule, words=one.how, after=after)
        return sample_card(row)


def subject_of(ref: str) -> str:
    """How the ledger names a sample."""
    return f"sample:{ref}"


def _check_drawable(row: SampleRow, at: datetime, frame: Sequence[Closed], chance: str) -> None:
    if row.state != SampleState.ANNOUNCED:
        raise refusal("oversight.was_drawn", standing.WAS_DRAWN, row.ref)
    if at < row.draw_from or chance != chance_of(sample_card(row)):
        raise refusal("oversight.too_early", standing.TOO_EARLY, str(row.draw_from))
    if not frame:
        raise refusal("oversight.nothing_closed", standing.NOTHING_CLOSED, row.ref)


def _locked(sample_id: UUID) -> SampleRow:
    row = SampleRow.objects.select_for_update().filter(pk=sample_id).first()
    if row is None:
        raise refusal("oversight.no_sample", standing.NO_SAMPLE, str(sample_id))
    return row
