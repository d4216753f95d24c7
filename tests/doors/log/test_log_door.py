"""The log's door: what is served, to whom, how long it may be kept, and what nobody gets."""

from __future__ import annotations

import base64
import hashlib
import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from commongrid.doors.common.models import Knock
from commongrid.doors.common.ratelimit import knock_key
from commongrid.doors.log import offline, views
from commongrid.ledger.log import face as log
from commongrid.ledger.log import notes, proofs, tiles
from commongrid.ledger.log.hashing import leaf_hash
from commongrid.ledger.log.keys import signers
from commongrid.ledger.log.witnessing import Request
from tests.rooms.ledger.test_acts import AT, write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_memory(settings, tmp_path):
    settings.HOME = tmp_path
    settings.TLOG_NAME = "grid.example.org/log"


@pytest.fixture
def grown():
    write(*["matter:1"] * 300)
    return log.run_log_round(at=AT)


def test_before_the_first_checkpoint_there_is_a_page_and_nothing_else(client):
    assert client.get("/log/").status_code == 200
    assert client.get("/log/checkpoint").status_code == 404
    assert client.get("/log/tile/0/000.p/1").status_code == 404


def test_whoever_reads_the_tiles_comes_to_the_signed_root(client, grown):
    """As a mirror does: from what is served alone."""
    answer = client.get("/log/checkpoint")
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age=5" in answer.headers["Cache-Control"]
    note = notes.parse_note(answer.content.decode())
    assert note.signed_by(signers("grid.example.org/log")[0].verifier)
    point = notes.parse_checkpoint(note.text)
    assert point.size == 300
    served = {}
    entries = []
    for name in tiles.names_in(point.size):
        answer = client.get(f"/log/tile/{name.path}")
        assert answer.status_code == 200, name.path
        assert answer.headers["Content-Type"] == "application/octet-stream"
        assert "immutable" in answer.headers["Cache-Control"]
        if name.level is None:
            entries += tiles.unbundle(answer.content)
        else:
            served[name.level, name.number] = answer.content
    nodes = tiles.nodes_of(lambda level, number: served[level, number])
    assert proofs.root_of(point.size, nodes) == point.root
    leaves = b"".join(leaf_hash(entry) for entry in entries)
    assert leaves == served[0, 0] + served[0, 1]


def test_what_is_not_there_or_wrongly_named_is_not_found(client, grown):
    for path in ("0/002", "0/001", "0/001.p/45", "1/001", "2/000.p/1", "0/1", "entries/001",
                 "0/000.p/0", "-1/000", "0/x000/000", "0/..%2f000"):  # fmt: skip
        assert client.get(f"/log/tile/{path}").status_code == 404, path
    assert client.post("/log/checkpoint").status_code == 405


def test_no_word_of_an_act_is_served(client, grown):
    for path in ("checkpoint", "tile/entries/000", "tile/0/000", ""):
        content = client.get(f"/log/{path}").content
        assert b"matter:1" not in content
        assert "好的".encode() not in content


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_tells_root_size_and_who_vouches(client, grown, settings, language):
    witness = notes.Signer("library.example/w", notes.WITNESS_KEY, hashlib.sha256(b"w").digest())
    settings.WITNESSES = [f"{witness.verifier.vkey} https://library.example"]
    page = client.get("/log/", headers={"accept-language": language}).content.decode()
    card = log.find_log()
    for part in (card.mark, "300", card.origin, "library.example/w", offline.page_hash()):
        assert part in page
    assert log.own_witness_key().split("+")[0] in page


def test_the_page_shows_a_witness_that_contradicts(client, grown, settings):
    from commongrid.ledger.log.models import Asking

    witness = notes.Signer("library.example/w", notes.WITNESS_KEY, hashlib.sha256(b"w").digest())
    settings.WITNESSES = [f"{witness.verifier.vkey} https://library.example"]
    Asking.objects.create(
        witness=witness.verifier.vkey, size=300, asked_at=AT, trouble="inconsistent"
    )
    page = client.get("/log/", headers={"accept-language": "en"}).content.decode()
    assert "contradicts our log" in page


def test_the_checker_may_run_its_own_script_and_nothing_else(client):
    answer = client.get("/log/verify.html")
    page = answer.content.decode()
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for name in ("script", "style"):
        (content,) = re.findall(f"<{name}>(.*?)</{name}>", page, re.S)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert f'<meta http-equiv="Content-Security-Policy" content="{policy}">' in page
    assert not re.findall(
        r"""(?:src|href)\s*=|https?://|\bfetch\(|XMLHttp|import\(|@import|url\(""", page
    )
    assert "{{" not in page
    assert offline.page_hash() == hashlib.sha256(answer.content).hexdigest()


def test_both_languages_of_the_checker_say_the_same():
    page = offline.page()
    zh, en = (set(re.findall(r"(?m)[{,]?\s(\w+):\s['{]", part)) for part in halves(page))
    assert zh - {"zh"} == en
    assert len(en) > 30
    for word in re.findall(r'data-word="(\w+)"', page):
        assert word in zh


def halves(page: str) -> tuple[str, str]:
    words = page[page.index("var WORDS") : page.index("/* The page:")]
    zh, en = words.split("\n  en: {")
    return zh, en


# --- as a witness of others -------------------------------------------------------------------
OTHER = notes.Signer("next.example/log", notes.LOG_KEY, hashlib.sha256(b"next").digest())
LEAVES = [leaf_hash(bytes([one])) for one in range(40)]
HELD = tiles.grown(0, LEAVES, lambda *_: b"")
NODES = tiles.nodes_of(lambda level, number: HELD[level, number])


def asked(old: int, size: int, *, signer=OTHER, root: bytes | None = None, proof=None) -> str:
    point = notes.Checkpoint(signer.name, size, root or proofs.root_of(size, NODES))
    note = notes.Note(point.text, (signer.sign(point.text),))
    if proof is None:
        proof = proofs.consistency_proof(min(old, size), size, NODES)
    return Request(old, tuple(proof), note, point).body


@pytest.fixture
def witnessing(settings):
    settings.WITNESSED_LOGS = [OTHER.verifier.vkey]
    return Client()


def say(client: Client, body: str):
    return client.post("/witness/add-checkpoint", body, content_type="text/plain")


def test_a_log_that_only_adds_is_cosigned(witnessing):
    verifier = notes.parse_vkey(log.own_witness_key())
    for old, size in ((0, 3), (3, 3), (3, 17), (17, 40)):
        answer = say(witnessing, asked(old, size))
        assert answer.status_code == 200, answer.content
        text = notes.Checkpoint(OTHER.name, size, proofs.root_of(size, NODES)).text
        signature = notes.parse_signature(answer.content.decode().rstrip("\n"))
        assert verifier.is_by(signature, text)
        assert signature.seconds == 1773104400
    (card,) = log.list_witnessed()
    assert card.size == 40
    page = witnessing.get("/log/").content.decode()
    assert "next.example/log" in page
    assert card.mark in page


def test_each_refusal_is_the_one_of_the_protocol(witnessing):
    stranger = notes.Signer("other.example/log", notes.LOG_KEY, hashlib.sha256(b"o").digest())
    thief = notes.Signer(OTHER.name, notes.LOG_KEY, hashlib.sha256(b"t").digest())
    assert say(witnessing, asked(0, 10)).status_code == 200
    for body, status in (
        (asked(0, 10, signer=stranger), 404),
        (asked(10, 20, signer=thief), 403),
        (asked(21, 20, proof=()), 400),
        ("old x\n\n", 400),
        ("", 400),
        (asked(10, 20).replace("old 10", "old 010"), 400),
        (asked(10, 20, proof=[bytes(32)] * 64), 400),
        (asked(10, 20, proof=[bytes(32)]), 422),
        (asked(10, 20, root=bytes(32)), 422),
        (asked(10, 20, proof=()), 422),
    ):
        answer = say(witnessing, body)
        assert answer.status_code == status, (body, answer.content)
    for body in (asked(0, 20), asked(5, 20), asked(10, 10, root=bytes(32)), asked(9, 9)):
        answer = say(witnessing, body)
        assert (answer.status_code, answer.content) == (409, b"10\n")
        assert answer.headers["Content-Type"] == "text/x.tlog.size"
    assert say(witnessing, asked(10, 20)).status_code == 200


def test_whoever_witnesses_nothing_says_so(client):
    assert say(client, asked(0, 10)).status_code == 404


def test_a_body_that_is_too_long_is_not_read(witnessing):
    assert say(witnessing, "x" * 40_000).status_code == 413
    assert witnessing.get("/witness/add-checkpoint").status_code == 405


def test_a_witness_without_an_address_brings_its_signature(client, grown, settings):
    witness = notes.Signer("school.example/w", notes.WITNESS_KEY, hashlib.sha256(b"s").digest())
    settings.WITNESSES = [witness.verifier.vkey]
    note = notes.parse_note(client.get("/log/checkpoint").content.decode())
    signed = note.joined([witness.cosign(note.text, 1_773_104_400)]).written

    def bring(body: str):
        return client.post("/log/cosignature", body, content_type="text/plain")

    assert bring(signed).status_code == 200
    served = notes.parse_note(client.get("/log/checkpoint").content.decode())
    assert served.signed_by(witness.verifier)
    assert log.find_log().witnesses[0].size == 300
    assert log.verify_log().is_whole
    assert bring(note.written).status_code == 400  # nobody signed
    assert bring(signed.replace("\n300\n", "\n301\n")).status_code == 400
    assert bring("x").status_code == 400
    other = notes.Signer("x.example/w", notes.WITNESS_KEY, hashlib.sha256(b"x").digest())
    assert bring(note.joined([other.cosign(note.text, 1)]).written).status_code == 400


def test_a_receipt_from_the_face_is_plain_json(grown):
    plain = log.receipt_of("matter:1", ref="r", at=AT, said={0: {"zh": "受理", "en": "taken"}})
    checked = log.check_receipt(json.dumps(plain))
    assert checked.problems == ()
    assert len(checked.acts) == 300
    assert plain["acts"][0]["said"] == {"zh": "受理", "en": "taken"}
    assert "actor" not in checked.acts[0].told
    assert "command_id" not in checked.acts[0].told
    assert "staff:1" not in json.dumps(plain)


@pytest.mark.parametrize(
    ("view", "path"), [(views.tile, "tile/0/000.p/300"), (views.checkpoint, "checkpoint")]
)
def test_a_mirror_reads_it_whole_and_a_flood_is_slowed_down(client, grown, view, path):
    page, tries, window_s = view.limit
    assert tries >= window_s * 2  # twice a second at the least, for as long as it likes
    assert views.tile.limit[1] >= 2 * 1_000_000 / tiles.WIDTH  # a million acts in one window
    path = path.replace(".p/300", "")
    assert client.get(f"/log/{path}").status_code == 200
    key = knock_key(page=page, address="127.0.0.1", window_s=window_s, at=timezone.now())
    row = Knock.objects.get(key=key)
    Knock.objects.filter(pk=row.pk).update(count=tries - 1)
    assert client.get(f"/log/{path}").status_code == 200
    answer = client.get(f"/log/{path}")
    assert answer.status_code == 429
    assert answer.headers["Retry-After"]
    others = client.get(f"/log/{path}", REMOTE_ADDR="198.51.100.7")
    assert others.status_code == 200
