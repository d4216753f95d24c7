"""The rule register names every rule, its source, and what is our own proposal."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from commongrid.charter.diagrams import drawn_flows, state_mermaid, state_svg
from commongrid.charter.loader import list_charter_folders, load_charter
from commongrid.charter.register import charter_documents, register
from commongrid.charter.schema import Kind, Mark
from tests.support.charters.copies import TAIL, TINY, Edit, copy_tiny

CHARTERS = Path(__file__).parents[2] / "charters"
CHARTER = load_charter(TINY / "town")
FOLDERS = [TINY / "town", *list_charter_folders(CHARTERS)]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_rule_stands_in_the_register(lang):
    page = register(CHARTER, lang)
    for row in CHARTER.transitions:
        assert f"`{row.rule_id}`" in page
    for code in CHARTER.types:
        assert f"#### {code} " in page
    for name in (*CHARTER.parameters, *CHARTER.clocks):
        assert f"`{name}`" in page
    for limit in CHARTER.limits:
        assert f"**{limit.duration}**" in page


def test_own_proposals_are_called_so_and_law_is_not(tmp_path):
    law = "A02,clear,,5wh,limit,A law art. 3,law,2024-01-01,"
    place = copy_tiny(tmp_path, Edit("common/limits.csv", "A02,clear,,5wh,limit" + TAIL, law))
    page = register(load_charter(place), "en")
    assert "clear: **5wh**; A law art. 3 [law]" in page
    assert "clear: **1wd**; made up for tests [our own proposal]" in page
    rows, own = re.search(r"Of (\d+) rules, (\d+)", page).groups()
    assert int(rows) == int(own) + 1


def test_no_cell_breaks_a_table():
    for line in register(CHARTER, "zh").splitlines():
        if line.startswith("| `event."):
            assert line.count("|") == 10


def test_each_place_has_its_register_and_its_diagrams_in_both_languages():
    made = charter_documents(TINY)
    flows = {f"town.event.{lang}.svg" for lang in ("zh", "en")}
    assert {Path(name).name for name in made} == {"town.zh.md", "town.en.md"} | flows
    for name, make in made.items():
        text = make()
        assert text == make(), name
        for link in re.findall(r"\]\(([^)]+\.svg)\)", text):
            assert link in flows


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_diagrams_say_what_they_show(folder, lang):
    charter = load_charter(folder)
    for flow in drawn_flows(charter):
        root = ET.fromstring(state_svg(charter, flow, lang))
        ids = {element.get("id") for element in root.iter() if element.get("id")}
        assert set(root.get("aria-labelledby").split()) <= ids
        assert root.get("role") == "img"
        shown = {element.text for element in root.iter(f"{SVG}text")}
        names = {s.name.in_(lang) for (kind, _), s in charter.states.items() if kind is flow}
        assert names <= shown


def test_a_diagram_for_a_page_brings_no_style_element():
    drawing = state_svg(CHARTER, Kind.EVENT, "zh", is_standalone=False)
    assert "<style" not in drawing
    assert " style=" not in drawing
    assert 'class="state end solved"' in drawing


def test_mermaid_names_every_state_and_step():
    text = state_mermaid(CHARTER, Kind.EVENT, "en")
    assert "[*] --> reported: raise" in text
    assert "claimed --> closed: confirm / check passes" in text
    assert 'state "waiting for the person" as waiting_person' in text


def test_a_flow_nobody_wrote_has_no_diagram():
    with pytest.raises(KeyError):
        state_svg(CHARTER, Kind.DISPUTE, "zh")


def test_marks_of_the_register_are_all_said():
    from commongrid.charter.words import MARKS

    assert set(MARKS) == set(Mark)
