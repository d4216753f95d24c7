"""What becomes of each word of a charter: the one table, and what a word turns into.

A word that is not here is refused by name, so that no charter is rehearsed in part unawares.
``tests/bridges/rehearsal/lowering`` walks the vocabulary of charters over it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntFlag, StrEnum

from commongrid.bridges.rehearsal.lowering.numbers import Numbers, Register
from commongrid.charter.schema import Transition
from commongrid.charter.vocabulary import alternatives
from commongrid.engines.rehearsal.words import (
    ASKED,
    CLAIMED_AT,
    ENDED_AT,
    UNIT,
    Ask,
    Do,
    Verb,
)
from commongrid.kernel.text import Text

Asked = tuple[Ask, int, int]
Done = tuple[Do, int, int]


NOT_TAUGHT = Text(zh="推演还不认识这个词", en="not known to the rehearsal")
NOT_BESIDE_OR = Text(zh="这个条件不能与“或”并列", en="this guard cannot stand beside or")


class UnknownWordError(ValueError):
    """A charter uses a word, or a word in a place, that the rehearsal was not taught.

    ``rule``: which, and where, in both languages.
    """

    def __init__(self, word: str, row: Transition, why: Text) -> None:
        zh = f"规则 {row.rule_id}：{word}，{why.zh}"
        self.rule = Text(zh=zh, en=f"{word} in {row.rule_id}: {why.en}")
        super().__init__(self.rule.en)


class How(StrEnum):
    """What the rehearsal does with a word."""

    JUDGED = "judged"  # becomes operations on the registers and promises of a matter
    BUILT = "built"  # holds by construction, or changes nothing that a rule reads
    DRAWN = "drawn"  # is about words and pictures: part of the shares of who does what
    LEFT_OUT = "left_out"  # rows with this word are not rehearsed


class Flag(IntFlag):
    """What guards ask of a sort."""

    URGENT = 1
    DANGER = 2  # to others than the one who told it
    AT_ONCE = 4  # the class that is handed over at once


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands: its arguments, its row, and how things are numbered."""

    args: tuple[str, ...]
    row: Transition
    numbers: Numbers
    lead: int  # the holder a sort's unit is when a row names one

    def mask(self, at: int = 0) -> int:
        return self.numbers.mask(self.args[at])

    def count(self, at: int = 0) -> int:
        return self.numbers.compiled.number(self.args[at])


GuardOf = Callable[[Place], list[Asked]]
EffectOf = Callable[[Place], list[Done]]


@dataclass(frozen=True, slots=True)
class Word:
    """One word: what becomes of it, into which operations, and why so."""

    how: How
    why: str = ""
    asks: GuardOf | None = None
    does: EffectOf | None = None


def _judged(asks: GuardOf, why: str = "") -> Word:
    return Word(How.JUDGED, why, asks=asks)


def _does(does: EffectOf, why: str = "") -> Word:
    return Word(How.JUDGED, why, does=does)


def _register(ask: Ask, register: int, least: int = 0) -> GuardOf:
    return lambda _: [(ask, register, least)]


def _before_expiry(p: Place) -> list[Asked]:
    return [(Ask.BEFORE, p.mask() if p.args else p.numbers.mask("finish"), 0)]


def _other_unit(p: Place) -> list[Asked]:
    """Only an offer names a unit that then holds the matter; elsewhere there is always another."""
    return [(Ask.OFFERABLE, 0, 0)] if "set_offer" in p.row.effects else []


def _within(p: Place) -> list[Asked]:
    since = CLAIMED_AT if p.args[1] == "claimed" else ENDED_AT
    span = p.numbers.span(p.numbers.compiled.duration(p.args[0]))
    return [(Ask.WITHIN, since, span)]


def _after_limit(p: Place) -> list[Asked]:
    owed = p.numbers.mask("finish") | p.numbers.mask("answer")
    return [(Ask.OVER, owed, 0), (Ask.SET, CLAIMED_AT, 0)]


def _tries(p: Place) -> list[Asked]:
    within = p.count(1) if len(p.args) > 1 else 0
    return [(Ask.SET, p.numbers.tries(p.count(0), within).enough, 0)]


GUARDS: Mapping[str, Word] = {
    "before_expiry": _judged(_before_expiry),
    "time_over": _judged(lambda p: [(Ask.OVER, p.mask(), 0)]),
    "owed": _judged(lambda p: [(Ask.OWED, p.mask(), 0)]),
    "after_limit": Word(How.JUDGED, "either is enough", asks=_after_limit),
    "once": _judged(lambda p: [(Ask.UNMOVED, p.numbers.mask("finish"), 0)]),
    "within": _judged(_within),
    "milestone_open": _judged(
        lambda p: [(Ask.OWED, p.numbers.mask("finish"), 0)], "the first that is owed is named"
    ),
    "last_milestone": _judged(lambda p: [(Ask.AT_MOST_OPEN, p.numbers.mask("finish"), 1)]),
    "all_milestones_met": _judged(lambda p: [(Ask.AT_MOST_OPEN, p.numbers.mask("finish"), 0)]),
    "has_unit": _judged(_register(Ask.SET, UNIT)),
    "no_unit": _judged(_register(Ask.ZERO, UNIT)),
    "no_offer_open": _judged(_register(Ask.ZERO, ASKED)),
    "never_appointed": _judged(_register(Ask.ZERO, Register.APPOINTED)),
    "other_unit": _judged(_other_unit, "units that objected are not asked again"),
    "not_same_unit": _judged(_other_unit, "units that objected are not asked again"),
    "in_duty_list": _judged(_other_unit, "only units of the duty list are asked"),
    "community_list": _judged(lambda _: [(Ask.ZERO, UNIT, 0), (Ask.NO_FLAG, int(Flag.AT_ONCE), 0)]),
    "urgent": _judged(lambda _: [(Ask.FLAG, int(Flag.URGENT), 0)]),
    "no_danger_to_others": _judged(lambda _: [(Ask.NO_FLAG, int(Flag.DANGER), 0)]),
    "redone_at_least": _judged(lambda p: [(Ask.LEAST, Register.REDONE, p.count())]),
    "transfers_at_least": _judged(lambda p: [(Ask.LEAST, Register.TRANSFERS, p.count())]),
    "reminded": _judged(
        lambda p: [(Ask.LEAST, Register.REMINDED, p.count())], "each reminder has a day of its own"
    ),
    "callbacks_failed": _judged(_tries, "each try has a day of its own"),
    "once_rated": _judged(_register(Ask.ZERO, Register.RATED)),
    "whistled": _judged(_register(Ask.SET, Register.WHISTLED)),
    "max_same_length": Word(How.BUILT, "an extension is as long as the limit"),
    "future_date": Word(How.BUILT, "habits give dates that lie ahead"),
    "review_by": Word(How.BUILT, "reviews are set within the days allowed"),
    "known_unit": Word(How.BUILT, "units are numbered"),
    "not_handler": Word(How.BUILT, "whoever checks stands outside the unit"),
    "not_self": Word(How.BUILT, "nobody acts on a matter of their own"),
    "no_interest": Word(How.BUILT, "nobody acts on a matter of their own"),
    "second_person": Word(How.BUILT, "the time of both is the effort of the step"),
    "evidence": Word(How.DRAWN),
    "confirmed_obstacle": Word(How.DRAWN),
    "new_reason": Word(How.DRAWN),
    "case": Word(How.DRAWN),
    "accepted_type": Word(How.DRAWN),
    "words_hidden": Word(How.LEFT_OUT, "shared words change no clock"),
    "words_not_kept": Word(How.LEFT_OUT, "shared words change no clock"),
    "falls_due": Word(How.LEFT_OUT, "posts do not change hands"),
    "rested": Word(How.LEFT_OUT, "posts do not change hands"),
}


def _name_unit(p: Place) -> list[Done]:
    return [(Do.PUT, UNIT, p.lead + 1), (Do.PUT, ASKED, 0)]


def _claim(p: Place) -> list[Done]:
    return [(Do.NOW, CLAIMED_AT, 0), *_forget_tries(p)]


def _forget_tries(p: Place) -> list[Done]:
    registers = [r for tries in p.numbers.all_tries for r in (tries.enough, *tries.last)]
    return [(Do.PUT, register, 0) for register in registers]


def _put(*pairs: tuple[int, int]) -> EffectOf:
    return lambda _: [(Do.PUT, register, value) for register, value in pairs]


def _add(register: int) -> EffectOf:
    return lambda _: [(Do.ADD, register, 1)]


EFFECTS: Mapping[str, Word] = {
    "count_redone": _does(_add(Register.REDONE)),
    "count_transfer": _does(_add(Register.TRANSFERS)),
    "count_hung": _does(_add(Register.HUNG)),
    "count_reminder": _does(_add(Register.REMINDED)),
    "count_callback": _does(lambda _: [], "tries that reached nobody; see rows.tries_rows"),
    "begin_wait": _does(_put((Register.REMINDED, 0))),
    "give_unit": _does(_name_unit, "the first unit of the duty list is named"),
    "appoint": _does(
        lambda p: [*_name_unit(p), (Do.PUT, Register.APPOINTED, 1)],
        "the first unit of the duty list is named",
    ),
    "set_offer": _does(lambda _: [(Do.OFFER, 0, 0), (Do.PUT, UNIT, 0)]),
    "take_offer": _does(lambda _: [(Do.COPY, UNIT, ASKED), (Do.PUT, ASKED, 0)]),
    "drop_offer": _does(lambda _: [(Do.REFUSE, 0, 0), (Do.PUT, ASKED, 0)]),
    "set_claimed": _does(_claim),
    "clear_claimed": _does(_put((CLAIMED_AT, 0))),
    "set_closed": _does(_put((ASKED, 0), (Register.WHISTLED, 0))),
    "set_rated": _does(_put((Register.RATED, 1))),
    "call_units": _does(_put((Register.WHISTLED, 1)), "one unit is called at a time"),
    "answer_call": _does(_put((Register.WHISTLED, 0))),
    "solve_here": Word(How.BUILT, "whoever checks stands outside the unit"),
    "join_leading": Word(How.BUILT, "the leading matter is another one of the run"),
    "keep_first_receiver": Word(How.BUILT, "persons are not told apart"),
    "raise_level": Word(How.BUILT, "no rule reads who the leader is"),
    "add_follower": Word(How.BUILT),
    "release_joined": Word(How.BUILT, "what was joined stays joined in a run"),
    "hand_over_line": Word(How.BUILT),
    "open_mediation": Word(How.BUILT, "mediation goes on in its own room"),
    "open_followup": Word(How.BUILT, "follow-ups are part of the demand, not raised again"),
    "tell_person": Word(How.BUILT),
    "attach_note": Word(How.BUILT),
    "reveal": Word(How.BUILT),
    "answer_sorted": Word(How.BUILT),
    "publish_words": Word(How.LEFT_OUT, "shared words change no clock"),
    "keep_words_back": Word(How.LEFT_OUT, "shared words change no clock"),
    "part_leading": Word(How.LEFT_OUT, "what was joined stays joined in a run"),
    "set_type": Word(How.LEFT_OUT, "matters are raised with the type they keep"),
    "set_case": Word(How.LEFT_OUT, "matters are raised with the cases they keep"),
}

VERBS: Mapping[str, tuple[How, Verb | None]] = {
    "start": (How.JUDGED, Verb.START),
    "stop": (How.JUDGED, Verb.MEET),  # ``stop all`` is END, ``stop finish:*`` is MEET_FIRST
    "fail": (How.JUDGED, Verb.FAIL),
    "pause": (How.JUDGED, Verb.PAUSE),
    "resume": (How.JUDGED, Verb.RESUME),
    "restart": (How.JUDGED, Verb.RESTART),
    "move": (How.JUDGED, Verb.MOVE),
    "follow": (How.JUDGED, Verb.DROP),
    "grace": (How.LEFT_OUT, None),  # posts do not change hands
    "unfollow": (How.LEFT_OUT, None),  # what was joined stays joined in a run
}


def guard_word(cell: str, row: Transition) -> Word:
    """What becomes of one guard. Raises: UnknownWordError naming the word and the row."""
    return _known(GUARDS, cell, "guard", row)


def effect_word(cell: str, row: Transition) -> Word:
    """What becomes of one effect. Raises: UnknownWordError naming the word and the row."""
    return _known(EFFECTS, cell, "effect", row)


def verb_of(verb: str, row: Transition) -> tuple[How, Verb | None]:
    """What becomes of one clock verb. Raises: UnknownWordError naming the word and the row."""
    if verb not in VERBS:
        raise UnknownWordError(f"clock verb {verb!r}", row, NOT_TAUGHT)
    return VERBS[verb]


def _known(table: Mapping[str, Word], cell: str, kind: str, row: Transition) -> Word:
    name = cell.partition(":")[0]
    if name not in table:
        raise UnknownWordError(f"{kind} {name!r}", row, NOT_TAUGHT)
    return table[name]


def guard_groups(cell: str, row: Transition, numbers: Numbers, lead: int) -> list[list[Asked]]:
    """The operations of one guard cell: of each inner list one is enough, all lists must hold.

    Raises: UnknownWordError where a word cannot stand beside "or".
    """
    parts = alternatives(cell)
    asked = []
    for part in parts:
        word = guard_word(part, row)
        place = Place(tuple(part.split(":")[1:]), row, numbers, lead)
        asked.append(word.asks(place) if word.asks is not None else [])
    if any(not group for group in asked):
        return []  # one of them always holds
    if len(parts) == 1:
        is_either = parts[0].partition(":")[0] == "after_limit"
        return [asked[0]] if is_either else [[one] for one in asked[0]]
    if any(
        len(group) > 1 and part != "after_limit" for group, part in zip(asked, parts, strict=True)
    ):
        raise UnknownWordError(repr(cell), row, NOT_BESIDE_OR)
    return [[one for group in asked for one in group]]


def effects_of(row: Transition, numbers: Numbers, lead: int) -> list[Done]:
    """The operations of a row's effects, in order."""
    done: list[Done] = []
    for cell in row.effects:
        word = effect_word(cell, row)
        if word.does is not None:
            done += word.does(Place(tuple(cell.split(":")[1:]), row, numbers, lead))
    return done


def is_left_out(row: Transition) -> bool:
    """Whether some word of a row keeps it out of the rehearsal.

    Raises: UnknownWordError.
    """
    guards = [guard_word(part, row).how for cell in row.guards for part in alternatives(cell)]
    effects = [effect_word(cell, row).how for cell in row.effects]
    verbs = [verb_of(step.verb, row)[0] for step in row.clocks]
    return How.LEFT_OUT in (*guards, *effects, *verbs)
