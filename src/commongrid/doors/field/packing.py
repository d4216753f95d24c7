"""What a phone takes along to work without signal: rules, map, post, numbers. Nobody's data.

The sum of a pack says whether a phone has it already. It is known without packing, as long as
neither the places nor the charter nor the holder's posts have changed in this process's time.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from threading import Lock
from typing import Any

from django.utils import timezone

from commongrid.charter.compiler import Compiled
from commongrid.doors.field.grounds import grounds_of
from commongrid.doors.field.plain import moment, said
from commongrid.doors.field.rules import rules_for
from commongrid.kernel.text import Text
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from commongrid.rooms.places import face as places

FORM = 1
KEEP_DAYS = 30
SHAS_KEPT, RULES_KEPT = 4096, 16
IN_SERVICE = fieldwork.PhoneState.IN_SERVICE


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack and the sum of what is in it."""

    sha: str
    body: dict[str, Any]


_shas: OrderedDict[Hashable, str] = OrderedDict()
_lock = Lock()


def pack_for(phone: fieldwork.PhoneCard, at: datetime) -> Pack | None:
    """The pack of a phone; None for one that is not in service, or where no charter is in force.

    Cost: about twenty statements for one grid.
    """
    with places.one_look():
        key, compiled = _key(phone, at)
        if compiled is None:
            return None
        content = _content(phone, compiled, at)
    sha = _sum(content)
    _keep(key, sha)
    own = {"sha": sha, "made_at": moment(at), "me": _me(phone, compiled)}
    return Pack(sha, {**own, **content})


def pack_sha(phone: fieldwork.PhoneCard, at: datetime) -> str:
    """The sum of the pack a phone would get now, or "". Cost: 1 statement when warm."""
    with places.one_look():
        key, compiled = _key(phone, at)
        if compiled is None:
            return ""
        known = _shas.get(key)
        if known is not None:
            return known
        sha = _sum(_content(phone, compiled, at))
    _keep(key, sha)
    return sha


def _key(phone: fieldwork.PhoneCard, at: datetime) -> tuple[Hashable, Compiled | None]:
    """Everything a pack follows from. Grids begin and end by the day."""
    if phone.state is not IN_SERVICE or not phone.paths:
        return None, None
    known = places.look_up()
    try:
        charter, compiled = known.charter_in_force(min(phone.paths), at)
    except places.NoCharterError:
        return None, None
    day = timezone.localtime(at).date()
    paths = tuple(sorted(phone.paths))
    return (FORM, known.token, day, charter, paths, _roles(phone), _office()), compiled


def _roles(phone: fieldwork.PhoneCard) -> frozenset[str]:
    return frozenset(hat.role for hat in phone.actor.hats)


def _office() -> str:
    return fieldwork.office_public_key()


def _content(phone: fieldwork.PhoneCard, compiled: Compiled, at: datetime) -> dict[str, Any]:
    return {
        "charter": compiled.key,
        "place": _place(compiled),
        **grounds_of(phone.paths, at),
        **_rules(compiled, _roles(phone)),
        "keep_days": KEEP_DAYS,
        "office_key": _office(),
    }


@lru_cache(maxsize=RULES_KEPT)
def _rules(compiled: Compiled, roles: frozenset[str]) -> dict[str, Any]:
    return rules_for(compiled, roles)


def _place(compiled: Compiled) -> dict[str, Any]:
    card = places.look_up().find_place(compiled.charter.place)
    name = card.name if card else compiled.charter.name
    return {"code": compiled.charter.place, "name": said(name)}


def _me(phone: fieldwork.PhoneCard, compiled: Compiled) -> dict[str, Any]:
    account = people.get_account(phone.account_id)
    name = Text(account.name_in("zh-hans"), account.name_in("en"))
    roles = dict.fromkeys(hat.role for hat in phone.actor.hats)
    return {"name": said(name), "roles": [said(compiled.role_name(role)) for role in roles]}


def _sum(content: dict[str, Any]) -> str:
    plain = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _keep(key: Hashable, sha: str) -> None:
    with _lock:
        _shas[key] = sha
        _shas.move_to_end(key)
        while len(_shas) > SHAS_KEPT:
            _shas.popitem(last=False)
