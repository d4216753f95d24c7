"""The lines that are never crossed, read from what the product is made of."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from tests.support import factories as f

ROOMS = (
    "ledger", "people", "places", "matters", "common", "fieldwork", "oversight", "subscriptions",
)  # fmt: skip
# Whole parts of a name, as in ``person_tag``; not "message" for "age".
_WORDS = """
    score scores tag tags rank ranking points stars grade color colour blacklist whitelist ethnicity
    religion party_member income household households tenant tenants idcard id_card national_id
    birth birthday gender sex face plate voiceprint gait track tracks trace heartbeat checkin
    check_in attendance online_s mileage kilometres steps_walked last_login last_seen
"""
FORBIDDEN = frozenset(_WORDS.split())
SOURCES = Path(settings.SOURCE_ROOT) / "src" / "commongrid"


def is_forbidden(name):
    return name in FORBIDDEN or any(part in FORBIDDEN for part in name.split("_"))


def test_no_row_tags_scores_or_tracks_anybody():
    named = [
        f"{model.__name__}.{field.name}"
        for app in ROOMS
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.concrete_fields
        if is_forbidden(field.name)
    ]
    assert named == []
    assert is_forbidden("person_tag")
    assert is_forbidden("score")


@pytest.mark.parametrize("table", ["fields", "questions", "parameters"])
def test_no_charter_asks_for_it(table):
    held = getattr(f.town_charter(), table)
    names = list(held) if isinstance(held, dict) else [row.question for row in held]
    assert names
    assert [name for name in names if is_forbidden(str(name))] == []


def test_no_address_leads_to_a_list_of_residents_or_a_league_of_staff():
    found = []

    def walk(patterns, before=""):
        for pattern in patterns:
            here = before + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, here)
            else:
                found.append(here)

    walk(get_resolver().url_patterns)
    assert len(found) > 40
    wrong = r"resident(s)?/|person(s)?/list|ranking|league|score|attendance|track|check-?in/"
    assert [path for path in found if re.search(wrong, path)] == []


def test_no_script_watches_stores_or_calls_elsewhere():
    scripts = [p for p in SOURCES.rglob("*.js") if "static" in p.parts and "vendor" not in p.parts]
    assert scripts
    wrong = re.compile(
        r"watchPosition|sendBeacon|localStorage|indexedDB|WebSocket|getUserMedia|"
        r"visibilitychange.*fetch|https?://(?!www\.w3\.org)"
    )
    found = {p.name: set(wrong.findall(p.read_text("utf-8"))) for p in scripts}
    # The grid worker's phone keeps what is not sent yet, sealed; and a voice note while it is said.
    allowed = {"disk.js": {"indexedDB"}, "vault.js": {"indexedDB"}, "voice.js": {"getUserMedia"}}
    assert {n: hits - allowed.get(n, set()) for n, hits in found.items() if hits} == {
        n: set() for n in allowed
    }
    voice = next(p for p in scripts if p.name == "voice.js").read_text("utf-8")
    assert "video" not in voice


def test_the_program_calls_no_other_machine():
    """What leaves, leaves through the outbox: by the two files that mail and call webhooks.

    Beside them the log speaks with its witnesses, at the addresses of the settings alone: it sends
    roots and signatures (asking.py), and a witness reads public tiles (mirroring.py). ADR 0035.
    """
    senders = {
        "subscriptions/mailing.py", "subscriptions/posting.py", "log/asking.py", "log/mirroring.py",
    }  # fmt: skip
    wrong = re.compile(
        r"^\s*(?:import|from)\s+(requests|httpx|aiohttp|urllib\.request|http\.client|smtplib|ftplib)\b",
        re.MULTILINE,
    )
    found = {p for p in SOURCES.rglob("*.py") if wrong.search(p.read_text("utf-8"))}
    assert {f"{p.parent.name}/{p.name}" for p in found} == senders
