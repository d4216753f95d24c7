"""Powers that follow each other: what is kept back so that no small count can be balanced out.

An offer is taken, objected to or lapses: with three of the four shown, the fourth is known wherever
little else happens to a matter. So a small count must lie on a loop of counts that are not shown
(``engines.tally.close_loops``); for the whole place, and for each community.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from commongrid.charter.compiler import Compiled
from commongrid.charter.schema import Kind, Outcome
from commongrid.engines.tally import Edge, close_loops
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import PowerCounts

ENDED, SOLVED = "ended", "solved"
"""The board tells how many stand in all end states of a kind together, so they are one node."""
ENDS = frozenset({"start", "end"})
BY_OFFICE = {
    power
    for power, steps in publications.undoing_steps().items()
    if steps & {"object", "send_elsewhere", "review_release", "retype", "end_link", "unmerge"}
}


def kept_back(
    compiled: Compiled, counts: PowerCounts, uses: Mapping[str, int], least: int
) -> frozenset[str]:
    """The powers of which nothing is told although they were used often enough.

    ``uses``: how often each power was used.
    """
    small = {power for power, count in uses.items() if 0 < count < least}
    standing = {power for power in BY_OFFICE - small if _is_standing_small(counts, power, least)}
    edges, loose = _edges(compiled, counts, ""), _loose(compiled, counts, "", least)
    secret = small | standing
    closed = close_loops(edges, secret, secret | ENDS, loose)
    return (closed | standing) & uses.keys() - small


def kept_whole(
    compiled: Compiled,
    counts: PowerCounts,
    told: Mapping[str, Collection[str]],
    paths: Sequence[str],
    least: int,
) -> frozenset[str]:
    """The powers that are not opened by community. ``told``: by power, the ones shown alone."""
    closed: set[str] = set()
    for path in paths:
        edges, loose = _edges(compiled, counts, path), _loose(compiled, counts, path, least)
        here: Counter[str] = Counter()
        for (power, where), fates in counts.cells.items():
            here[power] += sum(fates) if where == path else 0
        hidden = {power for power in here if power in closed or path not in told.get(power, ())}
        secret = {power for power in hidden if 0 < here[power] < least}
        closed |= close_loops(edges, secret, hidden | ENDS, loose)
    return frozenset(closed)


def _is_standing_small(counts: PowerCounts, power: str, least: int) -> bool:
    """Whether the uses that stood are few, and the steps that undid the others are counted too."""
    cells = [fates for (known, _), fates in counts.cells.items() if known == power]
    standing, by_public, by_office = (sum(fates[n] for fates in cells) for n in range(3))
    return 0 < standing < least and by_office > 0 and by_public < least - 1


def _edges(compiled: Compiled, counts: PowerCounts, path: str) -> list[Edge]:
    """Moves within a community, or of all of them; and what was open at both ends of the month.

    How many were open the board tells, in which of the states nobody.
    """
    found: Counter[tuple[str, str, str]] = Counter()
    for (power, before, after, where), count in counts.moves.items():
        if where.startswith(path):
            found[power, _node(before, compiled), _node(after, compiled)] += count
    for node, side, count in _sides(compiled, counts, path):
        if side in ENDS and node not in (ENDED, SOLVED):
            found[side, node, side] += count
    return [Edge(*names, count) for names, count in sorted(found.items())]


def _loose(compiled: Compiled, counts: PowerCounts, path: str, least: int) -> set[str]:
    """The states to or from which residents moved so many that any small count would fit."""
    found: Counter[tuple[str, str]] = Counter()
    for node, side, count in _sides(compiled, counts, path):
        found[node, side] += count if side not in ENDS else 0
    return {node for (node, _), count in found.items() if count >= least - 1}


def _sides(compiled: Compiled, counts: PowerCounts, path: str) -> Iterator[tuple[str, str, int]]:
    for (state, where, side), count in counts.loose.items():
        if where.startswith(path):
            yield _node(state, compiled), side, count


def _node(state: str, compiled: Compiled) -> str:
    flow, _, name = state.partition(":")
    row = compiled.charter.states.get((Kind(flow), name)) if flow in set(Kind) else None
    if row is None or row.outcome is Outcome.NONE:
        return state
    return SOLVED if row.outcome is Outcome.SOLVED else ENDED
