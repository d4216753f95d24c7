"""A receipt in a browser: downloaded from one's own page, checked with the network off."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.ledger.log import face as log
from commongrid.ledger.log import notes
from tests.browser.conftest import LOCALES, PATIENCE_MS, WIDTHS
from tests.browser.hands import pressed, still
from tests.browser.ways import SCREENS
from tests.doors.resident.walking import Walk, handle, load_places

WITNESS = notes.Signer("library.example/w", notes.WITNESS_KEY, hashlib.sha256(b"w").digest())


@pytest.fixture
def home(transactional_db, settings, tmp_path):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.TLOG_NAME = "grid.example.org/log"
    settings.WITNESSES = [WITNESS.verifier.vkey]
    load_places()
    walk = Walk().choose()
    handle(walk.report())
    log.run_log_round(at=timezone.now())
    note = notes.parse_note(log.find_log().note)
    seconds = int(timezone.now().timestamp())
    log.take_cosignature(
        note.joined([WITNESS.cosign(note.text, seconds)]).written, at=timezone.now()
    )
    return walk


def take_home(open_page, walk, tmp_path, *, on="phone", language="zh") -> tuple[Path, Path]:
    """Download the proof and the checker, as a person does."""
    page = open_page("/my/code/", on=on, language=language)
    page.locator("input[name=code]").fill(walk.code)
    pressed(page.locator("main .button--primary").first)
    paths = []
    for link, name in (
        ("a[href='/my/proof/']", "proof.json"),
        ("a[download='verify.html']", "verify.html"),
    ):
        if name == "verify.html":
            page.goto("/log/")
        with page.expect_download() as coming:
            page.locator(link).click()
        path = tmp_path / name
        coming.value.save_as(path)
        paths.append(path)
    return paths[0], paths[1]


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        axe(page)
        fits(page)

    return look


@pytest.fixture
def offline(chromium):
    """A browser without a network, at a file on the disk; fails for a script's error."""
    contexts, trouble = [], []

    def opened(path: Path, *, on: str, language: str):
        across, down = WIDTHS[on]
        context = chromium.new_context(
            offline=True, viewport={"width": across, "height": down}, locale=LOCALES[language]
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("request", lambda r: trouble.append(r.url) if "verify.html" not in r.url else None)
        page.goto(path.as_uri())
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not trouble, trouble


def verdict(page):
    return page.locator("#result .verdict")


@pytest.mark.parametrize(("on", "language"), SCREENS)
def test_a_receipt_is_checked_with_the_network_off(
    home, open_page, offline, looks_well, shot, tmp_path, on, language
):
    proof, checker = take_home(open_page, home, tmp_path, on=on, language=language)
    page = offline(checker, on=on, language=language)
    looks_well(page)
    page.locator("#file").set_input_files(proof)
    expect(verdict(page)).to_have_class("verdict good")
    expect(page.locator("#result li.proven")).to_have_count(
        len(json.loads(proof.read_text())["acts"])
    )
    expect(page.locator("#result")).to_contain_text(log.find_mark().mark)
    expect(page.locator("#result")).to_contain_text("library.example/w")
    looks_well(page)
    shot(page, f"log-checker-{on}-{language}")
    other = "en" if language == "zh" else "zh"
    page.locator(f"#in-{other}").click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if other == "en" else "zh-Hans")
    expect(verdict(page)).to_have_class("verdict good")
    # With the key from the post, and by keyboard alone.
    page.locator("#key").evaluate("one => { one.closest('details').open = true; }")
    page.locator("#key").fill(log.find_log().keys[0])
    page.locator("#check").press("Enter")
    expect(verdict(page)).to_have_class("verdict good")


@pytest.mark.parametrize(
    "part", ["told", "salt", "kept", "index", "proof", "root", "left out", "other key", "fork"]
)
def test_a_receipt_that_was_altered_is_refused(home, open_page, offline, tmp_path, part):
    proof, checker = take_home(open_page, home, tmp_path)
    plain = json.loads(proof.read_text())
    act, key, other = plain["acts"][1], "", ""
    if part == "told":
        act["told"] = (
            act["told"].replace('"due":"2026', '"due":"2027', 1).replace("accept", "ignore")
        )
    elif part in ("salt", "kept"):
        act[part] = ("0" if act[part][0] != "0" else "1") + act[part][1:]
    elif part == "index":
        act["index"] += 1
    elif part == "proof":
        act["proof"].pop()
    elif part == "root":
        plain["checkpoint"] = plain["checkpoint"].replace("\n" + str(log.find_log().size), "\n1", 1)
    elif part == "left out":
        del plain["acts"][1]
    elif part == "other key":
        key = notes.Signer(
            "grid.example.org/log", notes.LOG_KEY, hashlib.sha256(b"x").digest()
        ).verifier.vkey
    else:
        from commongrid.ledger.log.keys import signers

        point = notes.Checkpoint("grid.example.org/log", log.find_log().size, bytes(32))
        other = notes.Note(point.text, (signers(point.origin)[0].sign(point.text),)).written
    altered = tmp_path / "altered.json"
    altered.write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
    page = offline(checker, on="phone", language="en")
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.locator("#key").fill(key)
    page.locator("#other").fill(other)
    page.locator("#file").set_input_files(altered)
    expect(verdict(page)).to_have_class("verdict wrong")
    if part == "fork":
        expect(verdict(page)).to_contain_text("two roots")


def test_a_step_that_was_closed_is_neither_proven_nor_waiting(
    home, open_page, offline, looks_well, tmp_path
):
    proof, checker = take_home(open_page, home, tmp_path)
    plain = json.loads(proof.read_text())
    plain["acts"][0] = {"told": plain["acts"][0]["told"], "closed": True}
    receipt = tmp_path / "closed.json"
    receipt.write_text(json.dumps(plain, ensure_ascii=False), "utf-8")
    page = offline(checker, on="phone", language="en")
    page.locator("#file").set_input_files(receipt)
    expect(verdict(page)).to_have_class("verdict part")
    expect(page.locator("#result li.closed")).to_have_count(1)
    expect(page.locator("#result li.closed")).to_contain_text("a receipt from before")
    expect(page.locator("#result li.proven")).to_have_count(len(plain["acts"]) - 1)
    looks_well(page)


def test_what_is_no_receipt_is_told_so(home, open_page, offline, tmp_path):
    _, checker = take_home(open_page, home, tmp_path)
    page = offline(checker, on="desk", language="en")
    for content in ("{}", "nonsense", '{"format":"commongrid-receipt/1","keys":[],"acts":[1]}'):
        path = tmp_path / "x.json"
        path.write_text(content)
        page.locator("#file").set_input_files([])
        page.locator("#file").set_input_files(path)
        expect(verdict(page)).to_contain_text("not a whole receipt")


@pytest.mark.parametrize(("on", "language"), SCREENS)
def test_the_pages_around_it_are_accessible(home, open_page, axe, fits, shot, on, language):
    page = open_page("/log/", on=on, language=language)
    still(page)
    axe(page)
    fits(page)
    shot(page, f"log-{on}-{language}")
    expect(page.locator("main")).to_contain_text(log.find_mark().mark)
    page.goto("/log/verify.html")
    axe(page)
    fits(page)
    page.goto("/grids/150502004001001/")
    still(page)
    expect(page.locator(".log-line")).to_contain_text(log.find_mark().mark)
    axe(page)
    fits(page)
