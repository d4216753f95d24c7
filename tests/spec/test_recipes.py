"""The recipes for newcomers, done literally: the rows in CONTRIBUTING.md are the ones used."""

from __future__ import annotations

import csv
import re
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from commongrid.charter import compile_charter, lint, load_charter
from commongrid.charter.schema import Charter, Kind
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import verify
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places
from tests.support import factories as f
from tests.support.flows import CHARTERS, find_walks, row_name

ROOT = CHARTERS.parent
BLOCK = re.compile(r"^ *```csv (?P<file>[\w.]+)\n(?P<rows>.*?)^ *```", re.MULTILINE | re.DOTALL)
PLACE = "keerqin-subdistrict"
ADMITTED = ("type:A08", "photo:A08!")
"""What the recipe has admitted before it adopts (docs/how-to/duties.md)."""


def recipe(title: str) -> list[tuple[str, list[dict[str, str]]]]:
    """The tables a recipe prints: file name and rows by column."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    section = text.partition(f"### {title}\n")[2].partition("\n##")[0]
    found = []
    for block in BLOCK.finditer(section):
        lines = [line.strip() for line in block["rows"].splitlines()]
        found.append((block["file"], list(csv.DictReader(lines, strict=True))))
    assert found, f"the recipe {title!r} prints no rows"
    return found


def follow_recipe(title: str, folder: Path) -> Charter:
    """Copy the charters, put each row under the columns of its name, raise the version, load."""
    shutil.copytree(CHARTERS, folder, dirs_exist_ok=True)
    place = folder / PLACE
    for name, rows in recipe(title):
        put_rows(place / name, rows)
    header = place / "charter.yaml"
    text = header.read_text("utf-8")
    raised, times = re.subn(r'(?m)^version: ".*"$', 'version: "2026.99"', text)
    assert times == 1
    header.write_text(raised, "utf-8")
    return load_charter(place)


def put_rows(path: Path, rows: list[dict[str, str]]) -> None:
    columns = list(rows[0])
    if path.exists():
        lines = path.read_text("utf-8").splitlines()
        columns = next(line for line in lines if line and not line.startswith("#")).split(",")
        assert set(rows[0]) <= set(columns), "the recipe prints a column the table does not have"
    with path.open("a", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        if file.tell() == 0:
            writer.writeheader()
        writer.writerows(rows)


def new_problems(charter: Charter) -> set[str]:
    """What the check says beside what it says of the charter as it stands."""
    known = {(p.code, p.key) for p in lint(f.town_charter())}
    return {p.line("en") for p in lint(charter) if (p.code, p.key) not in known}


@pytest.fixture
def in_force(tmp_path, db):
    """Adopt a charter made by a recipe in the small place."""

    def adopt(title: str) -> Charter:
        charter = follow_recipe(title, tmp_path)
        assert new_problems(charter) == set()
        f.a_place()
        places.adopt_charter(
            actor=f.SETUP, at=f.AT - f.DAY, command_id=new_id(), charter=charter, reason="recipe",
            admitted=places.Admitted(items=ADMITTED),
        )  # fmt: skip
        return charter

    return adopt


def test_add_a_matter_type(in_force):
    charter = in_force("Add a matter type")
    assert charter.types["A08"].kind is Kind.EVENT
    groups = matters.list_matter_types(path=f.GRID, at=f.AT)
    card = next(card for _, cards in groups for card in cards if card.code == "A08")
    assert [limit for _, _, limit in card.milestones] == ["2wd"]
    assert [lead.zh for lead in card.leads]
    matter = f.walked(f.ACCEPT, type_code="A08", text="人行道上倒了一排单车")
    unit = f.somebody("40", f.Hat("handler", f.TOWN, "urban_management"))
    at = f.AT + timedelta(hours=1)
    f.step(matter.id, "dispatcher", "offer", at, unit="urban_management", reason="主办")
    f.step(matter.id, unit, "take", at, contact_name="值班")
    f.step(matter.id, unit, "claim_done", at, feedback="已摆好", record="摆了", pictures=[f.CLEAN])
    f.step(matter.id, "reporter", "confirm", at)
    page = matters.get_matter(actor=f.DESK, at=at, matter_id=matter.id)
    assert page.card.state == "closed"
    assert page.charter_key == "keerqin-subdistrict@2026.99"
    assert {(p.key, p.limit, p.status) for p in page.promises} >= {("finish:clear", "2wd", "kept")}
    assert verify().is_whole


def test_add_an_action_to_a_flow(in_force):
    charter = in_force("Add an action to a flow")
    compiled = compile_charter(charter)
    row = next(row for row in charter.transitions if row.action == "announce_visit")
    walk = find_walks(Kind.EVENT, compiled)[row_name(row)]
    assert walk.take(compiled).verdict.allowed, "the flows' own tests would walk it too"

    matter = f.walked(*f.HANDLED)
    fields = {"next_on": "2026-03-12", "meet_at": "三号楼东门"}
    at = f.AT + timedelta(hours=1)
    with pytest.raises(Refused) as caught:
        f.step(matter.id, f.OTHER_HANDLER, "announce_visit", at, **fields)
    assert caught.value.verdict.rule == "event.handling.announce_visit/who"
    assert "承办人" in caught.value.verdict.say.zh
    with pytest.raises(Refused) as caught:
        f.step(matter.id, "handler", "announce_visit", at, next_on="2026-03-12")
    assert caught.value.verdict.rule == "event.handling.announce_visit/needs:meet_at"
    page = matters.get_matter(actor=f.HANDLER, at=at, matter_id=matter.id)
    choice = next(c for c in page.choices if c.action == "announce_visit")
    assert choice.verdict.allowed
    assert [field.name for field in choice.fields] == ["next_on", "meet_at", "note"]
    done = f.step(matter.id, "handler", "announce_visit", at, **fields)
    assert done.state == "handling"
    assert done.told.zh == "有人会上门，时间和地点写在下面。"
    own = matters.get_own_matter(actor=matters.reporter_of(matter.id), at=at, matter_id=matter.id)
    assert "三号楼东门" in repr(own.steps[-1])
    assert verify().is_whole


def test_before_the_version_is_adopted_nothing_changes(tmp_path, db):
    """A charter on disk is no rule: only an adopted version is."""
    follow_recipe("Add a matter type", tmp_path)
    f.a_place()
    with pytest.raises(Refused) as caught:
        f.raised("A08")
    assert caught.value.verdict.rule == "raise/needs:type_code"


def test_a_row_the_recipe_forgets_is_found_by_the_check(tmp_path):
    follow_recipe("Add a matter type", tmp_path)
    path = tmp_path / PLACE / "duties.csv"
    kept = [line for line in path.read_text("utf-8").splitlines() if not line.startswith("A08,")]
    path.write_text("\n".join(kept) + "\n", "utf-8")
    assert new_problems(load_charter(tmp_path / PLACE)), "a type without a lead"
