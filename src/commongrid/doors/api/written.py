"""Values in an address, read only as the documentation writes them.

A parser that means well reads ``20260301`` as seconds since 1970 and ``yes`` as true: who writes
so gets an answer to another question. Here they are told instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from pydantic import BeforeValidator

MOMENT_FORM = "A day or a moment (ISO 8601); without a zone, in that of the house."
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(?:[Tt ].+)?")
_WHOLE = re.compile(r"-?\d{1,40}", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,40}(?:\.\d{1,40})?(?:[Ee][+-]?\d{1,3})?", re.ASCII)
_FLAG = re.compile(r"true|false", re.IGNORECASE)  # programs in Python write True


def _as(form: re.Pattern[str]) -> Callable[[Any], Any]:
    """Let a text through that has the form, and whatever is no text: a default is none."""

    def written(value: Any) -> Any:
        if isinstance(value, str) and not form.fullmatch(value):
            message = "not written as documented"
            raise ValueError(message)
        return value

    return written


Moment = Annotated[datetime, BeforeValidator(_as(_MOMENT))]
Whole = Annotated[int, BeforeValidator(_as(_WHOLE))]
Number = Annotated[float, BeforeValidator(_as(_NUMBER))]
Flag = Annotated[bool, BeforeValidator(_as(_FLAG))]
