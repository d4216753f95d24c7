"""The app on a slow phone: first load, repeat load, time to the list offline, memory.

``bench_phone.py [--matters 500] [--slower 4] [--rounds 5]``

Chromium with its processor made ``--slower`` times slower (DevTools' own throttle; WebCrypto and
the service worker run beside the page and are not slowed by it), against a house on SQLite served
as ``run.py`` serves it. Beside each figure stands the same with the processor left as it is. Bytes
are those on the wire, packed as really sent, with headers.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import bench_load
import support

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--enable-precise-memory-info",
]  # fmt: skip
PIN = "480266"
SIZE = {"width": 360, "height": 740}
ASKS_PIN = "main input[type=password]"
LISTED = "#open-list .item"
IN_SERVICE = """async ([pin, token]) => {
  const at = (name) => import(`/static/field/${name}`);
  const [vault, store] = [await at("vault.js"), await at("store.js")];
  await vault.found(pin);
  await store.save({ facts: { token } });
}"""
CONTROLLED = "navigator.serviceWorker.ready.then(() => Boolean(navigator.serviceWorker.controller))"


def main() -> None:
    """Serve a grid with many matters, and open it on a phone again and again."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--matters", type=int, default=500)
    words.add_argument("--slower", type=int, default=4)
    words.add_argument("--rounds", type=int, default=5)
    asked = words.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="commongrid-phone-"))
    try:
        filling = ("phones.py", "2", str(asked.matters))
        house = bench_load.open_house("SQLite", folder, "", filling=filling)
        try:
            measure(house, asked)
        finally:
            bench_load._stop(house.server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(house: bench_load.House, asked: argparse.Namespace) -> None:
    """One browser, a new profile for each round, both speeds in turns."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium: as root run apt-get install chromium")
    token = house.points["phones"][0]["token"]  # type: ignore[call-overload]
    seen: dict[int, list[dict[str, float]]] = {1: [], asked.slower: []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for _ in range(asked.rounds):
            for rate, found in seen.items():
                found.append(a_round(browser, house.port, token, rate))
        browser.close()
    tell(seen, asked)


def a_round(browser: Any, port: int, token: str, rate: int) -> dict[str, float]:
    """A phone from its first page to the list without signal."""
    context = browser.new_context(viewport=SIZE, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(120_000)
    told = {}
    wire, link = Wire(), context.new_cdp_session(page)
    link.send("Network.enable")
    link.on("Network.loadingFinished", wire.note)
    link.send("Emulation.setCPUThrottlingRate", {"rate": rate})
    home = f"http://127.0.0.1:{port}/field/"
    began = time.perf_counter()
    page.goto(home)
    page.wait_for_selector("body[data-ready]", state="attached")
    told["first load, s"] = time.perf_counter() - began
    told["first load, kB"] = wire.bytes / 1e3
    page.evaluate(CONTROLLED)
    page.evaluate(IN_SERVICE, [PIN, token])
    page.reload()
    unlock(page)
    page.wait_for_selector(LISTED)
    page.wait_for_function("navigator.serviceWorker.controller !== null")
    page.wait_for_timeout(1500)
    context.set_offline(True)
    began = time.perf_counter()
    page.reload()
    page.wait_for_selector(ASKS_PIN)
    told["repeat load offline to the PIN, s"] = time.perf_counter() - began
    began = time.perf_counter()
    unlock(page)
    page.wait_for_selector(LISTED)
    told["PIN to the list offline, s"] = time.perf_counter() - began
    link.send("HeapProfiler.enable")
    link.send("HeapProfiler.collectGarbage")
    told["script memory with the list, MB"] = (
        page.evaluate("performance.memory.usedJSHeapSize") / 1e6
    )
    context.close()
    return told


class Wire:
    """What came over the wire to the page."""

    bytes = 0.0

    def note(self, event: dict[str, Any]) -> None:
        """One answer has come whole."""
        self.bytes += event["encodedDataLength"]


def unlock(page: Any) -> None:
    """Enter the PIN."""
    page.wait_for_selector(ASKS_PIN)
    page.fill(ASKS_PIN, PIN)
    page.keyboard.press("Enter")


def tell(seen: dict[int, list[dict[str, float]]], asked: argparse.Namespace) -> None:
    """Medians of the rounds."""
    support.title(
        f"the app with {asked.matters} matters, processor as it is and {asked.slower}x slower"
    )
    lines = []
    for name in seen[1][0]:
        plain, slow = (statistics.median(r[name] for r in seen[n]) for n in (1, asked.slower))
        lines.append((name, plain, slow, slow / plain))
    support.table(("what", "as it is", f"{asked.slower}x slower", "ratio"), lines)
    git = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], stdout=subprocess.PIPE, text=True, check=False
    )
    print(f"  {asked.rounds} rounds, medians; commit {git.stdout.strip() or 'unknown'}")


if __name__ == "__main__":
    main()
