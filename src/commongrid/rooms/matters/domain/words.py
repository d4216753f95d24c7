"""Words for full-text search: Han characters set apart, so that two-character words are found.

SQLite's unicode61 and PostgreSQL's "simple" configuration split at spaces; a Chinese word is
then a phrase of single characters. Both databases index and ask the very same text.
"""

from __future__ import annotations

import re
import unicodedata

HAN = r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]"
# One Han character, or a run of other letters and digits.
_WORD = re.compile(rf"(?=[^\W_]){HAN}|[^\W_{HAN[1:-1]}]+", re.UNICODE)


def indexed_words(*texts: str) -> str:
    """The text an index stores: normalised, lower case, a space around each Han character."""
    joined = unicodedata.normalize("NFKC", " ".join(filter(None, texts))).lower()
    return " ".join(_WORD.findall(joined))


def asked_phrases(query: str) -> tuple[str, ...]:
    """What somebody asks for: each space-separated word as a phrase; "" words are dropped."""
    return tuple(filter(None, (indexed_words(part) for part in query.split())))
