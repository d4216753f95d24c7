"""What is declared beside the rows: found, checked at every start, and read for the register."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from commongrid.kernel.personal import Personal
from commongrid.rooms.vault.others import OTHERS

TELL = "can hold personal data: name its purpose in `personal`, or why it never does"
OWN = "commongrid."
# A field of such a kind can hold a person's data whatever it is called ...
ROOMY = (
    models.TextField,
    models.BinaryField,
    models.JSONField,
    models.EmailField,
    models.FileField,
    models.GenericIPAddressField,
)
# ... and a field with such a word in its name probably does, whatever its kind.
TELLING = frozenset(
    [
        *("account", "actor", "address", "answers", "asker", "by", "contact", "email", "file"),
        *("ip", "label", "lat", "lon", "mail", "name", "note", "owner", "password", "phone"),
        *("receipt", "sealed", "text", "username", "words", "worker"),
    ]
)


@dataclass(frozen=True, slots=True)
class Fault:
    """A row whose declaration is not whole."""

    row: str
    rule: str
    say: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One line of the register: a row or a store, and what it holds."""

    where: str
    personal: Personal


def refuse_undeclared() -> None:
    """Stop the start when a row holds personal data without a purpose.

    Raises: ImproperlyConfigured naming every row and what it lacks.
    """
    found = list(faults(apps.get_models()))
    if found:
        said = "; ".join(f"{fault.row}: {fault.say} ({fault.rule})" for fault in found)
        raise ImproperlyConfigured(said)


def check_declared(**_: Any) -> list[CheckMessage]:
    """The same as messages of Django's checks."""
    return [
        Error(fault.say, obj=fault.row, id=f"vault.{fault.rule}")
        for fault in faults(apps.get_models())
    ]


def faults(rows: Iterable[type[models.Model]]) -> Iterator[Fault]:
    """What the declarations of these rows lack."""
    for row in rows:
        if not row._meta.proxy:
            yield from _faults_of(row, *_declared(row))


def suspects(row: type[models.Model]) -> list[str]:
    """Fields that can or probably do hold personal data."""
    return [field.name for field in row._meta.concrete_fields if _is_suspect(field)]


def _is_suspect(field: models.Field[Any, Any]) -> bool:
    if isinstance(field, ROOMY):
        return True
    if field.is_relation:
        return field.related_model._meta.label == settings.AUTH_USER_MODEL  # type: ignore[union-attr]
    words = field.name.split("_")
    if words[-1] in ("act", "digest", "at", "on"):  # a number, a digest or a time
        return False
    return bool(TELLING & set(words)) and not isinstance(field, models.BooleanField)


def _declared(row: type[models.Model]) -> tuple[tuple[Personal, ...], dict[str, str]]:
    """What a row says of itself, or is said of a row that others wrote; nothing when neither."""
    if row._meta.label in OTHERS:
        return OTHERS[row._meta.label]
    return getattr(row, "personal", ()), getattr(row, "impersonal", {})


def _faults_of(
    row: type[models.Model], personal: tuple[Personal, ...], impersonal: dict[str, str]
) -> Iterator[Fault]:
    label, names = row._meta.label, {field.name for field in row._meta.concrete_fields}
    said = {name for one in personal for name in one.fields}
    for one in personal:
        for lacking in one.missing:
            yield Fault(label, "without_" + lacking, f"{', '.join(one.fields)} without {lacking}")
    for name in sorted((said | impersonal.keys()) - names):
        yield Fault(label, "unknown_field", f"{name} is no field of it")
    for name in sorted(set(suspects(row)) - said - impersonal.keys()):
        yield Fault(label, "without_purpose", f"{name} {TELL}")
    for name, why in impersonal.items():
        if not why.strip():
            yield Fault(label, "without_reason", f"{name} is called impersonal without a reason")
    if personal and row.__module__.startswith(OWN) and "Retention:" not in (row.__doc__ or ""):
        yield Fault(label, "without_retention", "keeps personal data and no Retention line")


def declared() -> tuple[Declared, ...]:
    """Every declaration of the house, in the order of the apps."""
    found = []
    for row in apps.get_models():
        personal, _ = _declared(row)
        found += [Declared(where=row._meta.label, personal=one) for one in personal]
    return tuple(found)
