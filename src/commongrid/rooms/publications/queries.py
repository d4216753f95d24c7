"""Reading: which months are due, how powers were used, what bodies published and owe."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, QuerySet

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Publication as PublicationRule
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.places import face as places
from commongrid.rooms.publications.cards import (
    AffairCard,
    AffairPromise,
    PowerMonthCard,
    PowerMonthToCount,
    PowerPartCard,
)
from commongrid.rooms.publications.domain.periods import (
    AT_ONCE,
    days_after,
    periods_between,
    promised_by,
    status_of,
)
from commongrid.rooms.publications.models import Affair, PowerMonth, PowerPart

LEAST = "smallest_count"  # the charter's parameter
MONTHS_SHOWN = 13
LOOKED_BACK = timedelta(days=800)  # the periods shown, and then some
PERIODS_SHOWN = {"month": 12, "quarter": 4}


def list_due_power_months(*, at: datetime) -> tuple[PowerMonthToCount, ...]:
    """The months whose figures the board has published and whose powers were not, oldest first.

    Cost: two statements, and two for every place with a board.
    """
    due: list[PowerMonthToCount] = []
    for code in oversight.list_boards():
        root = places.find_place(code)
        known = set(_of(code).values_list("month", flat=True))
        if root is None:
            continue
        try:
            _, compiled = places.charter_in_force(root.path, at)
        except places.NoCharterError:
            continue
        for month in sorted(set(oversight.list_months(code)) - known):
            due.append(_to_count(root, month, compiled))
    return tuple(m for m in due if days_after(m.until, oversight.SETTLE_DAYS) <= at)


def _to_count(root: places.PlaceCard, month: date, compiled: Compiled) -> PowerMonthToCount:
    zone = compiled.calendar.zone
    after = (month + timedelta(days=32)).replace(day=1)
    return PowerMonthToCount(
        root_code=root.code,
        root_path=root.path,
        month=month,
        since=datetime(month.year, month.month, 1, tzinfo=zone),
        until=datetime(after.year, after.month, 1, tzinfo=zone),
        least=compiled.number(LEAST),
    )


def list_power_months(root_code: str) -> tuple[date, ...]:
    """The months published of a place, newest first. Cost: 1 statement."""
    return tuple(_of(root_code).order_by("-month").values_list("month", flat=True))


def list_powered_places() -> dict[str, date]:
    """The places with a published month, and the newest. Cost: 1 statement."""
    rows = PowerMonth.objects.values("root_code").annotate(newest=Max("month"))
    return dict(rows.order_by("root_code").values_list("root_code", "newest"))


def find_power_month(root_code: str, month: date | None = None) -> PowerMonthCard | None:
    """One published month, the newest by default. Cost: 1 statement."""
    rows = _of(root_code).order_by("-month")
    row = (rows.filter(month=month) if month else rows).first()
    return power_month_card(row) if row else None


def list_power_parts(
    root_code: str, power: str, *, until: date | None = None
) -> tuple[PowerPartCard, ...]:
    """What was published of one power, the newest months first. Cost: 1 statement."""
    rows = PowerPart.objects.filter(month__root_code=root_code, power=power)
    if until is not None:
        rows = rows.filter(month__month__lte=until)
    found = rows.select_related("month").defer("month__whole").order_by("-month__month")
    return tuple(
        PowerPartCard(month=row.month.month, as_of=row.month.as_of, content=row.content)
        for row in found[:MONTHS_SHOWN]
    )


def list_all_parts(root_code: str, month: date) -> dict[str, Any]:
    """Every power's part of one month. Cost: 1 statement."""
    rows = PowerPart.objects.filter(month__root_code=root_code, month__month=month)
    return dict(rows.order_by("power").values_list("power", "content"))


def list_promises(root: places.PlaceCard, *, at: datetime) -> tuple[AffairPromise, ...]:
    """What the bodies of a place owe for past periods, by body, rule and period, newest first.

    Nothing is owed for a time before the charter that asks for it was adopted.
    Cost: 2 statements when the charter is warm.
    """
    try:
        compiled = places.charter_in_force(root.path, at)[1]
    except places.NoCharterError:
        return ()
    rules = [rule for rule in compiled.charter.publications.values() if rule.every != AT_ONCE]
    if not rules:
        return ()
    begun = _begun(root, rules)
    bodies = list_bodies(root, compiled, at)
    published = _published(root.path, at)
    found: list[AffairPromise] = []
    for place in bodies:
        for rule in rules:
            if rule.level == place.level:
                found += _promises_of(place, rule, begun[rule.publication], published, compiled, at)
    return tuple(found)


def list_bodies(
    root: places.PlaceCard, compiled: Compiled, at: datetime
) -> tuple[places.PlaceCard, ...]:
    """The bodies that publish by the charter: the place itself and what lies right below it."""
    levels = {rule.level for rule in compiled.charter.publications.values()}
    known = (root, *places.list_children(root.code, at, code_system=root.code_system))
    return tuple(place for place in known if place.level in levels)


def list_affairs(path: str, *, limit: int = 50, offset: int = 0) -> tuple[AffairCard, ...]:
    """What was published under a path, newest first, without the words. Cost: 1 statement."""
    rows = Affair.objects.filter(place_path__startswith=path).select_related("corrected")
    found = rows.defer("text", "corrected__text")[offset : offset + limit]
    return tuple(affair_card(row, text="") for row in found)


def count_affairs(path: str) -> int:
    """How much was published under a path. Cost: 1 statement."""
    return Affair.objects.filter(place_path__startswith=path).count()


def find_affair(affair_id: UUID) -> AffairCard | None:
    """One publication. Cost: 1 statement."""
    row = Affair.objects.filter(pk=affair_id).select_related("corrected").first()
    return affair_card(row) if row else None


def read_file(affair_id: UUID) -> bytes | None:
    """The file that goes with a publication, or None. Cost: 1 statement."""
    row = Affair.objects.filter(pk=affair_id, file__isnull=False).select_related("file").first()
    return bytes(row.file.content) if row else None


def affair_card(row: Affair, *, text: str | None = None) -> AffairCard:
    """A row as its card; a list gives it no words, so that they are not read."""
    later = getattr(row, "corrected", None)
    return AffairCard(
        id=row.pk,
        place_code=row.place_code,
        place_path=row.place_path,
        rule=row.rule,
        period=row.period,
        due_at=row.due_at,
        title=row.title,
        text=row.text if text is None else text,
        file_name=row.file_name,
        file_kind=row.file_kind,
        digest=row.digest,
        published_at=row.published_at,
        made_by_act=row.made_by_act,
        corrects=row.corrects_id,
        corrected_by=later.pk if later else None,
    )


def power_month_card(row: PowerMonth) -> PowerMonthCard:
    """A row as its card."""
    return PowerMonthCard(
        root_code=row.root_code,
        month=row.month,
        as_of=row.as_of,
        least=row.least,
        charters=tuple(row.charters),
        digest=row.digest,
        made_by_act=row.made_by_act,
        whole=row.whole,
    )


def _of(root_code: str) -> QuerySet[PowerMonth]:
    return PowerMonth.objects.filter(root_code=root_code)


def _begun(root: places.PlaceCard, rules: Sequence[PublicationRule]) -> dict[str, date]:
    """From which day each rule binds: its own, and that of the first charter that knew it."""
    begun: dict[str, date] = {}
    for card in reversed(places.list_charters(root.code)):
        known = places.get_charter(card.key).charter.publications
        for rule in rules:
            if rule.publication in known:
                day = max(rule.valid_from, card.valid_from, card.adopted_at.date())
                begun.setdefault(rule.publication, day)
    return {rule.publication: begun.get(rule.publication, rule.valid_from) for rule in rules}


def _published(path: str, at: datetime) -> dict[tuple[str, str, str], AffairCard]:
    """The first publication of each body, rule and period: a correction is not the promise."""
    rows = Affair.objects.filter(
        place_path__startswith=path, corrects=None, published_at__gte=at - LOOKED_BACK
    )
    found: dict[tuple[str, str, str], AffairCard] = {}
    known = rows.select_related("corrected").defer("text", "corrected__text")
    for row in known.order_by("published_at"):
        found.setdefault((row.place_code, row.rule, row.period), affair_card(row, text=""))
    return found


def _promises_of(
    place: places.PlaceCard,
    rule: PublicationRule,
    begun: date,
    published: dict[tuple[str, str, str], AffairCard],
    compiled: Compiled,
    at: datetime,
) -> Iterator[AffairPromise]:
    today = at.astimezone(compiled.calendar.zone).date()
    periods = list(periods_between(rule.every, max(begun, place.valid_from), today))
    for name, _, after in reversed(periods[-PERIODS_SHOWN[rule.every] :]):
        card = published.get((place.code, rule.publication, name))
        due = card.due_at if card else promised_by(rule, after, compiled.calendar)
        yield AffairPromise(
            place=place,
            rule=rule,
            period=name,
            due_at=due,
            status=status_of(due, card.published_at if card else None, at),
            published=card,
        )
