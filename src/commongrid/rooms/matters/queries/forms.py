"""What an action asks for, with the options the charter leaves: forms draw themselves from this."""

from __future__ import annotations

from commongrid.charter.compiler import Compiled, propose_units
from commongrid.charter.matter import Choice, MatterState
from commongrid.charter.schema import FieldSpec
from commongrid.kernel.text import Text
from commongrid.rooms.matters.cards import ChoiceCard, FormField, UnitProposal


def choice_card(choice: Choice, matter: MatterState, compiled: Compiled) -> ChoiceCard:
    """A choice with its fields, ready to be drawn."""
    pending = matter.pending
    is_pending = pending is not None and pending.action == choice.action
    return ChoiceCard(
        choice=choice,
        fields=tuple(form_field(need, matter, compiled) for need in choice.needs),
        is_pending=is_pending,
        pending_by=pending.actor if pending is not None and is_pending else "",
    )


def form_field(need: str, matter: MatterState, compiled: Compiled) -> FormField:
    name = need.rstrip("?")
    spec = compiled.charter.fields.get(name)
    pending = matter.pending.fields.get(name, "") if matter.pending else ""
    return FormField(
        name=name,
        spec=spec,
        required=not need.endswith("?"),
        options=_options(name, spec, matter, compiled),
        initial=str(pending) if isinstance(pending, str) else "",
    )


def unit_proposals(matter: MatterState, compiled: Compiled) -> tuple[UnitProposal, ...]:
    """Units of the dispatch catalogue for this matter, leads first, with the reason."""
    return tuple(
        UnitProposal(
            unit=duty.unit,
            name=compiled.unit_name(duty.unit),
            part=duty.part,
            source=duty.source,
            mark=duty.mark.value,
            has_refused=duty.unit in matter.refused_by,
        )
        for duty in propose_units(matter.type, matter.path, compiled)
    )


def _options(
    name: str, spec: FieldSpec | None, matter: MatterState, compiled: Compiled
) -> tuple[tuple[str, Text], ...]:
    charter = compiled.charter
    if spec is not None and spec.choices:
        return spec.choices
    kind = spec.kind if spec else ""
    if kind == "unit":
        return _units(matter, compiled)
    if kind == "units":
        return tuple((unit, compiled.unit_name(unit)) for unit in _allowed(matter, compiled))
    if kind == "milestone":
        return tuple(
            (p.milestone, charter.milestones[p.milestone].name)
            for p in matter.promises
            if p.clock == "finish" and p.is_open and p.milestone in charter.milestones
        )
    if name == "type":
        return tuple((code, row.name) for code, row in charter.types.items())
    if name == "case":
        return tuple((key, row.name) for key, row in charter.cases.items())
    return ()


def _units(matter: MatterState, compiled: Compiled) -> tuple[tuple[str, Text], ...]:
    """Units the catalogue proposes come first; those that objected are still shown, last."""
    proposed = [d.unit for d in propose_units(matter.type, matter.path, compiled)]
    allowed = _allowed(matter, compiled)
    in_order = [unit for unit in dict.fromkeys([*proposed, *allowed]) if unit in allowed]
    refused = [unit for unit in in_order if unit in matter.refused_by]
    first = [unit for unit in in_order if unit not in matter.refused_by]
    return tuple((unit, compiled.unit_name(unit)) for unit in (*first, *refused))


def _allowed(matter: MatterState, compiled: Compiled) -> tuple[str, ...]:
    """The units this matter may be given to, in the order of the charter."""
    if not matter.in_charge:
        return tuple(compiled.charter.units)
    kept = compiled.units_for_kept(matter.in_charge)
    return tuple(unit for unit in compiled.charter.units if unit in kept)
