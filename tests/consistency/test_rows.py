"""Every row says what personal data it holds and for how long, and none crosses the lines."""

import csv
import re
from itertools import pairwise

import pytest
from django.apps import apps
from django.db import models

from tests.consistency.repository import ROOT, where

# Words of a field name that would make a file on people out of a file on matters.
FORBIDDEN = frozenset(
    [
        "biometric",
        "blacklist",
        "checkin",
        "credit",
        "ethnic",
        "ethnicity",
        "faith",
        "fingerprint",
        "hukou",
        "idcard",
        "kilometres",
        "nationality",
        "party",
        "petitioner",
        "plate",
        "political",
        "population",
        "ranking",
        "redlist",
        "religion",
        "religious",
        "score",
        "scores",
        "tag",
        "tags",
        "tenant",
        "trajectory",
        "voiceprint",
        "watchlist",
    ]
)
FORBIDDEN_PAIRS = frozenset(
    [
        "id_card",
        "identity_number",
        "id_number",
        "key_person",
        "special_group",
        "online_time",
        "check_in",
        "household_register",
        "face_print",
        "political_status",
        "petition_history",
        "points_total",
    ]
)


def crosses_a_line(name: str) -> bool:
    """Tell whether a field name holds a forbidden word."""
    words = re.split(r"[_\W]+", name.lower())
    pairs = {"_".join(pair) for pair in pairwise(words)}
    return bool(FORBIDDEN & set(words) or FORBIDDEN_PAIRS & pairs)


def own_models() -> list[type[models.Model]]:
    """List the rows of our own rooms and doors."""
    return [m for m in apps.get_models() if m.__module__.startswith("commongrid.")]


def test_there_are_rows_to_look_at():
    assert len(own_models()) > 1


def test_every_row_has_a_privacy_line():
    assert [m.__name__ for m in own_models() if "Privacy:" not in (m.__doc__ or "")] == []


def test_every_row_says_how_long_it_is_kept():
    bare = [
        m.__name__
        for m in own_models()
        if not str(getattr(m, "retention", "")).strip() and "Retention:" not in (m.__doc__ or "")
    ]
    assert bare == []


def test_no_row_crosses_a_line():
    crossing = [
        f"{m.__name__}.{field.name}"
        for m in own_models()
        for field in m._meta.get_fields()
        if crosses_a_line(field.name)
    ]
    assert crossing == []


def test_no_charter_field_crosses_a_line():
    crossing = []
    for path in sorted(ROOT.glob("charters/**/*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.reader(line for line in file if line.strip() and not line.startswith("#"))
            header = next(rows, [])
            crossing += [f"{where(path)}: {name}" for name in header if crosses_a_line(name)]
            if path.name in {"fields.csv", "questions.csv"}:
                at = header.index("field" if path.name == "fields.csv" else "question")
                crossing += [f"{where(path)}: {r[at]}" for r in rows if crosses_a_line(r[at])]
    assert crossing == []


@pytest.mark.parametrize(
    ("name", "is_crossing"),
    [
        ("ethnicity", True),
        ("resident_score", True),
        ("id_card", True),
        ("holder_id_card_no", True),
        ("key_person", True),
        ("stage", False),
        ("started_at", False),
        ("photo_plated", False),
        ("reach_m", False),
    ],
)
def test_the_lines_are_recognised(name, is_crossing):
    assert crosses_a_line(name) is is_crossing
