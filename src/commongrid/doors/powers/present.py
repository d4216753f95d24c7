"""How the power ledger looks: rows of powers, holders, counts and waits in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, ngettext, pgettext

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Mark, Power, Row
from commongrid.charter.words import MARKS, SCOPES
from commongrid.doors.powers.names import power_name
from commongrid.kernel.duration import Duration
from commongrid.kernel.text import Text
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import WAIT_EDGES_H, PowerMonthCard

TONES: Mapping[Mark, str] = {
    Mark.LAW: "green",
    Mark.OFFICIAL: "blue",
    Mark.SECONDARY: "",
    Mark.WEAK: "yellow",
    Mark.PROPOSAL: "yellow",
}
MOMENT = timedelta(microseconds=1)
RIGHTS = ("public",)  # the body of roles that hold rights, not powers


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a power, where, and on what basis, with the trust mark of its source."""

    role: str
    name: str
    scope: str
    basis: str
    source: str
    mark: str
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseRow:
    """One power as it was used in a month; ``used`` is "" where the count is small."""

    power: str
    name: str
    used: str
    bar: SafeString
    undone: str
    holders: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UseChapter:
    """The powers of one chapter that were used, and those that were not."""

    name: str
    rows: tuple[UseRow, ...]
    unused: tuple[tuple[str, str], ...]


def language() -> str:
    return get_language() or "zh-hans"


def say(text: Text) -> str:
    return text.in_(language())


def number(count: int) -> str:
    return formats.number_format(count, use_l10n=True, force_grouping=True)


def month_name(month: date) -> str:
    return formats.date_format(month, pgettext("month format", "F Y"))


def day_name(due_at: datetime) -> str:
    """The last day of a time limit, in the place's own time: midnight still belongs to it."""
    local = timezone.localtime(due_at - MOMENT)
    return formats.date_format(local, pgettext("date format", "j M Y"))


def comma(names: Sequence[str]) -> str:
    return pgettext("between names", ", ").join(names)


def name_of(power: str, compiled: Compiled) -> str:
    return say(power_name(power, compiled))


def mark_of(row: Row) -> dict[str, str]:
    """The trust mark of a row: how well it is sourced."""
    return {"mark": say(MARKS[row.mark]), "tone": TONES[row.mark], "source": row.source}


def holders_of(rows: Sequence[Power], compiled: Compiled) -> tuple[Holder, ...]:
    """Who holds a power, in the charter's order."""
    return tuple(
        Holder(
            role=row.role,
            name=say(compiled.role_name(row.role)),
            scope=say(SCOPES[row.scope]),
            basis=say(row.basis),
            **mark_of(row),
        )
        for row in rows
    )


def is_counted(power: str, compiled: Compiled) -> bool:
    """Whether uses of a power are counted: an office or the clock holds it, not residents alone."""
    roles = {row.role for row in compiled.powers.get(power, ())} - publications.LEFT_OUT
    known = compiled.charter.roles
    return power != "raise" and any(
        known[role].body not in RIGHTS for role in roles if role in known
    )


def use_chapters(
    card: PowerMonthCard, parts: Mapping[str, Any], compiled: Compiled
) -> tuple[UseChapter, ...]:
    """A month by chapter, in a fixed order that no count decides."""
    used: dict[str, int | None] = dict(card.whole.get("used") or ())
    most = max((count for count in used.values() if count), default=1)
    known = publications.chapters()
    return tuple(
        UseChapter(
            name=say(known[key].name),
            rows=tuple(
                _use_row(power, used[power], parts.get(power), most, compiled)
                for power in powers
                if used[power] != 0
            ),
            unused=tuple((p, name_of(p, compiled)) for p in powers if used[p] == 0),
        )
        for key, powers in publications.in_chapters(used).items()
        if powers
    )


def _use_row(power: str, count: int | None, part: Any, most: int, compiled: Compiled) -> UseRow:
    fate = part["fate"] if part else None
    roles = dict.fromkeys(row.role for row in compiled.powers.get(power, ()))
    names = [say(compiled.role_name(role)) for role in roles if role not in publications.LEFT_OUT]
    return UseRow(
        power=power,
        name=name_of(power, compiled),
        used="" if count is None else number(count),
        bar=bar(count or 0, most),
        undone=number(fate[1]) if fate and can_be_undone(power) else "",
        holders=comma(names),
    )


def can_be_undone(power: str) -> bool:
    """Whether a later step can undo it."""
    return power in publications.undoing_steps()


def wait_rows(waits: Sequence[Sequence[int]]) -> tuple[tuple[str, str, SafeString], ...]:
    """How long matters had stood before a power was used: interval, uses, bar."""
    most = max((row[2] for row in waits), default=1)
    return tuple(
        (_interval(first, until), number(count), bar(count, most)) for first, until, count in waits
    )


def _interval(first: int, until: int) -> str:
    since = WAIT_EDGES_H[first - 1] if first else 0.0
    if until > len(WAIT_EDGES_H):
        if not since:
            return gettext("however long")
        return gettext("longer than %(time)s") % {"time": _hours(since)}
    end = _hours(WAIT_EDGES_H[until - 1])
    if not since:
        return gettext("less than %(time)s") % {"time": end}
    return gettext("%(since)s to %(until)s") % {"since": _hours(since), "until": end}


def duration_name(duration: Duration) -> str:
    """How long a promise may take, in words."""
    if duration.amount % 1:
        return str(duration)
    count = duration.whole
    words = {
        "h": ngettext("%(count)d hour", "%(count)d hours", count),
        "wh": ngettext("%(count)d working hour", "%(count)d working hours", count),
        "d": ngettext("%(count)d day", "%(count)d days", count),
        "wd": ngettext("%(count)d working day", "%(count)d working days", count),
        "mo": ngettext("%(count)d month", "%(count)d months", count),
    }
    return words[duration.unit] % {"count": count}


def _hours(value: float) -> str:
    if value < 48:
        return ngettext("%(count)d hour", "%(count)d hours", int(value)) % {"count": int(value)}
    days = int(value / 24)
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def joined(names: Sequence[Sequence[str]]) -> str:
    """A row of several members, in the language of the page: they are one sum."""
    said = [zh if language().startswith("zh") else en for zh, en, *_ in names]
    if len(said) == 1:
        return said[0]
    return gettext("%(names)s, together") % {"names": comma(said)}


def bar(count: int, most: int) -> SafeString:
    """A count beside its number: a picture of it, hidden from screen readers."""
    width = f"{100 * count / most if most else 0:.1f}"
    return format_html(
        '<svg class="bar" viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="bar-ground" width="100" height="12"/>'
        '<rect class="bar-count" width="{}" height="12"/></svg>',
        width,
    )
