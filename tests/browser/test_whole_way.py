"""The whole way of a matter, as somebody new would try it: on the seed place, logins and all.

A resident raises it with a photo on a phone; the desk finds and accepts it, offers it to a unit;
the unit takes it and claims it done with a photo; a checker closes it; the resident rates it. A
second one is sent back for a redo by the person who raised it. On the way a step is refused, and
the reason is read. The pictures of the README are taken here.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Account
from commongrid.stories.seeding import load_seed
from commongrid.stories.seeding.matters import picture
from tests.browser.hands import key_leads_on, opened, pressed, still
from tests.browser.ways import walked

PASSWORD = "kite over the steppe, said softly"
GRID = "150502004001001"
SHARP = {"device_scale_factor": 2}

SAID = {
    "zh": {
        "report": "我要上报",
        "words": "楼门口的垃圾桶满了三天，味道很大。",
        "type": "暴露垃圾",
        "upload": "上传并查看",
        "send": "提交",
        "name": "登录名",
        "password": "密码",
        "log_in": "登录",
        "accept": "受理",
        "offer": "派遣",
        "take": "接下",
        "claim": "报称办好",
        "check": "核查通过",
        "refused": "您的任职",
        "done": "已清运两桶并冲洗地面。",
        "rate": "评价这次办理",
        "satisfied": "满意",
        "closed": "已结案",
        "not_solved": "没有，还没解决",
        "why": "原因是什么？",
        "again": "第二天又满了。",
        "redone": "重办 1 次",
    },
    "en": {
        "report": "Report a matter",
        "words": "The rubbish bins at our door have been full for three days.",
        "type": "Exposed rubbish",
        "upload": "Add and look at them",
        "send": "Send",
        "name": "Login name",
        "password": "Password",
        "log_in": "Log in",
        "accept": "Accept",
        "offer": "Offer to a unit",
        "take": "Take it on",
        "claim": "Claim done",
        "check": "Check passes",
        "refused": "appointment",
        "done": "Both bins emptied, the ground hosed down.",
        "rate": "Rate how it went",
        "satisfied": "satisfied",
        "closed": "closed",
        "not_solved": "No, it is not solved",
        "why": "What is the reason?",
        "again": "Full again the next day.",
        "redone": "redone 1×",
    },
}  # fmt: skip


@pytest.fixture
def seed(transactional_db: Any) -> Any:
    """Load the seed place, with its matters or only its people."""
    return lambda *, with_matters: load_seed(
        at=timezone.now(), password=PASSWORD, with_matters=with_matters
    )


class Way:
    """One language of the whole way: the pages, and what is pressed on them."""

    def __init__(self, open_page: Any, shot: Any, language: str) -> None:
        self.open_page, self._shot, self.language = open_page, shot, language
        self.said = SAID[language]

    def shot(self, page: Any, name: str) -> None:
        """A picture of what stands on the screen at first sight, not of a whole long page."""
        page.evaluate("window.scrollTo(0, 0)")
        self._shot(page, name, whole=False)

    def log_in(self, who: str, path: str = "/desk/") -> Any:
        """Go to a page of the desk; the log-in stands before it, in any language."""
        page = self.open_page(path, language=self.language)
        if self.language == "en":  # an account has a language of its own, unless one is chosen
            pressed(page.locator(".languages").get_by_role("button", name="English"))
        page.get_by_label(self.said["name"]).fill(who)
        page.get_by_label(self.said["password"], exact=True).fill(PASSWORD)
        pressed(page.get_by_role("button", name=self.said["log_in"]))
        expect(page).to_have_url(re.compile(f"//[^/]+{path}$"))
        return page

    def find(self, who: str) -> Any:
        """Log in and find the matter by its words."""
        page = self.log_in(who)
        page.locator("#q").fill(self.said["words"][:12])
        key_leads_on(page, "Enter")
        pressed(page.locator("#rows").get_by_role("link", name=self.said["type"]).first)
        expect(page).to_have_url(re.compile("/desk/m/"))
        return page

    def step(self, page: Any, label: str, **fields: str) -> None:
        """Open a step, fill its form, send it; the page says that it is done."""
        box = page.locator("details.action", has=page.locator("summary", has_text=label)).first
        opened(box)
        for name, value in fields.items():
            field = box.locator(f"[name={name}]")
            if field.evaluate("e => e.tagName") == "SELECT":
                field.select_option(value)
            elif name == "photos":
                field.set_input_files(photo("after"))
            else:
                field.fill(value)
        pressed(box.get_by_role("button", name=label, exact=True))
        expect(page.locator(".notice--ok")).to_have_count(1)

    # --- the resident ---------------------------------------------------------------------------

    def raise_it(self) -> Any:
        """Three steps on a phone. Gives the page of one's own matter, and the receipt code."""
        said = self.said
        page = self.open_page("/places/", on="phone", language=self.language, **SHARP)
        pressed(page.locator(".place-button").first)
        pressed(page.get_by_role("link", name=said["report"]).first)
        page.locator("#id_text").fill(said["words"])
        page.locator("#hints").get_by_text(said["type"]).click()
        expect(page.locator("#hints input:checked")).to_have_count(1)
        on_we_go(page)
        if page.url.endswith("/questions/"):
            on_we_go(page)
        page.wait_for_selector(".grid-outline")
        page.locator("#map").click(position={"x": 170, "y": 150})
        page.locator("[data-map-says]", has_text=":" if self.language == "en" else "：").wait_for()
        self.shot(page, f"readme-phone-where-{self.language}")
        on_we_go(page)
        if page.url.endswith("/similar/"):
            on_we_go(page)
        page.locator("#id_photos").set_input_files(photo("report"))
        pressed(page.get_by_role("button", name=said["upload"]))
        on_we_go(page)
        pressed(page.get_by_role("button", name=said["send"], exact=True))
        page.locator("#code").wait_for()
        self.shot(page, f"readme-phone-receipt-{self.language}")
        on_we_go(page)
        return page

    def rate(self, page: Any) -> None:
        page.reload()
        pressed(page.get_by_role("link", name=self.said["rate"]))
        page.get_by_label(self.said["satisfied"], exact=True).check()
        pressed(page.get_by_role("button", name=self.said["rate"]))
        expect(page).to_have_url(re.compile("/my/$"))

    def dispute(self, code: str) -> None:
        """The receipt opens the matter on any phone; it is not solved, so it goes back."""
        page = self.open_page(f"/r/{code}/", on="phone", language=self.language, **SHARP)
        self.shot(page, f"readme-phone-my-{self.language}")
        pressed(page.get_by_role("link", name=self.said["not_solved"]))
        page.get_by_label(self.said["why"]).fill(self.said["again"])
        pressed(page.get_by_role("button", name=self.said["not_solved"]))
        expect(page).to_have_url(re.compile("/my/$"))

    # --- the desk -------------------------------------------------------------------------------

    def handle(self) -> Any:
        """Accept, offer, take, claim done, check. Gives the desk's page of the closed matter."""
        said = self.said
        desk = self.find("town-desk")
        self.step(desk, said["accept"])
        dispatch = self.find("town-dispatch")
        self.step(dispatch, said["offer"], unit="sanitation", reason="dispatch catalogue")
        unit = self.log_in("town-sanitation", "/desk/tasks/")
        task = unit.locator("article.task", has_text=said["words"][:8])
        opened(
            task.locator("details.action", has=unit.locator("summary", has_text=said["take"])).first
        )
        task.locator("[name=contact_name]").fill("0475-000-0000")
        pressed(task.get_by_role("button", name=said["take"], exact=True))
        held = unit.locator("section[aria-labelledby=held] tr", has_text=said["words"][:8])
        pressed(held.get_by_role("link"))
        self.step(unit, said["claim"], feedback=said["done"], record=said["done"], photos="after")
        self.read_why_not(unit)
        check = self.find("town-check")
        today = timezone.localdate().isoformat()
        self.step(check, said["check"], record=said["done"], seen_on=today)
        desk.reload()
        return desk

    def read_why_not(self, page: Any) -> None:
        """Who handled it may not check it; the page says so and names the rule."""
        refused = opened(page.locator("details.refused"))
        line = refused.locator("li", has_text=self.said["check"])
        self.shot(page, f"readme-desk-matter-{self.language}")
        pressed(line.get_by_role("link"))
        expect(page.get_by_role("heading", level=1)).to_contain_text(self.said["check"])
        why = page.locator(".check--no")
        expect(why).to_have_count(1)
        expect(why).to_contain_text(self.said["refused"])


def on_we_go(page: Any) -> None:
    pressed(page.locator("main .form-end .button--primary:visible").first)


def photo(stage: str) -> dict[str, Any]:
    return {"name": f"{stage}.jpg", "mimeType": "image/jpeg", "buffer": picture(3, stage)}


def claimed_done() -> str:
    """Another matter, walked by commands until its unit says it is done. Gives the receipt code."""
    now = timezone.now()
    raised = matters.raise_matter(
        actor=PUBLIC,
        at=now,
        command_id=new_id(),
        draft=matters.Draft(type_code="A01", grid_code=GRID, text="花坛边堆着装修垃圾袋。"),
    )
    shown = (matters.Photo(content=picture(5, "after"), stage="after"),)
    steps: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("desk", "accept", {}),
        ("dispatch", "offer", {"unit": "sanitation", "reason": "派单目录的主办单位"}),
        ("sanitation", "take", {"contact_name": "环卫值班室 0475-000-0000"}),
        ("sanitation", "claim_done", {"feedback": "垃圾袋已清走。", "record": "已清走。"}),
    )
    for who, action, fields in steps:
        account = Account.objects.get(username=f"town-{who}")
        matters.take_action(
            actor=people.staff_actor(account.pk, now),
            at=now,
            command_id=new_id(),
            matter_id=raised.id,
            action=action,
            fields=fields,
            photos=shown if action == "claim_done" else (),
        )
    return raised.receipt_code


@pytest.mark.parametrize("language", walked("zh"))
def test_the_whole_way(open_page, seed, shot, language):
    seed(with_matters=language == "zh")
    way = Way(open_page, shot, language)
    mine = way.raise_it()
    desk = way.handle()
    expect(desk.locator(".strip")).to_contain_text(way.said["closed"])
    way.rate(mine)
    desk.reload()
    expect(desk.locator(".matter-about")).to_contain_text(way.said["satisfied"], ignore_case=True)
    way.dispute(claimed_done())
    desk.goto("/desk/?redone=yes")
    expect(desk.locator("#rows tr", has_text=way.said["redone"]).first).to_be_visible()
    if language == "zh":
        take_pictures_of_the_seed(way, desk)


def take_pictures_of_the_seed(way: Way, desk: Any) -> None:
    """The inbox in both languages, the map, a grid post."""
    desk.goto("/desk/")
    way.shot(desk, "readme-desk-inbox-zh")
    desk.goto("/desk/map/")
    desk.locator("#map[data-ready]").wait_for()
    still(desk)
    way.shot(desk, "readme-desk-map-zh")
    desk.goto(f"/grids/{GRID}/")
    way.shot(desk, "readme-grid-post-zh")
    pressed(desk.get_by_role("button", name="English"))
    desk.goto("/desk/")
    way.shot(desk, "readme-desk-inbox-en")
