"""What the grid worker's phone is without: check-in, points, ranking, online time, kilometres,
a last contact, a place in the background. Read from rows, charters, scripts, pages and words.

Each reading is a function of what it is given, and is shown a planted example that it must find.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.test import Client

from tests.consistency.repository import ROOT, SRC, where

CHARTERS = ROOT / "charters"
NAMES = re.compile(
    r"(^|_)(check_?ins?|clock_?ins?|points|score|rank|ranking|league|badge|streak|online|idle|"
    r"kilomet(er|re)s?|km|mileage|distance_walked|steps_walked|last_(seen|contact|sync|login|active)|"
    r"seen_at|synced_at|contacted_at|active_at|presence|heartbeat|attendance|patrol|track|tracks|"
    r"trail|battery|speed|heading)(_|$)"
)
"""Names of columns, fields, parameters and settings, whole parts only."""
SAID = re.compile(
    r"打卡|签到|积分|排名|排行|里程|公里数|在线(时长|时间)|轨迹|考勤|巡查步数|"
    r"\b(check-?ins?|leader ?boards?|league table|mileage|online time|attendance|step count)\b",
    re.IGNORECASE,
)
NEGATED = re.compile(r"不|没有|无|\b(no|not|never|nor|without|nobody)\b|n't", re.IGNORECASE)
SCRIPTED = re.compile(
    r"watchPosition|getCurrentPosition|navigator\.geolocation|BackgroundGeolocation|geofence|"
    r"DeviceMotion|Accelerometer|Pedometer|getBattery|sendBeacon|periodicSync|periodicsync|"
    r"\.connection\b|userAgentData|setInterval\(.*(fetch|sync)"
)
"""Ways of a browser to follow a person, or to tell the house that somebody is there."""
TAPPED = {
    "doors/resident/static/resident/where.js": {"navigator.geolocation", "getCurrentPosition"}
}
"""A resident's own button "where I am", once, after a press: the only one."""
ORDERS = re.compile(r"/(duties|classes)\.csv\.rank$")
"""The order of units in a dispatch list, and of urgencies: nobody is ranked by them."""
TIMES = {
    "PhoneRow": {"made_at", "revoked_at"},
    "IntentionRow": {"made_at", "made_said", "received_at", "settled_at"},
    "FileRow": {"changed_at"},
}
"""The instants that rows of a phone may hold: of deeds, each with its erasure; of no contact."""


def wrong_names(names: Iterable[str]) -> list[str]:
    """Names that would hold what must not be held."""
    return sorted(name for name in names if NAMES.search(name.rpartition(".")[2]))


def wrong_words(lines: Iterable[str]) -> list[str]:
    """Sentences that speak of such a thing without saying that there is none."""
    return [line.strip() for line in lines if SAID.search(line) and not NEGATED.search(line)]


def wrong_calls(scripts: Mapping[str, str]) -> dict[str, set[str]]:
    """What scripts call that follows somebody, beside what is allowed."""
    found = {
        name: {match.group(0) for match in SCRIPTED.finditer(text)} - TAPPED.get(name, set())
        for name, text in scripts.items()
    }
    return {name: hits for name, hits in found.items() if hits}


def columns() -> list[str]:
    rows = (m for m in apps.get_models() if m.__module__.startswith("commongrid."))
    return [f"{row.__name__}.{field.name}" for row in rows for field in row._meta.get_fields()]


def charter_names() -> list[str]:
    found = []
    for path in sorted(CHARTERS.rglob("*.csv")):
        lines = [x for x in path.read_text("utf-8").splitlines() if not x.startswith("#")]
        table = list(csv.DictReader(lines))
        found += [f"{where(path)}.{name}" for name in (table[0] if table else ())]
        found += [f"{where(path)}.{next(iter(row.values()))}" for row in table]
    return found


def scripts() -> dict[str, str]:
    paths = [p for p in SRC.rglob("*.js") if "vendor" not in p.parts]
    paths += [p for p in SRC.rglob("*.html") if "<script" in p.read_text("utf-8")]
    return {str(p.relative_to(SRC)): p.read_text("utf-8") for p in paths}


def sentences() -> list[str]:
    """What pages and catalogues say, a sentence a line."""
    found = []
    for path in [*SRC.rglob("*.html"), *SRC.rglob("django.po")]:
        text = re.sub(r'"\n"', "", path.read_text("utf-8"))
        found += text.splitlines()
    return found


def test_no_row_has_such_a_column():
    assert len(columns()) > 200
    assert wrong_names(columns()) == []


def test_no_charter_has_such_a_row_or_column():
    assert len(charter_names()) > 300
    assert [name for name in wrong_names(charter_names()) if not ORDERS.search(name)] == []


def test_no_script_follows_anybody():
    assert {"doors/field/static/field/sync.js", *TAPPED} <= scripts().keys()
    assert wrong_calls(scripts()) == {}


def test_no_page_speaks_of_it_but_to_say_that_there_is_none():
    told = sentences()
    assert any(SAID.search(line) for line in told), "the app says that it has none of it"
    assert wrong_words(told) == []


def test_rows_of_phones_hold_no_time_of_contact():
    for name, allowed in TIMES.items():
        row = apps.get_model("fieldwork", name)
        held = {f.name for f in row._meta.concrete_fields if isinstance(f, models.DateTimeField)}
        assert held == allowed, name
    others = {
        f"{row.__name__}.{field.name}"
        for row in apps.get_app_config("fieldwork").get_models()
        for field in row._meta.concrete_fields
        if field.is_relation and field.related_model.__name__ == "PhoneRow"
    }
    assert others == {"IntentionRow.phone"}, "a row that hangs on a phone has to be judged here"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/field/", "/field/worker.js", "/field/app.webmanifest"])
def test_the_phone_s_pages_cannot_ask_where_it_is(address):
    policy = Client().get(address).headers["Permissions-Policy"]
    assert "geolocation=()" in policy
    assert "accelerometer=()" in policy
    assert "microphone=(self)" in policy, "a voice note, while a button is on"


@pytest.mark.django_db
def test_other_pages_hear_nobody():
    assert "microphone=()" in Client().get("/").headers["Permissions-Policy"]


PLANTED_NAMES = (
    "PhoneRow.last_seen", "PhoneRow.last_sync_at", "Account.points", "Post.online_s", "X.km",
    "RoundRow.check_in", "x.csv.patrol_km", "parameters.csv.rank_weight", "X.checkin_at",
    "PhoneRow.seen_at", "X.mileage",
)  # fmt: skip


@pytest.mark.parametrize("name", PLANTED_NAMES)
def test_a_planted_name_is_found(name):
    assert wrong_names(["Matter.text", name]) == [name]


@pytest.mark.parametrize("name", ["Matter.point", "X.rank_order_text", "x.csv.online"])
def test_what_is_near_is_told_apart(name):
    assert bool(wrong_names([name])) is (name != "Matter.point")


@pytest.mark.parametrize(
    "line",
    [
        "每日打卡",
        "网格员积分",
        "巡查里程：3.2",
        "Your online time today",
        "Weekly leaderboard",
        "签到成功",
    ],
)
def test_planted_words_are_found(line):
    assert wrong_words(["照片", line]) == [line]
    assert wrong_words([f"没有{line}", f"There is no {line}"]) == []


@pytest.mark.parametrize(
    "call",
    [
        "navigator.geolocation.watchPosition(send)",
        "navigator.geolocation.getCurrentPosition(keep)",
        "registration.periodicSync.register('here')",
        "navigator.sendBeacon('/seen/')",
        "setInterval(() => fetch('/here/'), 60000)",
    ],
)
def test_a_planted_call_is_found(call):
    assert wrong_calls({"doors/field/static/field/x.js": call})
    assert wrong_calls({"x.js": "map.point(x)"}) == {}


def test_the_one_button_is_allowed_there_and_nowhere_else():
    (name,) = TAPPED
    assert wrong_calls({name: "navigator.geolocation.getCurrentPosition(put)"}) == {}
    assert wrong_calls({name: "navigator.geolocation.watchPosition(put)"}) == {
        name: {"watchPosition"}
    }


def test_the_files_read_are_there():
    assert Path(CHARTERS / "common" / "parameters.csv").is_file()
