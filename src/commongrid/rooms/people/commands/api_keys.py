"""Let programs in: make service accounts, issue keys, revoke them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.people.cards import (
    AccountCard,
    ApiKeyCard,
    IssuedKey,
    account_card,
    api_key_card,
)
from commongrid.rooms.people.commands.accounts import BAD_NAME, TAKEN
from commongrid.rooms.people.commands.acting import (
    Doing,
    account_in,
    locked_account,
    posts_of,
    require,
)
from commongrid.rooms.people.domain.keys import (
    has_post_for,
    is_sound_key,
    new_token,
    token_digest,
)
from commongrid.rooms.people.domain.powers import Post, may_create_account, may_decide_over
from commongrid.rooms.people.models import USERNAME_PATTERN, Account, ApiKey

NOT_SERVICE = Text(
    zh="密钥只发给程序账号，不发给工作人员。",
    en="Keys are given to service accounts only, never to a member of staff.",
)
NO_KEY = Text(zh="没有这个密钥。", en="There is no such key.")
OVER = Text(zh="这个密钥已经停用。", en="This key has ended already.")


@transaction.atomic
def create_service_account(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    username: str,
    display_name: str,
    display_name_en: str = "",
    work_phone: str = "",
) -> AccountCard:
    """Make an account for a program; it cannot log in and opens nothing before a key.

    `work_phone` is that of the post answering for the program. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="create_service_account")
    if done := doing.was_done():
        return account_card(Account.objects.get(pk=account_in(done)))
    verdict = require(may_create_account(actor))
    row = Account(
        username=username.strip().lower(),
        display_name=display_name.strip(),
        display_name_en=display_name_en.strip(),
        work_phone=work_phone.strip(),
        language=settings.LANGUAGE_CODE,
        is_service=True,
        made_at=at,
    )
    if not (re.match(USERNAME_PATTERN, row.username) and row.display_name):
        raise Refused(Verdict.no("people.bad_name", BAD_NAME))
    if Account.objects.filter(username=row.username).exists():
        raise Refused(Verdict.no("people.username_taken", TAKEN))
    row.set_unusable_password()
    row.save(force_insert=True)
    doing.record(row.pk, verdict, after={"is_active": True, "is_service": True})
    return account_card(row)


@transaction.atomic
def issue_api_key(
    *,
    actor: Actor,
    at: datetime,
    command_id: UUID,
    account_id: int,
    name: str,
    scopes: Iterable[str],
    place_code: str,
    place_path: str,
    until_at: datetime,
    reason: str = "",
) -> IssuedKey:
    """Issue a key to a service account for a place and a time of at most a year.

    Whoever issues it needs power over the account and over the key's area. The token is in the
    answer this once: only its digest is kept, and a replay gives none. Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="issue_api_key")
    if doing.was_done():
        return IssuedKey(key=_card(made_by_act=command_id), token="")
    account = locked_account(account_id)
    wanted = tuple(sorted(set(scopes)))
    held = posts_of(account_id, at)
    posts = (*held, Post("api_key", place_path))
    verdict = require(may_decide_over(actor, account_id=account_id, posts=posts))
    if not account.is_service:
        raise Refused(Verdict.no("people.not_a_service", NOT_SERVICE, str(account_id)))
    require(
        is_sound_key(
            name=name,
            scopes=wanted,
            place_code=place_code,
            place_path=place_path,
            until_at=until_at,
            at=at,
        )
    )
    require(has_post_for(wanted, place_path, _paths_held(account, at)))
    token = new_token()
    row = ApiKey.objects.create(
        account=account,
        name=name.strip(),
        digest=token_digest(token),
        ending=token[-4:],
        scopes=" ".join(wanted),
        place_code=place_code,
        place_path=place_path,
        issued_at=at,
        until_at=until_at,
        made_by_act=command_id,
    )
    doing.record(account_id, verdict, words=reason.strip(), after=_facts(row))
    return IssuedKey(key=api_key_card(row), token=token)


@transaction.atomic
def revoke_api_key(
    *, actor: Actor, at: datetime, command_id: UUID, key_id: int, reason: str = ""
) -> ApiKeyCard:
    """End a key at once. Power over the key's area is enough: a leak must not wait.

    Raises: Refused.
    """
    doing = Doing(actor=actor, at=at, command_id=command_id, action="revoke_api_key")
    if doing.was_done():
        return _card(revoked_by_act=command_id)
    rows = ApiKey.objects.select_for_update(of=("self",)).select_related("account")
    row = rows.filter(pk=key_id).first()
    if row is None:
        raise Refused(Verdict.no("people.no_api_key", NO_KEY, str(key_id)))
    post = Post("api_key", row.place_path)
    verdict = require(may_decide_over(actor, account_id=row.account_id, posts=(post,)))
    if row.revoked_at is not None or row.until_at <= at:
        raise Refused(Verdict.no("people.key_ended", OVER, str(key_id)))
    before = _facts(row)
    row.revoked_at, row.revoked_by_act = at, command_id
    row.save(update_fields=["revoked_at", "revoked_by_act"])
    doing.record(
        row.account_id, verdict, words=reason.strip(), before=before, after={"revoked_at": at}
    )
    return api_key_card(row)


def _card(**wanted: object) -> ApiKeyCard:
    return api_key_card(ApiKey.objects.select_related("account").get(**wanted))


def _paths_held(account: Account, at: datetime) -> list[str]:
    rows = account.appointments.exclude(until_at__lte=at)
    return list(rows.values_list("place_path", flat=True))


def _facts(row: ApiKey) -> dict[str, object]:
    return {
        "key": row.pk,
        "scopes": row.scopes,
        "place": row.place_code,
        "until_at": row.until_at,
    }
