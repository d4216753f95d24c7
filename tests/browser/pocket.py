"""A phone in a grid worker's hand: the app in a real browser, driven as a thumb would."""

from __future__ import annotations

import io
import re
from typing import Any

from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.site.inside import inside

PIN = "480266"
SMALL, LARGE = (360, 740), (412, 915)
LANGUAGES = {"zh": "zh-hans", "en": "en"}
SPOT, RAISE, SAVE = "#spot-form", "#raise-form", "#bar button[type=submit]"


def camera(number: int, size: tuple[int, int] = (640, 480)) -> dict[str, Any]:
    """A picture as a camera gives it: no two alike, with where it was taken written into it."""
    image = Image.new("RGB", size, (40 + number * 7 % 200, 90, 140))
    pen = ImageDraw.Draw(image)
    for at in range(0, size[0], 16):
        pen.line(
            [(at, 0), (at * number % size[0], size[1])], fill=(number * 31 % 255, at % 255, 60)
        )
    exif = Image.Exif()
    exif[0x010F] = "A camera that would tell"
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80, exif=exif)
    return {"name": f"IMG_{number}.jpg", "mimeType": "image/jpeg", "buffer": out.getvalue()}


class Pocket:
    """One phone with one page of the app."""

    def __init__(self, page: Any, account_id: int, language: str = "zh") -> None:
        self.page, self.account_id, self.language = page, account_id, language

    def pair(self) -> None:
        """Log in, put the phone in service, choose a PIN; then wait for the service worker."""
        page = self.page
        session = inside(self.account_id).cookies[settings.SESSION_COOKIE_NAME].value
        origin = page.evaluate("location.origin")
        chosen = {
            settings.SESSION_COOKIE_NAME: session,
            settings.LANGUAGE_COOKIE_NAME: LANGUAGES[self.language],
        }
        page.context.add_cookies(
            [{"name": name, "value": value, "url": origin} for name, value in chosen.items()]
        )
        page.goto("/field/pair/")
        expect(page.locator("#pair[data-ready]")).to_be_visible()
        page.locator("[name=label]").fill("A54")
        for box in page.locator("#pair input[type=password]").all():
            box.fill(PIN)
        page.locator("#pair button").click()
        expect(page.locator("#pair a.button")).to_be_visible()
        page.context.clear_cookies()  # the phone needs no session from here on
        self.open()
        expect(page.locator("#bar a").first).to_be_visible()  # rules and map have come
        self.heard(since=0)
        # A page that was on its way while the worker began is its own only from the next load on.
        if not self.page.evaluate(CONTROLLED):
            last = page.evaluate(LAST_WORD)
            page.reload()
            self.unlock()
            self.heard(since=last)

    def open(self, pin: str = PIN) -> None:
        """Open the app as if tapped on the first page of the phone, and unlock it."""
        self.page.goto("/field/")
        self.unlock(pin)

    def unlock(self, pin: str = PIN) -> None:
        expect(self.page.locator("body[data-ready]")).to_be_attached()
        self.page.locator("main input[type=password]").fill(pin)
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#tabs")).to_be_visible()

    def go(self, screen: str) -> None:
        """Go to a screen by its address; it has come when its heading has the focus."""
        self.page.evaluate(GO, f"#/{screen}")
        expect(self.page.locator("main h1:not([data-old])")).to_be_visible()

    def offline(self, *, is_away: bool = True) -> None:
        self.page.context.set_offline(is_away)

    def shoot(self, form: str, number: int, at: int = 0) -> None:
        """Take a picture with the nth camera button of a form."""
        taker = self.page.locator(f"{form} .taker").nth(at)
        before = taker.locator(".thumb").count()
        taker.locator("input[type=file]").set_input_files(camera(number))
        expect(taker.locator(".thumb")).to_have_count(before + 1)

    def pick_type(self, words: str) -> None:
        self.page.locator("form input[type=search]").fill(words)
        self.page.locator(".type-list button.choice").first.click()
        expect(self.page.locator(".chosen")).to_be_visible()

    def somewhere(self) -> None:
        """Here as last time, or the grid."""
        last = self.page.locator("input[type=radio][value=last]")
        if last.count():
            last.check()
            return
        self.page.locator("input[type=radio][value=part]").check()
        self.page.locator(".where-body input[type=radio], .where-body option").last.evaluate(
            "(node) => { if (node.matches('option')) { node.parentElement.value = node.value;"
            "node.parentElement.dispatchEvent(new Event('change')); } else node.click(); }"
        )

    def raise_one(self, text: str, photos: tuple[int, ...] = (), kind: str = "A01") -> None:
        self.go("raise")
        for number in photos:
            self.shoot(RAISE, number)
        self.pick_type(kind)
        self.page.locator(f"{RAISE} textarea").first.fill(text)
        self.somewhere()
        self.save()

    def solve(self, text: str, before: int, after: int, kind: str = "A01") -> None:
        self.go("spot")
        self.pick_type(kind)
        self.shoot(SPOT, before, 0)
        self.shoot(SPOT, after, 1)
        self.page.locator(f"{SPOT} textarea").nth(0).fill(text)
        self.page.locator(f"{SPOT} textarea").nth(1).fill(f"{text}: 已清走")
        self.somewhere()
        self.save()

    def step(self, matter: str, action: str, photo: int | None = None, **fields: str) -> None:
        """Take a step: texts are filled in by the order of the form's fields."""
        self.go(f"m/{matter}/{action}")
        form = "#step-form"
        if photo is not None:
            self.shoot(form, photo)
        for place, words in enumerate(fields.values()):
            self.page.locator(f"{form} textarea, {form} input[type=text]").nth(place).fill(words)
        self.save()

    def save(self) -> None:
        """Press the button at the bottom; what was saved leads to another screen."""
        was = self.page.url
        self.page.locator(SAVE).click()
        expect(self.page).not_to_have_url(was)
        expect(self.page.locator(SAVE)).to_have_count(0)

    def heard(self, *, since: float) -> None:
        """Wait for a word from the house after another, and until nothing is on its way: what the
        phone begins by itself when it is opened is over."""
        self.until(f"async () => (await {LAST_WORD}) !== {since} && !(await {BUSY})")

    def speak_until(self, selector: str) -> None:
        """Press the button at the top, if it is there, until something has come of it."""
        self.until(f"() => {PRESS} || Boolean(document.querySelector({selector!r}))")

    def sync(self) -> None:
        """Press the button at the top and wait until nothing is on its way any more."""
        self.page.locator("#sync-key").click()
        self.quiet()

    def quiet(self) -> None:
        expect(self.page.locator(".sync--busy")).to_have_count(0)

    def all_sent(self) -> None:
        """Look until everything has been answered and every picture hangs."""
        self.go("answers")
        expect(
            self.page.locator(
                "#main .nothing", has_text=re.compile("全部已发出。|Everything has been sent.")
            )
        ).to_be_visible()
        expect(self.page.get_by_text(re.compile("待发送|still to send"))).to_have_count(0)
        self.quiet()

    def until(self, script: str) -> None:
        """Wait until a script that may give a promise says yes."""
        for _ in range(2_400):  # two minutes, as everything else has
            if self.page.evaluate(script):
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(script)

    def kept(self, store: str) -> int:
        """How many rows lie on the disk of the phone."""
        return self.page.evaluate(KEPT, store)

    def raw(self) -> str:
        """Everything on the disk as somebody with the phone in their hand could read it."""
        return self.page.evaluate(RAW)


BUSY = "import('/static/field/sync.js').then(({run}) => run.isBusy)"
LAST_WORD = "import('/static/field/store.js').then(({state}) => state.sync.lastContactAt)"
PRESS = "document.querySelector('#sync-key')?.click()"
CONTROLLED = "navigator.serviceWorker.ready.then(() => !!navigator.serviceWorker.controller)"
GO = """(to) => {
  if (location.hash === to) return;
  document.querySelector('main h1')?.setAttribute('data-old', '');
  location.hash = to;
}"""
KEPT = """(store) => new Promise((resolve) => {
  const asked = indexedDB.open('commongrid-field');
  asked.onsuccess = () => {
    const count = asked.result.transaction(store).objectStore(store).count();
    count.onsuccess = () => { asked.result.close(); resolve(count.result); };
  };
})"""
RAW = """async () => {
  const base = await new Promise((resolve) => {
    const asked = indexedDB.open('commongrid-field');
    asked.onsuccess = () => resolve(asked.result);
  });
  const text = (value) => {
    if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
      return new TextDecoder('utf-8', {fatal: false}).decode(value);
    }
    if (value instanceof CryptoKey) return `key that can be taken out: ${value.extractable}`;
    if (value && typeof value === 'object') return Object.values(value).map(text).join(' ');
    return String(value);
  };
  let all = '';
  for (const store of base.objectStoreNames) {
    all += await new Promise((resolve) => {
      const rows = base.transaction(store).objectStore(store).getAll();
      rows.onsuccess = () => resolve(rows.result.map(text).join(' '));
    });
  }
  base.close();
  return all + JSON.stringify(localStorage) + JSON.stringify(sessionStorage);
}"""


def raised(town: Any, text: str = "楼门口的垃圾桶满了", **more: Any) -> str:
    """A matter in the town, by its number."""
    return str(town.raise_one(text, at=timezone.now(), **more))
