"""People to test with, made by real commands. All of them are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.people import face
from commongrid.rooms.people.models import Account, Appointment, Interest, KeyedTotp

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # when the clock of the harness stands still
DAY = timedelta(days=1)
SETUP = Actor(key="system:setup")
PASSWORD = "paper kite over the steppe"

CITY = "/150500000000/"
DISTRICT = CITY + "150502000000/"
TOWN = DISTRICT + "150502001000/"
OTHER_TOWN = DISTRICT + "150502002000/"
GRID = TOWN + "150502001001/"
BASIS = "invented decision 1"


def code_of(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[1]


def make_account(username: str, **more: object) -> face.AccountCard:
    given = {"display_name": f"演示 {username}", "must_use_totp": False, **more}
    return face.create_account(actor=SETUP, at=AT, command_id=new_id(), username=username, **given)


def appoint(account_id: int, role: str, path: str, unit: str = "", **more: object):
    given = {"at": AT, "actor": SETUP, "basis": BASIS, **more}
    return face.appoint_person(
        command_id=new_id(),
        account_id=account_id,
        role=role,
        place_code=code_of(path),
        place_path=path,
        unit_key=unit,
        **given,
    )


def make_staff(username: str, role: str, path: str, unit: str = "", **more: object):
    card = make_account(username, **more)
    appoint(card.id, role, path, unit)
    return card


def actor(card: face.AccountCard, at: datetime = AT) -> Actor:
    return face.staff_actor(card.id, at)


def app_code(account_id: int, at: datetime) -> str:
    """The code the person's app shows at this moment."""
    device = KeyedTotp.objects.get(user_id=account_id)
    totp = TOTP(device.bin_key, device.step, device.t0, device.digits)
    totp.time = at.timestamp()
    return f"{totp.token():06d}"


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Everything this room may write, acts included."""
    tables = (Account, Appointment, Interest, KeyedTotp, StaticDevice, StaticToken, Act, Session)
    return {t.__name__: sorted(t.objects.order_by("pk").values_list(), key=str) for t in tables}
