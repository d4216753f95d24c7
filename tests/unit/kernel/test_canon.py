import hashlib
import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.kernel.canon import canonical_json, digest
from commongrid.kernel.text import Text
from tests.unit.kernel.laws import lawful


class Light(StrEnum):
    RED = "red"


class Rank(IntEnum):
    FIRST = 1


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (0.1, "0.1"),
        (-0.0, "0.0"),
        ('网格\n"', '"网格\\n\\""'),
        (Decimal("1.500"), '"1.5"'),
        (Decimal("1E+3"), '"1000"'),
        (Decimal("-0.0"), '"0"'),
        (date(2026, 1, 2), '"2026-01-02"'),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), '"2026-01-02T03:04:00.000000Z"'),
        (
            datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=timezone(timedelta(hours=8))),
            '"2026-01-01T19:04:05.000006Z"',
        ),
        (UUID(int=7), '"00000000-0000-0000-0000-000000000007"'),
        (Text(zh="红", en="red"), '{"en":"red","zh":"红"}'),
        (Light.RED, '"red"'),
        (Rank.FIRST, "1"),
        ((1, [2, ()]), "[1,[2,[]]]"),
        (frozenset({"b", "a"}), '["a","b"]'),
        ({"b": 1, "a": {Light.RED: 2}}, '{"a":{"red":2},"b":1}'),
    ],
)
def test_each_kind_of_value_has_one_spelling(value, written):
    assert canonical_json(value) == written
    assert digest(value) == hashlib.sha256(written.encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"a": [1, float("nan")]}, r"\$\.a\[1\]: nan"),
        ([float("inf")], r"\$\[0\]: inf"),
        ({"a": Decimal("NaN")}, r"\$\.a: NaN"),
        ({"at": datetime(2026, 1, 1)}, r"\$\.at: .*time zone"),  # noqa: DTZ001
        ({1: 2}, r"\$: the key 1"),
        ({"a": {"b": b"raw"}}, r"\$\.a\.b: bytes"),
        ([time(8)], r"\$\[0\]: time"),
        ([object()], r"\$\[0\]: object"),
        (["\ud800"], r"\$\[0\]: half a surrogate"),
        (Text(zh="\udfff", en=""), r"\$\.zh: half"),
        (frozenset({b"x"}), r"\$\{\}: bytes"),
    ],
)
def test_what_does_not_fit_is_named_by_its_path(value, path):
    with pytest.raises(TypeError, match=path):
        canonical_json(value)


plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner, max_size=4)
    ),
    max_leaves=12,
)


@lawful()
@given(value=plain)
def test_reading_back_and_writing_again_gives_the_same_text(value):
    written = canonical_json(value)
    assert canonical_json(json.loads(written)) == written


@lawful()
@given(value=st.dictionaries(st.text("abc"), st.integers(), max_size=5), data=st.data())
def test_the_order_of_keys_does_not_matter(value, data):
    shuffled = dict(data.draw(st.permutations(list(value.items()))))
    assert canonical_json(shuffled) == canonical_json(value)
