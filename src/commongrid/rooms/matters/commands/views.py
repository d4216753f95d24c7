"""save_view: a member of staff keeps a filter under a name. No authority is used: no act."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from commongrid.charter.matter import Actor
from commongrid.kernel.canon import canonical_json
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.rooms.matters.cards import Filters
from commongrid.rooms.matters.models import SavedView

MOST_VIEWS = 30


def save_view(*, actor: Actor, at: datetime, name: str, filters: Filters) -> None:
    """Keep a filter; the same name replaces it. Raises: Refused without a name or with too many."""
    name = name.strip()[:60]
    if not name:
        raise Refused(_no("name", "请给这个视图起个名字。", "Give the view a name."))
    mine = SavedView.objects.filter(owner=actor.key)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise Refused(
            _no("most", f"最多保存 {MOST_VIEWS} 个视图。", f"{MOST_VIEWS} views at most.")
        )
    kept = canonical_json(asdict(filters))
    SavedView.objects.update_or_create(
        owner=actor.key, name=name, defaults={"filters": kept, "made_at": at}
    )


def drop_view(*, actor: Actor, name: str) -> None:
    """Forget a saved filter; one that is not there is no error."""
    SavedView.objects.filter(owner=actor.key, name=name).delete()


def _no(rule: str, zh: str, en: str) -> Verdict:
    return Verdict.no(f"view.{rule}", Text(zh=zh, en=en))
