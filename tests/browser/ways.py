"""The ways in which a page is looked at: the screen, the language, and whether the text is large.

Each page is opened on a phone with text at 200 % in Chinese and on a desk in English;
COMMONGRID_EVERY_WAY=1 looks at all of the combinations, which takes a while.
"""

import itertools
import os

WAYS = [("phone", "zh", True), ("desk", "en", False)]
if os.environ.get("COMMONGRID_EVERY_WAY") == "1":
    WAYS = list(itertools.product(("phone", "desk"), ("zh", "en"), (False, True)))
# For the journeys that look at their pages in states only they reach, with text as it is.
SCREENS = sorted({(on, language) for on, language, _ in WAYS})
