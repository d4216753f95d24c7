"""The tree, its proofs, tiles and notes: against published values and an obvious oracle."""

from __future__ import annotations

import base64
import hashlib
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.kernel.canon import canonical_json
from commongrid.ledger.log import notes, proofs, tiles
from commongrid.ledger.log.hashing import EMPTY_ROOT, leaf_hash, node_hash
from commongrid.ledger.log.opening import entry_of, opening_of

# Source: the test trees of the Certificate Transparency reference implementation
# (google/certificate-transparency, merkletree tests): eight entries and the roots of RFC 6962.
ENTRIES = [
    bytes.fromhex(one)
    for one in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
# Source: golang.org/x/mod/sumdb/note, the key and signature of its documentation.
SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"  # noqa: E501
SIGNED = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"  # noqa: E501


def obvious_root(leaves: list[bytes]) -> bytes:
    """As RFC 6962 writes it down."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return node_hash(obvious_root(leaves[:k]), obvious_root(leaves[k:]))


def tree(count: int) -> tuple[list[bytes], dict[tuple[int, int], bytes]]:
    leaves = [leaf_hash(str(one).encode()) for one in range(count)]
    held: dict[tuple[int, int], bytes] = {}
    rng, size = random.Random(count), 0

    def read(level: int, number: int) -> bytes:
        return held[level, number]

    while size < count:
        step = min(rng.choice((1, 2, 7, 255, 256, 257, 900)), count - size)
        held |= tiles.grown(size, leaves[size : size + step], read)
        size += step
    return leaves, held


def nodes(held: dict[tuple[int, int], bytes]) -> proofs.Nodes:
    return tiles.nodes_of(lambda level, number: held[level, number])


LEAVES, HELD = tree(1400)
NODES = nodes(HELD)


def test_published_roots():
    leaves = [leaf_hash(entry) for entry in ENTRIES]
    for size, root in enumerate(ROOTS):
        held = tiles.grown(0, leaves[:size], lambda *_: b"")
        assert proofs.root_of(size, nodes(held)).hex() == root
        assert obvious_root(leaves[:size]).hex() == root


@pytest.mark.parametrize("size", [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1023, 1399, 1400])
def test_roots_from_tiles_are_those_of_the_leaves(size):
    assert proofs.root_of(size, NODES) == obvious_root(LEAVES[:size])


def test_a_deep_tree_has_tiles_of_three_levels():
    leaves = [leaf_hash(bytes([one % 251])) for one in range(70_000)]
    held = tiles.grown(0, leaves, lambda *_: b"")
    # Source: the example of C2SP tlog-tiles, a tree of 70,000.
    assert len(held[0, 273]) == 112 * 32
    assert (len(held[1, 0]), len(held[1, 1]), len(held[2, 0])) == (256 * 32, 17 * 32, 32)
    names = list(tiles.names_in(70_000))
    assert {name.path: name.width for name in names if name.level} == {
        "1/000": 256, "1/001.p/17": 17, "2/000.p/1": 1,
    }  # fmt: skip
    assert sum(name.level == 0 for name in names) == 274
    assert sum(name.level is None for name in names) == 274
    assert proofs.root_of(70_000, nodes(held)) == obvious_root(leaves)


@given(st.data())
def test_every_proof_holds_and_no_other(data):
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    root = proofs.root_of(size, NODES)
    proof = proofs.inclusion_proof(index, size, NODES)
    assert len(proof) <= size.bit_length()
    assert proofs.is_included(LEAVES[index], index, size, proof, root)
    other = data.draw(st.integers(0, len(LEAVES) - 1).filter(lambda one: one != index))
    assert not proofs.is_included(LEAVES[other], index, size, proof, root)
    assert not proofs.is_included(LEAVES[index], other, size, proof, root)
    assert not proofs.is_included(LEAVES[index], index, size, (*proof, root), root)
    for at in range(len(proof)):
        flipped = bytearray(proof[at])
        flipped[data.draw(st.integers(0, 31))] ^= 1 << data.draw(st.integers(0, 7))
        bad = (*proof[:at], bytes(flipped), *proof[at + 1 :])
        assert not proofs.is_included(LEAVES[index], index, size, bad, root)


@given(st.data())
def test_a_tree_goes_on_from_the_smaller_one_alone(data):
    size = data.draw(st.integers(0, len(LEAVES)))
    old = data.draw(st.integers(0, size))
    roots = obvious_root(LEAVES[:old]), proofs.root_of(size, NODES)
    proof = proofs.consistency_proof(old, size, NODES)
    assert proofs.is_consistent(old, size, *roots, proof)
    assert not proofs.is_consistent(old, size, leaf_hash(b"x"), roots[1], proof)
    if old:
        assert not proofs.is_consistent(old, size, roots[0], leaf_hash(b"x"), proof)
    assert not proofs.is_consistent(old, size, *roots, (*proof, roots[0]))
    assert not proofs.is_consistent(size + 1, size, *roots, proof)
    for at in range(len(proof)):
        flipped = bytes([proof[at][0] ^ 1]) + proof[at][1:]
        bad = (*proof[:at], flipped, *proof[at + 1 :])
        assert not proofs.is_consistent(old, size, *roots, bad)
        assert not proofs.is_consistent(old, size, *roots, proof[:at])


def test_proofs_of_what_is_not_there_are_refused():
    with pytest.raises(ValueError, match="not in a tree"):
        proofs.inclusion_proof(5, 5, NODES)
    with pytest.raises(ValueError, match="does not go on"):
        proofs.consistency_proof(6, 5, NODES)
    with pytest.raises(ValueError, match="ends before"):
        proofs.root_of(1401, NODES)
    with pytest.raises(ValueError, match="has not the"):
        tiles.grown(1300, [LEAVES[0]], lambda *_: b"")


def test_tile_paths_have_one_spelling():
    # Source: the example of C2SP tlog-tiles.
    assert tiles.number_path(1234067) == "x001/x234/067"
    for name in (tiles.TileName(0, 0), tiles.TileName(None, 1234067, 3), tiles.TileName(63, 999)):
        assert tiles.parse_path(name.path) == name
    for path in (
        "00/000", "0/0", "0/0000", "0/x000/001", "0/x001", "0/001/002", "64/000", "0/000.p/0",
        "0/000.p/256", "0/000.p/01", "entries/000.p/", "0/000/", "/0/000", "0/٠٠٠", "a/000",
    ):  # fmt: skip
        assert tiles.parse_path(path) is None, path


def test_bundles_are_read_back_and_not_when_cut_off():
    entries = [b"", b"a" * 32, bytes(70)]
    packed = tiles.bundle(entries)
    assert tiles.unbundle(packed) == entries
    for cut in (1, 3, len(packed) - 1):
        with pytest.raises(ValueError, match="cut off"):
            tiles.unbundle(packed[:cut])


def test_the_published_key_and_signature():
    signer = notes.Signer("PeterNeumann", notes.LOG_KEY, SEED)
    assert signer.verifier.vkey == VKEY
    assert notes.parse_vkey(VKEY) == signer.verifier
    assert signer.sign(TEXT).line == SIGNED
    note = notes.parse_note(f"{TEXT}\n{SIGNED}")
    assert note.signed_by(signer.verifier)
    assert note.written == f"{TEXT}\n{SIGNED}"
    assert "seed" not in repr(signer)


def test_a_published_checkpoint_is_read():
    # Source: the example of C2SP tlog-cosignature.
    written = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5"
        "/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX"
        "3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    )
    note = notes.parse_note(written)
    point = notes.parse_checkpoint(note.text)
    assert (point.origin, point.size) == ("example.com/behind-the-sofa", 20852163)
    assert point.text == note.text
    assert note.signatures[1].seconds == 1679315147
    assert note.written == written


def test_a_cosignature_holds_for_its_time_text_and_key():
    witness = notes.Signer("library.example/w", notes.WITNESS_KEY, hashlib.sha256(b"w").digest())
    other = notes.Signer("library.example/w", notes.WITNESS_KEY, hashlib.sha256(b"x").digest())
    text = notes.Checkpoint("a.example/log", 3, bytes(32)).text
    signature = witness.cosign(text, 1_700_000_000)
    assert witness.verifier.is_by(signature, text)
    assert not witness.verifier.is_by(signature, text.replace("3", "4"))
    assert not other.verifier.is_by(signature, text)
    later = notes.Signature(signature.name, signature.key_id, bytes(7) + signature.blob[7:])
    assert not witness.verifier.is_by(later, text)
    assert notes.parse_vkey(witness.verifier.vkey) == witness.verifier


@pytest.mark.parametrize(
    "written",
    [
        "", "a\n", "a\n\n", "a\n\nb\n", "a\n\n— \n", "a\n\n— n\n", "a\n\n— n AA==\n",
        "a\n\n— n AAAAAAA\n", "a\t\n\n— n AAAAAAA=\n", "a\n\n— n AAAAAAA=", "a\n\n— n AAAAAAB=\n",
        "a\n\n— n+m AAAAAAA=\n", "a\n\n- n AAAAAAA=\n", "a\n\n" + "— n AAAAAAA=\n" * 65,
        "a" * 70_000 + "\n\n— n AAAAAAA=\n",
    ],
    ids=range(15),
)  # fmt: skip
def test_what_is_no_note_is_refused(written):
    with pytest.raises(notes.BadNoteError):
        notes.parse_note(written)


@pytest.mark.parametrize(
    "text", ["", "o\n1\n", "o\n01\nAAAA\n", "o\n-1\nAAAA\n", f"o\n1\n{'A' * 43}=", "\n1\nA\n",
             "o\n1\nAAAA\n", f"o\n{'9' * 30}\n{'A' * 43}=\n"],
    ids=range(8),
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(notes.BadNoteError):
        notes.parse_checkpoint(text)


def test_a_key_that_was_not_copied_whole_is_refused():
    for begin in range(len(VKEY)):
        for cut in (VKEY[begin + 1 :], VKEY[:begin], VKEY[:begin] + VKEY[begin + 1 :]):
            with pytest.raises(notes.BadNoteError):
                notes.parse_vkey(cut)


class TestOpening:
    CORE = (
        '{"action":"accept","actor":"staff:1","after":{"state":"accepted","secret":1},'
        '"at":"2026-03-10T01:00:00.000000Z","before":{},"charter_key":"k@1","command_id":"c",'
        '"position":0,"power":"p","recorded_at":"2026-03-10T01:00:00.000000Z","role":"desk",'
        '"rule_id":"r","subject":"matter:1","words":""}'
    )

    def test_what_is_told_is_canonical_and_opens_the_entry(self):
        opening = opening_of(b"s" * 32, "0" * 64, self.CORE)
        told = json.loads(opening.told)
        assert opening.told == canonical_json(told)
        assert told["after"] == {"state": "accepted"}
        assert not {"actor", "command_id", "before", "secret"} & told.keys()
        assert opening.entry == entry_of(b"s" * 32, "0" * 64, self.CORE)
        assert len(opening.entry) == 32

    @pytest.mark.parametrize("part", ["core", "previous", "salt", "kept fact"])
    def test_each_part_is_bound(self, part):
        given = {"salt": b"s" * 32, "previous": "0" * 64, "core": self.CORE}
        whole = entry_of(given["salt"], given["previous"], given["core"])
        if part == "core":
            given["core"] = self.CORE.replace("accepted", "rejected")
        elif part == "previous":
            given["previous"] = "1" * 64
        elif part == "salt":
            given["salt"] = b"t" * 32
        else:
            given["core"] = self.CORE.replace("staff:1", "staff:2")
        assert entry_of(given["salt"], given["previous"], given["core"]) != whole

    @pytest.mark.parametrize(
        "core",
        ["", "???", "[]", "{}", '{"after":[]}', "[" * 100_000, CORE.replace("accept", "\\ud800")],
        ids=range(7),
    )
    def test_a_core_that_is_none_has_its_place_all_the_same(self, core):
        assert len(entry_of(b"s" * 32, "0" * 64, core)) == 32
        assert entry_of(b"s" * 32, "0" * 64, core) != entry_of(b"s" * 32, "0" * 64, core + " ")
