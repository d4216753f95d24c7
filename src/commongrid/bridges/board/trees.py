"""Exact counts as trees for the engine: by place (community, grid) and by type (group, type)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from commongrid.charter.compiler import Compiled
from commongrid.engines.tally import Branch
from commongrid.kernel.text import Text
from commongrid.rooms.oversight.face import GridTypeCount
from commongrid.rooms.places import face as places

NO_GRID = "."  # what lies in a community but in none of its grids
OTHER_GROUP = "other"
Leaves = Mapping[str, Counter[str]]


@dataclass(frozen=True, slots=True)
class Label:
    """A row's name and where it stands."""

    name: Text
    level: str  # place | community | grid | group | type
    code: str


@dataclass(frozen=True, slots=True)
class Outline:
    """The fixed order of rows: a root, its middle rows, their leaves. No count decides it."""

    root: str
    parts: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, Label]

    def branch(
        self, leaves: Leaves, categories: Sequence[str], closed: Collection[str] = ()
    ) -> Branch:
        """The tree of one figure; members of ``closed`` are not opened."""
        middles = []
        for middle, keys in self.parts.items():
            children = tuple(
                Branch(key, tuple(leaves[key][name] for name in categories)) for key in keys
            )
            counts = _summed(children, len(categories))
            middles.append(Branch(middle, counts, () if middle in closed else children))
        return Branch(self.root, _summed(middles, len(categories)), tuple(middles))

    def leaves_under(self, key: str) -> tuple[str, ...]:
        """The leaves a row stands for."""
        if key == self.root:
            return tuple(leaf for leaves in self.parts.values() for leaf in leaves)
        return self.parts.get(key, (key,))


def place_outline(
    root: places.PlaceCard, grids: Iterable[places.PlaceCard], counts: Iterable[GridTypeCount]
) -> Outline:
    """Communities and grids by code, those without a matter too."""
    paths = {card.path for card in grids} | {_grid_path(root.path, one.path) for one in counts}
    parts: dict[str, list[str]] = defaultdict(list)
    for path in sorted(paths):
        middle, leaf = _place_keys(root.path, path)
        parts[middle].append(leaf)
    wanted = {key.rstrip(NO_GRID) for leaves in parts.values() for key in leaves} | set(parts)
    cards = places.list_places(tuple(sorted(wanted | {root.path})))
    labels = {path: Label(card.name, _level(root, path), card.code) for path, card in cards.items()}
    for middle, leaves in parts.items():
        if middle + NO_GRID in leaves:
            name = Text(zh="未指明网格", en="no grid named")
            labels[middle + NO_GRID] = Label(name, "grid", "")
    ordered = {middle: tuple(leaves) for middle, leaves in parts.items()}
    return Outline(root.path, ordered, labels)


def type_outline(root: str, compiled: Compiled, counts: Iterable[GridTypeCount]) -> Outline:
    """Groups and types in the order of the charter; what it does not know any more comes last."""
    parts: dict[str, list[str]] = defaultdict(list)
    labels = {root: Label(Text(zh="全部类别", en="all types"), "place", "")}
    for code, row in compiled.charter.types.items():
        parts[f"group:{row.group.zh}"].append(code)
        labels[f"group:{row.group.zh}"] = Label(row.group, "group", "")
        labels[code] = Label(row.name, "type", code)
    unknown = {one.type_code for one in counts} - set(compiled.charter.types)
    for code in sorted(unknown):
        parts[OTHER_GROUP].append(code)
        labels[OTHER_GROUP] = Label(Text(zh="其他", en="others"), "group", "")
        labels[code] = Label(Text.both(code), "type", code)
    return Outline(root, {key: tuple(codes) for key, codes in parts.items()}, labels)


def leaves_of(
    counts: Iterable[GridTypeCount],
    key_of: Callable[[GridTypeCount], str],
    figure_of: Callable[[GridTypeCount], Mapping[str, int]],
) -> Leaves:
    """Category counts by leaf."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in counts:
        found[key_of(one)].update(figure_of(one))
    return found


def place_key(root_path: str, one: GridTypeCount) -> str:
    """The leaf of the place tree a count belongs to."""
    return _place_keys(root_path, _grid_path(root_path, one.path))[1]


def _grid_path(root_path: str, path: str) -> str:
    """The path cut at the grid: micro-grids are never shown."""
    parts = path.removeprefix(root_path).strip("/").split("/")[:2]
    return root_path + "".join(f"{part}/" for part in parts if part)


def _place_keys(root_path: str, path: str) -> tuple[str, str]:
    parts = path.removeprefix(root_path).strip("/").split("/")
    if len(parts) > 1:
        return f"{root_path}{parts[0]}/", path
    return path, path + NO_GRID


def _level(root: places.PlaceCard, path: str) -> str:
    depth = len(path.removeprefix(root.path).strip("/").split("/")) if path != root.path else 0
    return ("place", "community", "grid")[depth]


def _summed(branches: Sequence[Branch], width: int) -> tuple[int, ...]:
    return tuple(sum(branch.counts[place] for branch in branches) for place in range(width))
