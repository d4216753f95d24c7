"""The grid worker's app in a real browser: offline first, sealed, and fair to who uses it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import IntentionRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from tests.browser.pocket import LARGE, PIN, RAISE, SAVE, SMALL, Pocket
from tests.doors.desk.town import LEAD, WALK, Town
from tests.doors.field.standing import end_posts
from tests.rooms.people.standing import make_staff
from tests.rooms.places.standing import GRID_PATH

STRANGE = """() => import('/static/field/store.js').then((store) =>
  store.save({facts: {token: `cgp_${'x'.repeat(43)}`}}))"""
SET_BACK = """(days) => import('/static/field/store.js').then(({state, save, changed}) => {
  const lastContactAt = state.sync.lastContactAt - days * 864e5;
  return save({facts: {sync: {...state.sync, lastContactAt}}}).then(changed);
})"""
LATER = """(seconds) => import('/static/field/store.js').then(async ({readDraft, save}) => {
  const name = `contact:${location.hash.split('/')[2]}`;
  const kept = await readDraft(name);
  return save({drafts: [[name, {...kept, until: kept.until - seconds * 1000}]]});
})"""
HIDE = """(is) => {
  Object.defineProperty(document, 'hidden', {value: is, configurable: true});
  document.dispatchEvent(new Event('visibilitychange'));
}"""
BIG = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture
def town(transactional_db: Any) -> Town:
    return Town()


@pytest.fixture
def pocket(open_page: Any, town: Town) -> Any:
    """A phone of this grid's worker, in service and open."""

    def taken_out(
        language: str = "zh", size: tuple[int, int] = SMALL, account_id: int | None = None
    ) -> Pocket:
        page = open_page("/field/", on="phone", language=language)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found = Pocket(page, account_id or town.account("grid_worker").id, language)
        found.pair()
        return found

    return taken_out


def raised(town: Town, text: str = "楼门口的垃圾桶满了", **more: Any) -> str:
    return str(town.raise_one(text, at=timezone.now(), **more))


def test_a_phone_that_is_not_in_service_says_how(open_page, axe, fits, shot):
    page = open_page("/field/", on="phone")
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    expect(page.get_by_role("link", name="启用这部手机")).to_be_visible()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("link", name="Put this phone in service")).to_be_visible()
    axe(page)
    fits(page)
    shot(page, "field-start-en")


def test_the_pin_opens_and_a_wrong_one_waits_longer_each_time(pocket, town):
    raised(town)
    hand = pocket()
    page = hand.page
    page.reload()
    box, press = page.locator("main input[type=password]"), page.locator("main form button")
    waits = []
    for _ in range(3):
        box.fill("000000")
        page.keyboard.press("Enter")
        expect(page.locator("main .field-error[role=alert]")).not_to_be_empty()
        expect(box).to_have_value("")
        waits.append(page.evaluate("import('/static/field/vault.js').then((v) => v.delayLeft())"))
    assert waits[:2] == [0, 0]
    assert waits[2] > 0
    page.reload()  # closing the app is no way round
    expect(press).to_be_disabled()
    after = page.evaluate(
        "import('/static/field/vault.js').then((v) => [3, 4, 5].map((n) => v.delayAfter(n)))"
    )
    assert after == [after[0], 2 * after[0], 4 * after[0]]
    assert (
        page.evaluate(f"import('/static/field/vault.js').then((v) => v.unlock('{PIN}'))") is False
    )


def test_nothing_on_the_disk_of_the_phone_can_be_read(pocket, town):
    raised(town, "楼门口的垃圾桶满了")
    hand = pocket()
    expect(hand.page.locator("main .item")).to_have_count(1)
    hand.offline()
    hand.raise_one("楼道里堆着纸箱", photos=(1,))
    lying = hand.raw()
    assert [hand.kept(store) for store in ("files", "intents", "matters")] == [1, 1, 1]
    for words in ("垃圾桶", "纸箱", "cgp_", "JFIF", "露天", PIN, "A camera"):
        assert words not in lying, words
    assert "key that can be taken out: false" in lying
    assert "key that can be taken out: true" not in lying


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


def test_a_lost_phone_is_erased_the_next_time_it_speaks(pocket, town):
    raised(town)
    hand = pocket()
    expect(hand.page.locator("main .item")).to_have_count(1)
    (phone,) = fieldwork.list_own_phones(hand.account_id)
    fieldwork.revoke_phone(
        actor=town.actor("grid_worker", timezone.now()), at=timezone.now(), command_id=new_id(),
        phone_id=phone.id, why="lost",
    )  # fmt: skip
    hand.page.locator("#sync-key").click()
    expect(hand.page.locator("main .notice")).to_contain_text("已停用并清除")
    assert [hand.kept(store) for store in ("facts", "matters", "intents", "files", "drafts")] == [
        0
    ] * 5
    hand.page.reload()
    expect(hand.page.get_by_role("link", name="启用这部手机")).to_be_visible()


def test_when_the_post_ends_the_unsent_goes_out_and_nothing_stays(pocket, town):
    raised(town)
    hand = pocket("en")
    expect(hand.page.locator("main .item")).to_have_count(1)
    hand.offline()
    hand.raise_one("the last thing I saw", photos=(1,))
    end_posts(hand.account_id, timezone.now())
    hand.offline(is_away=False)
    expect(hand.page.locator("main .notice")).to_contain_text("Your post is over")
    stores = ("facts", "matters", "intents", "files", "drafts")
    assert [hand.kept(store) for store in stores] == [0] * 5
    assert IntentionRow.objects.count() == 1  # judged, or kept for the office


def test_what_is_closed_leaves_the_phone(pocket, town):
    matter = raised(town)
    hand = pocket("en")
    expect(hand.page.locator("main .item")).to_have_count(1)
    hand.offline()
    hand.step(matter, "note", note="seen it")
    hand.go(f"m/{matter}/accept")
    hand.page.locator("#step-form textarea").fill("half filled in")
    for who, action, fields in WALK:
        photo = action == "claim_done"
        town.act(matter, who, action, timezone.now(), photo=photo, **fields)
    hand.offline(is_away=False)
    hand.all_sent()
    hand.go("today")
    expect(hand.page.locator("main .item")).to_have_count(0)
    expect(hand.page.locator("main .nothing")).to_be_visible()
    assert hand.kept("matters") == 0


def test_a_phone_the_house_does_not_know_keeps_what_is_unsent(pocket, town):
    hand = pocket()
    hand.offline()
    hand.raise_one("楼道里堆着纸箱")
    hand.page.evaluate(STRANGE)
    hand.offline(is_away=False)
    hand.go("answers")
    hand.page.locator("#sync-key").click()
    expect(hand.page.locator("main .notice--danger")).to_be_visible()
    assert hand.kept("intents") == 1


def test_what_is_unsent_can_be_taken_out_as_a_sealed_file(pocket, town, tmp_path):
    hand = pocket()
    hand.offline()
    hand.raise_one("楼道里堆着纸箱", photos=(1,))
    hand.go("more")
    with hand.page.expect_download() as waiting:
        hand.page.get_by_role("button", name="生成文件").click()
    assert re.fullmatch(r"commongrid-unsent-\d{4}-\d\d-\d\d\.cgx", waiting.value.suggested_filename)
    path = tmp_path / "unsent.cgx"
    waiting.value.save_as(path)
    text = path.read_text("utf-8")
    assert "纸箱" not in text
    assert "cgp_" not in text
    assert hand.kept("intents") == 1  # nothing is dropped by taking it out


def test_long_away_is_said_and_everything_goes_on(pocket, town):
    raised(town)
    hand = pocket("en")
    hand.offline()
    hand.page.evaluate(SET_BACK, 2)
    expect(hand.page.locator("main .notice")).to_contain_text("last word from the house")
    hand.page.evaluate(SET_BACK, 40)
    expect(hand.page.locator("main .notice--danger")).to_contain_text("this list is old")
    hand.raise_one("still works")
    assert hand.kept("intents") == 1


def test_ten_minutes_out_of_sight_lock_it(pocket, town):
    raised(town)
    hand = pocket()
    expect(hand.page.locator("main .item")).to_have_count(1)
    hand.page.clock.install()
    hand.page.evaluate(HIDE, True)
    hand.page.clock.fast_forward("09:00")
    hand.page.evaluate(HIDE, False)
    expect(hand.page.locator("#tabs")).to_be_visible()
    hand.page.evaluate(HIDE, True)
    hand.page.clock.fast_forward("10:30")
    hand.page.evaluate(HIDE, False)
    expect(hand.page.locator("main input[type=password]")).to_be_visible()
    expect(hand.page.locator("main .item")).to_have_count(0)


SCREENS = ("today", "raise", "raise/service", "spot", "map", "answers", "more", "post")


@pytest.mark.parametrize(
    ("language", "size"), [("zh", SMALL), ("en", LARGE), ("en", SMALL), ("zh", LARGE)]
)
def test_every_screen_is_accessible_and_fits(pocket, town, axe, fits, shot, language, size):
    matter = raised(town)
    hand = pocket(language, size)
    page = hand.page
    expect(page.locator("main .item")).to_have_count(1)
    wrong = []
    for screen in (*SCREENS, f"m/{matter}", f"m/{matter}/accept", f"m/{matter}/note"):
        hand.go(screen)
        name = screen.replace(matter, "matter").replace("/", "-")
        if (language, size) in (("zh", SMALL), ("en", LARGE)):
            shot(page, f"field-{name}-{language}", whole=False)
        if (screen, language, size) == ("spot", "zh", SMALL):
            shot(page, f"readme-field-spot-{language}", whole=False)  # the manual shows this one
        page.evaluate(BIG if size == SMALL else "0")
        for check in (axe, fits):
            try:
                check(page)
            except AssertionError as error:
                wrong.append(f"{screen}: {error}")
        page.evaluate("document.documentElement.style.fontSize = ''")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("scheme", ["sun", "dark"])
def test_in_sunlight_and_at_night_it_can_be_read(pocket, town, axe, fits, shot, scheme):
    matter = raised(town)
    hand = pocket("en")
    hand.go("more")
    hand.page.locator(f"input[type=radio][value={scheme}]").check()
    expect(hand.page.locator(f"html[data-scheme={scheme}]")).to_be_attached()
    for screen in ("today", f"m/{matter}", "raise", "more", "map"):
        hand.go(screen)
        axe(hand.page)
        fits(hand.page)
    hand.go("today")
    shot(hand.page, f"field-today-{scheme}-en", whole=False)


def test_the_keyboard_alone_is_enough(pocket, town):
    hand = pocket("en")
    page = hand.page
    hand.offline()

    def tab_to(target: Any) -> None:
        for _ in range(80):
            if target.evaluate("(node) => node === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(target)

    hand.go("today")
    tab_to(page.locator("#bar a").first)
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_be_focused()  # a new screen takes the focus along
    tab_to(page.locator("form input[type=search]"))
    page.keyboard.type("A01")
    tab_to(page.locator(".type-list button.choice").first)
    page.keyboard.press("Enter")
    expect(page.locator(".chosen button")).to_be_focused()
    tab_to(page.locator(SAVE))
    page.keyboard.press("Enter")
    expect(page.locator(f"{RAISE} > .notice--danger")).to_be_focused()  # what is missing is said
    tab_to(page.locator(f"{RAISE} textarea").first)
    page.keyboard.type("a full bin")
    tab_to(page.locator(f"{RAISE} fieldset input[type=radio]").first)
    page.keyboard.press("ArrowDown")  # the map
    expect(page.locator("svg.gridmap")).to_be_visible()
    tab_to(page.locator("svg.gridmap"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    page.keyboard.press("Enter")  # a point in its middle
    expect(page.locator(".where-body .hint[role=status]")).not_to_be_empty()
    tab_to(page.locator(SAVE))
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_contain_text("Kept on this phone")
    assert hand.kept("intents") == 1


def test_the_language_is_changed_inside_the_app(pocket, town):
    hand = pocket("zh")
    hand.go("more")
    hand.page.get_by_label("English").check()
    expect(hand.page.locator("main h1")).to_have_text("More")
    expect(hand.page.locator("html")).to_have_attribute("lang", "en")
    hand.offline()
    hand.page.reload()
    expect(hand.page.get_by_role("button", name="Unlock")).to_be_visible()


def test_contact_data_come_with_a_purpose_and_leave_by_themselves(pocket, town):
    contact = matters.Contact(name="包女士", phone="13800000000")
    matter = raised(town, contact=contact)
    for who, action, fields in WALK[:3]:
        town.act(matter, who, action, timezone.now(), **fields)
    worker = make_staff("worker-of-the-unit", "grid_worker", GRID_PATH, LEAD)
    hand = pocket("en", account_id=worker.id)
    page = hand.page
    hand.go(f"m/{matter}")
    page.get_by_role("button", name="Show contact data").click()
    expect(page.locator("main [role=alert]")).to_contain_text("Say what you need it for")
    page.get_by_label("Purpose").fill("to agree on a time")
    page.get_by_role("button", name="Show contact data").click()
    expect(page.get_by_role("link", name="13800000000")).to_be_visible()
    assert Act.objects.filter(action="reveal").count() == 1
    hand.offline()
    page.reload()
    hand.unlock()
    expect(page.get_by_role("link", name="13800000000")).to_be_visible()  # kept, sealed
    page.evaluate(LATER, 9 * 3600)
    page.reload()
    hand.unlock()
    expect(page.get_by_role("button", name="Show contact data")).to_be_visible()
    assert hand.kept("drafts") == 0


def test_rules_on_the_phone_are_those_of_the_flow(pocket, town):
    """The state after steps, the way to a step, the order of the list: without a page."""
    page = pocket("en").page
    assert page.evaluate(RULES) == {
        "after": "b", "unknown": None, "way": ["accept", "solve_here"], "none": None,
        "order": ["late", "yellow", "plain", "paused"], "inside": [True, False],
        "alike": [1, 0], "silence": ["", "day", "long"], "near": 111,
    }  # fmt: skip


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


def test_the_pin_can_be_changed_and_the_phone_erased(pocket, town):
    raised(town)
    hand = pocket("en")
    page = hand.page
    hand.go("more")
    page.locator("summary", has_text="Change the PIN").click()
    for label, words in (
        ("PIN until now", PIN), ("New PIN", "135799"), ("The PIN once more", "135799")
    ):  # fmt: skip
        page.get_by_label(label).fill(words)
    page.get_by_role("button", name="Change it").click()
    expect(page.locator("details.fold[open]")).to_have_count(0)
    page.reload()
    hand.unlock("135799")
    page.locator("summary", has_text="Erase this phone").click()
    page.get_by_label("PIN, to be sure").fill("135799")
    page.get_by_role("button", name="Erase everything here").click()
    expect(page.get_by_role("link", name="Put this phone in service")).to_be_visible()
    assert [hand.kept(store) for store in ("facts", "matters", "intents", "files")] == [0] * 4


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
