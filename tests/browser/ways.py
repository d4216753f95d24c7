"""The ways in which a page is looked at: the screen, the language, and whether the text is large.

Each page is opened on a phone with text at 200 % in Chinese and on a desk in English, and fits
there; axe reads every other page in one of these ways, the rest in the other. Long journeys are
walked in one of them. COMMONGRID_EVERY_WAY=1 looks at all of the combinations with axe and walks
every journey in both, which takes a while.
"""

import itertools
import os

IS_EVERY_WAY = os.environ.get("COMMONGRID_EVERY_WAY") == "1"
IS_PICTURED = os.environ.get("COMMONGRID_PICTURES") == "1"  # the manual shows both languages
WAYS = [("phone", "zh", True), ("desk", "en", False)]
if IS_EVERY_WAY:
    WAYS = list(itertools.product(("phone", "desk"), ("zh", "en"), (False, True)))
# For the journeys that look at their pages in states only they reach, with text as it is.
SCREENS = sorted({(on, language) for on, language, _ in WAYS})


ON = {"zh": "phone", "en": "desk"}  # the screen that goes with a language where both are walked


def walked(first: str) -> list[str]:
    """The languages a long journey is walked in: the first, or both."""
    return ["zh", "en"] if IS_EVERY_WAY or IS_PICTURED else [first]


def is_read(number: int, on: str) -> bool:
    """Whether axe reads the page of this number on this screen: each is read once."""
    return IS_EVERY_WAY or (number % 2 == 0) == (on == "phone")
