"""A matter as the rules see it: the input and output of ``decide``.

The live system builds a ``MatterState`` from rows, the rehearsal from arrays.
No personal data is in it: the rules never need to know who a person is, only
whether two actors are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from commongrid.charter.schema import Kind
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.kernel.worktime import Duration


@dataclass(frozen=True, slots=True)
class Hat:
    """One appointment in force: a role, in an area, in a unit or in none.

    ``path`` is the place's path of division codes, ``/150500000000/150502000000/``;
    an area contains every path that begins with it.
    """

    role: str
    path: str
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. ``key`` is opaque: ``staff:<id>``, ``reporter:<matter>``, ``public`` ..."""

    key: str
    hats: tuple[Hat, ...] = ()
    owns: frozenset[str] = frozenset()  # ids of matters this person raised or proxies
    follows: frozenset[str] = frozenset()  # ids of matters this person reads but did not raise
    interests: frozenset[str] = frozenset()  # matters this person must step out of
    links: frozenset[str] = frozenset()  # the one matter an outside body holds a link to

    @property
    def is_system(self) -> bool:
        """Whether this is time or the installer, not a person."""
        return self.key.startswith("system:")


NOTHING = Text("", "")
PUBLIC = Actor(key="public")
CLOCK = Actor(key="system:clock")
WORDS_WAIT, WORDS_SHOWN, WORDS_KEPT = "waits", "shown", "kept"
"""What became of words and pictures that their reporter shares: they wait for a reading, anybody
reads them, or an officer keeps them back."""


class PromiseStatus(StrEnum):
    """How a promise stands."""

    RUNNING = "running"
    PAUSED = "paused"
    KEPT = "kept"  # met at or before its due time
    LATE = "late"  # met after its due time
    STOPPED = "stopped"  # ended without being owed any more (withdrawn, redirected ...)
    UNSOLVED = "unsolved"  # ended as not solved (hung)


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a clock stands still, and why: cause is person, office or handover."""

    from_at: datetime
    until_at: datetime | None
    cause: str


@dataclass(frozen=True, slots=True)
class PromiseState:
    """What is owed on one clock.

    ``key``: clock name, ``finish:<milestone>`` or ``whistle:<unit>``; with ``#2`` when restarted.
    ``due_at`` is None while a pause is open. ``first_due_at`` stays visible for ever.
    ``set_due_at`` is the date given by an extension or a plan; it overrides the computed one.
    """

    key: str
    clock: str
    milestone: str
    owner: str  # role or unit key
    duration: Duration | None
    started_at: datetime
    due_at: datetime | None
    first_due_at: datetime | None
    status: PromiseStatus
    pauses: tuple[Pause, ...] = ()
    set_due_at: datetime | None = None
    met_at: datetime | None = None
    extensions: int = 0

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.status in (PromiseStatus.RUNNING, PromiseStatus.PAUSED)


@dataclass(frozen=True, slots=True)
class Pending:
    """An action proposed by one person that waits for a second one."""

    action: str
    actor: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatterState:
    """One matter at one instant.

    ``state`` is "" before it is raised. ``unit`` holds it, ``offered_unit`` has been asked.
    """

    id: str
    kind: Kind
    type: str
    state: str
    path: str  # place path of the grid
    received_at: datetime
    charter_key: str = ""
    cases: frozenset[str] = frozenset()
    urgency: str = ""
    unit: str = ""
    offered_unit: str = ""
    appointed: bool = False
    refused_by: tuple[str, ...] = ()  # units that objected
    first_receiver: str = ""  # actor key
    handlers: frozenset[str] = frozenset()  # actor keys that handled it
    handler_units: frozenset[str] = frozenset()
    redone: int = 0
    transfers: int = 0
    hung: int = 0
    obstacle: str = ""  # what hung it last
    callbacks: int = 0
    callback_at: tuple[datetime, ...] = ()  # the tries that reached nobody, since the last claim
    reminded_at: tuple[datetime, ...] = ()  # reminders to the person, since the wait began
    rated: bool = False
    others_in_danger: bool = False
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    raised_to: str = ""  # named leader of raised supervision
    leading: str = ""  # id of the matter this one was merged into
    whistled: frozenset[str] = frozenset()  # units called and not yet answered
    shared: str = ""  # what became of words their reporter shares; "" where none were shared
    pending: Pending | None = None
    in_charge: tuple[str, ...] = ()  # roles that alone use area powers here; empty: any that hold
    promises: tuple[PromiseState, ...] = ()

    def promise(self, key: str) -> PromiseState | None:
        """The promise with this key, or None."""
        return next((p for p in self.promises if p.key == key), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What somebody wants to do. ``fields`` has plain values only (str, int, bool, tuple)."""

    action: str
    actor: Actor
    at: datetime
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer of ``decide``. ``after`` is None when refused."""

    verdict: Verdict
    rule_id: str
    power: str = ""
    role: str = ""  # the hat that allowed it
    before: MatterState | None = None
    after: MatterState | None = None
    effects: tuple[str, ...] = ()  # named effects the live system has to carry out
    is_proposal: bool = False  # a second person still has to agree
    told: Text = NOTHING  # plain sentence for the person


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One action on a matter, possible or not, with the reason (``/-/why`` shows it)."""

    action: str
    label: Text
    tone: str
    verdict: Verdict
    needs: tuple[str, ...]
    rule_id: str
    power: str
