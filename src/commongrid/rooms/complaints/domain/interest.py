"""What makes an interest: words for the condition that ``reading.py`` puts into every read.

Neither reads nor handles a complaint: whoever it is about; who is of the same unit or holds the
same post; who is above in the line; who worked on the matter it is about; who stepped out.

Source: Jinan hotline regulation 2018 art. 32 [S42]; petition rule 2022 [S43]; product line 8.
"""

from __future__ import annotations

from collections.abc import Iterable

from commongrid.charter.matter import Actor, Hat

UNIT_ROLES = frozenset({"handler", "head"})
"""Roles whose power ends at their unit: they are above nobody of another one."""


def account_of(actor: Actor) -> int | None:
    """The account behind an actor; None for whoever looks after the server.

    Example:
        >>> account_of(Actor(key="staff:7")), account_of(Actor(key="system:clock"))
        (7, None)
    """
    kind, _, number = actor.key.partition(":")
    return int(number) if kind == "staff" and number.isdecimal() else None


def area_hats(hats: Iterable[Hat]) -> tuple[Hat, ...]:
    """The hats that may be above somebody: posts over a place.

    Those that supervise stand outside the line; each complaint says which they are.

    Example:
        >>> [hat.role for hat in area_hats([Hat("head", "/15/", "water"), Hat("desk", "/15/")])]
        ['desk']
    """
    return tuple(hat for hat in hats if hat.path and hat.role not in UNIT_ROLES)


def listed(roles: Iterable[str]) -> str:
    """Roles as one column keeps them.

    Example:
        >>> listed({"supervisor", "reviewer"}), listed(())
        (';reviewer;supervisor;', '')
    """
    kept = sorted(set(roles))
    return f";{';'.join(kept)};" if kept else ""


def above(path: str) -> list[str]:
    """A path and every path above it, the nearest first.

    Example:
        >>> above("/15/1502/")
        ['/15/1502/', '/15/']
    """
    parts = [part for part in path.split("/") if part]
    return ["/" + "/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)]
