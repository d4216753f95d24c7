"""A day in the grid without signal from its first second to its end; then everything goes out.

Forty intentions with twenty-five pictures, on one phone, while the service worker is all there is.
Meanwhile the desk works on: one of the forty comes too late, and that is said.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork.models import IntentionRow
from commongrid.rooms.matters.models import Matter
from tests.browser.pocket import LARGE, Pocket
from tests.doors.desk.town import Town

INTENTIONS, PICTURES = 40, 25
FIRST, SECOND = "上午见到的第 {n} 处垃圾", "下午见到的第 {n} 处垃圾"
INTENTS = """import('/static/field/store.js').then(({state}) => state.intents.map((one) => ({
  kind: one.wire.kind, action: one.wire.action || '', text: one.wire.draft?.text || '',
  matter: one.answer?.matter || one.wire.matter || '', verdict: one.answer?.verdict || ''})))"""


@pytest.fixture
def known(town: Town) -> list[str]:
    """Six open matters of the grid from the days before."""
    return [str(town.raise_one(f"昨天报的第 {n} 件", at=timezone.now())) for n in range(6)]


class Camera:
    """Numbers for pictures, so that no two are alike and each can be counted."""

    def __init__(self) -> None:
        self.taken = 0

    def shoot(self) -> int:
        self.taken += 1
        return self.taken


def morning(hand: Pocket, camera: Camera, known: list[str]) -> None:
    """17 intentions: five raised with a picture each, two solved on the spot, six steps."""
    for n in range(5):
        hand.raise_one(FIRST.format(n=n), photos=(camera.shoot(),))
    for n in range(2):
        hand.solve(f"{FIRST.format(n=n)}，当场清走", camera.shoot(), camera.shoot())
    for matter in known[:3]:
        hand.step(matter, "accept")
        hand.step(matter, "note", note="看过现场了")


def afternoon(hand: Pocket, camera: Camera, known: list[str]) -> None:
    """23 intentions: raised, solved, and known matters taken up and solved with their proof."""
    for n in range(5):
        second = (camera.shoot(),) if n else ()
        hand.raise_one(SECOND.format(n=n), photos=(camera.shoot(), *second))
    hand.solve(f"{SECOND.format(n=9)}，当场清走", camera.shoot(), camera.shoot())
    for matter in known[:3]:
        hand.step(matter, "solve_here", camera.shoot(), feedback="已经清走")
    for matter in known[3:]:
        hand.step(matter, "accept")
        hand.step(matter, "note", note="跟住户说好了")
        hand.step(matter, "note", note="下午再去看了一次")
    for matter in known[3:5]:
        hand.step(matter, "solve_here", camera.shoot(), feedback="已经清走", record="搬走两袋垃圾")
    hand.raise_one("最后一件，没有照片")


def test_a_whole_day_without_signal_arrives_once_and_in_order(open_page, town, known, shot):
    page = open_page("/field/", on="phone")
    page.set_viewport_size({"width": LARGE[0], "height": LARGE[1]})
    hand, camera = Pocket(page, town.account("grid_worker").id), Camera()
    hand.pair()
    expect(page.locator("main .item")).to_have_count(len(known))
    acts_before, raised_before = Act.objects.count(), Matter.objects.count()

    hand.offline()
    page.reload()  # the day begins without signal
    hand.unlock()
    morning(hand, camera, known)
    page.reload()  # the phone was out of the pocket for too long, or the app was closed
    hand.unlock()
    afternoon(hand, camera, known)
    meant = page.evaluate(INTENTS)
    assert (len(meant), camera.taken) == (INTENTIONS, PICTURES)
    assert hand.kept("files") == PICTURES
    hand.go("answers")
    expect(page.locator(".unsent-row")).to_have_count(INTENTIONS)
    shot(page, "field-day-unsent-zh", whole=False)
    assert (Matter.objects.count(), IntentionRow.objects.count()) == (raised_before, 0)
    page.reload()  # and once more before the evening
    hand.unlock()
    town.act(known[5], "desk", "accept", timezone.now())  # which the phone cannot know

    hand.offline(is_away=False)
    hand.all_sent()
    shot(page, "field-day-sent-zh", whole=False)
    answered = page.evaluate(INTENTS)
    assert_each_has_its_verdict(answered)
    assert_everything_came_once(meant, answered, acts_before, raised_before)
    assert_order_was_kept(answered)
    assert hand.kept("files") == 0

    acts = Act.objects.count()
    hand.sync()  # once more: nothing is sent twice
    assert Act.objects.count() == acts


def assert_each_has_its_verdict(answered: list[dict[str, Any]]) -> None:
    assert len(answered) == INTENTIONS
    assert Counter(one["verdict"] for one in answered) == {"done": INTENTIONS - 1, "conflict": 1}
    assert IntentionRow.objects.count() == INTENTIONS


def assert_everything_came_once(
    meant: list[dict[str, Any]],
    answered: list[dict[str, Any]],
    acts_before: int,
    raised_before: int,
) -> None:
    raises = [pair for pair in zip(meant, answered, strict=True) if pair[0]["kind"] == "raise"]
    assert Matter.objects.count() == raised_before + len(raises)
    for before, after in raises:
        found = Matter.objects.get(pk=after["matter"])
        assert (found.text, found.channel) == (before["text"], "grid_worker")
        assert after["text"] == ""  # what is done does not stay on the phone
    assert Act.objects.count() - acts_before >= INTENTIONS
    hanging = sum(matter.pictures.count() for matter in Matter.objects.all())
    assert hanging == PICTURES


def assert_order_was_kept(answered: list[dict[str, Any]]) -> None:
    """In the ledger the acts on each matter stand in the order in which they were meant."""
    for matter in {one["matter"] for one in answered}:
        mine = [one for one in answered if one["matter"] == matter and one["verdict"] == "done"]
        meant = [one["action"] or "raise" for one in mine]
        done = list(
            Act.objects.filter(subject=f"matter:{matter}", action__in=set(meant))
            .exclude(actor="public").order_by("position").values_list("action", flat=True)
        )  # fmt: skip
        if meant[0] != "raise":
            done = [action for action in done if action != "raise"]
        assert done == meant, matter
