"""My data in a browser: who opened them, what I ask, what I take back, what was erased."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.charter.matter import PUBLIC, Actor, Hat
from commongrid.rooms.matters import face as matters
from commongrid.stories.erasing import erase_person
from tests.browser.hands import pressed, still
from tests.browser.ways import ON, walked
from tests.doors.resident.walking import LAMP, TOWN, TOWN_PATH, WORDS, load_places

DESK = Actor(key="staff:1", hats=(Hat("desk", TOWN_PATH),))
OFFICER = Actor(key="staff:2", hats=(Hat("data_officer", TOWN_PATH),))
PURPOSE = "To ask which of the two lamps it is."


@pytest.fixture
def code(transactional_db):
    """A matter whose contact data were opened once; neighbours may read it."""
    load_places()
    raised = matters.raise_matter(
        actor=PUBLIC, at=timezone.now(), command_id=uuid4(),
        draft=matters.Draft(
            type_code=LAMP, text=WORDS, grid_code=f"{TOWN[:9]}001001", is_shareable=True
        ),
        contact=matters.Contact(phone="000-0000"),
    )  # fmt: skip
    given = {"at": timezone.now(), "command_id": uuid4(), "matter_id": raised.id}
    matters.reveal_contact(actor=DESK, purpose=PURPOSE, **given)
    matters.note_consents()
    return raised.receipt_code


def erased(code: str) -> None:
    """The person withdraws, and the officer carries the deletion out."""
    found = matters.find_by_receipt(code)
    assert found is not None
    given = {"at": timezone.now(), "matter_id": found[0]}
    matters.take_action(actor=found[1], command_id=uuid4(), action="withdraw", fields={}, **given)
    erase_person(actor=OFFICER, command_id=uuid4(), **given)


@pytest.mark.parametrize("language", walked("zh"))
def test_a_person_rules_over_their_data(open_page, code, axe, fits, language):
    def looks_well(page):
        still(page)
        axe(page)
        fits(page)

    page = open_page(f"/r/{code}/", on=ON[language], language=language)
    pressed(page.locator("a[href='/my/data/']"))
    expect(page.get_by_text(PURPOSE)).to_be_visible()
    looks_well(page)
    pressed(page.locator("form[action='/my/data/stop-sharing/'] button"))
    expect(page.locator("form[action='/my/data/stop-sharing/']")).to_have_count(0)
    pressed(page.locator("a[href='/my/data/ask/']"))
    looks_well(page)
    page.locator("input[name=right][value=delete]").check()
    page.locator("textarea[name=words]").fill("All of it.")
    pressed(page.locator("main .button--primary"))
    expect(page.get_by_text("All of it.")).to_be_visible()
    looks_well(page)
    erased(code)
    page.goto("/my/data/")
    pressed(page.locator("a[href*='/my/data/erased/']").first)
    looks_well(page)
    page.goto("/privacy/register/")
    looks_well(page)
