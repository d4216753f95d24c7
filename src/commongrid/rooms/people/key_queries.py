"""Reads about API keys."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from commongrid.charter.matter import Actor
from commongrid.rooms.people.cards import (
    AccountCard,
    ApiKeyCard,
    KeyCard,
    account_card,
    api_key_card,
)
from commongrid.rooms.people.domain.keys import NEED_POST, is_token, narrowed, token_digest
from commongrid.rooms.people.models import Account, ApiKey
from commongrid.rooms.people.queries import staff_actor
from commongrid.rooms.people.within import is_within


def find_api_key(token: str, *, at: datetime) -> KeyCard | None:
    """What a key opens at this moment, or None for one that is wrong, ended or revoked.

    Nothing is written: no use of a key leaves a trace but the acts done with it.
    Cost: 1 statement, and 2 more for a key that may read or act.
    """
    if not is_token(token):
        return None
    rows = _rows().filter(
        digest=token_digest(token),
        issued_at__lte=at,
        until_at__gt=at,
        revoked_at__isnull=True,
        account__is_active=True,
        account__is_service=True,
    )
    row = rows.first()
    if row is None:
        return None
    scopes = frozenset(row.scopes.split())
    return KeyCard(
        id=row.pk, name=row.name, scopes=scopes, path=row.place_path, actor=_actor(row, scopes, at)
    )


def get_api_key(key_id: int) -> ApiKeyCard:
    """One key. Raises: ApiKey.DoesNotExist (an ObjectDoesNotExist)."""
    return api_key_card(_rows().get(pk=key_id))


def list_api_keys(
    *, path: str = "", account_id: int | None = None, at: datetime | None = None
) -> tuple[ApiKeyCard, ...]:
    """Keys of a place and below, or of an account; with `at` only those in force then.

    Newest first. Cost: 1 statement.
    """
    rows = _rows().order_by("-issued_at", "-pk")
    if path:
        rows = rows.filter(is_within("place_path", path))
    if account_id is not None:
        rows = rows.filter(account_id=account_id)
    cards = map(api_key_card, rows)
    return tuple(card for card in cards if at is None or card.is_in_force(at))


def list_service_accounts() -> tuple[AccountCard, ...]:
    """Every account of a program that is not closed, by name. Cost: 1 statement."""
    rows = Account.objects.filter(is_service=True, is_active=True).order_by("display_name", "pk")
    return tuple(map(account_card, rows))


def _rows() -> QuerySet[ApiKey]:
    return ApiKey.objects.select_related("account")


def _actor(row: ApiKey, scopes: frozenset[str], at: datetime) -> Actor:
    if not NEED_POST & scopes:
        return Actor(key=row.account.actor_key)
    actor = staff_actor(row.account_id, at)
    return Actor(
        key=actor.key, hats=narrowed(actor.hats, row.place_path), interests=actor.interests
    )
