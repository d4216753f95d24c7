"""What monitors may ask: is it alive, may requests come, and the figures. Nothing about anybody."""

from __future__ import annotations

import json
import re

import pytest
from django.db import OperationalError, connection

from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.site import figures, metrics, notes, pages_system, readiness, rounds
from commongrid.site.logs import mask_words
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME, settings.MIN_FREE_MB = tmp_path, 0
    figures_now = figures.Figures()
    pages_monitor = __import__("commongrid.site.pages_monitor", fromlist=["_figures"])
    pages_monitor._figures = figures_now
    return tmp_path


@pytest.fixture
def broken(monkeypatch):
    def away(*_args, **_kwargs):
        message = "password of the database is hunter2"
        raise OperationalError(message)

    return lambda: monkeypatch.setattr(connection, "cursor", away)


def told(client) -> tuple[int, dict]:
    response = client.get("/-/ready")
    return response.status_code, json.loads(response.content)


def test_the_process_answers_without_a_database(client, broken):
    broken()
    for address in ("/-/alive", "/-/health"):
        assert client.get(address).status_code == 200


def test_a_house_is_ready_once_time_runs(client):
    status, parts = told(client)
    assert (status, parts["reasons"]) == (503, ["ticker: never"])
    rounds.run_round(f.AT)
    status, parts = told(client)
    assert (status, parts["ready"], parts["reasons"]) == (200, True, [])


def test_a_late_ticker_is_told(client, clock):
    rounds.run_round(f.AT)
    clock.shift(301)
    assert told(client)[1]["reasons"] == ["ticker: late"]


def test_a_full_disk_is_told(client, settings):
    rounds.run_round(f.AT)
    settings.MIN_FREE_MB = 10**9
    assert told(client)[1]["reasons"] == ["disk: low"]


def test_a_database_that_is_away_is_told_and_explained_to_nobody(client, broken):
    rounds.run_round(f.AT)
    readiness._migrated.clear()
    broken()
    status, parts = told(client)
    assert (status, parts["parts"]["database"]) == (503, "away")
    assert "hunter2" not in json.dumps(parts)


def test_open_migrations_are_told(client, monkeypatch):
    rounds.run_round(f.AT)
    readiness._migrated.clear()
    monkeypatch.setattr(pages_system, "open_migrations", lambda: ("people.0009_later",))
    status, parts = told(client)
    assert (status, parts["parts"]["migrations"]) == (503, "open")
    assert "people" not in json.dumps(parts)
    monkeypatch.undo()


# --- figures ----------------------------------------------------------------------------------


def value(text: str, name: str) -> float:
    found = re.search(rf"^commongrid_{re.escape(name)} ([-+.e\d]+)$", text, re.M)
    assert found, f"{name} is not among the figures"
    return float(found[1])


def test_the_figures_are_those_of_the_place(client):
    rounds.run_round(f.AT)
    raised = f.raised()  # after the round, which tells what it finds
    notes.note_backup(notes.BackupNote(at=f.AT, size_bytes=1))
    text = client.get("/-/metrics").content.decode()
    totals = matters.count_totals(at=f.AT)
    assert sum(totals.by_light.values()) == 1
    assert value(text, 'matters_open{light="none",state_kind="open"}') >= 0 or raised
    assert value(text, "matters_ended") == 0
    assert value(text, "promises_overdue") == totals.promises_overdue
    assert value(text, "ledger_acts") == ledger.verify().acts
    assert value(text, "database_bytes") > 0
    assert value(text, "database_up") == 1
    for name in ("ticker_age_seconds", "backup_age_seconds", "ledger_checkpoint_age_seconds"):
        assert value(text, name) >= 0
    assert value(text, "outbox_waiting") > 0


def test_promises_become_overdue(clock):
    f.raised()
    assert matters.count_totals(at=f.AT).promises_overdue == 0
    assert matters.count_totals(at=f.AT + 1000 * f.HOUR).promises_overdue > 0


def test_the_figures_answer_while_the_database_is_away(client, broken):
    broken()
    text = client.get("/-/metrics").content.decode()
    assert value(text, "database_up") == 0
    assert "commongrid_matters_ended" not in text


def test_requests_are_counted_by_the_name_of_their_route(client):
    client.get("/r/ABCD-2345-EFGH-7/", {"q": "张三"})
    client.get("/no-such-page/13800138000/")
    text = client.get("/-/metrics").content.decode()
    assert 'commongrid_requests_total{method="GET",route="resident:my_link",status="' in text
    assert 'route="unmatched",status="404"' in text
    assert 'commongrid_request_seconds_bucket{le="0.1",route="resident:my_link"}' in text
    for hidden in ("ABCD", "张三", "13800138000", "no-such-page"):
        assert hidden not in text


ALLOWED_LABELS = {"le", "light", "method", "route", "state_kind", "status", "version"}


def test_no_figure_is_about_a_person(client):
    f.raised()
    client.generic("HACK", "/")
    text = client.get("/-/metrics").content.decode()
    labels = set(re.findall(r'[{,](\w+)="', text))
    assert labels <= ALLOWED_LABELS
    assert 'method="other"' in text
    assert "HACK" not in text
    kept = [line for line in text.splitlines() if not line.startswith("#")]
    for words in re.findall(r'="([^"]*)"', "\n".join(kept)):
        assert mask_words(words) == words


@pytest.mark.parametrize(
    ("headers", "address", "proxies", "token", "status"),
    [
        ({}, "127.0.0.1", 0, "", 200),
        ({}, "::1", 0, "", 200),
        ({}, "203.0.113.9", 0, "", 404),
        ({}, "", 0, "", 404),
        ({"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 0, "", 404),
        ({}, "127.0.0.1", 1, "", 404),
        ({"Authorization": "Bearer right"}, "203.0.113.9", 1, "right", 200),
        ({"Authorization": "Bearer wrong"}, "203.0.113.9", 1, "right", 404),
        ({"Authorization": "Bearer "}, "203.0.113.9", 1, "", 404),
    ],
)
def test_the_figures_are_for_this_machine_or_the_token(
    client, settings, headers, address, proxies, token, status
):
    settings.TRUSTED_PROXIES, settings.METRICS_TOKEN = proxies, token
    assert client.get("/-/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


def test_processes_share_their_counts(tmp_path):
    """Two processes of one parent count into one folder; a third reads the sum."""
    import subprocess
    import sys

    script = (
        "import os, sys; from pathlib import Path; from commongrid.site import metrics as m;"
        "assert m.begin(Path(sys.argv[1]), os.environ);"
        "m.count_request(route='x', method='GET', status=200, took_s=0.2);"
        "t = m.exposition(type('F', (), {'collect': lambda s: [], 'describe': lambda s: []})());"
        "print(t.decode())"
    )
    dead = tmp_path / "metrics" / "999999999"
    dead.mkdir(parents=True)
    for number in (1, 2, 3):
        said = subprocess.run(
            [sys.executable, "-c", script, str(tmp_path)],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        assert (
            f'commongrid_requests_total{{method="GET",route="x",status="200"}} {number}.0' in said
        )
    assert not dead.exists()


def test_without_room_for_files_each_process_counts_alone(tmp_path, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(metrics.os, "posix_fallocate", full)
    environ = {metrics.VARIABLE: "before"}
    assert not metrics.begin(tmp_path, environ)
    assert environ == {}
