"""One English message has one Chinese translation, whichever door says it.

Django lays all catalogues over each other: where two doors translate the same message in two
ways, one of them shows the other's words. Where the meaning differs, give it a context.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel.messages.pofile import read_po

SOURCE = Path(__file__).parents[2] / "src"


def _translations() -> dict[tuple[str | None, str], dict[str, list[str]]]:
    found: dict[tuple[str | None, str], dict[str, list[str]]] = defaultdict(dict)
    for path in sorted(SOURCE.rglob("zh_Hans/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    where = str(path.relative_to(SOURCE).parent)
                    found[message.context, key].setdefault(str(message.string), []).append(where)
    return found


def test_a_message_has_one_translation() -> None:
    apart = {key: words for key, words in _translations().items() if len(words) > 1}
    assert not apart, f"give these a context (pgettext, context in templates): {apart}"


def test_catalogues_are_read() -> None:
    assert len(_translations()) > 100
