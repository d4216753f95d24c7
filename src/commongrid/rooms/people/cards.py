"""What the people room hands out: frozen values, never rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.rooms.people.models import Account, ApiKey, Appointment


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCard:
    """A member of staff as others may see them."""

    id: int
    username: str
    display_name: str
    display_name_en: str
    work_phone: str
    language: str
    is_active: bool
    must_use_totp: bool
    is_service: bool = False

    @property
    def key(self) -> str:
        """The opaque key used in acts."""
        return f"staff:{self.id}"

    def name_in(self, language: str) -> str:
        """The name for a reader of `language`."""
        return (self.display_name_en if language.startswith("en") else "") or self.display_name


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentCard:
    """One post of one person. `until_at` is exclusive; None has no end yet."""

    id: int
    account_id: int
    display_name: str
    display_name_en: str
    role: str
    place_code: str
    place_path: str
    unit_key: str
    from_at: datetime
    until_at: datetime | None
    basis: str

    @property
    def key(self) -> str:
        """The opaque key of the person."""
        return f"staff:{self.account_id}"

    def is_in_force(self, at: datetime) -> bool:
        """Whether the post is held at this moment."""
        return self.from_at <= at and (self.until_at is None or at < self.until_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCard:
    """Somebody to turn to: a person with the post that makes them the right one."""

    key: str
    display_name: str
    display_name_en: str
    work_phone: str
    role: str
    unit_key: str
    place_code: str
    place_path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyCard:
    """What a key that was shown at a door opens.

    `path` limits it to a place and everything below; the hats of `actor` are already narrowed
    to that place, and there are none unless the key may read or act.
    """

    id: int
    name: str
    scopes: frozenset[str]
    path: str
    actor: Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyCard:
    """A key as a list shows it: never the key itself, only its last symbols."""

    id: int
    name: str
    account_id: int
    display_name: str
    display_name_en: str
    is_account_active: bool
    scopes: tuple[str, ...]
    place_code: str
    place_path: str
    ending: str
    issued_at: datetime
    until_at: datetime
    revoked_at: datetime | None

    def name_in(self, language: str) -> str:
        """What the program is called for a reader of `language`."""
        return (self.display_name_en if language.startswith("en") else "") or self.display_name

    def is_in_force(self, at: datetime) -> bool:
        """Whether the key opens anything at this moment."""
        is_current = self.issued_at <= at < self.until_at
        return self.is_account_active and is_current and self.revoked_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedKey:
    """A key just issued. `token` is the secret: show it once; "" when the command is replayed."""

    key: ApiKeyCard
    token: str


def account_card(row: Account) -> AccountCard:
    """The card of a row."""
    return AccountCard(
        id=row.pk,
        username=row.username,
        display_name=row.display_name,
        display_name_en=row.display_name_en,
        work_phone=row.work_phone,
        language=row.language,
        is_active=row.is_active,
        must_use_totp=row.must_use_totp,
        is_service=row.is_service,
    )


def appointment_card(row: Appointment) -> AppointmentCard:
    """The card of a row; reads the account, so select it along."""
    return AppointmentCard(
        id=row.pk,
        account_id=row.account_id,
        display_name=row.account.display_name,
        display_name_en=row.account.display_name_en,
        role=row.role,
        place_code=row.place_code,
        place_path=row.place_path,
        unit_key=row.unit_key,
        from_at=row.from_at,
        until_at=row.until_at,
        basis=row.basis,
    )


def staff_card(row: Appointment) -> StaffCard:
    """The card of the person behind a post."""
    return StaffCard(
        key=row.account.actor_key,
        display_name=row.account.display_name,
        display_name_en=row.account.display_name_en,
        work_phone=row.account.work_phone,
        role=row.role,
        unit_key=row.unit_key,
        place_code=row.place_code,
        place_path=row.place_path,
    )


def api_key_card(row: ApiKey) -> ApiKeyCard:
    """The card of a row; reads the account, so select it along."""
    return ApiKeyCard(
        id=row.pk,
        name=row.name,
        account_id=row.account_id,
        display_name=row.account.display_name,
        display_name_en=row.account.display_name_en,
        is_account_active=row.account.is_active,
        scopes=tuple(row.scopes.split()),
        place_code=row.place_code,
        place_path=row.place_path,
        ending=row.ending,
        issued_at=row.issued_at,
        until_at=row.until_at,
        revoked_at=row.revoked_at,
    )
