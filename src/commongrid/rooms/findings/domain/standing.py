"""States, limits and refusals of findings and samples."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import ALPHABET
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict

OVERSEE, MAKE_FINDING, ANSWER = "oversee", "make_finding", "answer_finding"
PLAN_SAMPLE, RECHECK = "plan_sample", "recheck"
"""Powers of the charter (``powers.csv``)."""
ANSWER_LIMIT, SAMPLE_WAIT = "finding_answer", "sample_wait"
"""Parameters of the charter."""
DEFAULT_LIMITS = {ANSWER_LIMIT: "10wd", SAMPLE_WAIT: "1d"}
"""Where a charter of before 2026.7 says nothing."""
LONGEST_TEXT = 2_000
KEPT = timedelta(days=5 * 365)


class FindingState(StrEnum):
    """How a finding stands."""

    OPEN = "open"  # the unit owes an answer
    ANSWERED = "answered"  # supervision owes a verdict on it
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class SampleState(StrEnum):
    """How a sample stands."""

    ANNOUNCED = "announced"
    DRAWN = "drawn"


class Found(StrEnum):
    """What an independent re-check found."""

    SOLVED = "solved"
    NOT_SOLVED = "not-solved"
    CANNOT_TELL = "cannot-tell"


NOBODY = Text(
    zh="这里现行的章程没有把这项权力给任何岗位。",
    en="The charter in force here gives this power to no post.",
)
NOT_YOURS: dict[str, Text] = {
    OVERSEE: Text(
        zh="监督页面给章程写明的监督岗位看，只看本辖区。您的岗位不在其中。",
        en="Oversight is for the posts of supervision that the charter names, each for its own "
        "area. Yours is not one of them.",
    ),
    MAKE_FINDING: Text(
        zh="监督意见由章程写明的监督岗位在本辖区内提出。您的岗位不在其中。",
        en="Findings are made by the posts of supervision that the charter names, for their own "
        "area. Yours is not one of them.",
    ),
    ANSWER: Text(
        zh="监督意见由被提意见的单位答复。您的岗位不在这个单位。",
        en="A finding is answered by the unit it is about. Your post is not in that unit.",
    ),
    PLAN_SAMPLE: Text(
        zh="抽样由章程写明的监督岗位在本辖区内安排。您的岗位不在其中。",
        en="Samples are planned by the posts of supervision that the charter names, for their own "
        "area. Yours is not one of them.",
    ),
    RECHECK: Text(
        zh="抽中的事项由章程写明的监督岗位复查。您的岗位不在其中。",
        en="Sampled matters are re-checked by the posts that the charter names. Yours is not one "
        "of them.",
    ),
}
NO_TEXT = Text(zh="请写明内容。", en="Say it in words.")
LONG_TEXT = Text(
    zh=f"最多写 {LONGEST_TEXT} 个字。", en=f"At most {LONGEST_TEXT} characters, please."
)
NO_UNIT = Text(zh="请选择由哪个单位答复。", en="Choose the unit that is to answer.")
NO_FINDING = Text(zh="没有这条监督意见。", en="There is no such finding.")
NO_SAMPLE = Text(zh="没有这次抽样。", en="There is no such sample.")
NOT_OPEN = Text(zh="这条意见现在不等答复。", en="No answer is owed on this finding now.")
NOT_ANSWERED = Text(zh="这条意见还没有答复。", en="This finding has not been answered yet.")
IS_OVER = Text(zh="这条意见已经了结。", en="This finding is settled.")
OWN_UNIT = Text(
    zh="您自己在这个单位任职，请由别人认定这份答复。",
    en="You hold a post in this unit; somebody else has to judge its answer.",
)
OTHER_MATTER = Text(
    zh="没有这件事项，或者不在您的监督范围内。",
    en="There is no such matter, or it lies outside what you oversee.",
)
BAD_PERIOD = Text(
    zh="时间段要先开始后结束，结束不晚于今天，最长一年。",
    en="A period begins before it ends, ends no later than today and lasts a year at most.",
)
BAD_SIZE = Text(zh="抽样数量在 1 到 500 之间。", en="A sample has between 1 and 500 matters.")
TOO_EARLY = Text(
    zh="种子公布后要等够章程规定的时间才能抽取，这样谁也不能挑种子。",
    en="A sample is drawn only when the charter's time since the announcement is over: then "
    "nobody can choose the seed.",
)
WAS_DRAWN = Text(zh="这次抽样已经抽取。", en="This sample has been drawn.")
NOTHING_CLOSED = Text(
    zh="这段时间里没有报称办好的事项可抽。", en="Nothing was closed as solved in this period."
)
NOT_IN_SAMPLE = Text(zh="这件事项没有被抽中。", en="This matter is not in the sample.")
WAS_CHECKED = Text(zh="这件事项已经复查过。", en="This matter has been re-checked.")
HAD_A_HAND = Text(
    zh="您经手过这件事项，或者在办理它的单位任职。请由没有经手的人复查。",
    en="You had a hand in this matter, or hold a post in a unit that handled it. Somebody who had "
    "none has to re-check it.",
)
MOST_SAMPLED = 500
LONGEST_PERIOD = timedelta(days=366)


def may(actor: Actor, path: str, roles: Iterable[str], power: str, unit: str = "") -> Verdict:
    """Whether somebody holds a power over a place, and where one is named in its unit."""
    held, rule = frozenset(roles), f"oversight.{power}"
    if actor.is_system:
        return Verdict.yes(rule)
    if not held:
        return Verdict.no(rule, NOBODY, log=f"no role has {power} at {path}")
    if role_over(actor, path, held, unit):
        return Verdict.yes(rule)
    return Verdict.no(rule, NOT_YOURS[power], log=f"{actor.key} has none of {sorted(held)}")


def role_over(actor: Actor, path: str, roles: Iterable[str], unit: str = "") -> str:
    """The role by which somebody reaches a place (and a unit), or ""."""
    if actor.is_system:
        return "system"
    held = frozenset(roles)
    for hat in actor.hats:
        reaches = bool(hat.path) and path.startswith(hat.path)
        if hat.role in held and reaches and unit in ("", hat.unit):
            return hat.role
    return ""


def is_independent(
    actor: Actor, *, hands: Iterable[str], units: Iterable[str], interests: Iterable[str] = ()
) -> Verdict:
    """Whether somebody had no part in a matter.

    ``hands``: keys of whoever left an act on it. ``units``: those that hold or held it.
    ``interests``: the matter's id where the actor declared an interest in it.
    """
    rule = "oversight.independent"
    own = {hat.unit for hat in actor.hats if hat.unit}
    if actor.key in set(hands) or own & set(units) or actor.interests & set(interests):
        return Verdict.no(rule, HAD_A_HAND, log=actor.key)
    return Verdict.yes(rule)


def ref_for(command_id: UUID, letter: str) -> str:
    """What people read aloud: it follows from the command, so a replay gives the same.

    Example:
        >>> ref_for(UUID(int=1), "F")
        'F-VP4E-7B7N'
    """
    number = int.from_bytes(sha256(f"{letter}:{command_id}".encode()).digest()[:5])
    symbols = [ALPHABET[number >> 5 * place & 31] for place in range(8)]
    return f"{letter}-{''.join(symbols[:4])}-{''.join(symbols[4:])}"
