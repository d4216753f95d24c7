"""The page of threats names tests that exist, and every folder of attacks stands on it."""

import re

from tests.consistency.repository import ROOT

PAGE = (ROOT / "docs" / "explanation" / "threats.md").read_text("utf-8")
TESTS = ROOT / "tests" / "security"


def test_every_test_it_names_is_there():
    named = set(re.findall(r"`(tests/[\w/.]+)`", PAGE))
    assert len(named) > 30
    assert sorted(path for path in named if not (ROOT / path).exists()) == []


def test_every_attack_stands_on_it():
    """But for what keeps the tables themselves whole."""
    kept = {"test_threats_page.py", "test_access_rows.py", "test_followers.py"}
    written = {path.name for path in TESTS.glob("test_*.py")} - kept
    assert sorted(name for name in written if name not in PAGE) == []


def test_every_line_of_doors_and_rooms_says_who_tries_it():
    rows = [line for line in PAGE.splitlines() if re.search(r"\| [STRIDE ]+ \|", line)]
    assert len(rows) > 30
    assert [row for row in rows if "`tests/" not in row] == []


def test_it_says_what_is_not_held():
    assert len(PAGE.split("## What is not held")[1].splitlines()) > 10
