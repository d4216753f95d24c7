"""The matter page: what its template needs, from the card the room gives."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from commongrid.doors.desk.forms import (
    AddPhotosForm,
    Choices,
    CommandForm,
    RevealForm,
    WriteDownForm,
    spoken,
)
from commongrid.doors.desk.reading import Reader
from commongrid.doors.desk.steps import FindMatter, StepForm
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters

OPENED_FOR = "opened_for"
REVEAL = "reveal"  # contact data have their own panel: they are shown once, on the answer
MAKE_LINK, END_LINK = "make_link", "end_link"
# Steps with a panel or a page of their own, and those that are an outside body's alone.
ELSEWHERE = frozenset(
    {REVEAL, "raise", "follow", MAKE_LINK, END_LINK, "outside_reveal", *matters.LINK_STEPS}
)
READINGS = ("publish_words", "keep_back")  # stand beside the words they are about
SIMILAR = 5
SENT_AT_ONCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Step:
    """A step that may be taken now, with its form."""

    card: matters.ChoiceCard
    form: StepForm
    is_open: bool


def find_matter(reader: Reader) -> FindMatter:
    """How a matter is found by what is printed on its order, within what one may read."""

    def find(text: str) -> UUID | None:
        try:
            return UUID(text)
        except ValueError:
            wanted = text.strip().upper()
        every = matters.Filters(text=wanted, state_kinds=())
        listed = matters.list_matters(**reader.who, filters=every, size=5)
        return next((card.id for card in listed.cards if card.ref.upper() == wanted), None)

    return find


def step_form(
    reader: Reader, page: matters.MatterPage, card: matters.ChoiceCard, *sent: Any
) -> StepForm:
    """The form of one step, empty or as it was sent."""
    return StepForm(
        card,
        *sent,
        proposals=page.proposals,
        version=page.version,
        find=find_matter(reader),
    )


def choice_of(page: matters.MatterPage, action: str) -> matters.ChoiceCard | None:
    """The step of this name, possible or not; None when the state does not know it."""
    return next((card for card in page.choices if card.action == action), None)


def kinds_of_reasons(page: matters.MatterPage) -> Choices:
    """The closed list of reasons for opening contact data, as this matter's charter has it."""
    reveal = choice_of(page, REVEAL)
    asked = [f for f in reveal.fields if f.name == OPENED_FOR] if reveal else []
    return spoken(asked[0].spec.choices) if asked and asked[0].spec else []


def was_done(page: matters.MatterPage, command_id: UUID) -> bool:
    """Whether a command sent twice has been carried out the first time."""
    return any(step.command_id == command_id for step in page.steps)


def matter_context(
    reader: Reader, page: matters.MatterPage, bound: StepForm | None = None, **more: Any
) -> dict[str, Any]:
    """What the matter page shows. ``bound`` is a form that came back with something to say."""
    offered = [c for c in page.choices if c.action not in ELSEWHERE]
    forms = [c for c in offered if c.verdict.allowed]
    joining = next((c for c in forms if _joins(c)), None)
    reveal = choice_of(page, REVEAL)
    return {
        "page": page,
        "card": page.card,
        "now": reader.at,
        "readings": [_step(reader, page, c, bound) for c in forms if c.action in READINGS],
        "pending": [_step(reader, page, c, bound) for c in forms if c.is_pending],
        "steps": [_step(reader, page, c, bound) for c in _others(forms) if not c.is_pending],
        "refused": [c for c in _others(offered) if not c.verdict.allowed],
        "timeline": tuple(reversed(page.steps)),
        "made_when": made_before(page),
        "whistles": [p for p in page.promises if p.clock.startswith("whistle")],
        "similar": similar_to(reader, page),
        "lineage": page.lineage,
        **_outside(reader, page),
        "joining": joining,
        "joining_field": next((f.name for f in joining.fields if _is_matter(f)), "")
        if joining
        else "",
        "reveal": reveal,
        "reveal_form": RevealForm(auto_id="id_reveal_%s", kinds=kinds_of_reasons(page)),
        "photos_form": AddPhotosForm(auto_id="id_photos_%s"),
        "changed": False,
        "contact": None,
        "sounds": _sounds(page, more.pop("words_form", None)),
        **more,
    }


def made_before(page: matters.MatterPage) -> dict[UUID, datetime]:
    """When steps were made that a phone sent later, by their act; those sent at once are left out.

    Cost: 1 statement.
    """
    arrived = {step.command_id: step.at for step in page.steps}
    made = fieldwork.made_when(arrived)
    return {act: at for act, at in made.items() if arrived[act] - at >= SENT_AT_ONCE}


def _sounds(
    page: matters.MatterPage, sent: WriteDownForm | None
) -> list[tuple[matters.SoundCard, WriteDownForm]]:
    """Each voice note with the form for its words, as it was sent where it came back."""
    return [
        (card, sent)
        if sent is not None and sent.sound_id == card.id
        else (card, WriteDownForm(sound_id=card.id, initial={"words": card.words}))
        for card in page.sounds
    ]


def similar_to(reader: Reader, page: matters.MatterPage) -> tuple[matters.SimilarCard, ...]:
    """Open matters near by that may be the same thing, while the state knows a way to join them."""
    card = page.card
    if card.is_sealed or not any(_joins(choice) for choice in page.choices):
        return ()
    return matters.find_similar(
        at=reader.at,
        type_code=card.type_code,
        path=card.path,
        lon=card.lon,
        lat=card.lat,
        limit=SIMILAR,
        text=page.text,
        actor=reader.actor,
        leave_out=card.id,
    )


def _outside(reader: Reader, page: matters.MatterPage) -> dict[str, Any]:
    """Outside bodies that work on it, and whether this reader may hand out or end a link."""
    may = {c.action for c in page.choices if c.verdict.allowed}
    return {
        "links": matters.list_links(**reader.who, matter_id=page.card.id),
        "may_link": MAKE_LINK in may and not page.card.is_sealed,
        "may_end": END_LINK in may,
        "link_form": CommandForm(auto_id=False),
    }


def _others(cards: list[matters.ChoiceCard]) -> list[matters.ChoiceCard]:
    """The steps but the readings, those most wanted first."""
    rank = {"primary": 0, "normal": 1, "careful": 2}
    others = (card for card in cards if card.action not in READINGS)
    return sorted(others, key=lambda card: rank.get(card.choice.tone, 1))


def _step(
    reader: Reader, page: matters.MatterPage, card: matters.ChoiceCard, bound: StepForm | None
) -> Step:
    if bound is not None and bound.card.action == card.action:
        return Step(card, bound, is_open=True)
    return Step(card, step_form(reader, page, card), is_open=card.is_pending)


def _joins(card: matters.ChoiceCard) -> bool:
    return any(_is_matter(field) for field in card.fields)


def _is_matter(field: matters.FormField) -> bool:
    return field.spec is not None and field.spec.kind == "matter"
