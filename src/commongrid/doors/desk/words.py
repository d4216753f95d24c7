"""Words of the desk for what has no words in the charter: lights, channels, spans of time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Words = str | Promise
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(h|wh|d|wd|mo)")

LIGHTS: dict[str, Words] = {
    "red": gettext_lazy("Red"),
    "yellow": gettext_lazy("Yellow"),
    "blue": gettext_lazy("Blue"),
    "grey": gettext_lazy("Standing still"),
    "none": gettext_lazy("In time"),
}
SHOWN: dict[str, Words] = {
    "open": gettext_lazy("In hand"),
    "waiting": gettext_lazy("Waiting"),
    "end": gettext_lazy("Ended"),
    "all": gettext_lazy("All states"),
}
KINDS: dict[str, Words] = {
    "service": gettext_lazy("Service"),
    "event": gettext_lazy("Event"),
    "dispute": gettext_lazy("Dispute"),
    "emergency": gettext_lazy("Emergency"),
}
CHANNELS: dict[str, Words] = {
    "web": gettext_lazy("Web page"),
    "phone": gettext_lazy("Telephone"),
    "counter": gettext_lazy("Service window"),
    "paper": gettext_lazy("Paper"),
    "grid_worker": gettext_lazy("Grid worker"),
    "proxy": gettext_lazy("Proxy"),
    "import": gettext_lazy("Imported"),
    "open311": gettext_lazy("Open311"),
    "api": gettext_lazy("Program"),
}
INTAKE_CHANNELS = ("phone", "counter", "paper", "proxy")
ORDERS: dict[str, Words] = {
    "light": gettext_lazy("Light, then due time"),
    "due": gettext_lazy("Due time"),
    "newest": gettext_lazy("Newest first"),
    "oldest": gettext_lazy("Oldest first"),
}
STATUSES: dict[str, Words] = {
    "running": gettext_lazy("Running"),
    "paused": gettext_lazy("Standing still"),
    "kept": gettext_lazy("Kept"),
    "late": gettext_lazy("Late"),
    "stopped": gettext_lazy("No longer owed"),
    "unsolved": gettext_lazy("Not solved"),
}
STATUS_TONES = {"kept": "green", "late": "red", "unsolved": "red", "paused": "yellow"}
PAUSES: dict[str, Words] = {
    "person": gettext_lazy("waiting for the person"),
    "office": gettext_lazy("waiting for an office"),
}
ANSWERS: dict[str, Words] = {
    "open": gettext_lazy("Waiting for the answer"),
    "taken": gettext_lazy("Taken on"),
    "objected": gettext_lazy("Objected"),
    "silent": gettext_lazy("Silent, so taken on"),
    "appointed": gettext_lazy("Appointed"),
    "withdrawn": gettext_lazy("Offer taken back"),
}
ANSWER_TONES = {"taken": "green", "appointed": "green", "objected": "red", "open": "blue"}
STAGES: dict[str, Words] = {
    "report": gettext_lazy("As reported"),
    "before": gettext_lazy("Before the work"),
    "after": gettext_lazy("After the work"),
    "evidence": gettext_lazy("Evidence"),
}
RATINGS: dict[str, Words] = {
    "satisfied": gettext_lazy("Satisfied"),
    "mostly": gettext_lazy("Mostly satisfied"),
    "partly": gettext_lazy("Partly satisfied"),
    "not_satisfied": gettext_lazy("Not satisfied"),
}
MARKS: dict[str, Words] = {
    "law": gettext_lazy("law"),
    "official": gettext_lazy("official document"),
    "secondary": gettext_lazy("reported by others"),
    "weak": gettext_lazy("weakly sourced"),
    "proposal": gettext_lazy("proposal of this platform"),
}
SCOPES: dict[str, Words] = {
    "public": gettext_lazy("anybody"),
    "own": gettext_lazy("for one's own matter"),
    "area": gettext_lazy("in the area of the appointment"),
    "unit": gettext_lazy("in the unit that holds or is offered it"),
    "system": gettext_lazy("by itself, when the time comes"),
}


def span(delta: timedelta) -> str:
    """A span of time in its largest unit: minutes, hours up to two days, then days."""
    minutes = int(abs(delta.total_seconds()) // 60)
    if minutes < 60:
        return _("%(n)d min") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d h") % {"n": minutes // 60}
    return ngettext("%(n)d day", "%(n)d days", minutes // 1440) % {"n": minutes // 1440}


def duration(code: str) -> str:
    """A limit in words: "2wh" is two working hours; what is not one stays as it is."""
    found = _DURATION.fullmatch(code)
    if not found:
        return code
    number, unit = found.groups()
    count = round(float(number))
    texts = {
        "h": ngettext("%(n)s hour", "%(n)s hours", count),
        "wh": ngettext("%(n)s working hour", "%(n)s working hours", count),
        "d": ngettext("%(n)s day", "%(n)s days", count),
        "wd": ngettext("%(n)s working day", "%(n)s working days", count),
        "mo": ngettext("%(n)s month", "%(n)s months", count),
    }
    return texts[unit] % {"n": number}


def until(due_at: datetime, now: datetime) -> str:
    """How long is left, or how late it is."""
    if due_at >= now:
        return _("%(span)s left") % {"span": span(due_at - now)}
    return _("%(span)s late") % {"span": span(now - due_at)}
