"""The few operations a charter is lowered to. The engine knows these numbers and nothing else."""

from __future__ import annotations

from enum import IntEnum, IntFlag

NEVER = 1 << 62
"""Later than any instant in microseconds."""
WHOLE = 1 << 32
"""A share of 1: a share is drawn as a word below this."""


class Ask(IntEnum):
    """What a guard asks. ``a`` and ``b`` are its arguments."""

    ZERO = 0  # register a is 0
    SET = 1  # register a is not 0
    LEAST = 2  # register a is at least b
    OWED = 3  # some slot of mask a is open
    OVER = 4  # some running slot of mask a is due by now
    BEFORE = 5  # the first open slot of mask a is not past its due time
    AT_MOST_OPEN = 6  # at most b slots of mask a are open
    WITHIN = 7  # the instant in register a lies at most span b back
    FLAG = 8  # the sort has some flag of mask a
    NO_FLAG = 9  # the sort has none
    OFFERABLE = 10  # some candidate has not refused
    UNMOVED = 11  # the first open slot of mask a was given no new date


class Do(IntEnum):
    """What an effect does."""

    ADD = 0  # register a grows by b
    PUT = 1  # register a becomes b
    NOW = 2  # register a becomes the instant
    COPY = 3  # register a becomes register b
    OFFER = 4  # the first candidate that has not refused is asked
    REFUSE = 5  # the candidate asked is not asked again


class Verb(IntEnum):
    """What a clock step does to the slots of its mask."""

    START = 0
    MEET = 1  # kept or late
    MEET_FIRST = 2  # the first open one
    END = 3  # an end: what counts is kept or late, the rest is owed no more
    PAUSE = 4
    RESUME = 5
    RESTART = 6
    FAIL = 7  # unsolved
    DROP = 8  # owed no more
    MOVE = 9  # the first open one gets its length once more


class Status(IntEnum):
    """How a slot stands."""

    NONE = 0
    RUNNING = 1
    PAUSED = 2
    KEPT = 3
    LATE = 4
    STOPPED = 5
    UNSOLVED = 6


class Slot(IntFlag):
    """What kind of clock a slot holds."""

    FINISH = 1  # judged by the day of the claim; begins at receipt
    COUNTS = 2  # counts as kept or late when all stops
    QUIET = 4  # stopped, not met, when time itself takes the step
    RECEIPT = 8  # always begins at receipt


class Span(IntEnum):
    """The unit of a span."""

    HOURS = 0  # microseconds
    WORK_HOURS = 1  # microseconds of working time
    DAYS = 2
    WORKDAYS = 3
    MONTHS = 4


class End(IntEnum):
    """What a state counts as."""

    OPEN = 0
    SOLVED = 1
    NOT_SOLVED = 2
    APART = 3


class Order(IntEnum):
    """Who is served first in a pool."""

    FIRST_COME = 0
    CLASS_AGE = 1
    DUE = 2


UNIT, ASKED, REFUSED, CLAIMED_AT, ENDED_AT = range(5)
"""Registers every matter has; the lowering gives the others their numbers from 5 on.

UNIT and ASKED hold a holder's number plus one, 0 is nobody; REFUSED has a bit a candidate.
"""
FIXED = 5
HOLDER_UNIT, HOLDER_ASKED = -1, -2
"""A task's holder: the unit that holds the matter, or the one that is asked."""
