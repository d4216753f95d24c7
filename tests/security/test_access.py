"""Every address x every role x own and other place x own and other unit: nothing leaks.

The table (access.csv, access_readers.csv) says what each gets; the code is not asked. A leak is
another status than the table's, an act where none may be, or words planted in what somebody may
not read. Each run takes a part of the product; ``COMMONGRID_ACCESS=all`` takes all of it (soak).
"""

from __future__ import annotations

import os
from itertools import product

import pytest
from django.db import connection

from tests.security.asking import Question, faults_of, questions
from tests.security.two_places import UNITS, Person

IS_ALL = os.environ.get("COMMONGRID_ACCESS") == "all"
EVERY, TWO = 97, 97
EDGE = 2  # those at the edge are asked more: one of so many questions
AGAIN = 4  # on PostgreSQL, where all that was asked on SQLite is asked again, one of so many is
NEAR = frozenset(product(("desk", "handler"), ("here", "there"), UNITS))
pytestmark = pytest.mark.usefixtures("db", "at_work")


def chosen(question: Question, place: int, person: Person, number: int) -> bool:
    """Whether somebody asks a question: another part for each, a larger one at the edge."""
    is_near = bool(question.things) and (person.role, person.where, person.unit) in NEAR
    is_part = (number + place) % (EDGE if is_near else EVERY) == 0
    if connection.vendor != "sqlite":
        is_part = is_part and (number + place) % AGAIN == 0
    return IS_ALL or is_part


def test_staff_get_what_the_table_says(standing):
    asked = tuple(questions(standing, is_for=lambda row: row.is_of_staff))
    number = {person: n for n, person in enumerate(standing.people)}
    faults = list(
        faults_of(standing, asked, standing.people, lambda n, p: chosen(asked[n], n, p, number[p]))
    )
    assert not faults, "\n".join(faults)


@pytest.mark.once
def test_two_posts_open_no_more_than_each(standing):
    """What a role may in one place it may not in the place of the other post."""
    asked = tuple(questions(standing, is_for=lambda row: row.is_of_staff and bool(row.outsider)))
    people = tuple(standing.with_two_posts())
    number = {person: n for n, person in enumerate(people)}
    faults = list(
        faults_of(standing, asked, people, lambda n, p: IS_ALL or (number[p] + n) % TWO == 0)
    )
    assert not faults, "\n".join(faults)
