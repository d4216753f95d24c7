"""A small layered layout, left to right, for state diagrams.

Every edge becomes a chain of boxes, one per layer it crosses; its words are one of these boxes.
So no words and no state ever lie on each other, whatever the charter says. The steps are those of
Sugiyama, Tagawa and Toda (1981): break circles, layer, order by barycentre, place.
Cost: for n boxes and e chain links about 30 (n + e) steps; a flow has some hundred of both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

GAP_X = 40.0
GAP_Y = 14.0
_SWEEPS = 12
_PLACINGS = 10


@dataclass(frozen=True, slots=True)
class Box:
    """A state, the words of an edge, or a bend (without size)."""

    key: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Edge:
    """From a state to a state, with the size of its words."""

    source: str
    target: str
    width: float
    height: float

    @property
    def key(self) -> str:
        """How its boxes are named."""
        return f"{self.source}>{self.target}"


@dataclass(frozen=True, slots=True)
class Placed:
    """A box with its middle. ``span`` is the width of its layer: lines bend only outside of it."""

    box: Box
    x: float
    y: float
    span: float


@dataclass(frozen=True, slots=True)
class Way:
    """An edge as the boxes it passes, source first; ``words`` is the one with its words."""

    edge: Edge
    passes: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished layout. Units: pixels, from the upper left corner."""

    width: float
    height: float
    boxes: Mapping[str, Placed]
    ways: tuple[Way, ...]


def lay_out(boxes: Sequence[Box], edges: Sequence[Edge]) -> Picture:
    """Place states and edges; equal input gives an equal picture."""
    ranks = _ranks([box.key for box in boxes], edges)
    known = {box.key: box for box in boxes}
    layer_of = {key: 2 * rank for key, rank in ranks.items()}
    ways = [_way(edge, ranks, known, layer_of) for edge in edges if edge.source != edge.target]
    layers: list[list[str]] = [[] for _ in range(max(layer_of.values(), default=0) + 1)]
    for key in known:
        layers[layer_of[key]].append(key)
    links = _links(ways)
    _order(layers, links)
    return _place(layers, known, links, tuple(ways))


def _ranks(keys: list[str], edges: Sequence[Edge]) -> dict[str, int]:
    """The longest way from a start to each state, circles left out."""
    following: dict[str, list[str]] = {key: [] for key in keys}
    for edge in edges:
        if edge.source != edge.target:
            following[edge.source].append(edge.target)
    ranks = dict.fromkeys(keys, 0)
    for key in reversed(_finished(keys, following)):
        for target in following[key]:
            ranks[target] = max(ranks[target], ranks[key] + 1)
    touched = {end for edge in edges for end in (edge.source, edge.target)}
    last = max(ranks.values(), default=0)
    return {key: ranks[key] if key in touched else last for key in keys}


def _finished(keys: list[str], following: dict[str, list[str]]) -> list[str]:
    """States in the order a depth-first walk leaves them; edges that close a circle are removed."""
    left: list[str] = []
    state: dict[str, str] = {}

    def visit(key: str) -> None:
        state[key] = "open"
        for target in list(following[key]):
            if state.get(target) == "open":
                following[key].remove(target)
            elif target not in state:
                visit(target)
        state[key] = "done"
        left.append(key)

    for key in keys:
        if key not in state:
            visit(key)
    return left


def _way(
    edge: Edge, ranks: Mapping[str, int], known: dict[str, Box], layer_of: dict[str, int]
) -> Way:
    """The chain of an edge; one that runs back is laid forward and read backward."""
    is_back = ranks[edge.source] >= ranks[edge.target]
    first, last = (edge.target, edge.source) if is_back else (edge.source, edge.target)
    low, high = layer_of[first], layer_of[last]
    if low == high:  # two states of one layer: the words stand in the next one
        high = low + 2
    words = f"{edge.key}#words"
    passes = [first]
    for layer in range(low + 1, high):
        is_words = layer == low + 1
        key = words if is_words else f"{edge.key}#{layer}"
        known[key] = Box(key, edge.width, edge.height) if is_words else Box(key, 0, 0)
        layer_of[key] = layer
        passes.append(key)
    passes.append(last)
    return Way(edge, tuple(reversed(passes)) if is_back else tuple(passes), words)


Links = Mapping[str, tuple[str, ...]]


def _links(ways: Sequence[Way]) -> Links:
    """Neighbours in the order of the ways: a set would sum them in another order each time."""
    links: dict[str, dict[str, None]] = {}
    for way in ways:
        for one, other in zip(way.passes, way.passes[1:], strict=False):
            links.setdefault(one, {})[other] = None
            links.setdefault(other, {})[one] = None
    return {key: tuple(others) for key, others in links.items()}


def _order(layers: list[list[str]], links: Links) -> None:
    """Put each box near the middle of its neighbours, sweeping to and fro."""
    for sweep in range(_SWEEPS):
        walk = range(1, len(layers)) if sweep % 2 == 0 else range(len(layers) - 2, -1, -1)
        for at in walk:
            beside = layers[at - 1 if sweep % 2 == 0 else at + 1]
            position = {key: float(number) for number, key in enumerate(beside)}
            now = {key: float(number) for number, key in enumerate(layers[at])}

            def middle(
                key: str, position: dict[str, float] = position, now: dict[str, float] = now
            ) -> tuple[float, float]:
                near = [position[other] for other in links.get(key, ()) if other in position]
                return (sum(near) / len(near) if near else now[key], now[key])

            layers[at].sort(key=middle)


def _place(
    layers: list[list[str]],
    known: Mapping[str, Box],
    links: Links,
    ways: tuple[Way, ...],
) -> Picture:
    y = _stacked(layers, known)
    for turn in range(_PLACINGS):
        for layer in layers if turn % 2 == 0 else layers[::-1]:
            _settle(layer, known, links, y)
    top = min((y[key] - known[key].height / 2 for key in y), default=0)
    boxes: dict[str, Placed] = {}
    left = GAP_X
    for layer in layers:
        width = max((known[key].width for key in layer), default=0)
        for key in layer:
            boxes[key] = Placed(known[key], left + width / 2, y[key] - top + GAP_Y, width)
        left += width + GAP_X
    bottom = max((placed.y + placed.box.height / 2 for placed in boxes.values()), default=0)
    return Picture(left, bottom + GAP_Y, boxes, ways)


def _stacked(layers: list[list[str]], known: Mapping[str, Box]) -> dict[str, float]:
    """Each layer as a column around the same middle."""
    y: dict[str, float] = {}
    for layer in layers:
        total = sum(known[key].height + GAP_Y for key in layer)
        top = -total / 2
        for key in layer:
            y[key] = top + known[key].height / 2
            top += known[key].height + GAP_Y
    return y


def _settle(layer: list[str], known: Mapping[str, Box], links: Links, y: dict[str, float]) -> None:
    """Move the boxes of a layer towards their neighbours, keeping order and distance."""
    wanted = {}
    for key in layer:
        near = [y[other] for other in links.get(key, ())]
        wanted[key] = sum(near) / len(near) if near else y[key]
    bottom = float("-inf")
    for key in layer:
        y[key] = max(wanted[key], bottom + GAP_Y + known[key].height / 2)
        bottom = y[key] + known[key].height / 2
    drift = sum(y[key] - wanted[key] for key in layer) / len(layer) if layer else 0
    for key in layer:
        y[key] -= drift
