"""State diagrams of a charter's flows, as SVG drawn here and as Mermaid text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

from commongrid.charter.layered import Box, Edge, Picture, Placed, Way, lay_out
from commongrid.charter.schema import Charter, Kind, Outcome, Scope, StateKind, Transition
from commongrid.kernel.text import Text

START = ""
OPEN = "*open"
STAYS = "="
FONT = 13.0
LINE = 18.0
PAD = 8.0
WRAP = 13.0  # so many em fit in a line of small words
_START_SIZE = 14.0

KIND_NAMES = {
    Kind.EVENT: Text("事件", "event"),
    Kind.SERVICE: Text("服务", "service"),
    Kind.DISPUTE: Text("纠纷", "dispute"),
    Kind.EMERGENCY: Text("应急", "emergency"),
}
_STYLE = """
svg.flow{font:13px system-ui,sans-serif;background:#fff;color:#1a1a1a}
.flow text{fill:currentColor}.flow .name{font-weight:600}.flow .small{font-size:12px}
.flow .state rect{fill:#eef4fb;stroke:#2b5c8a}
.flow .waiting rect{fill:#f1f1f1;stroke:#767676;stroke-dasharray:5 3}
.flow .end rect{fill:#fff;stroke:#555;stroke-width:2}
.flow .solved rect{fill:#e8f5e9;stroke:#2e7d32}
.flow .not_solved rect{fill:#fdecea;stroke:#b3261e}.flow .start{fill:#1a1a1a}
.flow path{fill:none;stroke:#555}.flow .clock path{stroke-dasharray:4 3}
.flow marker path{fill:#555;stroke:none}
.flow .words rect{fill:#fff}.flow .note{fill:#fffbe6;stroke:#a58a00}
"""
_TITLES = {
    "title": Text("{name}：{flow}流程的状态", "{name}: states of the {flow} flow"),
    "desc": Text(
        "{states} 个状态，{steps} 条转换。虚线由时钟触发。",
        "{states} states, {steps} transitions. Dashed lines are steps of the clock.",
    ),
    "any": Text("任何未结束的状态都可以：", "From any open state:"),
    "stays": Text("不变：", "stays: "),
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """All steps from one state to another, drawn as one line."""

    source: str
    target: str
    words: tuple[str, ...]
    is_clock: bool


def state_svg(charter: Charter, flow: Kind, lang: str, *, is_standalone: bool = True) -> str:
    """The states of a flow as one SVG drawing.

    A page that brings its own styles for ``svg.flow`` asks for one that is not standalone, so that
    no style element meets the content policy. Raises: KeyError for a flow without states.
    """
    states = [name for kind, name in charter.states if kind is flow]
    if not states:
        raise KeyError(flow)
    bundles = tuple(_bundles(charter, flow, lang))
    stays = _stays(charter, flow, lang)
    boxes = [Box(START, _START_SIZE, _START_SIZE)]
    boxes += [_state_box(charter, flow, name, stays.get(name, ()), lang) for name in states]
    edges = [Edge(b.source, b.target, *_size(b.words)) for b in bundles]
    picture = lay_out(boxes, edges)
    note = _wrapped(_open_words(charter, flow, lang), picture.width / FONT * 1.05)
    return (
        "\n".join(_drawn(charter, flow, lang, picture, bundles, stays, note, is_standalone)) + "\n"
    )


def state_mermaid(charter: Charter, flow: Kind, lang: str) -> str:
    """The same states as Mermaid text, for places that draw it themselves."""
    lines = ["stateDiagram-v2", "    direction LR"]
    for (kind, name), state in charter.states.items():
        if kind is flow:
            lines.append(f'    state "{state.name.in_(lang)}" as {name}')
    for bundle in _bundles(charter, flow, lang):
        source = bundle.source or "[*]"
        lines.append(f"    {source} --> {bundle.target}: {' / '.join(bundle.words)}")
    for (kind, name), state in charter.states.items():
        if kind is flow and state.kind is StateKind.END:
            lines.append(f"    {name} --> [*]")
    return "\n".join(lines) + "\n"


def drawn_flows(charter: Charter) -> tuple[Kind, ...]:
    """The flows that have states, in the order of the kinds."""
    return tuple(kind for kind in Kind if any(flow is kind for flow, _ in charter.states))


def _bundles(charter: Charter, flow: Kind, lang: str) -> Iterator[Bundle]:
    grouped: dict[tuple[str, str], list[Transition]] = {}
    for row in charter.transitions:
        if (
            row.flow is flow
            and row.from_state != OPEN
            and row.to_state not in (STAYS, row.from_state)
        ):
            grouped.setdefault((row.from_state, row.to_state), []).append(row)
    for (source, target), rows in grouped.items():
        words = tuple(dict.fromkeys(_label(charter, row, lang) for row in rows))
        yield Bundle(source, target, words, all(_is_clock(charter, row) for row in rows))


def _is_clock(charter: Charter, row: Transition) -> bool:
    scopes = {power.scope for power in charter.powers if power.power == row.power}
    return scopes == {Scope.SYSTEM}


def _label(charter: Charter, row: Transition, lang: str) -> str:
    action = charter.actions.get(row.action)
    return action.label.in_(lang) if action else row.action


def _stays(charter: Charter, flow: Kind, lang: str) -> dict[str, tuple[str, ...]]:
    """Lines of small words for the steps that leave a state as it is."""
    names: dict[str, list[str]] = {}
    for row in charter.transitions:
        if row.flow is flow and row.from_state != OPEN and row.to_state in (STAYS, row.from_state):
            names.setdefault(row.from_state, []).append(_label(charter, row, lang))
    head, comma = _TITLES["stays"].in_(lang), "、" if lang.startswith("zh") else ", "
    return {
        state: tuple(_wrapped(head + comma.join(dict.fromkeys(words)), WRAP))
        for state, words in names.items()
    }


def _open_words(charter: Charter, flow: Kind, lang: str) -> str:
    parts = []
    for row in charter.transitions:
        if row.flow is flow and row.from_state == OPEN:
            label = _label(charter, row, lang)
            target = charter.states.get((flow, row.to_state))
            parts.append(f"{label} → {target.name.in_(lang)}" if target else label)
    if not parts:
        return ""
    comma = "、" if lang.startswith("zh") else ", "
    return _TITLES["any"].in_(lang) + " " + comma.join(dict.fromkeys(parts))


def _state_box(charter: Charter, flow: Kind, name: str, stays: tuple[str, ...], lang: str) -> Box:
    title = charter.states[flow, name].name.in_(lang)
    width = max(_em(title) * FONT, *(_em(line) * 12 for line in stays), 30) + 2 * PAD
    return Box(name, width, LINE * (1 + len(stays)) + 2 * PAD)


def _size(words: tuple[str, ...]) -> tuple[float, float]:
    return max(_em(line) for line in words) * 12 + PAD, LINE * len(words)


def _em(text: str) -> float:
    """The width of a text in em: a Chinese character is one, a Latin letter a good half."""
    return sum(1.0 if ord(symbol) > 0x2E7F else 0.58 for symbol in text)


def _wrapped(text: str, most_em: float) -> list[str]:
    """The text in lines; broken after a space, a comma or a Chinese separator."""
    lines, line, piece = [], "", ""
    for symbol in text:
        piece += symbol
        if symbol in " 、,;":
            if line and _em(line + piece.rstrip()) > most_em:
                lines.append(line.rstrip())
                line = ""
            line, piece = line + piece, ""
    if line and _em(line + piece) > most_em:
        lines.append(line.rstrip())
        line = ""
    lines.append((line + piece).rstrip())
    return [part for part in lines if part]


def _drawn(
    charter: Charter,
    flow: Kind,
    lang: str,
    picture: Picture,
    bundles: tuple[Bundle, ...],
    stays: dict[str, tuple[str, ...]],
    note: list[str],
    is_standalone: bool,  # noqa: FBT001 - handed through from the keyword of state_svg
) -> Iterator[str]:
    note_height = LINE * len(note) + 2 * PAD if note else 0
    width, height = round(picture.width), round(picture.height + note_height + PAD)
    names = {"name": charter.name.in_(lang), "flow": KIND_NAMES[flow].in_(lang)}
    count = {
        "states": sum(kind is flow for kind, _ in charter.states),
        "steps": sum(row.flow is flow for row in charter.transitions),
    }
    ident = f"flow-{flow.value}-{'zh' if lang.startswith('zh') else 'en'}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="flow" role="img" lang="{escape(lang)}" '
        f'viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'aria-labelledby="{ident}-title {ident}-desc">'
    )
    title = escape(_TITLES["title"].in_(lang).format_map(names))
    yield f'<title id="{ident}-title">{title}</title>'
    yield f'<desc id="{ident}-desc">{escape(_TITLES["desc"].in_(lang).format_map(count))}</desc>'
    if is_standalone:
        yield f"<style>{_STYLE}</style>"
    yield (
        f'<defs><marker id="{ident}-arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" '
        'markerHeight="8" orient="auto"><path d="M0,0 L8,4 L0,8 z"/></marker></defs>'
    )
    by_key = {f"{bundle.source}>{bundle.target}": bundle for bundle in bundles}
    for way in picture.ways:
        yield from _drawn_way(way, by_key[way.edge.key], picture, f"{ident}-arrow")
    for (kind, name), state in charter.states.items():
        if kind is flow:
            lines = (state.name.in_(lang), *stays.get(name, ()))
            outcome = state.outcome.value if state.outcome is not Outcome.NONE else ""
            classes = f"state {state.kind.value} {outcome}".strip()
            yield from _drawn_state(picture.boxes[name], classes, lines)
    start = picture.boxes[START]
    yield f'<circle class="start" cx="{start.x:.1f}" cy="{start.y:.1f}" r="{_START_SIZE / 2:g}"/>'
    yield from _drawn_note(note, picture, width)
    yield "</svg>"


def _drawn_way(way: Way, bundle: Bundle, picture: Picture, arrow: str) -> Iterator[str]:
    places = [picture.boxes[key] for key in way.passes]
    yield f'<g class="step{" clock" if bundle.is_clock else ""}">'
    yield f'<path d="{_curve(places)}" marker-end="url(#{arrow})"/>'
    words = picture.boxes[way.words]
    yield f'<g class="words">{_rect(words)}'
    yield from _lines(words, bundle.words, "small")
    yield "</g></g>"


def _curve(places: list[Placed]) -> str:
    """A soft line through the boxes.

    It runs straight inside a layer and bends only between two, so it never crosses a box.
    """
    sign = 1 if places[0].x <= places[-1].x else -1
    first, last = places[0], places[-1]
    x, y = first.x + sign * first.span / 2, first.y
    parts = [f"M{first.x + sign * first.box.width / 2:.1f},{y:.1f} L{x:.1f},{y:.1f}"]
    for place in places[1:]:
        near = place.x - sign * place.span / 2
        bend = (x + near) / 2
        parts.append(f"C{bend:.1f},{y:.1f} {bend:.1f},{place.y:.1f} {near:.1f},{place.y:.1f}")
        x, y = place.x + sign * place.span / 2, place.y
        end = last.x - sign * last.box.width / 2 if place is last else x
        parts.append(f"L{end:.1f},{y:.1f}")
    return " ".join(parts)


def _drawn_state(place: Placed, classes: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield f'<g class="{classes}">{_rect(place, radius=6)}'
    yield from _lines(place, lines[:1], "name", all_lines=len(lines))
    yield from _lines(place, lines[1:], "small", first=1, all_lines=len(lines))
    yield "</g>"


def _drawn_note(note: list[str], picture: Picture, width: int) -> Iterator[str]:
    if note:
        height = LINE * len(note) + PAD
        box = Box("note", width - 2 * PAD, height)
        place = Placed(box, width / 2, picture.height + height / 2, width)
        yield f'<g class="any">{_rect(place, css="note", radius=4)}'
        for number, line in enumerate(note):
            y = picture.height + PAD / 2 + LINE * (number + 0.7)
            yield f'<text class="small" x="{2 * PAD:g}" y="{y:.1f}">{escape(line)}</text>'
        yield "</g>"


def _rect(place: Placed, *, css: str = "", radius: int = 0) -> str:
    left, top = place.x - place.box.width / 2, place.y - place.box.height / 2
    named = f' class="{css}"' if css else ""
    return (
        f'<rect{named} x="{left:.1f}" y="{top:.1f}" width="{place.box.width:.1f}" '
        f'height="{place.box.height:.1f}" rx="{radius}"/>'
    )


def _lines(
    place: Placed, lines: tuple[str, ...], css: str, *, first: int = 0, all_lines: int = 0
) -> Iterator[str]:
    total = all_lines or len(lines)
    for number, line in enumerate(lines, start=first):
        y = place.y + LINE * (number - (total - 1) / 2) + FONT * 0.35
        yield (
            f'<text class="{css}" x="{place.x:.1f}" y="{y:.1f}" text-anchor="middle">'
            f"{escape(line)}</text>"
        )
