import hashlib
import hmac
import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from commongrid.kernel.ids import (
    ALPHABET,
    derived_receipt_code,
    new_id,
    new_receipt_code,
    normalise_receipt_code,
    receipt_digest,
)
from tests.unit.kernel.laws import lawful

codes = st.integers(0, 2**64).map(lambda seed: new_receipt_code(random.Random(seed)))


def test_an_id_is_a_version_7_uuid_of_now(monkeypatch):
    now_ms = 981_173_106_789  # far from the clock of other tests, which counts on in their ids
    monkeypatch.setattr(time, "time_ns", lambda: now_ms * 1_000_000)
    made = new_id()
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert made.int >> 80 == now_ms


def test_ids_sort_in_the_order_they_were_made():
    made = [new_id() for _ in range(5000)]
    assert made == sorted(made)
    assert len(set(made)) == len(made)


def test_ids_made_in_many_threads_are_all_different():
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: new_id(), range(4000)))
    assert len({one.int >> 64 for one in made}) == len(made), "even the time parts differ"


@pytest.mark.parametrize(("back_s", "follows"), [(1, False), (3600, True)])
def test_a_clock_set_back_a_little_is_counted_past(monkeypatch, back_s, follows):
    ahead_ns = time.time_ns() + 100 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: ahead_ns)
    earlier = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: ahead_ns - back_s * 10**9)
    later = new_id()
    assert (later < earlier) is follows


def test_the_alphabet_has_no_letters_that_are_misread():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ILOU") & set(ALPHABET)


def test_codes_are_grouped_and_differ():
    made = {new_receipt_code() for _ in range(500)}
    assert len(made) == 500
    assert all([len(part) for part in code.split("-")] == [4, 4, 4, 1] for code in made)


@lawful()
@given(code=codes)
def test_a_code_is_found_however_it_is_typed(code):
    wide = "".join(chr(ord(c) + 0xFEE0) if c.isalnum() else "　" for c in code.lower())
    misread = code.replace("0", "o").replace("1", "l")
    dashed = code.replace("-", " – ")
    for typed in (code, code.lower(), code.replace("-", ""), f" {dashed}\n", wide, misread):
        assert normalise_receipt_code(typed) == code


@lawful()
@given(code=codes, place=st.integers(0, 12), symbol=st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(code, place, symbol):
    symbols = code.replace("-", "")
    assume(symbols[place] != symbol)
    assert normalise_receipt_code(symbols[:place] + symbol + symbols[place + 1 :]) is None


@lawful()
@given(code=codes, place=st.integers(0, 11))
def test_two_neighbours_exchanged_are_noticed(code, place):
    symbols = list(code.replace("-", ""))
    assume(symbols[place] != symbols[place + 1])
    symbols[place : place + 2] = symbols[place + 1], symbols[place]
    assert normalise_receipt_code("".join(symbols)) is None


def test_every_wrong_symbol_and_every_exchange_is_noticed_in_full():
    for seed in range(20):
        symbols = new_receipt_code(random.Random(seed)).replace("-", "")
        wrong = {symbols[:n] + c + symbols[n + 1 :] for n in range(13) for c in ALPHABET}
        wrong |= {symbols[:n] + symbols[n + 1] + symbols[n] + symbols[n + 2 :] for n in range(12)}
        assert [w for w in wrong if normalise_receipt_code(w)] == [symbols]


@pytest.mark.parametrize(
    "text", ["", "7K3M", "7K3M-9QXT-2WPA", "UUUU-UUUU-UUUU-U", "网格网格", "-" * 13]
)
def test_what_is_no_code_gives_none(text):
    assert normalise_receipt_code(text) is None


def test_the_digest_is_keyed_and_the_same_for_every_spelling():
    code = new_receipt_code(random.Random(1))
    wanted = hmac.new(b"key", code.encode(), hashlib.sha256).hexdigest()
    assert receipt_digest(code.lower().replace("-", " "), b"key") == wanted
    assert receipt_digest(code, b"other") != wanted


@pytest.mark.parametrize(("code", "key"), [("no code", b"key"), (None, b"")])
def test_a_digest_needs_a_code_and_a_key(code, key):
    with pytest.raises(ValueError, match="receipt"):
        receipt_digest(code or new_receipt_code(), key)


@pytest.mark.parametrize(
    ("seed", "code"),
    [
        (b"one", "TZCG-F0H5-8T14-W"),
        (b"another", "MZKF-G7CG-GZ0E-A"),
        (bytes(32), "P4V2-YR5X-3ETS-F"),
    ],
    ids=["one", "another", "nothing but zeros"],
)
def test_a_derived_code_stays_the_same_for_ever(seed, code):
    """People hold codes of earlier versions in their hands."""
    assert derived_receipt_code(seed) == code == normalise_receipt_code(code)
