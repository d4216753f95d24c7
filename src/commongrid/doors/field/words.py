"""Every word of the app: a key the scripts know, and the sentence for it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, str | Promise] = {
    "today": _("Today"),
    "raise": _("Raise a matter"),
    "offline": _("No signal"),
    "waiting": _("Waits to be sent"),
    "answered": _("Answered"),
}
