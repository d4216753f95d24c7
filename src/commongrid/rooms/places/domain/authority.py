"""Who may change places: one function a power, each answering with a verdict."""

from __future__ import annotations

from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict

SETUP_KEY = "system:setup"
"""The actor of the installer's commands: whoever can run them holds the database anyway."""

ADOPT_CHARTER, KEEP_PLACES = "adopt_charter", "keep_places"
"""Powers of the charter (``powers.csv``)."""
CHARTER_KEEPERS = ("charter_keeper",)
PLACE_KEEPERS = ("place_keeper", "charter_keeper")
POST_KEEPERS = (*PLACE_KEEPERS, "township", "community")


def role_over(actor: Actor, path: str, roles: tuple[str, ...]) -> str:
    """The role that gives the actor a say over the place, or ""."""
    if actor.key == SETUP_KEY:
        return "system"
    for hat in actor.hats:
        if hat.role in roles and hat.path and path.startswith(hat.path):
            return hat.role
    return ""


REFUSALS = {
    "register_places": Text(
        "只有本地的区划网格管理员可以登记区划。",
        "Only the place keeper of this place may register divisions.",
    ),
    "draw_boundaries": Text(
        "网格由本地的区划网格管理员划定，其他单位不得另行划分。",
        "Grids are drawn by the place keeper of this place; others use them as drawn.",
    ),
    "redraw_places": Text(
        "只有本地的区划网格管理员可以撤销或接续网格。",
        "Only the place keeper of this place may end a place or name its successor.",
    ),
    "set_grid_post": Text(
        "网格公示由所在社区（嘎查、村）或街道（苏木、镇）更新。",
        "A grid post is kept by the community or the township it belongs to.",
    ),
    "adopt_charter": Text(
        "只有本地的章程管理员可以启用章程。",
        "Only the charter keeper of this place may adopt a charter.",
    ),
}


def may_register_places(actor: Actor, path: str) -> Verdict:
    """Whether the actor may enter divisions under the place."""
    return _answer(actor, path, PLACE_KEEPERS, "register_places")


def may_draw_boundaries(actor: Actor, path: str) -> Verdict:
    """Whether the actor may adopt boundaries under the place (domain rules G1, G3)."""
    return _answer(actor, path, PLACE_KEEPERS, "draw_boundaries")


def may_redraw_places(actor: Actor, path: str) -> Verdict:
    """Whether the actor may let places end and others take over (domain rule G2)."""
    return _answer(actor, path, PLACE_KEEPERS, "redraw_places")


def may_set_grid_post(actor: Actor, path: str) -> Verdict:
    """Whether the actor may change what is posted for a grid (domain rule G4)."""
    return _answer(actor, path, POST_KEEPERS, "set_grid_post")


def may_adopt_charter(actor: Actor, path: str) -> Verdict:
    """Whether the actor may adopt a charter for the place."""
    return _answer(actor, path, CHARTER_KEEPERS, "adopt_charter")


def _answer(actor: Actor, path: str, roles: tuple[str, ...], power: str) -> Verdict:
    if role := role_over(actor, path, roles):
        return Verdict.yes(f"place.{power}", log=f"{actor.key} as {role} over {path}")
    return Verdict.no(
        f"place.{power}",
        REFUSALS[power],
        log=f"{actor.key} has none of {', '.join(roles)} over {path}",
    )
