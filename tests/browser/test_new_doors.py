"""The doors of others in a browser: an outside body, a follower, the board, a key for a program."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.bridges import board
from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.people import face as people
from commongrid.site.rounds import run_round
from commongrid.stories.seeding import load_seed
from tests.browser.hands import key_leads_on, pressed, still
from tests.browser.kept import kept
from tests.browser.ways import walked

PASSWORD = "seven kites over the lake"
TOWN = "150502004000"
AT_TASK = re.compile(r"/task/$")


@pytest.fixture
def seed(transactional_db, settings, live_server):
    settings.SITE_URL, settings.MAIL_IS_ON = live_server.url, True
    settings.MAIL_FROM = "grid@example.org"
    return kept("seed with mail", lambda: load_seed(at=timezone.now(), password=PASSWORD))


@pytest.fixture
def published(seed):
    """The months of the invented past, counted and published."""
    kept("seed with mail and past", _publish)


def _publish():
    load_seed(at=timezone.now(), password=PASSWORD, with_matters=False, with_past=True)
    board.catch_up()
    board.publish_due_months(at=timezone.now())


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still(page)
        axe(page)
        fits(page)

    return look


def log_in(page, who):
    page.goto("/staff/login/")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button").first)
    expect(page).not_to_have_url(re.compile("login"))


def held_by_sanitation():
    """A matter in its hands, with somebody who looks after it."""
    return Matter.objects.filter(unit="sanitation", state="handling").first()


@pytest.mark.parametrize("language", walked("en"))
def test_an_outside_body_does_the_work_by_a_link(open_page, seed, looks_well, shot, language):
    """The unit makes the link; the body opens it on a phone without scripts and without account."""
    matter = held_by_sanitation()
    desk = open_page("/", language=language)
    log_in(desk, "town-sanitation")
    desk.goto(f"/desk/m/{matter.pk}/links/new/")
    looks_well(desk)
    desk.locator("[name=body]").fill("演示市政工程队")
    desk.locator("[name=until_on]").fill(str((timezone.now() + timedelta(days=5)).date()))
    pressed(desk.locator("main form .button--primary"))
    looks_well(desk)
    shot(desk, f"outside-sheet-{language}")
    address = desk.locator("#address").inner_text().strip()

    phone = open_page(address, on="phone", language=language, scripts=False)
    expect(phone, "the secret has left the address").to_have_url(AT_TASK)
    looks_well_without_scripts(phone)
    shot(phone, f"outside-task-{language}")
    pressed(phone.locator(".ways a").first)
    looks_well_without_scripts(phone)
    for field in phone.locator("main textarea").all():
        field.fill("明天上午到场。")
    pressed(phone.locator("main form .button--primary, main form .button--danger").first)
    expect(phone).to_have_url(AT_TASK)
    expect(phone.locator(".timeline li")).to_have_count(1)

    desk.goto(f"/desk/m/{matter.pk}/")
    expect(desk.locator("main")).to_contain_text("演示市政工程队")
    looks_well(desk)


def looks_well_without_scripts(page):
    """Axe is a script itself; here only the width counts, and that there is one heading."""
    expect(page.locator("h1")).to_have_count(1)
    expect(page.locator("main")).to_have_count(1)


@pytest.mark.parametrize("language", walked("zh"))
def test_somebody_follows_a_place_by_mail_and_stops(open_page, seed, looks_well, language):
    page = open_page(f"/follow/?place={TOWN}", on="phone", language=language)
    looks_well(page)
    page.locator("[name=email]").fill("neighbour@example.org")
    key_leads_on(page, "Enter")
    expect(page).to_have_url(re.compile("/follow/asked/$"))
    looks_well(page)
    question = _next_mail()
    page.goto(re.search(r"https?://\S+/follow/confirm/[\w-]+/", question.body)[0])
    looks_well(page)
    pressed(page.locator("main form button").first)
    looks_well(page)
    _something_happens()
    page.goto(_next_mail().extra_headers["List-Unsubscribe"].strip("<>"))
    looks_well(page)
    pressed(page.locator("main form button").first)
    looks_well(page)


def _next_mail():
    """The next mail; it goes behind what the seed's own steps ask to be told."""
    before = len(mail.outbox)
    for _ in range(20):
        run_round(timezone.now())
        if len(mail.outbox) > before:
            return mail.outbox[-1]
    pytest.fail("no mail was sent in twenty rounds")


def _something_happens():
    matters.raise_matter(
        actor=PUBLIC, at=timezone.now(), command_id=new_id(),
        draft=matters.Draft(type_code="A01", text="垃圾", grid_code=TOWN[:9] + "001001"),
    )  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False])
def test_the_board_is_read_by_keyboard_and_without_scripts(open_page, published, scripts):
    page = open_page("/board/", language="en", scripts=scripts)
    link = page.locator(f"main a[href$='/board/{TOWN}/']").first
    for _ in range(40):
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            break
    else:
        pytest.fail("the board was not reached in forty steps")
    key_leads_on(page, "Enter")
    expect(page).to_have_url(re.compile(f"/board/{TOWN}/$"))
    expect(page.locator("main table").first).to_be_visible()


def test_the_manual_shows_the_board_and_the_interface(open_page, published, looks_well, shot):
    board_page = open_page(f"/board/{TOWN}/", language="zh")
    looks_well(board_page)
    expect(board_page.locator("main svg").first).to_be_visible()
    shot(board_page, "readme-board-zh", whole=False)
    docs = open_page("/api/docs", language="en")
    expect(docs.locator(".opblock").first).to_be_visible()
    docs.locator(".opblock-summary-control").first.click()
    expect(docs.locator(".opblock-body").first).to_be_visible()
    looks_well(docs)
    docs.evaluate("window.scrollTo(0, 0)")
    shot(docs, "readme-api-docs-en", whole=False)


def test_a_key_of_a_program_is_shown_once_and_revoked(open_page, seed, looks_well):
    keeper = people.staff_actor(people.find_account("town-keeper").id, timezone.now())
    program = people.create_service_account(
        actor=keeper, at=timezone.now(), command_id=new_id(), username="demo-program",
        display_name="演示程序(虚构)",
    )  # fmt: skip
    place = Matter.objects.first().path.split("/150502004000/")[0] + "/150502004000/"
    people.issue_api_key(
        actor=keeper, at=timezone.now(), command_id=new_id(), account_id=program.id, name="demo",
        scopes=("raise",), place_code=TOWN, place_path=place,
        until_at=timezone.now() + timedelta(days=30),
    )  # fmt: skip
    page = open_page("/", language="zh")
    log_in(page, "town-keeper")
    page.goto("/staff/keys/")
    looks_well(page)
    pressed(page.locator("main a[href*='/revoke/']").first)
    looks_well(page)


def test_the_reporter_asks_for_mail_and_sees_where_a_merged_matter_goes_on(
    open_page, seed, looks_well
):
    at = timezone.now()
    raised = [
        matters.raise_matter(
            actor=PUBLIC, at=at, command_id=new_id(),
            draft=matters.Draft(type_code="B02", text="路灯不亮", grid_code=TOWN[:9] + "001001",
                                answers={"live_wire": "no"}),
        )
        for _ in range(2)
    ]  # fmt: skip
    for who in ("town-desk", "town-desk2"):  # one proposes, a second person confirms
        officer = people.staff_actor(people.find_account(who).id, at)
        matters.take_action(
            actor=officer, at=at, command_id=new_id(), matter_id=raised[0].id, action="merge",
            fields={"leading": str(raised[1].id), "reason": "同一盏灯"},
        )  # fmt: skip
    page = open_page(f"/r/{raised[0].receipt_code}/", on="phone")
    looks_well(page)
    expect(page.locator("main")).to_contain_text(raised[1].ref)
    page.goto("/my/leading/")
    looks_well(page)
    page.goto("/my/mail/")
    looks_well(page)
