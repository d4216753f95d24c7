"""Hidden counts of moves: which more must be hidden so that none can be balanced out.

Whatever goes into a node comes out of it or stays there. So where all moves of a node are known but
one, that one is known too. A hidden count is free only where it lies on a loop of edges that are
hidden or loose: then all of the loop can be more or less without any shown number changing.
Source: the rank of the incidence matrix of a graph; an edge that no cycle holds is determined.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

OUTSIDE = ""  # the node where whatever nobody counts comes from and goes to
FEWEST = 2  # a move made once cannot give way and still be there


@dataclass(frozen=True, slots=True)
class Edge:
    """Moves that are counted under one key; a key may have several edges."""

    key: str
    tail: str
    head: str
    count: int


def close_loops(
    edges: Sequence[Edge], secret: Collection[str], hidden: Collection[str], loose: Collection[str]
) -> frozenset[str]:
    """The keys to hide beside ``hidden``, so that every secret one lies on a loop.

    ``secret`` keys are hidden because their count is small; ``loose`` nodes have enough moves or
    rests that nobody can know. Where a secret is on no loop, all that touches the nodes it can be
    followed to is hidden: which of them, no count decides. Where nothing is left, nothing helps.
    Cost: O(edges squared), for some dozens of them.
    """
    ours = [edge for edge in edges if edge.tail != edge.head and edge.count]
    unseen = set(hidden) | set(secret)
    while True:
        nodes: set[str] = set()
        for key in secret:
            own = [edge for edge in ours if edge.key == key]
            paths = _Paths([e for e in ours if e.key in unseen and e.key != key], loose)
            if own and not any(edge.tail in paths.reached(edge.head) for edge in own):
                for edge in own:
                    nodes |= paths.reached(edge.head) | paths.reached(edge.tail)
        more = {e.key for e in ours if {e.tail, e.head} & (nodes - {OUTSIDE})} - unseen
        if not more:
            return frozenset(unseen - set(hidden) - set(secret))
        unseen |= more


class _Paths:
    """Where one gets to over hidden edges and loose nodes, in whichever direction they point."""

    def __init__(self, edges: Sequence[Edge], loose: Collection[str]) -> None:
        self.beside: dict[str, set[str]] = defaultdict(set)
        pairs = [(edge.tail, edge.head) for edge in edges if edge.count >= FEWEST]
        for one, other in (*pairs, *((node, OUTSIDE) for node in loose)):
            self.beside[one].add(other)
            self.beside[other].add(one)

    def reached(self, start: str) -> set[str]:
        found, rest = {start}, [start]
        while rest:
            new = self.beside[rest.pop()] - found
            found |= new
            rest += new
        return found
