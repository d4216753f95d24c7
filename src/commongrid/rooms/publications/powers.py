"""Who may publish for a body: whom the charter of the place gives the power."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.places import face as places

PUBLISH = "publish_affairs"
NOBODY = Text(
    zh="现行章程没有写明谁可以公开。启用 2026.7 或以后的版本后即可。",
    en="The charter in force names nobody for this. Adopt version 2026.7 or a later one.",
)
NOT_YOURS = Text(
    zh="公开由章程写明的岗位为本辖区登载。您的岗位不在其中。",
    en="What is published is put up by the posts the charter names, for their own area. Yours is "
    "not one of them.",
)


def may_publish(actor: Actor, path: str, at: datetime) -> Verdict:
    """Whether somebody may publish for the body of a path. Cost: 1 statement when warm."""
    rule = f"publications.{PUBLISH}"
    roles = _roles(path, at)
    if actor.key == places.SETUP_KEY:
        return Verdict.yes(rule)
    if not roles:
        return Verdict.no(rule, NOBODY, log=f"no role has {PUBLISH} at {path}")
    if role_over(actor, path, roles):
        return Verdict.yes(rule)
    return Verdict.no(rule, NOT_YOURS, log=f"{actor.key} has none of {sorted(roles)}")


def may_publish_within(actor: Actor, path: str, at: datetime) -> bool:
    """Whether somebody publishes for some body in a place, or for all. Cost: 1 when warm."""
    roles = _roles(path, at)
    return actor.key == places.SETUP_KEY or any(
        hat.role in roles and hat.path and (hat.path.startswith(path) or path.startswith(hat.path))
        for hat in actor.hats
    )


def publishing_role(actor: Actor, path: str, at: datetime) -> str:
    """The role by which somebody publishes, or ""."""
    return role_over(actor, path, _roles(path, at))


def publishing_roles(path: str, at: datetime) -> tuple[str, ...]:
    """The roles that publish for the body of a path, in a fixed order. Cost: 1 when warm."""
    return tuple(sorted(_roles(path, at)))


def role_over(actor: Actor, path: str, roles: Iterable[str]) -> str:
    """The role by which somebody reaches a body, or ""."""
    if actor.is_system:
        return "system"
    held = set(roles)
    for hat in actor.hats:
        if hat.role in held and hat.path and path.startswith(hat.path):
            return hat.role
    return ""


def _roles(path: str, at: datetime) -> frozenset[str]:
    try:
        compiled = places.charter_in_force(path, at)[1]
    except places.NoCharterError:
        return frozenset()
    return frozenset(row.role for row in compiled.powers.get(PUBLISH, ()))
