"""The doctor finds what an installer can get wrong, says what to do, and faints at nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection

from commongrid.ledger.models import Act, Chain
from commongrid.site import notes, rounds
from commongrid.site.doctor import machine, rows
from commongrid.site.doctor.finding import Level
from commongrid.site.management.commands import doctor
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


@pytest.fixture(autouse=True)
def home(tmp_path, settings, monkeypatch):
    if connection.vendor != "sqlite":  # the database's clock cannot be stopped together with ours
        monkeypatch.setattr(rows, "SKEW", timedelta.max)
    settings.HOME, settings.STATIC_ROOT, settings.MIN_FREE_MB = tmp_path, tmp_path / "static", 0
    (tmp_path / "keys").mkdir(mode=0o700)
    return tmp_path


def levels(check, at=f.AT) -> list[Level]:
    found = list(check(at))
    assert all(finding.do for finding in found if finding.level is not Level.OK)
    return [finding.level for finding in found]


def all_well(settings, home):
    """A place as it should be."""
    from commongrid.site.management.commands.prepare import static_fingerprint

    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["grid.example"], True
    settings.TRUSTED_PROXIES, settings.REQUIRE_2FA = 1, True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_USE_TLS = "mail.example", True
    settings.STATIC_ROOT.mkdir()
    (settings.STATIC_ROOT / ".fingerprint").write_text(static_fingerprint())
    f.raised()
    rounds.run_round(f.AT)
    notes.note_backup(notes.BackupNote(at=f.AT, size_bytes=1))


def test_a_place_as_it_should_be(settings, home):
    all_well(settings, home)
    found = doctor.examine(f.AT)
    assert [finding for finding in found if finding.level is not Level.OK] == []
    assert {name for name, _ in doctor.CHECKS} <= {finding.check for finding in found} | {
        "addresses"
    }


WRONG = {
    "debug": (machine.addresses, lambda s: setattr(s, "DEBUG", True), Level.FAIL),
    "every host": (machine.addresses, lambda s: setattr(s, "ALLOWED_HOSTS", ["*"]), Level.FAIL),
    "http": (machine.addresses, lambda s: setattr(s, "SECURE_SSL_REDIRECT", False), Level.FAIL),
    "no proxy": (machine.addresses, lambda s: setattr(s, "TRUSTED_PROXIES", 0), Level.WARN),
    "here only": (
        machine.addresses,
        lambda s: setattr(s, "ALLOWED_HOSTS", ["localhost"]),
        Level.WARN,
    ),
    "2fa": (machine.second_factor, lambda s: setattr(s, "REQUIRE_2FA", False), Level.WARN),
    "short key": (machine.keys, lambda s: setattr(s, "LEDGER_KEY", "short"), Level.FAIL),
    "open keys": (machine.keys, lambda s: (s.HOME / "keys").chmod(0o755), Level.FAIL),
    "disk": (machine.disk, lambda s: setattr(s, "MIN_FREE_MB", 10**9), Level.FAIL),
    "static": (
        machine.static_files,
        lambda s: (s.STATIC_ROOT / ".fingerprint").write_text("x"),
        Level.FAIL,
    ),
    "no ticker": (machine.ticker, lambda s: (s.HOME / rounds.NOTE).unlink(), Level.FAIL),
    "log not signed": (
        rows.transparency_log,
        lambda s: rounds.write_note(rounds.Round(at=f.AT.isoformat(), log_trouble="shorter")),
        Level.FAIL,
    ),
    "ticker broke": (
        machine.ticker,
        lambda s: rounds.note_trouble(f.AT, OperationalError("hunter2")),
        Level.WARN,
    ),
    "no backup": (machine.backups, lambda s: (s.HOME / notes.BACKUP_NOTE).unlink(), Level.WARN),
    "mail": (
        machine.mail,
        lambda s: setattr(s, "EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"),
        Level.WARN,
    ),
    "mail open": (machine.mail, lambda s: setattr(s, "EMAIL_USE_TLS", False), Level.WARN),
    "charters gone": (
        rows.charters,
        lambda s: setattr(s, "CHARTERS_DIR", s.HOME / "nowhere"),
        Level.FAIL,
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(settings, home, name):
    check, spoil, level = WRONG[name]
    all_well(settings, home)
    assert set(levels(check)) == {Level.OK}
    spoil(settings)
    assert level in levels(check)


def test_a_zone_that_is_not_known_is_found(monkeypatch):
    def unknown(_name):
        raise rows.ZoneInfoNotFoundError

    monkeypatch.setattr(rows, "ZoneInfo", unknown)
    assert levels(rows.clock) == [Level.FAIL]


def test_late_things_are_found(settings, home):
    all_well(settings, home)
    assert levels(machine.ticker, f.AT + timedelta(minutes=6)) == [Level.FAIL]
    assert levels(machine.backups, f.AT + timedelta(hours=27)) == [Level.WARN]


def test_an_old_python_and_strange_packages_are_found(monkeypatch):
    assert levels(machine.python) == [Level.OK]
    monkeypatch.setattr(machine.sys, "version_info", (3, 10, 9))
    assert levels(machine.python) == [Level.FAIL]
    assert levels(machine.packages) == [Level.OK]
    monkeypatch.setattr(machine, "version", lambda _name: "0.0.1")
    assert levels(machine.packages) == [Level.FAIL]


def test_open_migrations_are_found(monkeypatch):
    assert levels(rows.migrations) == [Level.OK]
    monkeypatch.setattr(rows, "open_migrations", lambda: ("people.0009_later",))
    assert levels(rows.migrations) == [Level.FAIL]


def test_an_altered_act_and_a_lost_one_are_found():
    f.raised()
    assert levels(rows.ledger) == [Level.OK]
    last = Act.objects.order_by("-id").first()
    Act.objects.filter(pk=last.pk).update(core=last.core.replace("reported", "accepted"))
    assert levels(rows.ledger) == [Level.FAIL]
    Act.objects.filter(pk=last.pk).update(core=last.core)
    Chain.objects.filter(subject=last.subject).update(length=last.position + 2)
    assert levels(rows.ledger) == [Level.FAIL]


def test_a_clock_that_went_back_is_found(monkeypatch):
    f.raised()
    assert levels(rows.clock) == [Level.OK]
    if connection.vendor == "sqlite":
        ahead = Act.objects.order_by("-id").first().recorded_at + timedelta(days=400)
        Act.objects.filter(pk=Act.objects.latest("id").pk).update(recorded_at=ahead)
        assert levels(rows.clock) == [Level.FAIL]
    else:  # ours stands still in tests
        monkeypatch.setattr(rows, "SKEW", timedelta(seconds=1))
        assert levels(rows.clock) == [Level.FAIL]


def test_a_database_that_is_away_ends_no_examination(monkeypatch):
    def away(*_args, **_kwargs):
        raise OperationalError("password hunter2")

    monkeypatch.setattr(connection, "cursor", away)
    found = doctor.examine(f.AT)
    assert Level.FAIL in {finding.level for finding in found}
    assert len({finding.check for finding in found}) >= len(doctor.CHECKS) - 1
    assert "hunter2" not in str(found)


def test_exit_codes_and_json(settings, home, capsys, monkeypatch):
    all_well(settings, home)
    call_command("doctor")
    assert "ok   database" in capsys.readouterr().out
    settings.REQUIRE_2FA = False
    call_command("doctor", "--json")
    told = json.loads(capsys.readouterr().out)
    assert {"check": "second factor", "level": "warn"}.items() <= next(
        finding for finding in told if finding["check"] == "second factor"
    ).items()
    with pytest.raises(SystemExit) as ended:
        call_command("doctor", "--strict")
    assert ended.value.code == 1
    settings.DEBUG = True
    with pytest.raises(SystemExit):
        call_command("doctor")
    assert "-> unset it" in capsys.readouterr().out


def test_no_secret_is_told(settings, home, capsys):
    all_well(settings, home)
    call_command("doctor", "--json")
    said = capsys.readouterr().out
    for secret in (settings.SECRET_KEY, settings.LEDGER_KEY, *settings.CONTACT_KEYS):
        assert secret not in said
