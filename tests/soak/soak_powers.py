"""All public figures of small places attacked at once, longer than the tests do.

Houses at random through the pure rules (``SOAK_HOUSES``), and real ones (``SOAK_SEEDS``): matters
are walked by commands through two months, both months are published, and what anybody can load,
JSON and CSV, goes to the attacker (``tests/support/power_attack``). The oracle counts the acts.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
from collections import Counter
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from commongrid.ledger.models import Act
from commongrid.rooms.places import face as places
from tests.rooms.publications import standing as p
from tests.rooms.publications import test_power_attack as small
from tests.support import factories as f
from tests.support import power_attack as attack

pytestmark = [pytest.mark.soak, pytest.mark.django_db]
HOUSES = int(os.environ.get("SOAK_HOUSES", "1000"))
SEEDS = int(os.environ.get("SOAK_SEEDS", "6"))
LEAST = small.LEAST
MOST = 7  # of one story in one grid and month
OBJECT = ("handler", "object", {"legal_basis": "职责清单第三项", "reason": "不在范围"})
SEND = ("centre", "send_elsewhere", {"unit": "housing_bureau", "reason": "另派"})
OTHER = ("dispatcher", "offer", {"unit": "housing_bureau", "reason": "另派"})
APPOINT = ("centre", "appoint", {"unit": "sanitation", "reason": "指定"})
WITHDRAW = ("reporter", "withdraw", {})
REDIRECT = ("desk", "redirect", {"redirect_case": "court", "answer_text": "请走诉讼"})
STORIES = (
    (*f.HANDLED, f.CLAIM, f.CONFIRM),
    (*f.HANDLED, f.CLAIM),
    (f.ACCEPT, f.OFFER, OBJECT, APPOINT, f.CLAIM, f.CONFIRM),
    (f.ACCEPT, f.OFFER, OBJECT),
    (f.ACCEPT, f.OFFER, OBJECT, SEND, OTHER, ("other_handler", *f.TAKE[1:])),
    (f.ACCEPT, APPOINT, f.CLAIM, f.CONFIRM),
    (REDIRECT,),
    (f.ACCEPT, WITHDRAW),
    (f.ACCEPT, f.OFFER),
    (f.ACCEPT,),
    (("worker", "accept", {}),),
)
ENDING = tuple(one for one in STORIES if one[-1] in (f.CONFIRM, WITHDRAW, REDIRECT))
OUTSIDE = {"grid_worker", "anyone", "reporter", ""}  # whose steps are no uses of power
BACK = timedelta(days=14)  # in the month before


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


@settings(
    max_examples=HOUSES, derandomize=False, deadline=None, database=None,
    suppress_health_check=[*HealthCheck],
)  # fmt: skip
@given(small.HOUSES)
def test_no_invented_house_gives_a_small_count_away(house):
    assert small.found_out(house) == []


@pytest.mark.parametrize("seed", range(SEEDS))
def test_nor_does_a_real_one_through_two_months(seed, told):
    """Every other one for a month alone, at whose end all is over: then little else hides."""
    is_over = bool(seed % 2)
    rng = random.Random(seed)
    stories, backs = (ENDING, (0,)) if is_over else (STORIES, (1, 0))
    walked = sum(walk(rng, f.AT - BACK * back, stories) for back in backs)
    months = sorted(card.month for card in p.published())
    seen = [loaded(month) for month in months]
    root = places.get_place(p.TOWN_CODE)
    codes = [c.code for c in places.list_children(root.code, f.AT, code_system=root.code_system)]
    low, high = attack.bounds(attack.equations(seen, codes))
    hidden = room = 0
    for name, true in counted(months, codes).items():
        least, most = low.get(name, 0), high.get(name)
        assert least <= true <= (true if most is None else most), (name, true, least, most)
        if 0 < true < LEAST:
            hidden += 1
            room += most is None or most - least >= LEAST - 2
            assert least != most, (name, true)
    assert hidden
    told(f"seed {seed}: {walked} steps, {hidden} small counts hidden, "
         f"{room} of them with {LEAST - 1} values or more left")  # fmt: skip


def walk(rng, since, stories):
    """Some stories, each several times, in both communities; how many steps were taken."""
    steps = 0
    for code in (f.GRID_CODE, f.NEXT_CODE):
        for story in rng.sample(stories, rng.randrange(3, len(stories))):
            for _ in range(rng.randrange(1, MOST)):
                at = since + timedelta(minutes=rng.randrange(600))
                if story[0][0] == "worker" and code != f.GRID_CODE:
                    continue
                f.walked(*story, at=at, grid_code=code)
                steps += len(story)
    return steps


def loaded(month):
    """A month from the public addresses; the CSV must say what the JSON says."""
    browser, query = Client(), {"month": f"{month:%Y-%m}"}
    told = {
        name: json.loads(browser.get(reverse(name, args=[p.TOWN_CODE]), query).content)
        for name in ("powers:ledger_json", "board:publication")
    }
    plain = browser.get(reverse("powers:ledger_csv", args=[p.TOWN_CODE]), query).content
    rows = csv.DictReader(io.StringIO(plain.decode("utf-8-sig")))
    used = {row["power"]: int(row["used"]) if row["used"] else None for row in rows}
    assert used == dict(told["powers:ledger_json"]["whole"]["used"])
    return attack.Seen(told["powers:ledger_json"], told["board:publication"])


def counted(months, codes):
    """Uses by month, community and power, from the acts as plain JSON."""
    found = Counter()
    where = {}
    for core in Act.objects.filter(subject__startswith="matter:").order_by("subject", "position"):
        act = json.loads(core.core)
        if "place" in act["after"]:
            path = places.get_place(act["after"]["place"]).path.strip("/").split("/")
            where[act["subject"]] = next(code for code in codes if code in path)
        if act["power"] and act["power"] != "raise" and act["role"] not in OUTSIDE:
            at = p.at_of(act).astimezone(f.AT.tzinfo)
            number = [(month.year, month.month) for month in months].index((at.year, at.month))
            found[number, attack.ALL, act["power"]] += 1
            found[number, where[act["subject"]], act["power"]] += 1
    return found
