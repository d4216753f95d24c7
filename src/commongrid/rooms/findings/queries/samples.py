"""Reading samples, and the frame of what was closed in a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.ledger.face import list_acts, newest_hash
from commongrid.rooms.findings.cards import DrawnCard, Paged, RecheckCard, SampleCard
from commongrid.rooms.findings.domain.standing import OVERSEE, Found, SampleState, is_independent
from commongrid.rooms.findings.models import SampleRow
from commongrid.rooms.findings.powers import areas_with, scope_over
from commongrid.rooms.findings.queries.naming import Rules
from commongrid.rooms.findings.queries.paging import paged
from commongrid.rooms.matters.models import Matter

CLOSED = ("closed", "unconfirmed")
MOST_IN_A_FRAME = 50_000
TYPE, COMMUNITY = "type", "community"


@dataclass(frozen=True, slots=True)
class Closed:
    """A matter of the frame: its number, and the stratum it belongs to by kind or community."""

    id: UUID
    ref: str
    stratum: str
    name: Text


def list_samples(actor: Actor, at: datetime, *, page: int = 1) -> Paged[SampleCard]:
    """Samples of the places somebody oversees, newest first. Cost: 3 statements."""
    return paged(_readable(actor, at).defer("frame"), sample_card, page)


def find_sample(actor: Actor, ref: str, at: datetime) -> SampleCard | None:
    """One by its ref; None where there is none or it is not theirs to read. Cost: 2."""
    row = _readable(actor, at).defer("frame").filter(ref=ref.strip().upper()).first()
    return sample_card(row) if row else None


def find_drawn(actor: Actor, ref: str, drawn: str, at: datetime) -> RecheckCard | None:
    """One drawn matter of a sample somebody may read; None where there is none. Cost: 4."""
    card = find_sample(actor, ref, at)
    one = next((each for each in card.drawn if each.ref == drawn), None) if card else None
    if card is None or one is None:
        return None
    return RecheckCard(sample=card, drawn=one, verdict=may_recheck(actor, one.matter_id))


def may_recheck(actor: Actor, matter_id: UUID) -> Verdict:
    """Whether somebody had no part in a matter. Cost: 2 statements."""
    subject = f"matter:{matter_id}"
    matter = Matter.objects.filter(pk=matter_id).values_list("unit", "handler_units").first()
    units = {matter[0], *matter[1]} - {""} if matter else set()
    return is_independent(
        actor,
        hands=(act.actor for act in list_acts(subject)),
        units=units,
        interests=(str(matter_id), subject),
    )


def get_sample(sample_id: UUID) -> SampleCard:
    """One by its id, for a bridge. Raises: ObjectDoesNotExist. Cost: 2 statements."""
    return sample_card(SampleRow.objects.defer("frame").get(pk=sample_id))


def read_frame(sample_id: UUID) -> tuple[tuple[str, str], ...]:
    """What a drawn sample was drawn from: numbers and strata, so that anybody can draw again."""
    frame = SampleRow.objects.values_list("frame", flat=True).get(pk=sample_id)
    return tuple((ref, stratum) for ref, stratum in frame)


def list_closed(card: SampleCard) -> tuple[Closed, ...]:
    """The frame as of now: what was closed as solved in the period and still is. For bridges.

    Matters that name who alone is in charge, and sealed ones, are in no frame.
    Cost: 1 statement, and the charters when cold.
    """
    scope = scope_over((card.place_path,))
    rows = scope.filter(Matter.objects.all(), unit_field="", charge_field="in_charge").filter(
        is_sealed=False, state__in=CLOSED, closed_at__gte=card.since, closed_at__lt=card.until
    )
    fields = ("pk", "ref", "type_code", "charter_key", "place__parent__code",
              "place__parent__name_zh", "place__parent__name_en")  # fmt: skip
    found = []
    rules = Rules(scope)
    for pk, ref, code, charter_key, parent, zh, en in rows.order_by("ref").values_list(*fields)[
        :MOST_IN_A_FRAME
    ]:
        if card.by == COMMUNITY:
            found.append(Closed(pk, ref, parent or "", Text(zh or "", en or zh or "")))
        else:
            found.append(Closed(pk, ref, code, rules.type_name(code, charter_key)))
    return tuple(found)


def chance_of(card: SampleCard) -> str:
    """What nobody knew when the seed was announced: the last act before drawing was allowed."""
    return newest_hash(before=card.draw_from)


def sample_card(row: SampleRow) -> SampleCard:
    """A row as others see it, with what was drawn."""
    return SampleCard(
        id=row.pk,
        ref=row.ref,
        place_code=row.place_code,
        place_path=row.place_path,
        since=row.since,
        until=row.until,
        by=row.by,
        size=row.size,
        seed=row.seed,
        chance=row.chance,
        state=SampleState(row.state),
        announced_at=row.announced_at,
        draw_from=row.draw_from,
        drawn_at=row.drawn_at,
        strata=dict(row.strata),
        names={key: Text(**name) for key, name in row.names.items()},
        frame_digest=row.frame_digest,
        drawn=tuple(
            DrawnCard(
                matter_id=one.matter, ref=one.matter_ref, stratum=one.stratum,
                found=Found(one.found) if one.found else None, how=one.how,
                checked_at=one.checked_at,
            )
            for one in row.drawn.all()
        ),
    )  # fmt: skip


def _readable(actor: Actor, at: datetime) -> QuerySet[SampleRow]:
    scope = scope_over(areas_with(actor, OVERSEE, at))
    rows = SampleRow.objects.prefetch_related("drawn")
    return scope.filter(rows, path_field="place_path", unit_field="")
