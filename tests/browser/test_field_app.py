"""The grid worker's app in a real browser: who opens it, what it keeps, and what leaves it."""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone
from playwright.sync_api import expect

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import IntentionRow
from commongrid.rooms.matters import face as matters
from tests.browser.pocket import BUSY, PIN, SMALL, raised
from tests.doors.desk.town import LEAD, WALK
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
REMEMBERED = """() => import('/static/field/store.js').then(({state}) =>
  [state.matters.size, state.intents.length, state.pack])"""


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


def test_a_lost_phone_is_erased_the_next_time_it_speaks(pocket, town):
    raised(town)
    hand = pocket()
    expect(hand.page.locator("main .item")).to_have_count(1)
    (phone,) = fieldwork.list_own_phones(hand.account_id)
    fieldwork.revoke_phone(
        actor=town.actor("grid_worker", timezone.now()), at=timezone.now(), command_id=new_id(),
        phone_id=phone.id, why="lost",
    )  # fmt: skip
    hand.speak_until("main .notice")
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


def test_what_was_on_its_way_ends_when_it_locks(pocket, town):
    raised(town)
    hand = pocket()
    expect(hand.page.locator("main .item")).to_have_count(1)
    hand.go("more")
    asked: list[Any] = []
    hand.page.route("**/field/sync/", lambda route: asked.append(route))  # noqa: PLW0108 - it counts arguments
    hand.page.locator("#sync-key").click()
    hand.until("() => " + BUSY)
    hand.page.get_by_role("button", name="现在锁定").click()
    expect(hand.page.locator("#tabs")).to_be_hidden()
    assert hand.page.evaluate("() => " + BUSY)  # the house has not answered yet
    assert asked
    for route in asked:
        route.continue_()
    hand.until(f"async () => !(await {BUSY})")
    assert hand.page.evaluate(REMEMBERED) == [0, 0, None]  # what came late is in no memory
    hand.page.unroute("**/field/sync/")
    hand.page.locator("main input[type=password]").fill(PIN)
    hand.page.keyboard.press("Enter")
    expect(hand.page.locator("#tabs")).to_be_visible()
    hand.go("")
    expect(hand.page.locator("main .item")).to_have_count(1)


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
