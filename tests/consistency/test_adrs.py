"""Decisions are numbered once, complete, and what refers to them finds them."""

import re

from tests.consistency.repository import ROOT, text_files, where

FOLDER = ROOT / "docs" / "adr"
SECTIONS = ("Context", "Decision", "Rejected", "Enforced by", "Signs that it was wrong")
REFERENCE = re.compile(r"\bADR[ -](\d{4})\b")


def adrs():
    return sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")


def test_numbers_are_unique_and_in_the_file_name():
    numbers = [path.name[:4] for path in adrs()]
    assert numbers
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_every_decision_has_every_section():
    missing = [
        f"{path.name}: {section}"
        for path in adrs()
        for section in SECTIONS
        if f"\n## {section}\n" not in path.read_text("utf-8")
    ]
    assert not missing


def test_every_decision_is_in_the_list():
    index = (FOLDER / "README.md").read_text("utf-8")
    assert [path.name for path in adrs() if f"({path.name})" not in index] == []


def test_every_reference_leads_somewhere():
    known = {path.name[:4] for path in adrs()}
    lost = [
        f"{where(path)}: ADR {number}"
        for path in text_files()
        for number in REFERENCE.findall(path.read_text("utf-8", errors="replace"))
        if number not in known
    ]
    assert not lost
