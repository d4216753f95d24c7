"""The publications room's face: how powers are used, and what villages and communities publish."""

from __future__ import annotations

from commongrid.rooms.publications.cards import (
    AffairCard,
    AffairPromise,
    PowerCounts,
    PowerMonthCard,
    PowerMonthToCount,
    PowerPartCard,
)
from commongrid.rooms.publications.commands.affairs import AffairDraft, publish_affair
from commongrid.rooms.publications.commands.power_months import publish_powers
from commongrid.rooms.publications.commands.reminding import (
    erase_old_reminders,
    remind_publishers,
)
from commongrid.rooms.publications.counting import count_powers
from commongrid.rooms.publications.domain.chapters import Chapter, chapters, in_chapters
from commongrid.rooms.publications.domain.files import MOST_TABLE_BYTES
from commongrid.rooms.publications.domain.periods import AT_ONCE
from commongrid.rooms.publications.domain.using import (
    FATES,
    KEPT_WHOLE,
    LEFT_OUT,
    REASONS,
    WAIT_EDGES_H,
    undoing_steps,
)
from commongrid.rooms.publications.models import TEXT_LENGTH, TITLE_LENGTH
from commongrid.rooms.publications.owing import list_owed
from commongrid.rooms.publications.powers import may_publish
from commongrid.rooms.publications.queries import (
    count_affairs,
    find_affair,
    find_power_month,
    list_affairs,
    list_all_parts,
    list_bodies,
    list_due_power_months,
    list_power_months,
    list_power_parts,
    list_powered_places,
    list_promises,
    read_file,
)

__all__ = [
    "AT_ONCE",
    "FATES",
    "KEPT_WHOLE",
    "LEFT_OUT",
    "MOST_TABLE_BYTES",
    "REASONS",
    "TEXT_LENGTH",
    "TITLE_LENGTH",
    "WAIT_EDGES_H",
    "AffairCard",
    "AffairDraft",
    "AffairPromise",
    "Chapter",
    "PowerCounts",
    "PowerMonthCard",
    "PowerMonthToCount",
    "PowerPartCard",
    "chapters",
    "count_affairs",
    "count_powers",
    "erase_old_reminders",
    "find_affair",
    "find_power_month",
    "in_chapters",
    "list_affairs",
    "list_all_parts",
    "list_bodies",
    "list_due_power_months",
    "list_owed",
    "list_power_months",
    "list_power_parts",
    "list_powered_places",
    "list_promises",
    "may_publish",
    "publish_affair",
    "publish_powers",
    "read_file",
    "remind_publishers",
    "undoing_steps",
]
