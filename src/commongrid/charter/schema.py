"""The charter as values: every rule of a place is a frozen row with a source.

A charter is read from files by ``loader``, judged by ``linter``, indexed by ``compiler``
and obeyed by ``decide``.  Nothing here knows a database, a page or a clock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from commongrid.kernel.text import Text
from commongrid.kernel.worktime import Duration, WorkCalendar


class Mark(StrEnum):
    """How well a rule is sourced (reference: domain, trust marks)."""

    LAW = "law"
    OFFICIAL = "official"
    SECONDARY = "secondary"
    WEAK = "weak"
    PROPOSAL = "proposal"


class Kind(StrEnum):
    """The four kinds of matter; each has one flow."""

    SERVICE = "service"
    EVENT = "event"
    DISPUTE = "dispute"
    EMERGENCY = "emergency"


class StateKind(StrEnum):
    """An open state runs clocks, a waiting state pauses them, an end state has none."""

    OPEN = "open"
    WAITING = "waiting"
    END = "end"


class Outcome(StrEnum):
    """What an end state counts as in published figures."""

    NONE = "none"  # not an end
    SOLVED = "solved"
    NOT_SOLVED = "not_solved"
    APART = "apart"  # counted in a column of its own (withdrawn, merged, unconfirmed ...)


class Scope(StrEnum):
    """Where a role may use a power."""

    PUBLIC = "public"  # anyone
    OWN = "own"  # the person who raised the matter, or their proxy
    AREA = "area"  # an appointment whose place contains the matter's grid
    UNIT = "unit"  # an appointment in the unit that now holds (or is offered) the matter
    LINK = "link"  # whoever holds a one-matter link: an outside body without an account
    SYSTEM = "system"  # the clock


@dataclass(frozen=True, slots=True)
class Where:
    """File and line of a row, for errors and for the rule register."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every rule carries."""

    source: str
    mark: Mark
    valid_from: date
    valid_until: date | None = None  # exclusive
    where: Where = field(compare=False)  # provenance, not content


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Row):
    """What somebody is appointed to; ``level`` is where, ``body`` who: public, staff or system."""

    role: str
    name: Text
    level: str  # division level the appointment belongs to, or "any"
    body: str  # public | staff | system


@dataclass(frozen=True, slots=True, kw_only=True)
class Power(Row):
    """One role may use one power, on one basis."""

    power: str
    role: str
    scope: Scope
    basis: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class State(Row):
    """A state of a flow, in the words of staff and in plain ones."""

    flow: Kind
    state: str
    kind: StateKind
    outcome: Outcome
    name: Text
    plain: Text  # what a resident reads


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockStep:
    """One clock effect of a transition.

    verb: start | stop | pause | resume | restart | move | follow
    clock: a key of ``clocks`` ("accept", "answer", "finish", "check" ...) or "all".
    "finish" stands for every milestone of the matter, "finish:*" for the one the
    command names.
    """

    verb: str
    clock: str

    def __str__(self) -> str:
        return f"{self.verb} {self.clock}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition(Row):
    """From a state, by an action, to a state.

    ``from_state`` is "" for raising and "*open" for any state that is not an end.
    ``to_state`` is "=" when the state stays.
    ``needs`` names the fields the command must carry; a trailing "?" makes one optional.
    """

    flow: Kind
    from_state: str
    action: str
    to_state: str
    power: str
    guards: tuple[str, ...]
    clocks: tuple[ClockStep, ...]
    effects: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def rule_id(self) -> str:
        """Stable id that a verdict and an act quote, such as ``event.dispatched.object``."""
        return f"{self.flow}.{self.from_state.strip('*') or 'new'}.{self.action}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Row):
    """Words for an action: on the button, in the progress shown to the person."""

    action: str
    label: Text
    told: Text  # plain sentence for the person, e.g. "The unit has taken it on."
    tone: str  # primary | normal | careful


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec(Row):
    """A field a command may carry, with its words and its check."""

    field: str
    kind: str  # text choice date unit units milestone photos rating flag matter
    label: Text
    hint: Text
    choices: tuple[tuple[str, Text], ...] = ()
    max_length: int = 0
    public: bool = True  # may the reporter read it


@dataclass(frozen=True, slots=True, kw_only=True)
class UrgencyClass(Row):
    """A class of urgency with its limit for the first useful answer; rank 0 is the most urgent."""

    urgency: str
    name: Text
    first_answer: Duration | None  # None: by statute
    rank: int  # 0 is the most urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterType(Row):
    """A row of the matter catalogue."""

    code: str
    group: Text
    name: Text
    kind: Kind
    urgency: str
    note: Text
    sourced: str  # both | type | limit | none
    photo: str = "optional"  # optional | asked | none
    procedural: bool = False
    sealed: bool = False  # J03, J07: no detail is kept here
    proof: str = "record"  # photo | record: the evidence "done" needs
    near: tuple[str, ...] = ()  # types that may be the same thing (duplicates)
    reach_m: int = 100  # how near an open matter must be to be shown as similar


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit(Row):
    """One milestone of one type; ``case`` narrows it ("" is the general one)."""

    type: str
    milestone: str
    case: str
    duration: Duration
    shape: str = "limit"  # limit | least | every


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone(Row):
    """The name of a part of a solution."""

    milestone: str
    name: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Case(Row):
    """A named case. ``told_by``: area (the grid's settlement) or answer (somebody says so)."""

    case: str
    name: Text
    told_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock(Row):
    """A clock that is not a finish milestone. ``owner``: role or "unit" that owes it."""

    clock: str
    name: Text
    duration: Duration | None
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit(Row):
    """A body that can hold a matter; ``above`` is where problems go, ``line`` its number."""

    unit: str
    name: Text
    level: str
    body: str  # bureau | service | committee | company | team | emergency
    above: str = ""  # unit a problem goes up to
    line: str = ""  # emergency number, for units that are called at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty(Row):
    """Which unit leads or supports for which type where (dispatch catalogue)."""

    type: str
    place: str  # division code prefix, "*" for the whole place
    unit: str
    part: str  # lead | support
    rank: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Light(Row):
    """A warning light: on at a share of the limit, or with so many hours left."""

    light: str
    name: Text
    share: float
    hours_left: int | None
    seen_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SortingRule(Row):
    """Asked in order before dispatch; the first that matches answers.

    ``when``: words:火|燃气|... , type:A01|B02 , answer:danger=yes , repeat
    ``outcome``: hand_over | redirect | progress | advise
    """

    rule: str
    when: str
    outcome: str
    case: str
    answer: Text
    line: str = ""  # number to call


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung(Row):
    """One step of the escalation ladder."""

    rung: str
    when: str  # red | overdue | redone | transfers
    at_least: int
    from_role: str
    to_role: str
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Row):
    """A number or duration a place may set, within bounds."""

    name: str
    label: Text
    value: str
    unit: str  # count | days | hours | duration | share | text
    least: str = ""
    most: str = ""
    bound: str = ""  # law | charter | ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Row):
    """A question a type asks when raised; an answer may set a case."""

    type: str
    question: str
    kind: str  # yes_no | choice | text | number
    label: Text
    hint: Text
    choices: tuple[tuple[str, Text], ...] = ()
    required: bool = False
    sets_case: str = ""  # for yes_no: the case that "yes" sets


@dataclass(frozen=True, slots=True, kw_only=True)
class InCharge(Row):
    """A role that alone reads matters of a type and uses every area power on them.

    For complaints about staff, so that they never reach the line complained of, and for sealed
    types. A type without such rows is open to the roles its powers name.
    """

    type: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Order(Row):
    """One of the five orders, where a place speaks them."""

    order: str
    name: Text
    who: Text
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose(Row):
    """What a field or question that asks about a person is for. ``key``: of the field or question.

    A sensitive one needs an impact assessment before the charter is adopted.
    """

    key: str
    purpose: Text
    basis: Text
    sensitive: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(Row):
    """What bodies of one level publish, how often, and how long after the period has ended.

    ``every``: month | quarter | at_once. What is published at once is due ``within`` the day the
    matter was decided. Who may publish holds the power ``publish_affairs``.
    """

    publication: str
    name: Text
    every: str
    within: Duration
    level: str  # of the places that publish
    basis: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallPower(Row):
    """One power of a list of small powers: who holds it, on what basis, its steps, who watches.

    ``kind``: collective | service. The list is a place's own; none is built in.
    Source: the list of Ninghai, 2014, is the model of the form [S108, S109].
    """

    number: str
    name: Text
    kind: str
    holder: Text  # an office or a body, never a person
    basis: Text
    steps: tuple[tuple[str, Text], ...]
    supervision: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Row):
    """Words for people when something happens; ``{names}`` are filled in (see ``messages``)."""

    event: str  # a step of a flow, or one of messages.EVENTS
    channel: str  # mail | feed | notice
    audience: str
    subject: Text
    body: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Charter:
    """All rules of one place, as loaded. ``decide`` reads the compiled form.

    Shape: every mapping is keyed by the row's own key and keeps file order.
    """

    charter_id: str
    version: str
    name: Text
    place: str  # 12-digit division code
    code_system: str
    kind_of_place: str  # subdistrict | township
    note: Text
    signed_by: Text
    valid_from: date
    calendar: WorkCalendar
    roles: Mapping[str, Role]
    powers: tuple[Power, ...]
    states: Mapping[tuple[Kind, str], State]
    transitions: tuple[Transition, ...]
    actions: Mapping[str, Action]
    fields: Mapping[str, FieldSpec]
    classes: Mapping[str, UrgencyClass]
    types: Mapping[str, MatterType]
    limits: tuple[Limit, ...]
    milestones: Mapping[str, Milestone]
    cases: Mapping[str, Case]
    clocks: Mapping[str, Clock]
    units: Mapping[str, Unit]
    duties: tuple[Duty, ...]
    lights: Mapping[str, Light]
    sorting: tuple[SortingRule, ...]
    ladder: tuple[Rung, ...]
    parameters: Mapping[str, Parameter]
    questions: tuple[Question, ...]
    orders: Mapping[str, Order]
    in_charge: tuple[InCharge, ...] = ()
    messages: Mapping[tuple[str, str, str], Message] = field(default_factory=dict)
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    publications: Mapping[str, Publication] = field(default_factory=dict)
    small_powers: Mapping[str, SmallPower] = field(default_factory=dict)
