"""Journeys in a real browser: Debian's Chromium, driven by playwright, on the live server.

``COMMONGRID_PICTURES=1`` takes the pictures of the manual along the way, into docs/pictures.

Two switches look for tests that depend on luck. ``COMMONGRID_SLOW_MS=700`` makes the server wait
before each answer, pages and scripts alike: a test that reads before the page is there fails.
``COMMONGRID_BROWSER_AT=2026-02-28T23:59:40+08:00`` begins every test at that moment.
"""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from PIL import Image

from run import BROWSERS
from tests.browser.hands import watched
from tests.browser.ways import IS_PICTURED
from tests.conftest import STANDING_STILL_AT

# Playwright's event loop lives in this thread; Django takes that for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"
COLOURS = 128
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = {"phone": (390, 844), "desk": (1280, 860)}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
PATIENCE_MS = 120_000  # a busy machine is not a failing test; only a test that fails waits as long
CHROMIUM = os.environ.get("COMMONGRID_CHROMIUM") or next(
    filter(None, map(shutil.which, BROWSERS)), None
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is in this folder; without Chromium it is skipped, and says so."""
    here = Path(__file__).parent
    skip = pytest.mark.skip(reason=f"NO CHROMIUM: as root run apt-get install {BROWSERS[0]}")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(skip)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Begin at a fixed moment and let the clock run: no test depends on the hour it is run at.

    The server runs in this process and shares it; the browser keeps its own.
    """
    given = os.environ.get("COMMONGRID_BROWSER_AT")
    begin = datetime.fromisoformat(given) if given else STANDING_STILL_AT
    with time_machine.travel(begin, tick=True) as traveller:
        yield traveller


class Answering:
    """Counts the requests that the server is answering, and may make each of them wait."""

    def __init__(self, slow_ms: int) -> None:
        self._slow_s, self._now = slow_ms / 1000, 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        with self._changed:
            self._now += 1
        time.sleep(self._slow_s)

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._now -= 1
            self._changed.notify_all()

    def wait_until_none(self) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: not self._now, timeout=PATIENCE_MS / 1000)


@pytest.fixture(scope="session")
def answering() -> Iterator[Answering]:
    """Watch every answer of the live server, static files too; the test client is not slowed."""
    from django.core.handlers.wsgi import WSGIHandler

    watch = Answering(int(os.environ.get("COMMONGRID_SLOW_MS", "0")))
    plain = WSGIHandler.__call__

    def watched(self: Any, environ: Any, start_response: Any) -> Any:
        with watch:
            return plain(self, environ, start_response)

    WSGIHandler.__call__ = watched
    yield watch
    WSGIHandler.__call__ = plain


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all journeys."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=FLAGS, timeout=PATIENCE_MS
        )
        yield browser
        browser.close()


DRAWN_MS = 100  # a few frames; asking the page for frames would wait for ever without scripts
DRAWN_TRIES = 30


@pytest.fixture
def open_page(
    chromium: Any, live_server: Any, answering: Answering
) -> Iterator[Callable[..., Any]]:
    """Open pages: ``open_page("/", on="phone", language="en", scripts=False)``.

    After the test it fails for a script error, or for a request to any other host.
    """
    contexts: list[Any] = []
    trouble: list[str] = []

    def opener(
        path: str = "/",
        *,
        on: str = "desk",
        language: str = "zh",
        scripts: bool = True,
        dark: bool = False,
        **more: Any,
    ) -> Any:
        across, down = WIDTHS[on]
        context = chromium.new_context(
            base_url=live_server.url,
            viewport={"width": across, "height": down},
            locale=LOCALES[language],
            timezone_id="Asia/Shanghai",
            java_script_enabled=scripts,
            color_scheme="dark" if dark else "light",
            has_touch=on == "phone",
            reduced_motion="reduce",
            **more,
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        watched(page)
        page.on("pageerror", lambda error: trouble.append(f"script error: {error}"))
        page.on("console", lambda line: _note_refusal(line, trouble))
        page.on("request", lambda request: _note_stranger(request.url, live_server.url, trouble))
        page.goto(path)
        return page

    yield opener
    for context in contexts:
        context.close()
    # A page may leave while its requests run; the next test empties the tables under them.
    assert answering.wait_until_none(), "the server still answers"
    assert not trouble, "\n".join(trouble)


def _note_refusal(line: Any, trouble: list[str]) -> None:
    if line.type == "error" and "Content Security Policy" in line.text:
        trouble.append(line.text)


def _note_stranger(url: str, ours: str, trouble: list[str]) -> None:
    if not url.startswith((ours, "data:", "blob:")):
        trouble.append(f"request to another host: {url}")


def _make_small(path: Path) -> None:
    """Keep a picture with few colours: half the bytes, and nobody sees the difference."""
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


@pytest.fixture
def shot() -> Callable[..., None]:
    """Take a picture if they are wanted: ``shot(page, "desk-inbox")``; the name is the file's."""

    def take(page: Any, name: str, *, whole: bool = True) -> None:
        if IS_PICTURED:
            PICTURES.mkdir(parents=True, exist_ok=True)
            path = PICTURES / f"{name}.png"
            page.screenshot(path=path, full_page=whole, animations="disabled", caret="hide")
            _make_small(path)

    return take


@pytest.fixture
def axe() -> Callable[[Any], None]:
    """Fail for every accessibility fault axe finds on the page: ``axe(page)``."""
    from axe_playwright_python.sync_playwright import Axe

    def look(page: Any) -> None:
        found = Axe().run(page).response["violations"]
        lines = [
            f"{fault['id']} ({fault['impact']}): {fault['help']}\n"
            + "\n".join(f"    {node['html'][:200]}" for node in fault["nodes"][:5])
            for fault in found
        ]
        assert not lines, "\n".join(lines)

    return look


@pytest.fixture
def fits() -> Callable[[Any], None]:
    """Fail when a page must be pushed sideways: ``fits(page)``."""

    def look(page: Any) -> None:
        # Not window.innerWidth: a phone zooms out of a page that is too wide, and it grows too.
        seen = page.viewport_size["width"]
        for _ in range(DRAWN_TRIES):
            page.wait_for_timeout(DRAWN_MS)  # until the last change is drawn
            across = page.evaluate("document.documentElement.scrollWidth")
            if across <= seen:
                return
        message = f"the page is {across} wide on a screen of {seen}"
        raise AssertionError(message)

    return look


@pytest.fixture
def town(transactional_db: Any) -> Any:
    """A town with people to log in as, and matters that they raise."""
    from tests.doors.desk.town import Town

    return Town()


@pytest.fixture
def pocket(open_page: Any, town: Any) -> Callable[..., Any]:
    """A phone of this grid's worker, in service and open."""
    from tests.browser.pocket import SMALL, Pocket

    def taken_out(
        language: str = "zh", size: tuple[int, int] = SMALL, account_id: int | None = None
    ) -> Pocket:
        page = open_page("/field/", on="phone", language=language)
        page.set_viewport_size({"width": size[0], "height": size[1]})
        found = Pocket(page, account_id or town.account("grid_worker").id, language)
        found.pair()
        return found

    return taken_out
