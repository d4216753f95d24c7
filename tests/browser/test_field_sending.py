"""The grid worker's app without signal: nothing is lost, nothing is sent twice, and it is fair."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from commongrid.ledger.models import Act
from commongrid.rooms.matters.models import Matter
from tests.browser.pocket import RAISE, Pocket, raised
from tests.doors.desk.town import LEAD

RULES = """async () => {
  const rules = await import('/static/field/rules.js');
  const step = (from, action, to, needs = []) => ({from, action, to, needs});
  const pack = {flows: {event: {states: {}, steps: [
    step('new', 'accept', 'a', ['note?']), step('a', 'solve_here', 'b', ['feedback']),
    step('a', 'note', 'a', ['note']),
    step('b', 'not_solved', 'a'), step('b', 'not_solved', 'c')]}}};
  const card = (id, more) => ({id, received_at: '', ...more});
  const at = Date.parse('2026-03-10T00:00:00Z');
  const cards = [
    card('plain', {due_at: '2026-03-12T00:00:00Z'}), card('paused', {paused_for: 'person'}),
    card('yellow', {due_at: '2026-03-13T00:00:00Z', yellow_at: '2026-03-09T00:00:00Z'}),
    card('late', {due_at: '2026-03-09T00:00:00Z'})];
  const square = [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]];
  const day = 864e5;
  return {
    after: rules.stateAfter(pack, 'event', 'new', ['accept', 'note', 'solve_here']),
    unknown: rules.stateAfter(pack, 'event', 'b', ['not_solved']),
    way: rules.wayTo(pack, 'event', 'new', 'solve_here').map((one) => one.action),
    none: rules.wayTo(pack, 'event', 'new', 'rate'),
    order: rules.inOrder(cards, at).map((one) => one.id),
    inside: [rules.isInside({lon: 1, lat: 1}, square), rules.isInside({lon: 3, lat: 1}, square)],
    alike: [rules.likeness('垃圾桶满了', '垃圾桶满了'), rules.likeness('垃圾桶', '路灯不亮')],
    silence: [1, 2 * day, 31 * day].map((gone) => rules.silence(at - gone, at, 30)),
    near: Math.round(rules.metres({lon: 0, lat: 0}, {lon: 0, lat: 0.001})),
  };
}"""
SPOIL = """() => import('/static/field/store.js').then(({state, save}) => {
  const [one] = state.intents;
  const draft = {...one.wire.draft, type_code: 'Z99'};
  return save({intents: [{...one, wire: {...one.wire, draft}}]});
})"""
TONE = """navigator.mediaDevices.getUserMedia = async () => {
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const end = sound.createMediaStreamDestination();
  tone.connect(end);
  tone.start();
  await sound.resume();
  return end.stream;
};"""


def test_raised_without_signal_over_a_reload_it_arrives_once(pocket, town, shot):
    hand = pocket()
    page = hand.page
    hand.offline()
    hand.go("raise")
    hand.shoot(RAISE, 1)
    page.locator(f"{RAISE} textarea").first.fill("楼道里堆着纸箱")
    hand.until("import('/static/field/store.js').then(async (s) =>"
               "(await s.readDraft('raise'))?.values.text === '楼道里堆着纸箱')")  # fmt: skip
    page.reload()  # from the service worker; the PIN, and the form as it was
    hand.unlock()
    expect(page.locator(f"{RAISE} textarea").first).to_have_value("楼道里堆着纸箱")
    expect(page.locator(".thumb")).to_have_count(1)
    hand.pick_type("A01")
    hand.somewhere()
    hand.save()
    hand.go("today")
    expect(page.locator(".item--unsent")).to_have_count(1)
    shot(page, "readme-field-today-zh", whole=False)
    assert not Matter.objects.exists()
    hand.offline(is_away=False)
    hand.all_sent()
    matter = Matter.objects.get()
    assert (matter.channel, matter.photos, matter.text) == ("grid_worker", 1, "楼道里堆着纸箱")
    assert hand.kept("files") == 0
    hand.go("today")
    expect(page.locator(".item")).to_have_count(1)
    expect(page.locator(".item--unsent")).to_have_count(0)


def test_what_is_not_sent_stands_apart_and_can_be_taken_back(pocket, town):
    matter = raised(town)
    hand = pocket()
    page = hand.page
    hand.offline()
    hand.step(matter, "accept")
    expect(page.locator(".unsent")).to_contain_text("受理")
    expect(page.locator(".standing-state strong")).to_have_text("已上报")  # as the house has it
    expect(page.locator(".unsent")).to_contain_text("已受理")  # as it will be
    hand.step(matter, "note", note="看过了，等车来")
    expect(page.locator(".unsent-row")).to_have_count(2)
    page.locator(".unsent-row").first.get_by_role("button", name="收回").click()
    page.get_by_role("button", name="确定收回").click()  # the note falls with it
    expect(page.locator(".unsent")).to_have_count(0)
    hand.step(matter, "accept")
    hand.offline(is_away=False)
    hand.all_sent()
    assert Matter.objects.get().state == "accepted"
    assert not Act.objects.filter(subject__contains=matter, action="note").exists()


def test_a_conflict_is_shown_side_by_side_and_done_all_the_same(pocket, town, shot, axe):
    matter = raised(town)
    hand = pocket()
    page = hand.page
    hand.offline()
    hand.step(matter, "accept")
    town.act(matter, "desk", "accept", timezone.now())
    town.act(matter, "dispatcher", "offer", timezone.now(), unit=LEAD, reason="派单目录")
    hand.offline(is_away=False)
    hand.go("answers")
    sides = page.locator("table.sides")
    expect(sides).to_be_visible()
    expect(sides).to_contain_text("已上报")
    expect(sides).to_contain_text("已派遣")
    axe(page)
    shot(page, "readme-field-conflict-zh", whole=False)
    page.get_by_role("button", name="仍要这样办").click()
    refused = page.locator(".answer--refused")
    expect(refused).to_be_visible()  # nobody accepts twice: the house says so in words
    expect(refused.locator(".notice")).not_to_be_empty()
    refused.get_by_role("button", name="我知道了").click()
    expect(page.locator(".answer")).to_have_count(0)
    assert Matter.objects.get().state == "dispatched"
    assert hand.kept("intents") == 0


def test_a_conflict_may_be_left(pocket, town):
    matter = raised(town)
    hand = pocket("en")
    hand.offline()
    hand.step(matter, "accept")
    town.act(matter, "desk", "accept", timezone.now())
    hand.offline(is_away=False)
    hand.go("answers")
    hand.page.get_by_role("button", name="Leave it").click()
    expect(hand.page.locator(".answer")).to_have_count(0)
    assert hand.kept("intents") == 0
    assert Matter.objects.get().version == 2


def test_solved_on_the_spot_is_one_screen_and_three_intentions(pocket, town, shot):
    hand = pocket()
    hand.offline()
    hand.solve("楼道口一袋垃圾", 1, 2)
    hand.go("answers")
    expect(hand.page.locator(".unsent-row")).to_have_count(3)
    hand.offline(is_away=False)
    hand.all_sent()
    matter = Matter.objects.get()
    assert (matter.state, matter.photos) == ("claimed", 2)
    assert sorted(matter.pictures.values_list("stage", flat=True)) == ["after", "before"]


def test_cut_connections_lose_nothing_and_send_nothing_twice(pocket, town):
    """Answers that never come, pieces that break off: the phone asks again, by the same number."""
    hand = pocket()
    page = hand.page
    hand.offline()
    hand.raise_one("楼道里堆着纸箱", photos=(1, 2))
    cut = {"sync": 2, "files": 3}

    def lose(route: Any) -> None:
        kind = "sync" if "/sync/" in route.request.url else "files"
        answer = route.fetch()  # it arrives; the phone never hears of it
        if cut[kind]:
            cut[kind] -= 1
            route.abort()
        else:
            route.fulfill(response=answer)

    page.route(re.compile("/field/(sync|files)/"), lose)
    hand.offline(is_away=False)
    for _ in range(8):
        hand.sync()
        if not any(cut.values()):
            break
    hand.sync()
    hand.all_sent()
    assert cut == {"sync": 0, "files": 0}
    assert Matter.objects.get().photos == 2
    assert Act.objects.filter(action="raise").count() == 1


def test_two_tabs_are_one_phone(pocket, town):
    hand = pocket()
    hand.offline()
    hand.raise_one("楼道里堆着纸箱", photos=(1,))
    page = hand.page.context.new_page()
    other = Pocket(page, hand.account_id)
    other.open()
    other.go("answers")
    expect(page.locator(".unsent-row")).to_have_count(1)
    other.raise_one("另一个窗口里报的")
    hand.go("answers")
    expect(hand.page.locator(".unsent-row")).to_have_count(2)
    hand.offline(is_away=False)
    other.all_sent()
    hand.all_sent()
    assert sorted(Matter.objects.values_list("text", flat=True)) == [
        "另一个窗口里报的",
        "楼道里堆着纸箱",
    ]
    assert Act.objects.filter(action="raise").count() == 2


def test_rules_on_the_phone_are_those_of_the_flow(pocket, town):
    """The state after steps, the way to a step, the order of the list: without a page."""
    page = pocket("en").page
    assert page.evaluate(RULES) == {
        "after": "b", "unknown": None, "way": ["accept", "solve_here"], "none": None,
        "order": ["late", "yellow", "plain", "paused"], "inside": [True, False],
        "alike": [1, 0], "silence": ["", "day", "long"], "near": 111,
    }  # fmt: skip


def test_a_refusal_says_why_and_what_next_and_can_be_put_right(pocket, town, axe, shot):
    hand = pocket("en")
    page = hand.page
    hand.offline()
    hand.raise_one("boxes in the stairwell", photos=(1,))
    page.evaluate(SPOIL)
    hand.offline(is_away=False)
    hand.go("answers")
    refused = page.locator(".answer--refused")
    expect(refused).to_be_visible()
    expect(refused.locator(".notice")).not_to_be_empty()
    expect(refused).to_contain_text("Next:")
    axe(page)
    shot(page, "readme-field-refused-en", whole=False)
    assert not Matter.objects.exists()
    refused.get_by_role("button", name="Put it right and send anew").click()
    expect(page.locator(f"{RAISE} textarea").first).to_have_value("boxes in the stairwell")
    expect(page.locator(".thumb")).to_have_count(1)
    hand.pick_type("A01")
    hand.save()
    hand.all_sent()
    assert Matter.objects.get().photos == 1
    assert hand.kept("files") == 0


def test_a_voice_note_is_recorded_without_signal_and_arrives(pocket, town):
    hand = pocket("en")
    page = hand.page
    page.context.add_init_script(TONE)
    page.reload()
    hand.unlock()
    hand.offline()
    hand.go("raise")
    page.get_by_role("button", name="Record a voice note").click()
    expect(page.locator(".voice [role=status]")).to_be_visible()
    page.wait_for_timeout(1500)  # so that there is something to hear
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_role("button", name="Listen")).to_be_visible()
    hand.pick_type("A01")
    hand.somewhere()
    hand.save()
    hand.offline(is_away=False)
    hand.all_sent()
    assert Matter.objects.count() == 1
    assert hand.kept("files") == 0
