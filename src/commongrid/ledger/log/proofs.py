"""Proofs over the tree: that an entry is in it, and that a larger tree only added to a smaller.

Making them needs hashes of whole subtrees, told by a function, so that neither memory nor reading
grows with the tree. Checking them needs the proof alone.

Source: RFC 6962 section 2.1.1-2.1.2; for checking RFC 9162 section 2.1.3.2 and 2.1.4.2.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from commongrid.ledger.log.hashing import EMPTY_ROOT, node_hash

# The hash of the whole subtree of 2**level leaves that begins at leaf ``index * 2**level``.
Nodes = Callable[[int, int], bytes]
Proof = tuple[bytes, ...]


def root_of(size: int, nodes: Nodes) -> bytes:
    """The root of the first ``size`` leaves. Cost: one node for each bit that is set in size."""
    return _over(0, size, nodes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> Proof:
    """The hashes beside the way from a leaf up to the root.

    Raises: ValueError for a leaf that is not in a tree of that size.
    """
    if not 0 <= index < size:
        message = f"leaf {index} is not in a tree of {size}"
        raise ValueError(message)
    low, high, found = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            found.append(_over(middle, high, nodes))
            high = middle
        else:
            found.append(_over(low, middle, nodes))
            low = middle
    return tuple(reversed(found))


def consistency_proof(old: int, size: int, nodes: Nodes) -> Proof:
    """What shows that the tree of ``size`` leaves begins with the tree of ``old`` leaves.

    Empty for an old size of 0 and for equal sizes. Raises: ValueError for an old size above.
    """
    if not 0 <= old <= size:
        message = f"a tree of {size} does not go on from one of {old}"
        raise ValueError(message)
    if old in (0, size):
        return ()
    low, high, found, is_old_whole = 0, size, [], True
    while old < high:
        middle = low + _split(high - low)
        if old <= middle:
            found.append(_over(middle, high, nodes))
            high = middle
        else:
            found.append(_over(low, middle, nodes))
            low, is_old_whole = middle, False
    if not is_old_whole:
        found.append(_over(low, high, nodes))
    return tuple(reversed(found))


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof leads from the leaf's hash at this index to this root."""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def is_consistent(
    old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether the proof shows the tree of ``old`` leaves at the beginning of the larger one."""
    if not 0 <= old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    way = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not way:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = after = way[0]
    for beside in way[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, after = node_hash(beside, before), node_hash(beside, after)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            after = node_hash(after, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and after == root


def _over(low: int, high: int, nodes: Nodes) -> bytes:
    """The hash over the leaves from low to high, which begin a subtree as the RFC splits them."""
    parts = []
    while low < high:
        level = (high - low).bit_length() - 1
        parts.append(nodes(level, low >> level))
        low += 1 << level
    found = parts.pop()
    while parts:
        found = node_hash(parts.pop(), found)
    return found


def _split(count: int) -> int:
    """The largest power of two below a count of two or more."""
    return 1 << (count - 1).bit_length() - 1
