"""All that is published of a small invented place at once, attacked by who knows how matters move.

The house is made of whole stories; its acts are counted by the room's own pure rules, and both
publications are made as the clock makes them. All is over at the end of the month, so nothing
hides a count but what is not published: the worst case.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from commongrid.bridges import board
from commongrid.bridges.board import burden
from commongrid.bridges.powers import closing, publishing
from commongrid.bridges.powers.publishing import tables_of
from commongrid.charter.asking import list_forms
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.domain.moving import Move, moves_of
from commongrid.rooms.publications.domain.using import FATES, ReadAct, uses_of
from tests.rooms.publications import standing as p
from tests.support import factories as f
from tests.support import power_attack as attack

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
LEAST = 5
RAISE = ("reporter", "raise", "raise", "reported")
ACCEPT = ("desk", "accept", "accept", "accepted")
OFFER = ("dispatcher", "offer", "offer", "dispatched")
OBJECT = ("handler", "object", "object", "objected")
TAKE = ("handler", "take", "take", "handling")
DONE = ("handler", "claim_done", "claim_done", "claimed")
PASS = ("checker", "check_pass", "check", "closed")
STORIES = {
    "done": (ACCEPT, OFFER, TAKE, DONE, PASS),
    "objected": (ACCEPT, OFFER, OBJECT, ("centre", "send_elsewhere", "send_elsewhere", "accepted"),
                 OFFER, TAKE, DONE, PASS),
    "objected for good": (ACCEPT, OFFER, OBJECT, ("centre", "appoint", "appoint", "handling"),
                          DONE, PASS),
    "appointed": (ACCEPT, ("centre", "appoint", "appoint", "handling"), DONE, PASS),
    "lapsed": (ACCEPT, OFFER, ("system", "lapse_objection", "lapse_objection", "handling"),
               DONE, PASS),
    "redirected": (("desk", "redirect", "redirect", "redirected"),),
    "merged": (("desk", "merge", "merge", "merged"),),
    "withdrawn": (ACCEPT, ("reporter", "withdraw", "withdraw", "withdrawn")),
    "local": (("grid_worker", "accept", "accept", "accepted"),
              ("grid_worker", "solve_here", "solve_here", "claimed"), PASS),
    "hung": (ACCEPT, OFFER, TAKE, ("centre", "hang", "hang", "hung"),
             ("centre", "review_release", "review", "handling"), DONE, PASS),
    "confirmed": (ACCEPT, OFFER, TAKE, DONE, ("reporter", "confirm", "confirm", "closed")),
    "not reached": (ACCEPT, OFFER, TAKE, DONE,
                    ("desk", "cannot_confirm", "cannot_confirm", "unconfirmed")),
}  # fmt: skip
HOUSES = st.dictionaries(
    st.tuples(st.sampled_from((f.GRID_CODE, f.NEXT_CODE)), st.sampled_from(sorted(STORIES))),
    st.sampled_from((1, 2, 3, 4, 6, 9, 12)),
    min_size=1,
    max_size=9,
)
HARD = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)


@pytest.fixture
def place(db):
    f.a_place()


def acts_of(story):
    """The acts of a matter, an hour apart."""
    return [
        ReadAct(
            action=action, power=power, role=role, at=f.AT + number * f.HOUR, charter_key="c",
            after={"state": state}, words="", flow="event",
        )
        for number, (role, action, power, state) in enumerate((RAISE, *STORIES[story]))
    ]  # fmt: skip


def body_of(_charter, role):
    return "system" if role == "system" else "public" if role == "reporter" else "staff"


def community_of(code):
    return places.get_place(places.get_place(code).path.strip("/").split("/")[-2])


def power_counts(house):
    """The exact counts of a house, by the room's own rules."""
    cells, moves, loose = defaultdict(Counter), Counter(), Counter()
    waits = defaultdict(lambda: [0] * 4)
    month = {"since": f.AT - f.DAY, "until": f.AT + 9 * f.DAY, "body_of": body_of}
    for (code, story), count in house.items():
        path = community_of(code).path
        for use in uses_of(acts_of(story), **month):
            cells[use.power, path][use.fate] += count
            waits[use.power][0] += count
        for one in moves_of(acts_of(story), **month):
            if isinstance(one, Move):
                moves[one.power, one.before, one.after, path] += count
            else:
                loose[one.state, path, one.side] += count
    return publications.PowerCounts(
        cells={key: tuple(found[fate] for fate in FATES) for key, found in cells.items()},
        reasons={}, waits={power: tuple(found) for power, found in waits.items()},
        charters=(), moves=moves, loose=loose,
    )  # fmt: skip


def board_counts(house):
    """The same matters as the board counts them. All were answered and solved in time, or ended."""
    width = len(oversight.WAIT_EDGES_H) + 1
    found = []
    for (code, story), count in sorted(house.items()):
        solved = STORIES[story][-1][3] == "closed"
        told = {
            "raised": "raised", "answer": "in_time",
            "solution": "in_time" if solved else "unknown",
            "standing": "solved" if solved else "ended",
            "checked": "checked" if solved else "not_applicable",
            "redone": "no", "recurring": "no", "hung": "yes" if story == "hung" else "no",
            "withdrawn": "yes" if story == "withdrawn" else "no",
        }  # fmt: skip
        shadows = {"withdrawn": count} if not solved and story != "withdrawn" else {}
        wait = (count, *[0] * (width - 1)), (0,) * width
        found.append(oversight.GridTypeCount(
            place_code=code, path=places.get_place(code).path, type_code="A01",
            figures={figure: {category: count} for figure, category in told.items()},
            shadows=shadows, profiles={f"in_time|{told['solution']}": count},
            waits=dict.fromkeys(oversight.WAITS, wait),
        ))  # fmt: skip
    merged = {}
    for one in found:
        merged[one.place_code] = together(merged[one.place_code], one) if (
            one.place_code in merged
        ) else one  # fmt: skip
    return tuple(merged.values())


def together(one, other):
    """Two counts of one grid and type."""

    def add(first, second):
        return dict(Counter(first) + Counter(second))

    return replace(
        one,
        figures={k: add(one.figures[k], other.figures[k]) for k in one.figures},
        shadows=add(one.shadows, other.shadows),
        profiles=add(one.profiles, other.profiles),
        waits={
            k: tuple(
                tuple(a + b for a, b in zip(*pair, strict=True))
                for pair in zip(one.waits[k], other.waits[k], strict=True)
            )
            for k in one.waits
        },
    )


def seen(house):
    """Both publications, as anybody loads them."""
    root = places.get_place(p.TOWN_CODE)
    month = {
        "root_code": root.code, "root_path": root.path, "month": f.AT.date().replace(day=1),
        "since": f.AT - f.DAY, "until": f.AT + timedelta(days=20), "least": LEAST,
    }  # fmt: skip
    communities = places.list_children(root.code, f.AT, code_system=root.code_system)
    counts = power_counts(house)
    whole, parts = tables_of(
        publications.PowerMonthToCount(**month), f.rules(), root, communities, counts
    )
    tables = board.tables_of(oversight.MonthToCount(**month), board_counts(house), at=f.AT)
    tables["burden"] = {"rows": forms(house, tables)}
    return attack.Seen({"whole": whole, "parts": parts}, {"tables": tables}), communities


def forms(house, tables):
    """What the burden page tells of grid workers' steps, were there grids enough to show it."""
    entries = Counter()
    for (_, story), count in house.items():
        for role, action, *_ in STORIES[story]:
            entries[f"action:{action}"] += count if role == "grid_worker" else 0
    counts = [
        oversight.FormCount(form=form, entries=count, fields=count)
        for form, count in (+entries).items()
    ]
    wholes = [rows[0][2] for rows in tables["by_place"].values() if rows]
    totals = {count for whole in wholes for count in whole.values()}
    asked = list_forms(f.rules(), oversight.WORKER)
    return burden.lines_of(asked, counts, {}, LEAST, totals)


def found_out(house):
    """(name, true count) of every hidden small count of which only one number is left."""
    published, communities = seen(house)
    codes = [card.code for card in communities]
    low, high = attack.bounds(attack.equations([published], codes))
    pinned = []
    for name, true in truth(house).items():
        assert low.get(name, 0) <= true <= high.get(name, true), (name, true)  # it is sound
        if 0 < true < LEAST and low.get(name, 0) == high.get(name):
            pinned.append((name, true))
    return pinned


def truth(house):
    """What the attacker wants to know: uses of each power, in all and by community."""
    found = Counter()
    for (code, story), count in house.items():
        where = community_of(code).code
        for role, _, power, _ in STORIES[story]:
            if role not in ("grid_worker", "reporter"):
                found[0, attack.ALL, power] += count
                found[0, where, power] += count
        offers = [step for step in STORIES[story] if step in (OFFER, OBJECT)]
        found[0, attack.ALL, attack.STANDING] += count * (2 * offers.count(OFFER) - len(offers))
    return found


A, B = f.GRID_CODE, f.NEXT_CODE


@HARD
@example({(A, "done"): 9, (A, "objected"): 3})
@example({(A, "done"): 9, (A, "lapsed"): 2})
@example({(A, "done"): 7, (A, "redirected"): 6, (A, "merged"): 3})
@example({(A, "objected for good"): 9, (A, "done"): 2, (A, "lapsed"): 2})
@example({(A, "objected for good"): 2, (A, "done"): 7, (B, "objected for good"): 6})
@example({(A, "local"): 9, (A, "done"): 3})
@given(HOUSES)
def test_no_small_count_is_found_out_from_all_that_is_published(house):
    assert found_out(house) == []


@pytest.mark.parametrize(
    "house",
    [
        {(A, "done"): 9, (A, "objected"): 3},
        {(A, "done"): 9, (A, "lapsed"): 2},
        {(A, "objected for good"): 9, (A, "done"): 3},
        {(A, "local"): 9, (A, "done"): 7, (A, "appointed"): 2},
    ],
    ids=["objections", "lapses", "offers that stood", "appointments"],
)
def test_without_what_is_kept_back_small_counts_are_found_out(house, monkeypatch):
    """The attack can fail: each of these was found out when powers were hidden one by one."""
    monkeypatch.setattr(publishing, "kept_back", lambda *_: frozenset())
    assert found_out(house)


def test_a_form_used_for_all_matters_but_a_few_tells_the_few(monkeypatch):
    house = {(A, "local"): 9, (A, "done"): 3}
    assert found_out(house) == []
    lines = burden.lines_of
    monkeypatch.setattr(burden, "lines_of", lambda *given: lines(*given[:4]))
    assert found_out(house)


def test_without_what_is_kept_whole_a_community_is_found_out(monkeypatch):
    house = {(A, "objected for good"): 2, (A, "done"): 7, (B, "objected for good"): 6}
    assert found_out(house) == []
    monkeypatch.setattr(publishing, "kept_whole", lambda *_: frozenset())
    assert found_out(house)


@pytest.mark.parametrize(
    "broken",
    [
        ("_loose", lambda *_: {"event:dispatched", "event:handling"}),
        ("_edges", lambda *_: []),
        ("BY_OFFICE", frozenset()),
    ],
    ids=["all may have moved", "nothing moves", "what stood is forgotten"],
)
def test_a_rule_that_keeps_back_too_little_is_found_out(broken, monkeypatch):
    monkeypatch.setattr(closing, *broken)
    houses = (
        {(A, "done"): 9, (A, "lapsed"): 2},
        {(A, "objected for good"): 9, (A, "done"): 2, (A, "lapsed"): 2},
    )
    assert any(found_out(house) for house in houses)
