"""What the interface answers with, as its documentation shows it. Names come in both languages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Shape(BaseModel):
    """A part of an answer; nothing undocumented is ever in it."""

    model_config = ConfigDict(extra="forbid")


class Words(Shape):
    """The same words in Chinese and in English."""

    zh: str
    en: str


class ProblemShape(Shape):
    """Problem details (RFC 9457)."""

    type: str = Field(description="Address of the explanation.")
    title: str
    status: int
    detail: str = Field(
        default="", description="One sentence for a person, in the language asked for."
    )
    rule: str = Field(description="Id of the rule of the charter or of this door.")
    field: str | None = Field(default=None, description="The field or header it speaks of.")


class Named(Shape):
    """A key with its name."""

    key: str
    name: Words


class PlaceRef(Shape):
    """A place by code and name."""

    code: str
    name: Words


class Place(PlaceRef):
    """A division or a grid."""

    level: str
    kind: str
    path: str
    parent_code: str
    valid_from: date
    valid_until: date | None = Field(description="Exclusive.")
    is_invented: bool


class Places(Shape):
    """Places below another one, or where charters are in force."""

    items: list[Place]


class TypeRef(Shape):
    """A type of the catalogue."""

    code: str
    name: Words
    group: Words


class StateRef(Shape):
    """A state in staff's words and in plain ones."""

    key: str
    kind: str = Field(description="open, waiting or end")
    outcome: str
    name: Words
    plain: Words


class Point(Shape):
    """A point in degrees WGS84. One that is not exact is the middle of a cell of about 200 m."""

    lon: float
    lat: float
    is_exact: bool


class PublicMatter(Shape):
    """A matter as anybody may read it; words and photos only where the reporter shared them."""

    id: UUID
    ref: str
    type: TypeRef
    state: StateRef
    place: PlaceRef
    community: PlaceRef
    unit: Named | None
    channel: str
    point: Point | None
    text: str
    photos: list[str] = Field(description="Addresses of the shared photos.")
    followers: int
    redone: int
    received_at: datetime
    changed_at: datetime
    closed_at: datetime | None
    promised_at: datetime | None
    promise: str = Field(description='running, paused, kept, late, stopped, unsolved or ""')


class PublicMatters(Shape):
    """One page; the header Link has the address of the next one."""

    items: list[PublicMatter]
    after: str = Field(description='Cursor of the next page, "" at the end.')
    total: int | None = Field(description="Where it was asked for; null above 10,000.")


class StaffMatter(Shape):
    """A matter in a list of staff."""

    id: UUID
    ref: str
    kind: str
    type_code: str
    type_name: Words
    urgency: str
    state: StateRef
    place: PlaceRef
    path: str
    excerpt: str
    point: Point | None
    channel: str
    received_at: datetime
    closed_at: datetime | None
    due_at: datetime | None
    light: str
    paused_for: str
    unit: Named | None
    offered_unit: Named | None
    pending_action: str
    redone: int
    transfers: int
    photos: int
    followers: int
    is_sealed: bool


class StaffMatters(Shape):
    """One page; the header Link has the address of the next one."""

    items: list[StaffMatter]
    after: str
    total: int


class Answer(Shape):
    """A question of the type, and the answer given."""

    question: Words
    answer: Words


class PromiseShape(Shape):
    """One promise: what, by whom, by when, how it stands."""

    key: str
    name: Words
    owner: Words
    started_at: datetime
    due_at: datetime | None
    first_due_at: datetime | None
    met_at: datetime | None
    status: str
    paused_for: str
    light: str


class Step(Shape):
    """One act on the matter."""

    action: str
    label: Words
    told: Words
    at: datetime
    by: str = Field(description="Who did it, as far as the reader may know.")
    role: Words
    rule: str
    words: dict[str, Words]
    is_proposal: bool
    hash: str = Field(description="Of the act in the ledger, to check a receipt against.")


class PhotoRef(Shape):
    """A photo of a matter."""

    id: UUID
    stage: str
    by_reporter: bool
    width: int
    height: int
    address: str


class Offer(Shape):
    """A unit was asked, and what it answered."""

    unit: Named
    offered_at: datetime
    answer: str
    answered_at: datetime | None


class Asked(Shape):
    """A field that a step asks for."""

    name: str
    kind: str
    label: Words
    hint: Words
    is_required: bool
    max_length: int = Field(description="0: no limit of its own.")
    options: list[Named]


class Choice(Shape):
    """A step: possible now, or why not."""

    action: str
    label: Words
    is_possible: bool
    rule: str
    why: Words = Field(description="Why not; empty when it is possible.")
    is_pending: bool
    fields: list[Asked]


class Choices(Shape):
    """What can be done with a matter now, by this caller."""

    matter_id: UUID
    ref: str
    version: int
    items: list[Choice]


class MatterShape(Shape):
    """Everything about one matter that its reader may see. Contact data is never part of it."""

    matter: StaffMatter
    version: int
    charter: str
    text: str
    address: str
    answers: list[Answer]
    promises: list[PromiseShape]
    steps: list[Step]
    photos: list[PhotoRef]
    offers: list[Offer]
    has_contact: bool
    contact_erased_on: datetime | None
    rating: str
    leading_id: UUID | None
    parent_id: UUID | None
    children: list[UUID]


class OwnMatter(MatterShape):
    """One's own matter, with the steps that are one's own to take."""

    is_follower: bool
    choices: list[Choice]


class RaisedShape(Shape):
    """The matter is raised. The code is shown in this answer only; it opens ``/own``."""

    id: UUID
    ref: str
    receipt_code: str


class FollowShape(Shape):
    """How many follow a matter."""

    id: UUID
    ref: str
    followers: int
    is_open: bool = Field(description="Only an open matter can be followed.")


class DoneShape(Shape):
    """What a step did."""

    matter_id: UUID
    action: str
    state: str
    rule: str
    is_proposal: bool = Field(description="A second person still has to agree.")


class MilestoneShape(Shape):
    """A limit that is promised."""

    name: Words
    case: Words
    limit: str


class TypeShape(Shape):
    """A type of matter as people choose it."""

    code: str
    name: Words
    kind: str
    urgency: str
    photo: str
    note: Words
    is_sealed: bool
    first_answer: str
    promises: list[MilestoneShape]
    leads: list[Words]


class TypeGroup(Shape):
    """Types of one group."""

    name: Words
    types: list[TypeShape]


class Types(Shape):
    """The catalogue of a place."""

    charter: str
    groups: list[TypeGroup]


class QuestionShape(Shape):
    """A question of a type."""

    name: str
    kind: str
    label: Words
    hint: Words
    is_required: bool
    options: list[Named]


class TypePage(Shape):
    """One type with its questions."""

    type: TypeShape
    questions: list[QuestionShape]


class SimilarShape(Shape):
    """An open matter near by that may be the same."""

    id: UUID
    ref: str
    type_name: Words
    place_name: Words
    distance_m: int | None
    received_at: datetime
    state_plain: Words
    excerpt: str
    photo: str | None
    followers: int
    reason: Words = Field(description="What the match rests on.")


class SimilarList(Shape):
    """Nearest first."""

    items: list[SimilarShape]


class Advice(Shape):
    """Whether this should go another way at once. A person decides, not this advice."""

    is_advised: bool
    rule: str
    outcome: Literal["", "hand_over", "redirect", "progress", "advise"]
    case: str
    say: Words
    line: str
    because: str


class CharterShape(Shape):
    """The charter in force at a place."""

    key: str
    charter_id: str
    version: str
    digest: str
    place_code: str
    valid_from: date
    adopted_at: datetime


class Holder(Shape):
    """A role that may take a step, and on what basis."""

    role: Words
    scope: str
    basis: Words


class RuleRow(Shape):
    """One row of the charter: from a state, by an action, to a state, under conditions."""

    from_state: str
    action: str
    to_state: str
    label: Words
    needs: list[str]
    conditions: list[Words]
    holders: list[Holder]
    source: str


class RuleShape(Shape):
    """Every row of the charter that a rule id names."""

    rule: str
    charter: str
    rows: list[RuleRow]


class KeyShape(Shape):
    """What the key that was sent opens."""

    name: str
    scopes: list[str]
    path: str
    roles: list[str]


class WebhookShape(Shape):
    """A program that is told what happens to public matters of a place."""

    id: UUID
    name: str
    url: str
    path: str
    key_id: str
    made_at: datetime
    failing_since: datetime | None
    disabled_at: datetime | None


class Webhooks(Shape):
    """All webhooks of the areas that the account looks after."""

    items: list[WebhookShape]


class WebhookMade(Shape):
    """A new webhook; the secret that signs its calls is in this answer only."""

    id: UUID
    key_id: str
    secret: str
