"""Posts in places whose codes belong to another system than the primary one."""

from __future__ import annotations

import pytest

from commongrid.rooms.people.domain.powers import ends_at, is_sound_post


@pytest.mark.parametrize(
    ("path", "code", "is_sound"),
    [
        ("/150500000000/150502000000/", "150502000000", True),
        ("/local:990100000000/local:990101000000/", "990101000000", True),
        ("/local:990100000000/local:990101000000/", "990100000000", False),
        ("/150500000000/150502000000/", "502000000", False),
        ("/local:/", "", False),
        ("local:990101000000", "990101000000", False),
    ],
)
def test_a_post_stands_where_its_path_ends(path: str, code: str, is_sound: bool) -> None:
    verdict = is_sound_post(role="desk", place_code=code, place_path=path, unit_key="")
    assert bool(verdict) is is_sound


def test_a_code_is_compared_whole() -> None:
    assert not ends_at("/local:1990101000000/", "990101000000")
