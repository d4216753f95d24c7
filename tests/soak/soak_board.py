"""The public board on real requests: counted again from the acts alone, and attacked.

Boston's requests of July to October 2011 are imported by the command of every day, their months
are published, and ``tools/recount_board.py`` counts each figure again in a process that shares no
code with the board. Then ``board_attack`` looks for a small number in what was published.

The record has 38,428 requests that can be imported, over four months. So it is done twice: as it
is, and as ``a month of 40,000``, which no place had: times moved by whole weeks into one month and
some requests taken twice under other numbers.
"""

from __future__ import annotations

import csv
import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.soak import board_attack as attack
from tests.soak.conftest import ROOT, House

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
FOLDER = ROOT.parent / "shared" / "data" / "sr311_boston_2011h2"
FILE = FOLDER / "boston_311_2011_jul_oct.parquet"
MAP = ROOT / "maps" / "boston_311_2011.yaml"
ZONE = ZoneInfo("America/New_York")
TIME = "%Y-%m-%d %H:%M:%S"
LEAST = 5
WANTED = 40_000
FOUR_WEEKS = 28
FIRST = date(2011, 7, 1)
REAL = {"2011-07-01": 9_000, "2011-08-01": 9_000, "2011-09-01": 9_000, "2011-10-01": 9_000}


@dataclass(frozen=True)
class Month:
    """One publication, read from the database file without any code of the program."""

    month: str
    as_of: str
    tables: Mapping[str, Any]
    exact: Mapping[str, Any]  # in the words of the slow script
    paths: Mapping[str, str]  # of grid codes
    types: frozenset[str]

    @property
    def bounds(self) -> tuple[str, str]:
        first = date.fromisoformat(self.month)
        after = (first + timedelta(days=32)).replace(day=1)
        since, until = (datetime(d.year, d.month, 1, tzinfo=ZONE) for d in (first, after))
        return since.isoformat(), until.isoformat()


@pytest.fixture(params=["as it was", "a month of 40,000"])
def boston(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, House]]:
    if not FILE.is_file():
        pytest.skip(f"THE BOARD IS NOT COUNTED AGAIN ON REAL REQUESTS: no {FILE.name}")
    house = House(tmp_path / "home")
    house.folder.mkdir()
    file = FILE if request.param == "as it was" else pressed_together(tmp_path / "boston.parquet")
    house.manage("migrate", "--verbosity", "0")
    house.manage("import", "place", "--map", str(MAP), "--from", str(file))
    house.manage("import", "requests", str(file), "--map", str(MAP))
    house.ask("publish")
    yield request.param, house
    house.close()


def pressed_together(path: Path) -> Path:
    """All requests in July, by whole weeks, so that hours and days of the week stay; and the first
    ones a second time, under other numbers and an hour later, until there are more than enough.
    """
    table = pq.read_table(FILE)
    rows = table.to_pylist()
    for row in rows:
        days = (datetime.fromisoformat(row["open_dt"]).date() - FIRST).days
        move(row, -timedelta(days=days // FOUR_WEEKS * FOUR_WEEKS))
    twice = [dict(row) for row in rows[: len(rows) // 14]]
    for row in twice:
        row["case_enquiry_id"] = f"copy-{row['case_enquiry_id']}"
        move(row, timedelta(hours=1))
    texts = [{**row, "case_enquiry_id": str(row["case_enquiry_id"])} for row in rows + twice]
    pq.write_table(pa.Table.from_pylist(texts), path)
    return path


def move(row: dict[str, Any], by: timedelta) -> None:
    for name in ("open_dt", "target_dt", "closed_dt"):
        if row.get(name):
            row[name] = (datetime.fromisoformat(row[name]) + by).strftime(TIME)


# --- reading what was published ------------------------------------------------------------------
def months_of(house: House) -> list[Month]:
    """All publications, oldest first."""
    with sqlite3.connect(f"file:{house.folder}/commongrid.sqlite3?mode=ro", uri=True) as base:
        rows = base.execute(
            "SELECT id, month, as_of, least, tables FROM oversight_publication ORDER BY month"
        ).fetchall()
        return [month_of(base, *row) for row in rows]


def month_of(
    base: sqlite3.Connection, row_id: int, month: str, as_of: str, least: int, tables: str
) -> Month:
    assert least == LEAST
    counts: dict[str, Any] = {}
    waits: dict[str, Any] = {}
    paths: dict[str, str] = {}
    query = (
        "SELECT place_code, path, type_code, counts FROM oversight_monthcount "
        "WHERE publication_id = ?"
    )
    for code, path, type_code, kept in base.execute(query, (row_id,)):
        told = json.loads(kept)
        paths[code] = path
        counts[f"{code}/{type_code}"] = {
            f"{figure}:{category}": count
            for figure, found in told["figures"].items()
            for category, count in found.items()
        }
        for name, parts in told["waits"].items():
            if any(map(any, parts)):
                waits[f"{code}/{type_code}:{name}"] = parts
    types = frozenset(key.partition("/")[2] for key in counts)
    exact = {"counts": counts, "waits": waits}
    return Month(month, f"{as_of}+00:00", json.loads(tables), exact, paths, types)


def counted_again(house: House, since: str, until: str, as_of: str) -> dict[str, Any]:
    """What the slow script says, in a process of its own, from the acts alone."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "recount_board.py"),
         "--sqlite", str(house.folder / "commongrid.sqlite3"),
         "--since", since, "--until", until, "--as-of", as_of],
        stdout=subprocess.PIPE, check=True, text=True, env={},
    )  # fmt: skip
    return json.loads(done.stdout)


def leaves_of(month: Month) -> dict[str, dict[str, frozenset[str]]]:
    """For each member of a row: the grid codes, or the types, that it stands for."""
    groups = groups_of_types()
    shown = {
        table: {
            member
            for rows in month.tables[table].values()
            for _, members, _ in rows
            for member in members
        }
        for table in ("by_place", "by_type")
    }
    root = month.tables["root"]

    def grids(member: str) -> frozenset[str]:
        if member.endswith("."):  # in a community, in no grid of it
            found = [code for code, path in month.paths.items() if path == member[:-1]]
        else:
            found = [code for code, path in month.paths.items() if path.startswith(member)]
        return frozenset(found)

    def types(member: str) -> frozenset[str]:
        if member == root:
            return month.types
        if member.startswith("group:"):
            return frozenset(t for t in month.types if f"group:{groups.get(t)}" == member)
        return frozenset((member,))

    return {
        "by_place": {member: grids(member) for member in shown["by_place"]},
        "by_type": {member: types(member) for member in shown["by_type"]},
    }


def groups_of_types() -> dict[str, str]:
    """The group of each type, from the files of the charter."""
    found: dict[str, str] = {}
    for name in ("common", "boston-neighbourhoods"):
        text = (ROOT / "charters" / name / "types.csv").read_text("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        found |= {row["code"]: row["group_zh"] for row in csv.DictReader(lines) if row["group_zh"]}
    return found


# --- comparing ------------------------------------------------------------------------------------
def unequal_exact(month: Month, slow: Mapping[str, Any]) -> tuple[int, list[Any]]:
    """Cells of the counts behind a publication; those that are not what the slow script says."""
    cells, wrong = 0, []
    for part in ("counts", "waits"):
        for key in month.exact[part].keys() | slow[part].keys():
            fast, again = month.exact[part].get(key, {}), slow[part].get(key, {})
            if part == "waits":
                fast = dict(enumerate(chain.from_iterable(fast)))
                again = dict(enumerate(chain.from_iterable(again)))
            for name in fast.keys() | again.keys():
                cells += 1
                if fast.get(name, 0) != again.get(name, 0):
                    wrong.append((key, name, fast.get(name, 0), again.get(name, 0)))
    return cells, wrong


def unequal_published(month: Month, slow: Mapping[str, Any]) -> tuple[int, list[Any]]:
    """Every number of the published tables, added up anew from what the slow script counted."""
    cells, wrong = 0, []
    leaves = leaves_of(month)
    for table in ("by_place", "by_type"):
        sums: dict[str, Counter[str]] = {}  # by grid, or by type
        for key, counts in slow["counts"].items():
            code = key.split("/")[0 if table == "by_place" else 1]
            sums.setdefault(code, Counter()).update(counts)
        for figure, rows in month.tables[table].items():
            for _parent, members, counts in rows:
                known = frozenset().union(*(leaves[table][member] for member in members))
                for category, count in counts.items():
                    name = f"{figure}:{category}"
                    again = sum(sums[code][name] for code in known if code in sums)
                    cells += 1
                    if again != count:
                        wrong.append((table, figure, members, category, count, again))
    for name, rows in month.tables["waits"].items():
        told = [slow["waits"][key] for key in slow["waits"] if key.endswith(f":{name}")]
        for first, until, *shown in rows:
            again = [sum(sum(parts[side][first:until]) for parts in told) for side in (0, 1)]
            cells += 2
            if again != shown:
                wrong.append((name, first, until, shown, again))
    return cells, wrong


def test_every_figure_counted_again_is_the_same_and_none_gives_a_small_one_away(boston, told):
    name, house = boston
    months = months_of(house)
    raised = {m.month: sum(c["raised:raised"] for c in m.exact["counts"].values()) for m in months}
    if name == "as it was":
        assert {month: raised[month] >= least for month, least in REAL.items()} == dict.fromkeys(
            REAL, True
        )
    else:
        assert list(raised) == ["2011-07-01"]
        assert raised["2011-07-01"] >= WANTED
    told(f"{name}: matters by month {raised}")
    exact = published = 0
    for month in months:
        slow = counted_again(house, *month.bounds, month.as_of)
        cells, wrong = unequal_exact(month, slow)
        assert wrong == [], month.month
        exact += cells
        cells, wrong = unequal_published(month, slow)
        assert wrong == [], month.month
        published += cells
    told(f"{name}: {exact} counted and {published} published cells recomputed, all equal")
    whole = counted_again(house, months[0].bounds[0], months[-1].bounds[1], months[0].as_of)
    cells, wrong = unequal_exact(together(months), whole)
    assert wrong == []
    told(f"{name}: all months as one period: {cells} cells, all equal")
    attack_all(name, months, told)


def together(months: list[Month]) -> Month:
    """The counts of all months added up."""
    counts: dict[str, Counter[str]] = {}
    waits: dict[str, list[list[int]]] = {}
    for month in months:
        for key, found in month.exact["counts"].items():
            counts.setdefault(key, Counter()).update(found)
        for key, parts in month.exact["waits"].items():
            before = waits.get(key, [[0] * len(part) for part in parts])
            waits[key] = [
                [a + b for a, b in zip(*pair, strict=True)]
                for pair in zip(before, parts, strict=True)
            ]
    return Month("all", "", {}, {"counts": counts, "waits": waits}, {}, frozenset())


# --- attacking ------------------------------------------------------------------------------------
def attack_all(name: str, months: list[Month], told: Any) -> None:
    """Everything of ``board_attack``, with how much was tried."""
    pairs = {}
    tried: Counter[str] = Counter()
    room: Counter[int] = Counter()
    for month in months:
        numbers = list(attack.numbers_of(month.month, month.tables, leaves_of(month)))
        pairs[month.month] = attack.parts_of(numbers)
        for what, found in (
            ("numbers and differences", attack.differences(numbers, pairs[month.month], LEAST)),
            ("choices of parts", attack.leftovers(month.tables, LEAST)),
        ):
            assert found.small == [], (month.month, what, found.small[:5])
            tried[what] += found.tried
        room.update(look_inside(month))
        tried["crossings of a place and a type"] += look_across(month, numbers)
    found = attack.over_months(pairs, LEAST)
    assert found.small == [], found.small[:5]
    tried["sums over months"] = found.tried
    told(f"{name}: attacked, no small count found: {dict(tried)}")
    told(f"{name}: hidden small counts by how many values stay possible: {dict(room)}")


def look_inside(month: Month) -> Counter[int]:
    """By how many values fit, how many small counts are hidden; never only one value."""
    exact: dict[str, dict[str, Counter[str]]] = {"by_place": {}, "by_type": {}}
    for key, counts in month.exact["counts"].items():
        code, type_code = key.split("/")
        exact["by_place"].setdefault(code, Counter()).update(counts)
        exact["by_type"].setdefault(type_code, Counter()).update(counts)
    leaves = leaves_of(month)
    open_values: Counter[int] = Counter()
    for table in ("by_place", "by_type"):
        alone = {m[0] for _, m, _ in month.tables[table].get("raised", ()) if len(m) == 1}
        for figure, rows in month.tables[table].items():
            held = {
                member: {
                    category: sum(
                        exact[table].get(code, Counter())[f"{figure}:{category}"]
                        for code in leaves[table][member]
                    )
                    for category in rows[0][2]
                }
                for _, members, _ in rows
                for member in members
            }
            is_known = figure != "raised" and alone >= {m for _, ms, _ in rows for m in ms}
            for member, category, true, fits in attack.room_inside(
                rows, held, LEAST, is_row_known=is_known
            ):
                where = month.month, table, figure, member, category, true
                assert len(fits) >= (2 if is_known else LEAST - 1), (where, fits)
                open_values[len(fits)] += 1
    return open_values


def look_across(month: Month, numbers: list[attack.Number]) -> int:
    """Bounds of what lies in a shown place and a shown type: none pins a small count."""
    looked = 0
    for row, column, low, high in attack.crossings(numbers, LEAST):
        true = sum(
            month.exact["counts"].get(f"{code}/{kind}", {}).get(f"{row.figure}:{row.category}", 0)
            for code in row.places
            for kind in column.types
        )
        assert low <= true <= high
        if 0 < true < LEAST:
            looked += 1
            assert high - low >= LEAST - 2, (row, column, low, high, true)
    return looked


def test_the_attack_finds_what_a_board_without_hiding_gives_away():
    """The attacker is no straw man: hide one cell alone, or nothing, and it is found."""
    rows = {"a": 1, "b": 5, "c": 9}

    def tables(shown: list[tuple[list[str], int]]) -> dict[str, Any]:
        raised = [["", ["all"], {"raised": 15}]]
        raised += [["all", members, {"raised": count}] for members, count in shown]
        return {"root": "all", "by_place": {"raised": raised}, "by_type": {}}

    leaves = {"by_place": {"all": frozenset(rows), **{r: frozenset((r,)) for r in rows}}}
    for shown in ([([key], count) for key, count in rows.items()], [(["b"], 5), (["c"], 9)]):
        naive = tables(shown)
        numbers = list(attack.numbers_of("M", naive, leaves))
        assert attack.leftovers(naive, LEAST).small
        pairs = attack.parts_of(numbers)
        assert attack.differences(numbers, pairs, LEAST).small or len(shown) == 2
    joined = tables([(["a", "b"], 6), (["c"], 9)])
    assert attack.leftovers(joined, LEAST).small == []
    exact = {key: {"raised": count} for key, count in rows.items()}
    found = list(attack.room_inside(joined["by_place"]["raised"], exact, LEAST, is_row_known=False))
    assert found == [("a", "raised", 1, {1, 2, 3, 4})]
