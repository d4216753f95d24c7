"""What commands on a matter take, and what they answer: frozen values, never rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a person, or somebody for them, tells when raising a matter."""

    type_code: str
    text: str
    grid_code: str = ""  # one of grid_code, community_code and point is enough
    community_code: str = ""
    lon: float | None = None
    lat: float | None = None
    address: str = ""
    channel: str = "web"  # web | phone | counter | paper | grid_worker | proxy | import | open311
    answers: Mapping[str, str] = field(default_factory=dict)
    cases: frozenset[str] = frozenset()
    is_shareable: bool = False  # others nearby may read the words and see the photos
    proxy_note: str = ""  # consent note when raised for somebody else
    language: str = "zh-hans"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Contact data of the person who raised a matter. Kept encrypted and apart.

    Privacy: name and one way to be reached, given freely for this matter alone.
    """

    name: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.phone or self.email)


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """An uploaded picture before it is cleaned."""

    content: bytes
    stage: str = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """What raising a matter gives back. ``receipt_code`` is shown once and never stored."""

    id: UUID
    ref: str
    receipt_code: str
    is_replay: bool
    handed_over_to: str = ""  # emergency line, when it is one
    state: str = ""  # as it was raised
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What an action did."""

    matter_id: UUID
    action: str
    verdict: Verdict
    state: str
    told: Text
    is_replay: bool
    is_proposal: bool
    version: int = 0  # of the matter after this step; 0 where that was not asked

    @staticmethod
    def as_asked(matter_id: UUID, action: str, state: str, *, is_replay: bool) -> Done:
        """Give the answer where nothing is to be told and no second person has to agree."""
        return Done(
            matter_id=matter_id, action=action, verdict=Verdict.yes(f"matter.{action}"),
            state=state, told=Text("", ""), is_replay=is_replay, is_proposal=False,
        )  # fmt: skip
