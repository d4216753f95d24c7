"""Rows of the people room: staff accounts, what they are appointed to, what they step out of."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac

from commongrid.kernel.personal import Declared
from commongrid.rooms.people import personal as mine
from commongrid.rooms.people.totp_rows import KeyedTotp

__all__ = ["Account", "ApiKey", "Appointment", "Interest", "KeyedTotp"]

USERNAME_PATTERN = r"^[a-z0-9][a-z0-9._-]{1,39}\Z"
SUBJECT_PATTERN = r"^matter:[A-Za-z0-9-]{1,64}\Z"
SESSION_SALT = "commongrid.people.session"


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts; they are made by the command ``create_account`` only."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Find an account by the name typed at the login page, whatever its case."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """A member of staff who can log in, or a program that cannot. Residents never have one.

    Privacy: name and work phone of an official in the official's function, to say who acts and
    to reach the post; no private contact, no login diary (``last_login`` is switched off).
    Retention: deactivated when the person leaves; kept while an act names it, because an act
    without an author proves nothing; the work phone is emptied on deactivation.
    """

    personal: ClassVar[Declared] = (mine.ACCOUNT,)

    last_login = None  # a diary of logins would be a record of attendance

    username = models.CharField(
        max_length=40, unique=True, validators=[RegexValidator(USERNAME_PATTERN)]
    )
    display_name = models.CharField(max_length=60)
    display_name_en = models.CharField(max_length=60, blank=True)
    work_phone = models.CharField(max_length=30, blank=True)
    language = models.CharField(max_length=16, blank=True)  # "": what the browser asks for
    is_active = models.BooleanField(default=True)
    must_use_totp = models.BooleanField(default=True)
    session_series = models.PositiveIntegerField(default=0)  # raising it ends every session
    is_service = models.BooleanField(default=False)  # a program; it never logs in
    made_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["display_name"]

    class Meta:
        ordering = ("username",)
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(display_name=""), name="people_account_has_a_name"),
            models.CheckConstraint(
                # "!" begins what Django stores for a password that fits nothing.
                condition=Q(is_service=False) | Q(password__startswith="!"),  # noqa: S106
                name="people_service_cannot_log_in",
            ),
        ]

    @property
    def actor_key(self) -> str:
        """The opaque key under which this person appears in acts."""
        return f"staff:{self.pk}"

    def name_in(self, language: str) -> str:
        """The display name for a reader of `language`; Chinese when no other is known."""
        return (self.display_name_en if language.startswith("en") else "") or self.display_name

    def get_full_name(self) -> str:
        """What Django's own messages call this person."""
        return self.display_name

    def get_short_name(self) -> str:
        """The same: there is no shorter form."""
        return self.display_name

    def _get_session_auth_hash(self, secret: Any = None) -> str:
        """Tie sessions to the password and to the series, so that either ends them."""
        value = f"{self.session_series}:{self.password}"
        digest = salted_hmac(SESSION_SALT, value, secret=secret, algorithm="sha256")
        return str(digest.hexdigest())


class Appointment(models.Model):
    """One person holds one role in one place (and unit) for a time.

    Privacy: which official held which public post when; public power has a name.
    Retention: for ever; ended by a date, never deleted, because acts were done under it.
    """

    personal: ClassVar[Declared] = (mine.APPOINTMENT,)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField(max_length=40)
    place_code = models.CharField(max_length=20)
    # Django adds a text_pattern index on PostgreSQL, which prefix search needs there.
    place_path = models.CharField(max_length=200, db_index=True)
    unit_key = models.CharField(max_length=60, blank=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)  # exclusive
    basis = models.CharField(max_length=400)  # document or decision it rests on
    made_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)
    ended_by_act = models.UUIDField(unique=True, null=True, blank=True)

    class Meta:
        ordering = ("account_id", "from_at", "id")
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["account", "from_at", "until_at"], name="people_hats"),
            models.Index(fields=["role", "place_path"], name="people_role_place"),
            models.Index(fields=["unit_key", "place_path"], name="people_unit_place"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=F("from_at")),
                name="people_appointment_ends_after_start",
            ),
            models.CheckConstraint(condition=~Q(role=""), name="people_appointment_has_a_role"),
            models.CheckConstraint(
                condition=Q(place_path__startswith="/") & Q(place_path__endswith="/"),
                name="people_appointment_path_is_closed",
            ),
        ]


class Interest(models.Model):
    """A matter that a member of staff must step out of, because it touches them.

    Privacy: says only that there is an interest, never which; no reason is asked or kept.
    Retention: as long as the matter it names.
    """

    personal: ClassVar[Declared] = (mine.INTEREST,)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="interests")
    subject = models.CharField(
        max_length=80, db_index=True, validators=[RegexValidator(SUBJECT_PATTERN)]
    )
    declared_at = models.DateTimeField()
    made_by_act = models.UUIDField(unique=True)

    class Meta:
        ordering = ("account_id", "id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["account", "subject"], name="people_interest_declared_once"
            ),
        ]


class ApiKey(models.Model):
    """What lets a program in, in the name of a service account, for a time.

    Privacy: about a program, not a person; neither the key nor its last use is kept, because a
    diary of calls would say when those behind the program work.
    Retention: for ever; ended by a date, never deleted, because acts were done under it.
    """

    personal: ClassVar[Declared] = (mine.KEY_OWNER,)

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)  # the last symbols, to tell keys apart in a list
    scopes = models.CharField(max_length=80)  # words between spaces, in alphabetical order
    place_code = models.CharField(max_length=20)
    place_path = models.CharField(max_length=200, db_index=True)
    issued_at = models.DateTimeField()
    until_at = models.DateTimeField()  # exclusive
    revoked_at = models.DateTimeField(null=True, blank=True)
    made_by_act = models.UUIDField(unique=True)
    revoked_by_act = models.UUIDField(unique=True, null=True, blank=True)

    class Meta:
        ordering = ("-issued_at", "-id")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(until_at__gt=F("issued_at")), name="people_key_ends_after_issue"
            ),
            models.CheckConstraint(
                condition=Q(place_path__startswith="/") & Q(place_path__endswith="/"),
                name="people_key_path_is_closed",
            ),
        ]
