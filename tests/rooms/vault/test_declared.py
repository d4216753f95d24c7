"""A row that holds personal data and does not say what for: the house does not start with it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.test.utils import isolate_apps

from commongrid.kernel.personal import Basis, Personal
from commongrid.kernel.text import Text
from commongrid.rooms.matters.models import ContactRow, Matter
from commongrid.rooms.vault import declared

WHOLE = Personal(
    fields=("phone",),
    what=Text("电话", "telephone"),
    purpose=Text("联系", "to reach"),
    basis=Basis.CONSENT,
    kept=Text("一年", "a year"),
    seen=Text("窗口", "the desk"),
)


def rules(*rows: type[models.Model]) -> list[str]:
    return [fault.rule for fault in declared.faults(rows)]


def test_this_house_declares_everything():
    assert list(declared.faults(apps.get_models())) == []
    assert declared.check_declared() == []


def test_every_declaration_reaches_the_register():
    found = {line.where for line in declared.declared()}
    assert {"matters.ContactRow", "matters.Matter", "axes.AccessAttempt"} <= found
    assert {"people.Account", "fieldwork.IntentionRow", "ledger.Act"} <= found


def test_a_row_without_a_purpose_does_not_start(monkeypatch):
    monkeypatch.delattr(ContactRow, "personal")
    with pytest.raises(
        ImproperlyConfigured, match=r"matters\.ContactRow: sealed .*without_purpose"
    ):
        declared.refuse_undeclared()
    assert [message.id for message in declared.check_declared()] == ["vault.without_purpose"]


def test_one_field_that_lost_its_purpose_is_named(monkeypatch):
    kept = tuple(one for one in Matter.personal if "proxy_note" not in one.fields)
    monkeypatch.setattr(Matter, "personal", kept)
    said = [fault.say for fault in declared.faults([Matter])]
    assert len(said) == 4
    assert any(words.startswith("proxy_note can hold personal data") for words in said)


@pytest.mark.parametrize("part", ["what", "purpose", "kept", "seen"])
@pytest.mark.parametrize("words", [Text("", ""), Text("", "only English"), Text("只有中文", "")])
def test_half_a_declaration_is_none(part, words, monkeypatch):
    half = replace(ContactRow.personal[0], **{part: words})
    monkeypatch.setattr(ContactRow, "personal", (half,))
    assert rules(ContactRow) == [f"without_{part}"]


@isolate_apps("commongrid.rooms.vault")
def test_new_rows_are_held_to_it():
    class Bare(models.Model):
        words = models.TextField()

        class Meta:
            app_label = "vault"

    class Phone(models.Model):
        """Retention: a year."""

        phone = models.CharField(max_length=9)
        personal = (WHOLE,)

        class Meta:
            app_label = "vault"

    class Odd(models.Model):
        """Retention: a year."""

        note = models.CharField(max_length=9)
        personal = (replace(WHOLE, fields=("telephone",)),)
        impersonal = {"note": " "}

        class Meta:
            app_label = "vault"

    assert rules(Bare) == ["without_purpose"]
    assert rules(Phone) == []
    assert rules(Odd) == ["unknown_field", "without_reason"]
    Phone.__module__, Phone.__doc__ = "commongrid.rooms.odd", "No word on time."
    assert rules(Phone) == ["without_retention"]


@pytest.mark.parametrize(
    ("field", "is_suspect"),
    [
        (models.TextField(name="anything"), True),
        (models.BinaryField(name="anything"), True),
        (models.JSONField(name="anything"), True),
        (models.CharField(name="worker_phone"), True),
        (models.FloatField(name="lon"), True),
        (models.CharField(name="state"), False),
        (models.UUIDField(name="made_by_act"), False),
        (models.DateTimeField(name="words_erased_at"), False),
        (models.BooleanField(name="is_sealed"), False),
        (models.BooleanField(name="by_reporter"), False),
    ],
    ids=lambda value: value.name if isinstance(value, models.Field) else "",
)
def test_what_looks_personal(field, is_suspect):
    assert declared._is_suspect(field) is is_suspect
