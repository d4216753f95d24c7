"""The flow tables under test are the ones in the generated register."""

from __future__ import annotations

import pytest

from commongrid.charter.schema import Kind
from tests.support.flows import CHARTERS, REAL, real, rows_of

REGISTER = CHARTERS.parent / "docs" / "reference" / "charters"


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_of_every_flow_stands_in_the_register(name, language):
    text = (REGISTER / f"{name}.{language}.md").read_text("utf-8")
    for row in rows_of(real(name), *Kind):
        lines = [line for line in text.splitlines() if f"`{row.rule_id}`" in line]
        assert lines, row.rule_id
        label = getattr(real(name).label(row.action), language)
        assert any(label in line for line in lines), row.rule_id
    for kind, state in real(name).charter.states:
        assert getattr(real(name).state(kind, state).name, language) in text
