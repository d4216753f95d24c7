"""Closing commitments: when a person has their matter erased, the salts of its leaves go.

An act says so (``salts_gone``: whose leaves). When the act itself gets its place, the salts of all
leaves of those subjects before it are emptied in the same transaction. Entries and tree stay, so
every proof, root and receipt handed out before still holds; what a closed leaf committed to can be
shown by those receipts alone. ``verify`` takes an empty salt only where such an act, whose own leaf
opens, stands behind it in the log.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

SALTS_GONE = "salts_gone"
_CLOSE = (
    'UPDATE tlog_leaf SET salt = %s WHERE "index" < %s '
    "AND act_id IN (SELECT id FROM ledger_act WHERE subject = %s)"
)


def subjects_closed_by(core: str) -> tuple[str, ...]:
    """Whose leaves an act closes; none for all but a few acts, which costs a look for a word."""
    if SALTS_GONE not in core:
        return ()
    try:
        named = json.loads(core)["after"].get(SALTS_GONE)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return ()  # altered: verify tells
    return tuple(map(str, named)) if isinstance(named, list) else ()


def close_leaves(subjects: Iterable[str], *, before: int) -> None:
    """Empty the salts of the leaves of these subjects in front of a leaf."""
    with connection.cursor() as cursor:
        for subject in subjects:
            cursor.execute(_CLOSE, [b"", before, subject])
