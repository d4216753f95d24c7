"""Who has an interest in a complaint, said plainly for one person in hand: slow and obvious."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from commongrid.charter.matter import Actor

SUPERVISION = {"supervisor", "reviewer"}
OF_UNITS = {"handler", "head"}


@dataclass(frozen=True)
class Meant:
    """A post of whoever is complained of."""

    key: str
    role: str
    path: str
    unit: str = ""


def is_interested(actor: Actor, posts: Iterable[Meant]) -> bool:
    """The one complained of, a colleague of the unit or post, or somebody above."""
    for post in posts:
        if post.key == actor.key:
            return True
        for hat in actor.hats:
            if (hat.role, hat.path) == (post.role, post.path):
                return True
            is_near = hat.path.startswith(post.path) or post.path.startswith(hat.path)
            if hat.unit and hat.unit == post.unit and is_near:
                return True
            is_area_post = hat.role not in SUPERVISION and hat.role not in OF_UNITS
            if is_area_post and post.path.startswith(hat.path):
                return True
    return False
