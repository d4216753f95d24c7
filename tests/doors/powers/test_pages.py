"""The pages of the power ledger: what they show comes from publications and the charter alone."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongrid.kernel.canon import digest
from commongrid.ledger import face as ledger
from commongrid.rooms.publications import face as publications
from tests.rooms.publications.standing import TOWN_CODE
from tests.support import factories as f

HOME = f"/powers/{TOWN_CODE}/"
STATEMENTS = 12


def said(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_chooser_names_the_newest_month(reader):
    assert "newest month: 2026-03" in said(reader, "/powers/")


def test_the_ledger_shows_powers_with_counts_and_holders(reader, published):
    text = said(reader, HOME)
    assert "How power is used in" in text
    assert "Offer to a unit" in text
    assert published[0].digest[:16] in text


def test_the_rows_on_the_page_are_those_of_the_publication(reader, published):
    rows = [row for row in published[0].whole["used"] if row[1] != 0]
    text = said(reader, HOME)
    assert text.count('data-label="Used"') == len(rows)


def test_a_role_shows_what_it_may_do_and_on_what_basis(reader):
    text = said(reader, HOME + "?role=reporter")
    assert "What reporter may do" in text
    assert "rights, not counted" in text
    assert "Regulation art. 9" in text


def test_a_power_alone_shows_places_waits_and_the_chart(reader, published):
    card = published[0]
    alone = sorted(publications.list_all_parts(card.root_code, card.month))
    used = [power for power in alone if _part(card, power)["used"]]
    assert used, "this month shows no power alone: the fixture proves nothing"
    text = said(reader, f"{HOME}{used[0]}/")
    assert "By community" in text
    assert "Month by month" in text
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="flow"' in text


def _part(card, power):
    return publications.list_all_parts(card.root_code, card.month)[power]


def test_a_small_count_is_said_to_be_small_and_no_more(reader, published):
    assert ["answer", None] in published[0].whole["used"], "nothing was small"
    assert "fewer than 5" in said(reader, HOME)
    assert "Fewer than 5 uses" in said(reader, f"{HOME}answer/")


@pytest.mark.parametrize("power", ["raise", "withdraw", "solve_here", "adopt_charter", "supervise"])
def test_every_kind_of_power_has_a_page(reader, power):
    text = said(reader, f"{HOME}{power}/")
    assert "Who holds it, and on what basis" in text


def test_every_power_of_the_charter_has_a_page_in_both_languages(reader):
    chinese = Client(headers={"accept-language": "zh-hans"})
    for power in f.rules().powers:
        said(reader, f"{HOME}{power}/")
        said(chinese, f"{HOME}{power}/")


def test_no_page_reads_acts_or_matters(reader):
    for path in (HOME, f"{HOME}offer/", f"{HOME}powers.csv"):
        with CaptureQueriesContext(connection) as asked:
            said(reader, path)
        sql = " ".join(one["sql"] for one in asked)
        assert "ledger_act" not in sql
        assert "matters_" not in sql
        assert len(asked) <= STATEMENTS


def test_no_person_is_named(reader):
    for path in (HOME, f"{HOME}offer/", f"{HOME}publication.json"):
        assert "staff:" not in said(reader, path)


def test_the_csv_holds_the_published_rows(reader, published):
    text = said(reader, f"{HOME}powers.csv").removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text)))
    found = [int(row["used"]) if row["used"] else None for row in rows]
    assert found == [row[1] for row in published[0].whole["used"]]


def test_the_json_is_what_the_digest_in_the_act_is_of(reader, published):
    plain = json.loads(said(reader, f"{HOME}publication.json"))
    act = ledger.find_act(published[0].made_by_act)
    found = digest({"whole": plain["whole"], "parts": plain["parts"]})
    assert found == plain["digest"] == act.after["digest"]


@pytest.mark.parametrize(
    "path",
    [
        "/powers/999/", f"{HOME}nothing/", f"{HOME}?month=2020-01", f"{HOME}?month=x",
        f"{HOME}powers.csv?month=2020-01", "/powers/999/affairs/", f"{HOME}affairs/999/",
        "/powers/affair/00000000-0000-0000-0000-000000000000/",
        "/powers/affair/00000000-0000-0000-0000-000000000000/file",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(reader, path):
    assert reader.get(path).status_code == 404


def test_small_powers_say_that_there_are_none(reader):
    assert "has loaded no list" in said(reader, f"{HOME}small/")


def test_definitions_say_what_undoes_what(reader):
    text = said(reader, "/powers/definitions/")
    assert "<code>claim_done</code>" in text
    assert "not_solved" in text
