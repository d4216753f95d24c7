"""``altered`` makes what ``dataclasses.replace`` makes."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime

import pytest

from commongrid.charter.matter import MatterState, Pending
from commongrid.charter.schema import Kind
from commongrid.kernel.altering import altered
from commongrid.kernel.text import Text

AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
STATE = MatterState(
    id="m", kind=Kind.EVENT, type="A01", state="reported", path="/1/", received_at=AT
)


@pytest.mark.parametrize("name", [one.name for one in fields(MatterState)])
def test_every_value_of_a_matter_can_be_altered(name: str) -> None:
    value = object()
    made = altered(STATE, **{name: value})
    assert getattr(made, name) is value
    assert made == replace(STATE, **{name: value})


def test_the_record_itself_stays_as_it_was() -> None:
    before = replace(STATE)
    altered(STATE, state="closed", pending=Pending("close", "staff:1", {}))
    assert before == STATE


def test_a_name_the_record_lacks_is_refused() -> None:
    with pytest.raises(TypeError, match="Text has no mn"):
        altered(Text("网格", "grid"), mn="x")


@dataclass(frozen=True, slots=True)
class _Computes:
    one: int
    two: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "two", self.one * 2)


@dataclass(frozen=True)
class _NoSlots:
    one: int
    two: int


@pytest.mark.parametrize("record", [_Computes(1), _NoSlots(1, 2), object()])
def test_other_kinds_of_objects_are_refused(record: object) -> None:
    with pytest.raises(TypeError):
        altered(record, one=3)
