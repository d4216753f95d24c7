"""Reads about phones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from commongrid.charter.matter import Actor
from commongrid.ledger.face import list_acts
from commongrid.rooms.fieldwork.cards import PhoneCard, PhoneEntry
from commongrid.rooms.fieldwork.domain.serving import (
    APPOINTING,
    GRID_WORKER,
    Held,
    PhoneState,
    grid_paths,
    last_post,
    state_after,
)
from commongrid.rooms.fieldwork.domain.tokens import is_token, token_digest
from commongrid.rooms.fieldwork.models import PhoneRow
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

GRACE_PARAMETER = "phone_grace_days"
GRACE_DAYS = 5  # for a charter older than the parameter


def find_phone(token: str, *, at: datetime) -> PhoneCard | None:
    """The phone that holds a token, with what its holder may do at this moment, or None.

    Nothing is written: a phone leaves no trace of when it came but the acts done with it.
    Cost: 3 statements; 2 more after the holder's post is over.
    """
    if not is_token(token):
        return None
    rows = PhoneRow.objects.select_related("account").filter(digest=token_digest(token))
    row = rows.first()
    return _card(row, at) if row else None


def get_phone(phone_id: int, *, at: datetime) -> PhoneCard:
    """The same for a known phone, whatever its state. Raises: PhoneRow.DoesNotExist."""
    return _card(PhoneRow.objects.select_related("account").get(pk=phone_id), at)


def list_own_phones(account_id: int) -> tuple[PhoneEntry, ...]:
    """The phones of one account, in service first, then newest first. Cost: 1 statement."""
    rows = PhoneRow.objects.filter(account_id=account_id).order_by("-made_at", "-pk")
    return tuple(sorted(map(entry_of, rows), key=lambda entry: entry.revoked_at is not None))


def list_phones(actor: Actor, at: datetime) -> tuple[PhoneEntry, ...]:
    """Phones in service of grid workers in the areas the actor appoints for.

    Cost: 2 statements, and 1 an area.
    """
    areas = sorted({hat.path for hat in actor.hats if hat.role == APPOINTING and hat.path})
    posts: dict[int, list[str]] = {}
    for area in areas:
        for post in people.list_appointments(area, at):
            if post.role == GRID_WORKER:
                posts.setdefault(post.account_id, []).append(post.place_path)
    rows = PhoneRow.objects.filter(account_id__in=posts, revoked_at__isnull=True)
    found = list(rows.order_by("account_id", "pk"))
    names = people.display_names({f"staff:{row.account_id}" for row in found})
    return tuple(
        entry_of(row, name=names[f"staff:{row.account_id}"], paths=tuple(posts[row.account_id]))
        for row in found
    )


def list_grid_paths(account_id: int) -> tuple[str, ...]:
    """Every grid the account works or worked in. Cost: 1 statement."""
    held = people.list_own_appointments(account_id)
    return tuple(dict.fromkeys(post.place_path for post in held if post.role == GRID_WORKER))


def names_of(phones: Mapping[int, int], language: str = "zh-hans") -> dict[int, str]:
    """What to call the holders of phones: by phone, from its account. Cost: 1 statement."""
    names = people.display_names({f"staff:{n}" for n in phones.values()}, language)
    return {phone: names[f"staff:{account}"] for phone, account in phones.items()}


def entry_of(row: PhoneRow, *, name: str = "", paths: Sequence[str] = ()) -> PhoneEntry:
    """A phone in a list."""
    return PhoneEntry(
        id=row.pk,
        account_id=row.account_id,
        label=row.label,
        made_at=row.made_at,
        revoked_at=row.revoked_at,
        why=row.why,
        name=name,
        paths=tuple(paths),
    )


def _card(row: PhoneRow, at: datetime) -> PhoneCard:
    actor = people.staff_actor(row.account_id, at)
    paths = grid_paths(actor)
    state, until = _state(row, at, has_post=bool(paths))
    return PhoneCard(
        id=row.pk,
        account_id=row.account_id,
        label=row.label,
        state=state,
        ended_until=until,
        actor=actor,
        paths=paths,
    )


def _state(row: PhoneRow, at: datetime, *, has_post: bool) -> tuple[PhoneState, datetime | None]:
    if row.revoked_at is not None:
        return PhoneState.REVOKED, None
    if has_post:
        return PhoneState.IN_SERVICE, None
    posts = people.list_own_appointments(row.account_id)
    held = [Held(p.place_path, p.from_at, p.until_at) for p in posts if p.role == GRID_WORKER]
    closed_at = None if row.account.is_active else _closed_at(row.account_id)
    last = last_post(held, at, closed_at)
    if last is None or last.until_at is None:
        return PhoneState.REVOKED, None
    grace = _grace(last.path, at)
    return state_after(last.until_at, grace, at), last.until_at + grace


def _closed_at(account_id: int) -> datetime | None:
    acts = list_acts(f"person:{account_id}")
    return next((act.at for act in reversed(acts) if act.action == "deactivate_account"), None)


def _grace(path: str, at: datetime) -> timedelta:
    try:
        compiled = places.charter_in_force(path, at)[1]
        return timedelta(days=compiled.number(GRACE_PARAMETER))
    except (places.NoCharterError, KeyError):
        return timedelta(days=GRACE_DAYS)
