"""Tags and filters of the common look; loaded in every template."""

from datetime import date, datetime
from typing import Any, Protocol

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy, pgettext

register = template.Library()

# What a screen reader hears before the words of a notice.
_NOTICE = {
    "info": gettext_lazy("Note:"),
    "ok": gettext_lazy("Done:"),
    "warn": gettext_lazy("Attention:"),
    "danger": gettext_lazy("Problem:"),
}
_LIGHTS = {
    "grey": gettext_lazy("no light"),
    "blue": gettext_lazy("blue light"),
    "yellow": gettext_lazy("yellow light"),
    "red": gettext_lazy("red light"),
}
TONES = frozenset({"", "blue", "yellow", "red", "green"})


class _Bilingual(Protocol):
    def in_(self, lang: str) -> str: ...


@register.simple_tag
def icon(name: str, words: str = "") -> SafeString:
    """Draw an icon of the sprite; with `words` it speaks, without it is decoration."""
    link = f"{static('img/icons.svg')}#{name}"
    if words:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', words, link
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', link)


@register.simple_tag
def light(colour: str, words: str = "") -> SafeString:
    """Show a warning light: shape, colour and words say the same.

    Raises: KeyError for a colour that is not one of the four lights.
    """
    said = _LIGHTS[colour]
    return format_html(
        '<span class="light light--{}">{}<span>{}</span></span>',
        colour,
        icon(f"light-{colour}", str(said) if words else ""),
        words or said,
    )


@register.simple_tag
def tag(words: str, tone: str = "") -> SafeString:
    """Show a status in a small frame; the tone only repeats the words.

    Raises: ValueError for a tone the design does not have.
    """
    if tone not in TONES:
        message = f"no such tone: {tone}"
        raise ValueError(message)
    return format_html('<span class="tag{}">{}</span>', f" tag--{tone}" if tone else "", words)


@register.inclusion_tag("common/notice.html")
def notice(tone: str, words: Any) -> dict[str, Any]:
    """Show a notice box: info, ok, warn or danger."""
    return {"tone": tone, "words": words, "said": _NOTICE[tone]}


@register.inclusion_tag("common/steps.html")
def steps(current: int, *names: str) -> dict[str, Any]:
    """Show where the person is in a form of several pages; `current` counts from 1."""
    rows = [
        {"name": name, "is_done": number < current, "is_now": number == current}
        for number, name in enumerate(names, start=1)
    ]
    return {"rows": rows}


@register.filter
def say(text: _Bilingual) -> str:
    """Give the words of a bilingual text in the language of the page."""
    return text.in_(get_language() or "zh-hans")


@register.filter
def moment(at: datetime | None) -> SafeString | str:
    """Show a point in time, local, to the minute, readable by machines too."""
    if at is None:
        return gettext("not set")
    local = timezone.localtime(at)
    return format_html(
        '<time datetime="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        formats.date_format(local, pgettext("date format", "j M Y, H:i")),
    )


@register.filter
def day(on: date | datetime) -> SafeString:
    """Show a day as people write it, readable by machines too; of a moment its local day."""
    local = timezone.localtime(on).date() if isinstance(on, datetime) else on
    shown = formats.date_format(local, pgettext("date format", "j M Y"))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), shown)
