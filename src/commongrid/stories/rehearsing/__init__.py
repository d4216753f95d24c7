"""Rehearsing: what is asked is frozen, run by a worker, run again, and adopted on what it told.

Between the room, which keeps plain values, and ``bridges/rehearsal``, which knows what they mean.
"""

from commongrid.stories.rehearsing.adopting import adopt, propose
from commongrid.stories.rehearsing.again import Again, run_again
from commongrid.stories.rehearsing.asking import Checked, Prepared, ask, check, prepare
from commongrid.stories.rehearsing.charters import (
    IN_FORCE,
    LIBRARY,
    PROPOSAL,
    ChartersError,
    Choice,
    list_choices,
)
from commongrid.stories.rehearsing.knowing import Shelf, practice_known, shelf_of
from commongrid.stories.rehearsing.starting import QUESTIONS, list_questions, starting_plan
from commongrid.stories.rehearsing.working import run_headless, run_next

__all__ = [
    "IN_FORCE",
    "LIBRARY",
    "PROPOSAL",
    "QUESTIONS",
    "Again",
    "ChartersError",
    "Checked",
    "Choice",
    "Prepared",
    "Shelf",
    "adopt",
    "ask",
    "check",
    "list_choices",
    "list_questions",
    "practice_known",
    "prepare",
    "propose",
    "run_again",
    "run_headless",
    "run_next",
    "shelf_of",
    "starting_plan",
]
