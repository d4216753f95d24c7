"""How the desk shows lights, due times, ages and keys."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from commongrid.doors.common.templatetags.common import icon, light, tag
from commongrid.doors.desk import words
from commongrid.doors.desk.present import community_of

register = template.Library()


@register.simple_tag
def desk_light(colour: Any, paused_for: str = "") -> SafeString | str:
    """A light with its word; a matter in time has a word and no shape."""
    key = str(colour)
    if key == "none":
        return format_html('<span class="light light--none">{}</span>', words.LIGHTS["none"])
    said = light(key, str(words.LIGHTS[key]))
    if key == "grey" and paused_for in words.PAUSES:
        return format_html('{}<small class="soft block">{}</small>', said, words.PAUSES[paused_for])
    return said


@register.simple_tag
def due(at: datetime | None, now: datetime, *, brief: bool = False) -> SafeString | str:
    """How long is left or how late, with the point in time itself."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    shown = formats.date_format(local, pgettext("short date and time", "j M, H:i"))
    iso = local.isoformat(timespec="minutes")
    late = " late" if at < now else ""
    if brief:
        return format_html(
            '<time class="due{}" datetime="{}" title="{}">{}</time>',
            late, iso, shown, words.until(at, now),
        )  # fmt: skip
    return format_html(
        '<time datetime="{}"><span class="due{}">{}</span> <span class="soft">{}</span></time>',
        iso, late, words.until(at, now), shown,
    )  # fmt: skip


@register.filter
def short(at: datetime | None) -> SafeString | str:
    """A point in time without the year, for tables."""
    if at is None:
        return ""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        formats.date_format(local, pgettext("short date and time", "j M, H:i")),
    )


@register.simple_tag
def age(at: datetime, now: datetime) -> SafeString:
    """How long ago, with the point in time as its title."""
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        formats.date_format(local, pgettext("short date and time", "j M, H:i")),
        words.span(now - at),
    )


@register.simple_tag
def marks(card: Any) -> SafeString:
    """What sets a matter apart in a list: redone, passed on, photos, people who follow it."""
    shown = []
    if card.redone:
        shown.append(tag(_("redone %(n)d×") % {"n": card.redone}, "red"))
    if card.transfers:
        shown.append(tag(_("passed on %(n)d×") % {"n": card.transfers}, "yellow"))
    if card.photos:
        said = _("%(n)d photos") % {"n": card.photos}
        shown.append(
            format_html('<span class="mark">{}{}</span>', icon("camera", said), card.photos)
        )
    if card.followers:
        said = _("%(n)d people follow it") % {"n": card.followers}
        shown.append(
            format_html('<span class="mark">{}{}</span>', icon("person", said), card.followers)
        )
    if card.is_sealed:
        shown.append(format_html('<span class="mark">{}</span>', icon("lock", _("sealed"))))
    return format_html_join("", "{}", ((mark,) for mark in shown))


@register.filter
def worded(key: Any, table: str) -> Any:
    """The words of a key: `"kept"|worded:"STATUSES"`; an unknown key stays as it is."""
    return getattr(words, table).get(str(key), key)


@register.simple_tag
def status_tag(status: str) -> SafeString:
    """How a promise stands."""
    return tag(str(words.STATUSES.get(status, status)), words.STATUS_TONES.get(status, ""))


@register.simple_tag
def claim_tag(promise: Any) -> SafeString:
    """Work said to be done in time or late, while its check is open."""
    if promise.due_at is not None and promise.claimed_at > promise.due_at:
        return tag(_("Late, waits for the check"), "red")
    return tag(_("In time, waits for the check"), "green")


@register.simple_tag
def answer_tag(answer: str) -> SafeString:
    """What a unit answered to an offer."""
    return tag(str(words.ANSWERS.get(answer, answer)), words.ANSWER_TONES.get(answer, ""))


@register.simple_tag
def state_tag(card: Any, language: str) -> SafeString:
    """The state: green where it ended solved, red where it ended not solved."""
    tone = {"solved": "green", "not_solved": "red"}.get(str(card.outcome), "")
    if not tone and str(card.state_kind) == "waiting":
        tone = "yellow"
    return tag(card.state_name.in_(language), tone)


@register.filter
def community(card: Any) -> str:
    """The community of a matter's grid; "" where the grid's name begins with it."""
    return community_of(card)


@register.filter
def item(mapping: Any, key: Any) -> Any:
    """Look a key up in a mapping; "" when it is not there."""
    return mapping.get(key, "")


@register.filter
def limit(code: str) -> str:
    """A limit of the charter in words."""
    return words.duration(code)
