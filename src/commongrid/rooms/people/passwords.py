"""Is this password good enough? The answer in both languages, whoever asks."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import translation

from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Verdict
from commongrid.rooms.people.models import Account


def password_problems(password: str, account: Account) -> Verdict:
    """Allowed when the configured validators find nothing; else their words, in both languages.

    The validators speak the language of the moment, so they are asked once in each.
    """
    zh = _complaints(password, account, settings.LANGUAGE_CODE)
    if not zh:
        return Verdict.yes("people.password_good")
    text = Text(zh=zh, en=_complaints(password, account, "en"))
    return Verdict.no("people.password_weak", text, "validators refused")


def _complaints(password: str, account: Account, language: str) -> str:
    with translation.override(language):
        try:
            validate_password(password, account)
        except ValidationError as error:
            return " ".join(error.messages)
    return ""
