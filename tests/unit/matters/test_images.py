"""Broken pictures are refused or written anew; nothing else is ever raised."""

import random

import pytest

from commongrid.rooms.matters.domain import images
from tests.security import corpus

WHOLE = {
    "JPEG": corpus.exif,
    "progressive JPEG": lambda: corpus.jpeg(progressive=True),
    "two pictures": lambda: corpus.several("MPO"),
    "PNG": corpus.text_chunks,
    "PNG that moves": lambda: corpus.several("PNG"),
    "WebP": lambda: corpus.encoded("WEBP"),
    "WebP that moves": lambda: corpus.several("WEBP"),
}


@pytest.mark.parametrize("name", WHOLE)
def test_broken_bytes_raise_one_thing_only(name):
    chance, whole = random.Random(name), WHOLE[name]()
    refused = 0
    for _ in range(120):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 6)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = chance.choice((len(broken), chance.randint(1, len(broken))))
        try:
            images.clean(bytes(broken[:cut]))
        except images.UnreadablePicture:
            refused += 1
    assert refused > 10


@pytest.mark.parametrize("name", WHOLE)
def test_what_is_looked_at_before_is_what_is_read_after(name):
    assert images.is_picture(WHOLE[name]())
    assert images.clean(WHOLE[name](), longest=40).width <= 40


def test_a_picture_that_walks_too_often_is_known_before_it_is_decoded():
    assert not images.is_picture(corpus.many_scans())
    assert images.is_picture(corpus.jpeg(size=(3000, 2000), progressive=True))


def test_what_hangs_on_behind_is_not_counted():
    """A phone puts a film behind the picture; its bytes look like markers now and then."""
    film = b"\xff\xda" * 500
    assert images.is_picture(corpus.jpeg() + film)


@pytest.mark.parametrize(
    ("kind", "is_taken"),
    [("JPEG", True), ("PNG", False)],
    ids=["read at the size that is kept", "held whole"],
)
def test_how_many_pixels_there_may_be_depends_on_how_they_are_read(kind, is_taken):
    assert images.is_picture(corpus.encoded(kind, (5200, 5200))) == is_taken
