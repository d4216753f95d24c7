"""Reads of handovers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork.domain.handing import (
    LAPSES,
    OPEN,
    WAITING,
    End,
    HandoverKind,
    HandoverState,
    Held,
    end_of,
    is_overtaken,
    outlasts,
    why_off,
)
from commongrid.rooms.fieldwork.domain.serving import APPOINTING, GRID_WORKER
from commongrid.rooms.fieldwork.models import HandoverRow
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

NOTHING = Text("", "")
WORDS_KEPT = timedelta(days=90)
MOST_SHOWN = 200
STAFF = "staff:"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverCard:
    """One handover. ``until_at`` is exclusive and only a cover has it."""

    id: UUID
    grid_code: str
    grid_path: str
    kind: HandoverKind
    state: HandoverState
    unit: str
    outgoing_id: int
    incoming_id: int
    outgoing_name: Text
    incoming_name: Text
    outgoing_post: int
    beside: tuple[int, ...]
    from_at: datetime
    until_at: datetime | None
    basis: str
    made_at: datetime
    decided_by_id: int
    outgoing_agreed_at: datetime | None
    incoming_agreed_at: datetime | None
    outgoing_words: str
    incoming_words: str
    is_forced: bool
    effect_at: datetime | None
    incoming_post: int | None
    back_post: int | None
    eased: int
    why: str
    ended_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether it is still under way or in effect."""
        return self.state in OPEN

    @property
    def is_waiting(self) -> bool:
        """Whether it has not taken effect and still can."""
        return self.state in WAITING

    @property
    def is_cover(self) -> bool:
        """Whether the post comes back."""
        return self.kind is HandoverKind.LEAVE_COVER

    @property
    def missing(self) -> tuple[End, ...]:
        """The ends that have not agreed."""
        agreed = {End.OUTGOING: self.outgoing_agreed_at, End.INCOMING: self.incoming_agreed_at}
        return tuple(end for end, when in agreed.items() if when is None)

    @property
    def why_lapsed(self) -> Text:
        """Why it is off by itself, in words."""
        return LAPSES.get(self.why, NOTHING)

    def waits_for(self, account_id: int) -> bool:
        """Whether somebody's own consent is still wanted."""
        end = end_of(
            Actor(key=f"{STAFF}{account_id}"), outgoing=self.outgoing_id, incoming=self.incoming_id
        )
        return self.is_waiting and end in self.missing


def find_handover(actor: Actor, handover_id: UUID) -> HandoverCard | None:
    """A handover for one of its ends or for whoever appoints there; None for everybody else.

    Cost: 1 statement.
    """
    row = _readable(actor).filter(pk=handover_id).first()
    return card_of(row) if row else None


def list_handovers(actor: Actor, *, is_open: bool = True) -> tuple[HandoverCard, ...]:
    """Those of one's own and of the areas one appoints for, newest first; at most 200.

    Cost: 1 statement.
    """
    rows = _readable(actor)
    rows = rows.filter(state__in=OPEN) if is_open else rows.exclude(state__in=OPEN)
    return tuple(map(card_of, rows[:MOST_SHOWN]))


def list_due_handovers(at: datetime) -> tuple[HandoverCard, ...]:
    """Those at which time may have something to do, oldest first. Cost: 1 statement."""
    over = Q(state=HandoverState.COVERING, until_at__lte=at)
    rows = _rows().filter(Q(state__in=WAITING) | over).order_by("made_at", "pk")
    return tuple(map(card_of, rows))


def list_waiting_for(account_id: int) -> tuple[HandoverCard, ...]:
    """Those that wait for the consent of one person. Cost: 1 statement."""
    mine = Q(outgoing_id=account_id, outgoing_agreed_at__isnull=True)
    mine |= Q(incoming_id=account_id, incoming_agreed_at__isnull=True)
    return tuple(map(card_of, _rows().filter(mine, state__in=WAITING)))


def list_holders(path: str, at: datetime) -> tuple[people.AppointmentCard, ...]:
    """Who holds the post of a grid at this moment. Cost: 1 statement."""
    posts = people.list_appointments(path, at)
    return tuple(p for p in posts if p.role == GRID_WORKER and p.place_path == path)


def held(card: HandoverCard, at: datetime) -> Held | None:
    """The outgoing post, or None when it has ended. Cost: 1 statement."""
    return _held(card, list_holders(card.grid_path, at))


def find_trouble(card: HandoverCard, at: datetime) -> str:
    """Why a waiting handover is off by itself now, or "". Cost: 3 statements."""
    place, posts = places.find_place(card.grid_code, at), list_holders(card.grid_path, at)
    return why_off(
        is_grid_valid=place is not None and place.path == card.grid_path,
        is_overtaken=is_overtaken(
            frozenset(post.account_id for post in posts),
            frozenset(card.beside),
            outgoing=card.outgoing_id,
            incoming=card.incoming_id,
        ),
        is_incoming_active=people.get_account(card.incoming_id).is_active,
        is_coming_back=outlasts(_held(card, posts), card.until_at),
        until_at=card.until_at,
        at=at,
    )


def erase_handover_words(*, at: datetime) -> int:
    """Erase what both ends told each other, 90 days after the end. Returns how many."""
    rows = HandoverRow.objects.filter(ended_at__lte=at - WORDS_KEPT)
    worded = rows.exclude(outgoing_words="", incoming_words="")
    return worded.update(outgoing_words="", incoming_words="")


def card_of(row: HandoverRow) -> HandoverCard:
    """A row for others; reads both accounts, so select them along."""
    same = (
        "grid_code", "grid_path", "outgoing_id", "incoming_id", "outgoing_post", "from_at",
        "until_at", "basis", "made_at", "decided_by_id", "outgoing_agreed_at",
        "incoming_agreed_at", "outgoing_words", "incoming_words", "is_forced", "effect_at",
        "incoming_post", "back_post", "eased", "why", "ended_at",
    )  # fmt: skip
    return HandoverCard(
        id=row.pk,
        kind=HandoverKind(row.kind),
        state=HandoverState(row.state),
        unit=row.unit_key,
        outgoing_name=_name(row.outgoing),
        incoming_name=_name(row.incoming),
        beside=tuple(row.beside),
        **{name: getattr(row, name) for name in same},
    )


def post_held(post: people.AppointmentCard) -> Held:
    """A post as the rules of handovers read it."""
    return Held(
        post_id=post.id,
        account_id=post.account_id,
        unit=post.unit_key,
        until_at=post.until_at,
    )


def _held(card: HandoverCard, posts: tuple[people.AppointmentCard, ...]) -> Held | None:
    return next((post_held(post) for post in posts if post.id == card.outgoing_post), None)


def _name(account: object) -> Text:
    zh = str(getattr(account, "display_name", ""))
    return Text(zh, str(getattr(account, "display_name_en", "")) or zh)


def _rows() -> QuerySet[HandoverRow]:
    return HandoverRow.objects.select_related("outgoing", "incoming")


def _readable(actor: Actor) -> QuerySet[HandoverRow]:
    condition = Q(pk__in=())
    if actor.key.startswith(STAFF):
        number = int(actor.key.removeprefix(STAFF))
        condition |= Q(outgoing_id=number) | Q(incoming_id=number)
    for hat in actor.hats:
        if hat.role == APPOINTING and hat.path:
            condition |= Q(people.is_within("grid_path", hat.path))
    return _rows().filter(condition)
