"""Reads of the people room."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, Q, QuerySet

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.text import Text
from commongrid.ledger import face as ledger
from commongrid.rooms.people.cards import (
    AccountCard,
    AppointmentCard,
    StaffCard,
    account_card,
    appointment_card,
    staff_card,
)
from commongrid.rooms.people.models import Account, Appointment, Interest
from commongrid.rooms.people.within import is_within, within_any

_STAFF = "staff:"
_MATTER = "matter:"
_NAMES = {
    "system": Text(zh="系统", en="The system"),
    "reporter": Text(zh="反映人", en="The person who raised it"),
    "public": Text(zh="公众", en="The public"),
}


def staff_actor(account: Account | int, at: datetime) -> Actor:
    """The actor this account is at this moment, with the hats of its appointments in force.

    An inactive account or an ended appointment gives no hats, whatever a page still shows.
    Cost: 2 statements.
    """
    account_id = account if isinstance(account, int) else account.pk
    rows = _in_force(at).filter(account_id=account_id)
    hats = rows.values_list("role", "place_path", "unit_key").order_by("from_at", "pk")
    subjects = Interest.objects.filter(account_id=account_id).values_list("subject", flat=True)
    return Actor(
        key=f"{_STAFF}{account_id}",
        hats=tuple(dict.fromkeys(Hat(role, path, unit) for role, path, unit in hats)),
        interests=frozenset(subject.removeprefix(_MATTER) for subject in subjects),
    )


def holds_any_role(*, account_id: int, roles: Iterable[str], at: datetime) -> bool:
    """Whether the account holds one of these roles anywhere. Cost: 1 statement."""
    return _in_force(at).filter(account_id=account_id, role__in=tuple(roles)).exists()


def get_account(account_id: int) -> AccountCard:
    """One account. Raises: Account.DoesNotExist (an ObjectDoesNotExist)."""
    return account_card(Account.objects.get(pk=account_id))


def find_account(username: str) -> AccountCard | None:
    """The account with this login name, whatever its case, or None."""
    row = Account.objects.filter(username=username.strip().lower()).first()
    return account_card(row) if row else None


def list_appointments(place_path: str, at: datetime) -> tuple[AppointmentCard, ...]:
    """Posts held at this moment in a place and everywhere below it."""
    rows = _in_force(at).filter(is_within("place_path", place_path))
    return tuple(map(appointment_card, rows.order_by("place_path", "role", "pk")))


def list_own_appointments(account_id: int) -> tuple[AppointmentCard, ...]:
    """Every post the account holds, held or will hold, newest first."""
    rows = Appointment.objects.select_related("account").filter(account_id=account_id)
    return tuple(map(appointment_card, rows.order_by("-from_at", "-pk")))


def list_staff_for(path: str, role: str, at: datetime) -> tuple[StaffCard, ...]:
    """Who holds a role for the place at `path`: there or in any place above, nearest first."""
    # A program is nobody to turn to.
    rows = _in_force(at).filter(role=role, place_path__in=_up_from(path), account__is_service=False)
    return tuple(sorted(map(staff_card, rows.order_by("pk")), key=lambda c: -len(c.place_path)))


def list_units_staff(unit_keys: Iterable[str], path: str, at: datetime) -> tuple[StaffCard, ...]:
    """Who works in these units for the place at `path`, heads before handlers by role name."""
    rows = _in_force(at).filter(unit_key__in=tuple(unit_keys), place_path__in=_up_from(path))
    rows = rows.filter(account__is_service=False)
    return tuple(map(staff_card, rows.exclude(unit_key="").order_by("unit_key", "-role", "pk")))


def display_names(keys: Iterable[str], language: str = "zh-hans") -> dict[str, str]:
    """What to call the actors of acts, for a reader of `language`; unknown keys stay as they are.

    Cost: at most 1 statement for any number of keys.
    """
    wanted = set(keys)
    ids = {int(k[len(_STAFF) :]) for k in wanted if _is_staff(k)}
    found = {row.actor_key: row.name_in(language) for row in _named(ids)} if ids else {}
    others = {k: _NAMES[k.split(":", 1)[0]].in_(language) for k in wanted if _has_word(k)}
    return {key: key for key in wanted} | others | found


def _named(ids: set[int]) -> QuerySet[Account]:
    return Account.objects.filter(pk__in=ids).only("display_name", "display_name_en")


def _is_staff(key: str) -> bool:
    number = key[len(_STAFF) :]
    return key.startswith(_STAFF) and number.isascii() and number.isdecimal()


def _has_word(key: str) -> bool:
    return key.split(":", 1)[0] in _NAMES


def _in_force(at: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.select_related("account").filter(
        Q(until_at__isnull=True) | Q(until_at__gt=at), account__is_active=True, from_at__lte=at
    )


def _up_from(path: str) -> list[str]:
    """The path and every path above it.

    Example:
        >>> _up_from("/15/1502/")
        ['/15/', '/15/1502/']
    """
    parts = [part for part in path.split("/") if part]
    return ["/" + "/".join(parts[: n + 1]) + "/" for n in range(len(parts))]


def acts_on_posts_within(areas: Collection[str]) -> Exists:
    """A condition on acts: about somebody who has or had a post there."""
    rows = Appointment.objects.filter(within_any("place_path", areas))
    return ledger.is_named(("person",), rows, by="account_id", is_number=True)
