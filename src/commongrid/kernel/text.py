"""A sentence in both languages of the place, carried as one value."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in Chinese and in English; charters and verdicts speak with it.

    Example:
        >>> Text(zh="受理", en="accept").in_("zh-hans")
        '受理'
        >>> Text(zh="受理", en="").in_("en")
        '受理'
    """

    zh: str
    en: str

    def in_(self, lang: str) -> str:
        """The words for a language tag; an empty side falls back to the other."""
        first, second = (self.zh, self.en) if _is_chinese(lang) else (self.en, self.zh)
        return first or second

    @classmethod
    def both(cls, words: str) -> Text:
        """The same words for both languages: names, numbers, codes."""
        return cls(zh=words, en=words)


def _is_chinese(lang: str) -> bool:
    return lang.replace("_", "-").lower().split("-", 1)[0] == "zh"
