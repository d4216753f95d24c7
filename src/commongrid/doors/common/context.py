"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language


def house(request: HttpRequest) -> dict[str, Any]:
    """Give the base template its words; doors override any of them in their own context."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "writing": "vertical" if language in settings.VERTICAL_LANGUAGES else "horizontal",
        "html_lang": {"zh-hans": "zh-Hans-CN"}.get(language, language),
        "languages": settings.LANGUAGES,
        "language": language,
        "here": request.get_full_path(),
        "place_name": "",
        "is_demo": settings.IS_DEMO,
    }
