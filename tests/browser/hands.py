"""The hands of a person at a page: each waits until the page has done what was asked of it.

A click comes back before the page it leads to is there, and what is read then is the old page or
half of the new one. So whatever leads to another page is pressed with `pressed`; what changes in
place is awaited with playwright's `expect`; and `page.inner_text`, `count()` and the database are
read only after one of them.
"""

from typing import Any
from weakref import WeakKeyDictionary

from playwright.sync_api import expect


def pressed(target: Any) -> None:
    """Press a link or a button that leads to a page, and wait until that page has loaded.

    Loaded means that its scripts have run too: all of ours are deferred.
    """
    with target.page.expect_navigation():
        target.click()


def key_leads_on(page: Any, key: str) -> None:
    """Press a key that leads to another page, and wait until that page has loaded."""
    with page.expect_navigation():
        page.keyboard.press(key)


def opened(box: Any) -> Any:
    """Open a `<details>` as a person does, unless the page has opened it by itself; give it."""
    box.page.wait_for_load_state()  # a script may open it, because of the address
    box.wait_for(state="attached")
    if box.get_attribute("open") is None:
        box.locator("> summary").click()
    expect(box).to_have_attribute("open", "")
    return box


STILL = """() => {
  const there = (what) => document.querySelector(what);
  if (there('.htmx-request, .htmx-swapping, .htmx-settling')) return false;
  const map = there('#map, #spot');
  const isDrawn = map && (map.dataset.ready || map.querySelector('.grid-outline'));
  if (map && map.checkVisibility() && !isDrawn) return false;
  return !there('#addresses') || Boolean(there('#addresses .opblock'));
}"""


QUIET_MS = 50  # a script that has its answer asks the next thing sooner than this
QUIET_TRIES = 2_400
_on_their_way: WeakKeyDictionary[Any, set[Any]] = WeakKeyDictionary()


def watched(page: Any) -> None:
    """Keep count of what the page has asked for and not yet got, for `still`."""
    asked = _on_their_way.setdefault(page, set())

    def begun(request: Any) -> None:
        asked.add(request)

    def ended(request: Any) -> None:
        asked.discard(request)

    page.on("request", begun)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)


def still(page: Any) -> None:
    """Wait until nothing of the page is on its way: no request, no part put in, no map drawn.

    Only where scripts run. Playwright's own "networkidle" waits half a second for every page.
    """
    page.wait_for_load_state()
    asked = _on_their_way[page]
    for _ in range(QUIET_TRIES):
        page.wait_for_function(STILL, polling=QUIET_MS)
        page.wait_for_timeout(QUIET_MS)
        if not asked:
            return
    message = f"still on their way: {[request.url for request in asked]}"
    raise AssertionError(message)
