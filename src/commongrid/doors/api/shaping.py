"""Cards of the rooms into the shapes of the interface."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse

from commongrid.charter.schema import Question
from commongrid.doors.api import shapes
from commongrid.doors.api.answers import plain
from commongrid.kernel.text import Text
from commongrid.rooms.matters import face as matters
from commongrid.rooms.places import face as places


def words(text: Text) -> shapes.Words:
    """Both languages."""
    return shapes.Words(zh=text.zh, en=text.en)


def photo_address(photo_id: UUID) -> str:
    """Where a photo is read."""
    return reverse("api:v1:photo", args=[photo_id])


def place(card: places.PlaceCard) -> shapes.Place:
    """A place."""
    return shapes.Place(
        code=card.code,
        name=words(card.name),
        level=plain(card.level),
        kind=plain(card.kind),
        path=card.path,
        parent_code=card.parent_code,
        valid_from=card.valid_from,
        valid_until=card.valid_until,
        is_invented=card.is_invented,
    )


def public_matter(card: matters.PublicCard) -> shapes.PublicMatter:
    """A matter as anybody may read it."""
    return shapes.PublicMatter(
        id=card.id,
        ref=card.ref,
        type=shapes.TypeRef(
            code=card.type_code, name=words(card.type_name), group=words(card.type_group)
        ),
        state=_state(card),
        place=shapes.PlaceRef(code=card.place_code, name=words(card.place_name)),
        community=shapes.PlaceRef(code=card.community_code, name=words(card.community_name)),
        unit=_named(card.unit, card.unit_name),
        channel=card.channel,
        point=_point(card.lon, card.lat, is_exact=card.is_exact),
        text=card.text,
        photos=[photo_address(photo_id) for photo_id in card.photo_ids],
        followers=card.followers,
        redone=card.redone,
        received_at=card.received_at,
        changed_at=card.changed_at,
        closed_at=card.closed_at,
        promised_at=card.promised_at,
        promise=plain(card.promise),
    )


def staff_matter(card: matters.MatterCard) -> shapes.StaffMatter:
    """A matter in a list of staff."""
    return shapes.StaffMatter(
        id=card.id,
        ref=card.ref,
        kind=plain(card.kind),
        type_code=card.type_code,
        type_name=words(card.type_name),
        urgency=card.urgency,
        state=_state(card),
        place=shapes.PlaceRef(code=card.place_code, name=words(card.place_name)),
        path=card.path,
        excerpt=card.excerpt,
        point=_point(card.lon, card.lat, is_exact=True),
        channel=card.channel,
        received_at=card.received_at,
        closed_at=card.closed_at,
        due_at=card.due_at,
        light=plain(card.light),
        paused_for=card.paused_for,
        unit=_named(card.unit, card.unit_name),
        offered_unit=_named(card.offered_unit, card.offered_unit_name),
        pending_action=card.pending_action,
        redone=card.redone,
        transfers=card.transfers,
        photos=card.photos,
        followers=card.followers,
        is_sealed=card.is_sealed,
    )


def matter(page: matters.MatterPage) -> shapes.MatterShape:
    """Everything one reader may see of a matter."""
    return shapes.MatterShape(
        matter=staff_matter(page.card),
        version=page.version,
        charter=page.charter_key,
        text=page.text,
        address=page.address,
        answers=[shapes.Answer(question=words(q), answer=words(a)) for q, a in page.answers],
        promises=[_promise(card) for card in page.promises],
        steps=[_step(card) for card in page.steps],
        photos=[_photo(card) for card in page.photos],
        offers=[_offer(card) for card in page.offers],
        has_contact=page.has_contact,
        contact_erased_on=page.contact_erased_on,
        rating=page.rating,
        leading_id=page.leading_id,
        parent_id=page.parent_id,
        children=[child for child, _ref, _type in page.children],
    )


def choices(cards: Iterable[matters.ChoiceCard]) -> list[shapes.Choice]:
    """Steps, possible or not."""
    return [
        shapes.Choice(
            action=card.action,
            label=words(card.choice.label),
            is_possible=card.verdict.allowed,
            rule=card.verdict.rule,
            why=words(card.verdict.say) if not card.verdict.allowed else shapes.Words(zh="", en=""),
            is_pending=card.is_pending,
            fields=[_asked(field) for field in card.fields],
        )
        for card in cards
    ]


def type_shape(card: matters.TypeCard) -> shapes.TypeShape:
    """A type of matter."""
    return shapes.TypeShape(
        code=card.code,
        name=words(card.name),
        kind=plain(card.kind),
        urgency=card.urgency,
        photo=card.photo,
        note=words(card.note),
        is_sealed=card.is_sealed,
        first_answer=card.first_answer,
        promises=[
            shapes.MilestoneShape(name=words(name), case=words(case), limit=limit)
            for name, case, limit in card.milestones
        ],
        leads=[words(lead) for lead in card.leads],
    )


def question(row: Question) -> shapes.QuestionShape:
    """A question of a type."""
    return shapes.QuestionShape(
        name=row.question,
        kind=row.kind,
        label=words(row.label),
        hint=words(row.hint),
        is_required=row.required,
        options=[shapes.Named(key=key, name=words(name)) for key, name in row.choices],
    )


def similar(card: matters.SimilarCard) -> shapes.SimilarShape:
    """A matter that may be the same."""
    return shapes.SimilarShape(
        id=card.id,
        ref=card.ref,
        type_name=words(card.type_name),
        place_name=words(card.place_name),
        distance_m=card.distance_m,
        received_at=card.received_at,
        state_plain=words(card.state_plain),
        excerpt=card.excerpt,
        photo=photo_address(card.photo_id) if card.photo_id else None,
        followers=card.followers,
        reason=words(card.reason),
    )


def _state(card: matters.PublicCard | matters.MatterCard) -> shapes.StateRef:
    return shapes.StateRef(
        key=card.state,
        kind=plain(card.state_kind),
        outcome=plain(card.outcome),
        name=words(card.state_name),
        plain=words(card.state_plain),
    )


def _named(key: str, name: Text) -> shapes.Named | None:
    return shapes.Named(key=key, name=words(name)) if key else None


def _point(lon: float | None, lat: float | None, *, is_exact: bool) -> shapes.Point | None:
    if lon is None or lat is None:
        return None
    return shapes.Point(lon=lon, lat=lat, is_exact=is_exact)


def _promise(card: matters.PromiseCard) -> shapes.PromiseShape:
    return shapes.PromiseShape(
        key=card.key,
        name=words(card.name),
        owner=words(card.owner),
        started_at=card.started_at,
        due_at=card.due_at,
        first_due_at=card.first_due_at,
        met_at=card.met_at,
        status=plain(card.status),
        paused_for=card.paused_for,
        light=plain(card.light),
    )


def _step(card: matters.StepCard) -> shapes.Step:
    return shapes.Step(
        action=card.action,
        label=words(card.label),
        told=words(card.told),
        at=card.at,
        by=card.actor_name,
        role=words(card.role_name),
        rule=card.rule_id,
        words={name: words(text) for name, text in card.words.items()},
        is_proposal=card.is_proposal,
        hash=card.hash,
    )


def _photo(card: matters.PhotoCard) -> shapes.PhotoRef:
    return shapes.PhotoRef(
        id=card.id,
        stage=card.stage,
        by_reporter=card.by_reporter,
        width=card.width,
        height=card.height,
        address=photo_address(card.id),
    )


def _offer(card: matters.OfferCard) -> shapes.Offer:
    return shapes.Offer(
        unit=shapes.Named(key=card.unit, name=words(card.unit_name)),
        offered_at=card.offered_at,
        answer=card.answer,
        answered_at=card.answered_at,
    )


def _asked(field: matters.FormField) -> shapes.Asked:
    spec = field.spec
    nothing = Text("", "")
    options = field.options or (spec.choices if spec else ())
    return shapes.Asked(
        name=field.name,
        kind=spec.kind if spec else "text",
        label=words(spec.label if spec else Text.both(field.name)),
        hint=words(spec.hint if spec else nothing),
        is_required=field.required,
        max_length=spec.max_length if spec else 0,
        options=[shapes.Named(key=key, name=words(name)) for key, name in options],
    )
