"""Which roles read what, and which role appoints. Roles are charter keys; unknown ones get nothing.

Source: docs of the people room; product lines 1 and 8 (nobody reads more than the function needs).
"""

from __future__ import annotations

APPOINTING = "appointing"
SETUP = "system:setup"

AREA_READERS = frozenset(
    {
        "desk",
        "dispatcher",
        "centre",
        "township",
        "community",
        "grid_worker",
        "checker",
        "supervisor",
        "council",
        "reviewer",
    }
)
"""Roles that read every matter of their subtree."""

UNIT_READERS = frozenset({"handler", "head"})
"""Roles that read what their unit holds, held or is offered, within their subtree."""


def contains(area: str, path: str) -> bool:
    """Whether the place at `path` lies in `area` or is it; a path ends with a slash.

    Example:
        >>> contains("/15/1502/", "/15/1502/7/"), contains("/15/1502/", "/15/15021/")
        (True, False)
    """
    return bool(area) and path.startswith(area)
