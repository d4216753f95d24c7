"""What the app is made of: light, in one's own words, and without anything that watches."""

from __future__ import annotations

import gzip
import re

import pytest
from django.utils.translation import override

from commongrid.doors.field.words import WORDS
from tests.consistency.repository import SRC, where

APP = SRC / "doors" / "field" / "static" / "field"
HOUSE = SRC / "doors" / "common" / "static"
FIRST_LOAD_BYTES = 150_000
SAID = re.compile(r'\bt\("([a-z_.0-9]+)"')
BUILT = re.compile(r"\bt\(`([a-z_.]*)\$\{")  # a key whose end the script puts together
WATCHING = (
    "geolocation", "watchPosition", "DeviceMotion", "devicemotion", "deviceorientation",
    "Accelerometer", "Pedometer", "sendBeacon", "kilomet", "mileage", "check-in", "checkin",
    "ranking", "leaderboard", "points_of", "online_time", "periodicSync", "backgroundFetch",
)  # fmt: skip


def scripts():
    return sorted(APP.glob("*.js"))


def test_no_script_can_follow_or_count_a_person():
    found = [
        f"{where(path)}: {word}"
        for path in [*scripts(), *APP.glob("*.css")]
        for word in WATCHING
        if word.lower() in path.read_text("utf-8").lower()
    ]
    assert found == []


def test_no_script_makes_code_or_pages_of_words():
    unsafe = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|https?://(?!www\.w3\.org/2000/svg)"
    )
    assert [where(path) for path in scripts() if unsafe.search(path.read_text("utf-8"))] == []


def test_every_word_is_known_and_every_known_word_is_said():
    text = "\n".join(path.read_text("utf-8") for path in scripts())
    said = set(SAID.findall(text))
    assert said - set(WORDS) == set()
    stems = tuple(BUILT.findall(text))
    quoted = set(re.findall(r'"([a-z_]+\.[a-z_.0-9]+)"', text))  # handed on as a key
    idle = {key for key in WORDS if key not in said | quoted and not key.startswith(stems)}
    assert idle == set()


@pytest.mark.parametrize("key", sorted(WORDS))
def test_every_word_is_said_in_chinese_with_the_same_gaps(key):
    with override("en"):
        english = str(WORDS[key])
    with override("zh-hans"):
        chinese = str(WORDS[key])
    assert set(re.findall(r"\{\w+\}", chinese)) == set(re.findall(r"\{\w+\}", english))
    assert chinese != english or key == "lock.pin"


def test_the_first_load_is_light():
    """Every file of the app and of the house's own that it uses, each packed by itself."""
    files = [*scripts(), *APP.glob("*.css"), *APP.glob("*.svg")]
    files += [HOUSE / "css" / f"{name}.css" for name in ("tokens", "base", "components")]
    files += [HOUSE / "img" / "icons.svg"]
    files += [SRC / "doors" / "field" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"]
    weight = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)
    assert weight < FIRST_LOAD_BYTES, weight


def test_modules_take_only_what_the_others_give():
    given = {
        path.name: set(
            re.findall(
                r"export (?:async )?(?:function|const|let|class) (\w+)", path.read_text("utf-8")
            )
        )
        for path in scripts()
    }
    wrong = []
    for path in scripts():
        for names, other in re.findall(
            r'import \{([^}]+)\} from "\./(\w+\.js)"', path.read_text("utf-8")
        ):
            taken = {name.strip() for name in names.split(",") if name.strip()}
            wrong += [f"{path.name}: {name} of {other}" for name in taken - given.get(other, set())]
    assert wrong == []
