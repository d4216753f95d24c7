"""What leaves the matters room: frozen values, never rows.

Times are aware datetimes; texts are ``Text`` (zh, en); ``path`` is the grid's place path.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from commongrid.charter.matter import NOTHING, Actor, Choice
from commongrid.charter.schema import FieldSpec, Kind, Outcome, StateKind
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.matters.domain.links import LinkState


class Light(StrEnum):
    """The light of a promise now. Never shown by colour alone."""

    NONE = "none"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"  # the clock stands still, with its cause


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseCard:
    """One promise: what, by whom, by when, how it stands."""

    key: str
    clock: str
    name: Text  # "first useful answer", "repair"
    milestone: str
    owner: Text  # unit or role in words
    owner_key: str
    started_at: datetime
    due_at: datetime | None
    first_due_at: datetime | None
    is_moved: bool  # extended: the first due time differs
    status: str  # running | paused | kept | late | stopped | unsolved
    paused_for: str  # "" | person | office
    met_at: datetime | None
    claimed_at: datetime | None  # the work is said to be done since; only its check is open
    light: Light
    limit: str  # "4wh"; "" when a date was set


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterCard:
    """A matter in a list: everything a row shows, no personal data."""

    id: UUID
    ref: str
    kind: Kind
    type_code: str
    type_name: Text
    urgency: str
    state: str
    state_kind: StateKind
    outcome: Outcome
    state_name: Text
    state_plain: Text
    place_code: str
    place_name: Text
    community_name: Text
    path: str
    excerpt: str  # the first words of the text; staff pages only
    lon: float | None
    lat: float | None
    channel: str
    received_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    due_name: Text
    light: Light
    paused_for: str
    unit: str
    unit_name: Text
    offered_unit: str
    offered_unit_name: Text
    pending_action: str  # a step that waits for a second person
    pending_by: str  # who proposed it: an opaque key
    redone: int
    transfers: int
    photos: int
    followers: int
    is_shareable: bool
    is_sealed: bool
    shared: str = ""  # "", waits, shown, kept: what became of words that are shared


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCard:
    """A picture of a matter, without its bytes."""

    id: UUID
    stage: str  # report | before | after | evidence
    by_reporter: bool
    width: int
    height: int
    is_redacted: bool
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCard:
    """A voice note of a matter, without its bytes. ``words`` were typed by who listened to it."""

    id: UUID
    stage: str  # report | before | after | evidence
    by_reporter: bool
    seconds: float
    words: str
    words_by: str  # a name; "" for the reporter's page
    words_at: datetime | None
    added_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """One act on a matter, as its history shows it."""

    command_id: UUID
    position: int
    action: str
    label: Text  # what was done, staff words
    told: Text  # plain sentence for the person
    at: datetime
    actor: str  # opaque key
    actor_name: str  # "" for the reporter and the clock
    role_name: Text
    rule_id: str
    from_state: Text
    to_state: Text
    words: Mapping[str, Text]  # field -> words, only fields the reader may see
    word_labels: Mapping[str, Text]
    is_proposal: bool
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferCard:
    """A unit was asked, and what it answered."""

    unit: str
    unit_name: Text
    offered_at: datetime
    answer: str  # open | taken | objected | silent | appointed | withdrawn
    answered_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field an action asks for, ready to be drawn."""

    name: str
    spec: FieldSpec | None
    required: bool
    options: tuple[tuple[str, Text], ...] = ()  # units, milestones, types ... already narrowed
    initial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceCard:
    """A step on the matter page: possible now, or why not, and what it will ask for."""

    choice: Choice
    fields: tuple[FormField, ...]
    is_pending: bool = False  # somebody proposed it; a second person may confirm
    pending_by: str = ""

    @property
    def action(self) -> str:
        return self.choice.action

    @property
    def verdict(self) -> Verdict:
        return self.choice.verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitProposal:
    """A unit the dispatch catalogue names for this matter, with the reason."""

    unit: str
    name: Text
    part: str  # lead | support
    source: str
    mark: str
    has_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LineageStep:
    """One joining of two matters, seen from one of them; ``parted_at`` where it was undone."""

    id: UUID  # of the other matter
    ref: str
    joined_at: datetime
    parted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """Under which matter this one goes on, and which go on under it, now and before."""

    led_by: tuple[LineageStep, ...] = ()  # the last one holds unless it was parted
    leads: tuple[LineageStep, ...] = ()  # staff only; of others' matters the person has a count
    lead_count: int = 0
    end_id: UUID | None = None  # where a whole chain of merged matters goes on
    end_ref: str = ""
    end_plain: Text = NOTHING  # how that one stands
    is_end_taken_back: bool = False  # by its own reporter: nobody works on this one any more
    came_from: str = ""  # the reference by which this reader came: theirs, or the one they chose


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterPage:
    """Everything one matter's page shows to one reader."""

    card: MatterCard
    text: str
    address: str
    answers: tuple[tuple[Text, Text], ...]  # question, answer
    charter_key: str
    promises: tuple[PromiseCard, ...]
    steps: tuple[StepCard, ...]
    photos: tuple[PhotoCard, ...]
    offers: tuple[OfferCard, ...]
    choices: tuple[ChoiceCard, ...]
    proposals: tuple[UnitProposal, ...]
    five_orders: tuple[tuple[Text, Text, str], ...]  # name, who, stage; () if not spoken
    has_contact: bool
    contact_erased_on: datetime | None
    rating: str  # "" | satisfied | mostly | not_satisfied
    rating_words: str
    leading_ref: str
    leading_id: UUID | None
    parent_ref: str
    parent_id: UUID | None
    children: tuple[tuple[UUID, str, Text], ...]  # id, ref, type of matters that grew out of it
    followers: int
    version: int
    lineage: Lineage = Lineage()
    sounds: tuple[SoundCard, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeCard:
    """A type of the matter catalogue as people choose it, with what is promised."""

    code: str
    name: Text
    kind: Kind
    urgency: str
    photo: str
    note: Text
    is_sealed: bool
    first_answer: str  # "24h"; "" where a statute sets the clock
    milestones: tuple[tuple[Text, Text, str], ...]  # milestone, case ("" general), limit
    leads: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one matter stands, and one step on it: what is compared with what somebody knew."""

    id: UUID
    ref: str
    kind: Kind
    state: str
    state_name: Text
    unit: str
    unit_name: Text
    place_code: str
    path: str
    version: int
    changed_at: datetime
    in_charge: str
    is_sealed: bool
    is_fact: bool  # the step asked about only adds something
    choice: ChoiceCard | None = None  # None where the state knows no such step


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarCard:
    """An open matter near by that may be the same. Words, photo and exact distance only where the
    reporter shared them or the reader may read the matter; ``reason`` says what the match rests on.
    """

    id: UUID
    ref: str
    type_name: Text
    place_name: Text
    distance_m: int | None
    received_at: datetime
    state_plain: Text
    excerpt: str  # "" unless shared
    photo_id: UUID | None
    followers: int
    reason: Text = NOTHING  # "same type, about 40 m away, similar words"
    value: float = 0.0  # 0-1, what the order follows; of the match, never of a person
    has_words: bool = False  # whether the reader may know the words


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMade:
    """A one-matter link just made. ``token`` is shown once and never stored."""

    id: UUID
    token: str
    expires_at: datetime
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """A one-matter link as staff and its holder see it; never what opens it."""

    id: UUID
    matter_id: UUID
    ref: str
    body: str  # the name of an organisation
    unit_name: Text  # who handed it out and stays responsible
    actions: tuple[str, ...]
    contact_purpose: str  # "" where contact data may not be opened
    made_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    state: LinkState
    last_action: str
    last_label: Text
    last_at: datetime | None
    is_waiting: bool  # the unit has to say or do something


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """What the holder of a link reads. Of a link that is over only why: ``matter`` is None."""

    link: LinkCard
    actor: Actor
    matter: MatterCard | None = None
    text: str = ""
    address: str = ""
    promises: tuple[PromiseCard, ...] = ()
    photos: tuple[PhotoCard, ...] = ()
    choices: tuple[ChoiceCard, ...] = ()  # steps it may take now
    talk: tuple[StepCard, ...] = ()  # what it said and what the unit answered
    may_reveal: bool = False  # a purpose was named, and contact data are kept
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingLink:
    """An outside body that waits for the unit, with its matter."""

    link: LinkCard
    matter: MatterCard


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to. Empty means everything the reader may see."""

    text: str = ""
    states: tuple[str, ...] = ()
    state_kinds: tuple[str, ...] = ("open", "waiting")
    kinds: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    lights: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    path: str = ""
    channels: tuple[str, ...] = ()
    received_from: datetime | None = None
    received_until: datetime | None = None
    is_redone: bool | None = None
    mine: bool = False  # matters this actor handled or holds
    is_pending: bool | None = None  # a step waits for a second person
    bbox: tuple[float, float, float, float] | None = None  # west, south, east, north
    order: str = "light"  # light | due | newest | oldest


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterList:
    """A page of matters. ``version`` changes when any of those shown does.

    ``total`` counts all that match, up to a bound; there ``is_total_exact`` is False.
    """

    cards: tuple[MatterCard, ...]
    total: int
    is_total_exact: bool
    page: int
    pages: int
    version: str

    @property
    def total_text(self) -> str:
        """The total as it is shown: with a plus where there are more than were counted."""
        return str(self.total) if self.is_total_exact else f"{self.total}+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Matters on a map at one zoom: a point with a count, or one matter."""

    lon: float
    lat: float
    count: int
    light: Light
    matter_id: UUID | None
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many matters the reader may see, by light and by state kind.

    Where it is not exact there are more than these.
    """

    by_light: Mapping[str, int]
    by_state: Mapping[str, int]
    open: int
    is_exact: bool = True
    extra: Mapping[str, Any] = field(default_factory=dict)
