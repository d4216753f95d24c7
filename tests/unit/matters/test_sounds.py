"""A recording loses what names a device, a program, a place or a time; odd files are refused."""

from __future__ import annotations

import random

import pytest

from commongrid.rooms.matters.domain.sounds import (
    MOST_BYTES,
    CleanSound,
    UnreadableSound,
    clean,
)
from tests.support import recordings as r

WHOLE = {
    "webm": r.webm(),
    "webm of known sizes": r.webm(is_live=False),
    "ogg": r.ogg(),
    "mp4": r.mp4(),
    "mp4 with its place behind": r.mp4(udta_at="end"),
    "mp4 in fragments": r.mp4_in_fragments(),
}
ZIP_END = b"PK\x05\x06" + bytes(18)
PAGE = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize("name", WHOLE)
def test_it_keeps_the_sound_and_nothing_that_names_where_or_by_what(name: str) -> None:
    given = WHOLE[name]
    kept = clean(given)
    for trace in r.TRACES:
        assert trace in given
        assert trace not in kept.content
    assert kept.content.count(r.FRAME) == given.count(r.FRAME) == 100
    assert kept.seconds == pytest.approx(2, abs=0.1)
    assert kept.form == name.split(maxsplit=1)[0]


@pytest.mark.parametrize("name", WHOLE)
def test_cleaning_what_is_clean_changes_nothing(name: str) -> None:
    once = clean(WHOLE[name])
    assert clean(once.content) == once


@pytest.mark.parametrize("name", ["webm", "mp4"])
def test_what_stands_where_is_not_moved(name: str) -> None:
    assert len(clean(WHOLE[name]).content) == len(WHOLE[name])


def test_the_dates_of_an_mp4_are_gone() -> None:
    date = (3_800_000_000).to_bytes(4, "big")
    assert r.mp4().count(date) == 6
    assert date not in clean(r.mp4()).content


def test_what_hides_in_the_media_beside_the_samples_is_blanked() -> None:
    given = r.mp4(hidden=PAGE)
    assert PAGE in given
    assert PAGE not in clean(given).content


def test_what_hides_in_an_unknown_element_is_blanked() -> None:
    given = r.webm(more=r.ebml("1941A469", PAGE * 9) + r.ebml("EC", PAGE) + r.ebml("EC", b""))
    assert PAGE not in clean(given).content


ODD = {
    "nothing": b"",
    "a picture": b"\xff\xd8\xff\xe0" + bytes(200),
    "wave": b"RIFF\x24\0\0\0WAVEfmt ",
    "mp3": b"ID3\x03" + bytes(200),
    "a page": PAGE,
    "a film, WebM": r.webm(kind=b"\x01", codec=b"V_VP8"),
    "another codec, WebM": r.webm(codec=b"A_VORBIS"),
    "a head that is long": r.webm(private=r.OPUS_HEAD + PAGE),
    "another head, Ogg": r.ogg(head=b"\x01vorbis" + bytes(23)),
    "a film, MP4": r.mp4(handler=b"vide"),
    "another codec, MP4": r.mp4(entry=b"avc1"),
    "samples outside, MP4": r.mp4(shift=9_000),
    "two tracks, MP4": r.mp4() + r.mp4(),
    "two streams, Ogg": r.ogg() + r.ogg(),
    "Ogg, then an archive": r.ogg() + ZIP_END,
    "MP4, then an archive": r.mp4() + ZIP_END,
    "WebM of known size, then an archive": r.webm(is_live=False) + ZIP_END,
    "WebM of unknown size, then an archive": r.webm() + ZIP_END,
    "WebM, then a page": r.webm() + PAGE,
    "a matroska film": r.webm().replace(b"webm", b"matr", 1),
    "no sound, WebM": r.webm(0),
    "no sound, Ogg": r.ogg(0),
    "no sound, MP4": r.mp4(0),
}


@pytest.mark.parametrize("name", ODD)
def test_what_is_no_recording_or_two_things_at_once_is_refused(name: str) -> None:
    with pytest.raises(UnreadableSound) as caught:
        clean(ODD[name])
    assert caught.value.code == "not_a_sound"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(r.webm(63), "too_long", id="webm"),
        pytest.param(r.ogg(63), "too_long", id="ogg"),
        pytest.param(r.mp4(63), "too_long", id="mp4"),
        pytest.param(r.mp4_in_fragments(63), "too_long", id="fragments"),
        pytest.param(bytes(MOST_BYTES + 1), "too_big", id="bytes"),
    ],
)
def test_a_minute_and_a_megabyte_are_the_most(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableSound) as caught:
        clean(content)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["webm", "ogg", "mp4", "mp4 in fragments"])
def test_a_minute_is_taken(name: str) -> None:
    make = {"webm": r.webm, "ogg": r.ogg, "mp4": r.mp4, "mp4 in fragments": r.mp4_in_fragments}
    assert clean(make[name](60)).seconds == pytest.approx(60, abs=0.1)


def test_pages_cannot_say_that_they_are_shorter_than_their_packets() -> None:
    head = r.page([r.OPUS_HEAD], flags=2) + r.page([b"OpusTags" + bytes(8)], n=1)
    lying = head + b"".join(r.page([r.FRAME] * 200, granule=960, n=n) for n in range(2, 22))
    with pytest.raises(UnreadableSound) as caught:
        clean(lying)
    assert caught.value.code == "too_long"


@pytest.mark.parametrize("name", WHOLE)
def test_broken_bytes_are_refused_or_cleaned_and_never_break_the_walk(name: str) -> None:
    chance, given = random.Random(20260301), WHOLE[name]
    for _ in range(300):
        broken = bytearray(given)
        for _ in range(chance.randint(1, 4)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        cut = bytes(broken[: chance.randint(1, len(broken))])
        for content in (bytes(broken), cut):
            try:
                kept = clean(content)
            except UnreadableSound:
                continue
            assert isinstance(kept, CleanSound)
            assert clean(kept.content).content == kept.content
