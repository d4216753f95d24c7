"""Saying in plain words how a matter stands: limits, promises, steps, and what may be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext, npgettext

from commongrid.kernel.duration import parse_duration
from commongrid.kernel.text import Text
from commongrid.rooms.matters.face import ChoiceCard, MatterPage, PhotoCard, PromiseCard, StepCard

_AT_ONCE = gettext_lazy("at once")
_SAME_DAY = gettext_lazy("the same day")
_BY_LAW = gettext_lazy("as the law says")

# What the person who raised a matter may do, in their own words; the charter's word otherwise.
# The order is that of the page: what is asked of them first, the way out last.
ASKS: dict[str, tuple[str | Promise, str | Promise]] = {
    "confirm": (
        gettext_lazy("Yes, it is solved"),
        gettext_lazy("The matter is closed. You can open it again for a while."),
    ),
    "not_solved": (
        gettext_lazy("No, it is not solved"),
        gettext_lazy("It goes back to be done again; the time already used counts."),
    ),
    "not_what_needed": (
        gettext_lazy("This is not what I need"),
        gettext_lazy("Say what is missing; the work goes on."),
    ),
    "resume": (
        gettext_lazy("Answer the question"),
        gettext_lazy("The clock that stands still runs on."),
    ),
    # The same step when an office was waited for, not the person.
    "resume_office": (
        gettext_lazy("The wait is over: go on"),
        gettext_lazy("When you know that the office has answered. The clock runs on."),
    ),
    "rate": (gettext_lazy("Rate how it went"), gettext_lazy("Once, and only you can do it.")),
    "reopen": (
        gettext_lazy("It is back, or was never solved"),
        gettext_lazy("The matter is opened again under the same number."),
    ),
    "unmerge": (
        gettext_lazy("It is not the same matter"),
        gettext_lazy("Yours goes on by itself; its limits count on from the day you reported it."),
    ),
    "add_words": (
        gettext_lazy("Add something"),
        gettext_lazy("More words or photos for those who handle it."),
    ),
    "settle": (
        gettext_lazy("We have settled it ourselves"),
        gettext_lazy("No mediation is needed any more."),
    ),
    "refuse": (
        gettext_lazy("I do not want mediation"),
        gettext_lazy("No reason is needed. Other routes stay open."),
    ),
    "appeal": (
        gettext_lazy("Ask for a re-check"),
        gettext_lazy("Somebody outside the line that handled it looks again."),
    ),
    "ask_step_out": (
        gettext_lazy("Somebody should step out"),
        gettext_lazy("When somebody who handles it has an interest of their own."),
    ),
    "withdraw": (
        gettext_lazy("Withdraw the matter"),
        gettext_lazy("The work stops. This cannot be undone."),
    ),
}
_FAR = datetime.max.replace(tzinfo=UTC)  # a clock that stands still comes last
REPORTER = "reporter"
CAREFUL = frozenset({"withdraw", "refuse"})
# What a matter may wait for; the steps among them that stand out are those it hopes for.
_ASKED = frozenset({"confirm", "not_solved", "not_what_needed", "resume", "rate"})
_HOPED_FOR = frozenset({"confirm", "resume", "rate"})
# Only the person takes these steps, so their line in the history needs no role.
_OWN_STEPS = frozenset({"raise", *ASKS} - {"not_solved", "reopen", "resume"})


def say_limit(limit: str) -> str:
    """A duration of the charter in words: "4wh" is "4 working hours"."""
    if limit in ("", "statute"):
        return str(_BY_LAW)
    duration = parse_duration(limit)
    if not duration.amount:
        return str(_AT_ONCE if duration.unit in ("h", "wh") else _SAME_DAY)
    if duration.unit == "h" and duration.amount < 1:
        minutes = round(duration.amount * 60)
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    counted = 1 if duration.amount == 1 else 2  # which form of the word
    return _unit(duration.unit, counted) % {"n": f"{duration.amount.normalize():f}"}


def _unit(unit: str, counted: int) -> str:
    return {
        "h": ngettext("%(n)s hour", "%(n)s hours", counted),
        "wh": npgettext("limit", "%(n)s working hour", "%(n)s working hours", counted),
        "d": ngettext("%(n)s day", "%(n)s days", counted),
        "wd": npgettext("limit", "%(n)s working day", "%(n)s working days", counted),
        "mo": ngettext("%(n)s month", "%(n)s months", counted),
    }[unit]


@dataclass(frozen=True, slots=True)
class Ask:
    """Something the person may do now, or may not and why."""

    action: str
    label: str
    hint: str
    is_allowed: bool
    why_not: str
    tone: str


@dataclass(frozen=True, slots=True)
class ToldStep:
    """Something that happened, as the person reads it: a sentence and the words given with it."""

    told: Text
    at: datetime
    role_name: Text
    fields: tuple[tuple[Text, Text], ...]


@dataclass(frozen=True, slots=True)
class Telling:
    """A matter as its page tells it to the person who raised or follows it."""

    page: MatterPage
    owed: tuple[PromiseCard, ...]
    kept: tuple[PromiseCard, ...]
    yours: tuple[PromiseCard, ...]  # what the person owes: an answer by a day
    steps: tuple[ToldStep, ...]
    paused_since: datetime | None
    asked: tuple[Ask, ...]  # what the matter waits for: an answer, a yes or no, a rating
    can: tuple[Ask, ...]
    reported_photos: tuple[PhotoCard, ...]
    result_photos: tuple[PhotoCard, ...]
    cannot: tuple[Ask, ...]


def tell(page: MatterPage, language: str) -> Telling:
    """Arrange what a page says: what is owed, what was kept, what happened, what may be done."""
    open_ones = [p for p in page.promises if p.status in ("running", "paused")]
    yours = tuple(p for p in open_ones if p.owner_key == REPORTER)
    open_ones = [p for p in open_ones if p not in yours]
    owed = tuple(sorted(open_ones, key=lambda p: p.due_at or _FAR))
    asks = asks_of(page.choices, language, page.card.paused_for)
    return Telling(
        page=page,
        owed=owed,
        kept=tuple(p for p in page.promises if p not in owed and p not in yours),
        yours=yours,
        steps=tuple(_told(step) for step in page.steps if step.told.in_(language)),
        paused_since=_paused_since(page) if any(p.paused_for for p in owed) else None,
        asked=tuple(ask for ask in asks if ask.is_allowed and ask.action in _ASKED),
        can=tuple(ask for ask in asks if ask.is_allowed and ask.action not in _ASKED),
        reported_photos=tuple(p for p in page.photos if p.by_reporter),
        result_photos=tuple(p for p in page.photos if not p.by_reporter),
        cannot=tuple(ask for ask in asks if not ask.is_allowed),
    )


def asks_of(choices: tuple[ChoiceCard, ...], language: str, paused_for: str) -> tuple[Ask, ...]:
    """The reporter's own choices in the order of the page."""
    order = list(ASKS)
    own = sorted((c for c in choices if c.action in ASKS), key=lambda c: order.index(c.action))
    return tuple(_ask(choice, language, paused_for) for choice in own)


def _ask(choice: ChoiceCard, language: str, paused_for: str) -> Ask:
    is_office = choice.action == "resume" and paused_for == "office"
    label, hint = ASKS["resume_office" if is_office else choice.action]
    return Ask(
        action=choice.action,
        label=str(label),
        hint=str(hint),
        is_allowed=bool(choice.verdict),
        why_not=choice.verdict.say.in_(language),
        tone=_tone(choice.action),
    )


def _told(step: StepCard) -> ToldStep:
    fields = tuple(
        (step.word_labels.get(name, Text.both(name)), said) for name, said in step.words.items()
    )
    role = Text("", "") if step.action in _OWN_STEPS else step.role_name
    return ToldStep(step.told, step.at, role, tuple(f for f in fields if f[1].zh))


def _tone(action: str) -> str:
    if action in CAREFUL:
        return "careful"
    return "primary" if action in _HOPED_FOR else "normal"


def _paused_since(page: MatterPage) -> datetime | None:
    """When the matter came into the state it waits in."""
    moved = [step.at for step in page.steps if step.from_state != step.to_state]
    return moved[-1] if moved else None
