"""What people do with a matter: the tasks, rivals and clocks of every state of every lane."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from commongrid.bridges.rehearsal.lowering.defaults import default_step
from commongrid.bridges.rehearsal.lowering.holding import (
    holder_of,
    others_powers,
    staff_powers,
    travels,
)
from commongrid.bridges.rehearsal.lowering.rows import COUNT_CALLBACK, STAYS, Book, Row
from commongrid.bridges.rehearsal.lowering.weaving import Choice, Gate, Rival, Scene, Task, Weaver
from commongrid.bridges.rehearsal.lowering.words import Asked
from commongrid.bridges.rehearsal.practice import Who
from commongrid.charter.schema import Kind, Transition
from commongrid.charter.vocabulary import FINISH
from commongrid.engines.rehearsal.words import Ask

MINUTE = 60_000_000
HOUR = 60 * MINUTE
AGAIN = {Kind.EMERGENCY: 10 * MINUTE}
AGAIN_ELSEWHERE = 4 * HOUR
DUE_AGAIN = 24 * HOUR
REDO, REDONE = "clear_claimed", "+redone"
FALLBACKS = 3
"""How many of the commonest outcomes are tried where one is refused, before the others."""
FIRST, DO, REPLY = "first", "do", "reply"
GATE, EARLY = "gate", "early"
NAMED_MILESTONE = "finish:*"


def weave(weaver: Weaver) -> None:
    """Weave the habits of one lane."""
    holding = weaver.holding
    scenes = _scenes(weaver)
    choices = {scene: _choices(weaver, scene, holding[scene.state]) for scene in scenes}
    firsts = {scene: None if scene.variant else _first_of(choices[scene]) for scene in scenes}
    gates = {scene: _gate_of(choices[scene], weaver) for scene in scenes}
    for scene in sorted(scenes, key=lambda one: not one.variant):
        entry = weaver.part(scene, GATE) if gates[scene] else weaver.base(scene)
        if scene.variant:
            _lead(weaver, scene, entry, lambda rule, _: _is_redo(rule))
            continue
        if firsts[scene] is not None:
            _enter_first(weaver, scene)
        _lead(weaver, scene, entry, lambda _rule, _known: True)
    for scene in scenes:
        _weave_scene(weaver, scene, choices[scene], firsts[scene], gates[scene])


def _scenes(weaver: Weaver) -> list[Scene]:
    compiled, flow = weaver.numbers.compiled, weaver.lane.flow
    states = [state for known, state in compiled.charter.states if known is flow]
    told = {state for state, _, _ in weaver.lane.steps}
    redone = [Scene(state, REDONE) for state in states if f"{state}{REDONE}" in told]
    return [*(Scene(state) for state in states), *redone]


def _weave_scene(
    weaver: Weaver,
    scene: Scene,
    choices: list[Choice],
    first: Choice | None,
    gate: Gate | None,
) -> None:
    base = entry = weaver.base(scene)
    parts = [base]
    replies = {rule.action for rule, _ in weaver.rules(scene.state) if _is_reply(rule)}
    left = [c for c in choices if c is not first and c.rule.action not in replies]
    if gate is not None:
        entry = _weave_gate(weaver, scene, gate, parts)
    main = _main_holder(left)
    if main is not None:
        mine = [c for c in left if c.holder == main]
        others = [c for c in left if c.holder != main]
        outcomes = [(c, _after_call(weaver, scene, c, parts)) for c in mine]
        outcomes += [(c, [_refer(weaver, scene, c, parts)]) for c in others]
        weaver.woven.tasks[base] = _task(
            weaver, f"task:{scene.state}", main, mine, _in_order(outcomes, weaver.book)
        )
    if first is not None:
        parts.append(_weave_first(weaver, scene, first, left, entry))
    for part in parts:
        weaver.woven.rivals[part] = _rivals(weaver, scene)
        weaver.woven.dues[part] = _dues(weaver, scene)


def _choices(weaver: Weaver, scene: Scene, holding: int) -> list[Choice]:
    """What staff do in a state; the shares of steps the charter lacks fall to the others."""
    found = []
    for step in weaver.steps(scene, Who.STAFF):
        rules = [r for r in weaver.rules(scene.state, step.action) if staff_powers(r[0], weaver)]
        if not rules or step.share.value <= 0:
            continue
        rows = tuple(row for _, rows in rules for row in rows)
        rule = rules[0][0]
        found.append(Choice(step, rule, rows, holder_of(rule, weaver, holding)))
    return _giving_up(found, weaver, scene)


def _giving_up(choices: list[Choice], weaver: Weaver, scene: Scene) -> list[Choice]:
    """Whoever calls back in vain gives up as soon as there were tries enough, not by chance."""
    enough = [
        (rule, rows)
        for rule, rows in weaver.rules(scene.state)
        if any(cell.startswith("callbacks_failed") for cell in rule.guards)
    ]
    last = tuple(row for _, rows in enough for row in rows)
    actions = {rule.action for rule, _ in enough}
    if not any(COUNT_CALLBACK in choice.rule.effects for choice in choices):
        return choices
    return [
        replace(choice, rows=(*last, *choice.rows))
        if COUNT_CALLBACK in choice.rule.effects
        else choice
        for choice in choices
        if choice.rule.action not in actions
    ]


def _main_holder(choices: Sequence[Choice]) -> int | None:
    """Whose turn it is: of whoever does the greatest part."""
    shares: dict[int, float] = {}
    for choice in choices:
        shares[choice.holder] = shares.get(choice.holder, 0.0) + choice.step.share.value
    return max(shares, key=lambda holder: shares[holder], default=None)


def _task(
    weaver: Weaver,
    purpose: str,
    holder: int,
    choices: Sequence[Choice],
    outcomes: Iterable[tuple[float, int]],
) -> Task:
    """One task of several steps by one holder: its times are those of the steps by their shares."""
    flow = weaver.lane.flow
    efforts = [(c.step.share.value, c.step.effort) for c in choices]
    lags = [(c.step.share.value, c.step.lag) for c in choices]
    has_lag = any(lag is not None for _, lag in lags)
    return Task(
        holder=holder,
        work=weaver.times.place(efforts),
        travels=any(travels(c.rule) for c in choices),
        lag=weaver.times.place(lags) if has_lag else -1,
        again=AGAIN.get(flow, AGAIN_ELSEWHERE),
        purpose=weaver.purpose(purpose),
        outcomes=tuple(outcomes),
    )


def _in_order(outcomes: list[tuple[Choice, list[int]]], book: Book) -> list[tuple[float, int]]:
    """Every outcome with its share, and after each that may be refused the commonest others.

    The engine goes on down the list where a guard refuses. So the share of what is not possible
    goes to what is usually done, and not to whatever happens to stand behind it.
    """
    common = sorted(outcomes, key=lambda item: -item[0].step.share.value)[:FALLBACKS]
    found = []
    for choice, rows in outcomes:
        found += [(choice.step.share.value if n == 0 else 0.0, row) for n, row in enumerate(rows)]
        if all(book.rows[row].groups for row in rows):
            found += [(0.0, row) for other, more in common if other is not choice for row in more]
    return found


# --- parts of a state


def _first_of(choices: Sequence[Choice]) -> Choice | None:
    """The step that is taken once at the beginning and only meets a promise: the first answer."""
    found = [c for c in choices if _only_meets(c.rule)]
    return max(found, key=lambda c: c.step.share.value, default=None)


def _only_meets(rule: Transition) -> bool:
    is_meeting = bool(rule.clocks) and all(
        step.verb == "stop" and step.clock.partition(":")[0] not in (FINISH, "all")
        for step in rule.clocks
    )
    return rule.to_state == STAYS and is_meeting and not _is_reply(rule)


def _is_reply(rule: Transition) -> bool:
    """Whether a step answers something that was called for while the state stays."""
    return rule.to_state == STAYS and any(
        cell.partition(":")[0] in ("owed", "whistled") for cell in rule.guards
    )


def _enter_first(weaver: Weaver, scene: Scene) -> None:
    """Whoever comes into the state for the first time comes into its first part."""
    sources: dict[str, set[str]] = {}
    for known, rules in weaver.mine.items():
        for rule, _ in rules:
            if rule.to_state != STAYS:
                sources.setdefault(rule.to_state, set()).add(known)

    def is_new(rule: Transition, known: str) -> bool:
        is_back = _is_redo(rule) or any(step.verb == "restart" for step in rule.clocks)
        return not is_back and not sources.get(known, {""}) <= {scene.state}

    _lead(weaver, scene, weaver.part(scene, FIRST), is_new)


def _lead(
    weaver: Weaver, scene: Scene, to: int, is_meant: Callable[[Transition, str], bool]
) -> None:
    """Lead the rules that come into a state into a part of it."""
    base, book = weaver.base(Scene(scene.state)), weaver.book
    every = [(known, *pair) for known, pairs in weaver.mine.items() for pair in pairs]
    for known, rule, rows in every:
        is_coming = rule.to_state == scene.state != known
        for number in rows if is_coming and is_meant(rule, known) else ():
            row = book.rows[number]
            book.rows[number] = replace(row, to=to) if row.to == base else row


def _gate_of(choices: Sequence[Choice], weaver: Weaver) -> Gate | None:
    """Whether milestones have to be reached one by one before the claim; how many may be left."""
    early = [c for c in choices if any(step.clock == NAMED_MILESTONE for step in c.rule.clocks)]
    early = [c for c in early if any(step.verb == "stop" for step in c.rule.clocks)]
    finish = weaver.numbers.mask(FINISH)
    most = [
        left
        for choice in choices
        for row in choice.rows
        for group in weaver.book.rows[row].groups
        for ask, mask, left in group
        if ask is Ask.AT_MOST_OPEN and mask == finish
    ]
    return Gate(early[0], min(most), finish) if early and most else None


def _weave_gate(weaver: Weaver, scene: Scene, gate: Gate, parts: list[int]) -> int:
    """Earlier milestones have times of their own; the last work begins when they are reached.

    Nobody is kept at the gate itself: of two rows that wait for nobody, the first that holds.
    """
    book, at = weaver.book, weaver.part(scene, GATE)
    early = weaver.part(scene, EARLY)
    is_left = ((Ask.AT_MOST_OPEN, gate.finish, gate.most),)
    ways = [_on(weaver, scene, weaver.base(scene), (is_left,)), _on(weaver, scene, early)]
    purpose = weaver.purpose(gate.early.rule.action)
    weaver.woven.rivals[at] = [
        Rival(row=book.add(way), share=1.0, delay=weaver.times.constant(n), purpose=purpose)
        for n, way in enumerate(ways)
    ]
    rows = [book.copy(row, to=at) for row in gate.early.rows]
    back = book.add(_on(weaver, scene, weaver.base(scene)))
    outcomes = [(1.0 if n == 0 else 0.0, row) for n, row in enumerate([*rows, back])]
    holder, action = gate.early.holder, gate.early.rule.action
    weaver.woven.tasks[early] = _task(weaver, action, holder, [gate.early], outcomes)
    parts.append(early)
    return at


def _is_redo(rule: Transition) -> bool:
    return REDO in rule.effects


def _weave_first(
    weaver: Weaver, scene: Scene, first: Choice, others: Sequence[Choice], entry: int
) -> int:
    """The first answer, in the share of matters that get one before anything else."""
    part = weaver.part(scene, FIRST)
    mask = sum(weaver.numbers.mask(step.clock) for step in first.rule.clocks)
    narrowed = [
        weaver.book.copy(
            row,
            to=entry,
            groups=(*weaver.book.rows[row].groups, ((Ask.OWED, mask, 0),)),
            is_narrowed=True,
        )
        for row in first.rows
    ]
    on = weaver.book.add(_on(weaver, scene, entry))
    leaving = sum(c.step.share.value for c in others if c.rule.to_state != STAYS)
    share = min(1.0, first.step.share.value / leaving) if leaving else 1.0
    outcomes = [(share, narrowed[0]), *((0.0, row) for row in narrowed[1:]), (1 - share, on)]
    weaver.woven.tasks[part] = _task(weaver, first.rule.action, first.holder, [first], outcomes)
    return part


def _refer(weaver: Weaver, scene: Scene, choice: Choice, parts: list[int]) -> int:
    """What somebody else has to do waits in that holder's queue. Returns: the row leading there."""
    base, part = weaver.base(scene), weaver.part(scene, f"{DO}:{choice.rule.action}")
    parts.append(part)
    book = weaver.book
    groups = book.rows[choice.rows[0]].groups if len(choice.rows) == 1 else ()
    rows = _after_call(weaver, scene, choice, parts)
    rows = [row if book.rows[row].to >= 0 else book.copy(row, to=base) for row in rows]
    back = book.add(_on(weaver, scene, base))
    outcomes = [(1.0 if n == 0 else 0.0, row) for n, row in enumerate([*rows, back])]
    weaver.woven.tasks[part] = _task(weaver, choice.rule.action, choice.holder, [choice], outcomes)
    return book.add(_on(weaver, scene, part, groups))


def _after_call(weaver: Weaver, scene: Scene, choice: Choice, parts: list[int]) -> list[int]:
    """The rows of a choice; where they call for a reply, they lead to who has to give it."""
    started = {step.clock for step in choice.rule.clocks if step.verb == "start"}
    if choice.rule.to_state != STAYS or not started:
        return list(choice.rows)
    for rule, rows in weaver.rules(scene.state):
        if _is_reply(rule) and started & {step.clock for step in rule.clocks}:
            part = weaver.part(scene, f"{REPLY}:{rule.action}")
            if part not in weaver.woven.tasks:
                _weave_reply(weaver, scene, rule, rows, part)
                parts.append(part)
            return [weaver.book.copy(row, to=part) for row in choice.rows]
    return list(choice.rows)


def _weave_reply(
    weaver: Weaver, scene: Scene, rule: Transition, rows: tuple[int, ...], part: int
) -> None:
    base = weaver.base(scene)
    known = [s for s in weaver.steps(scene, Who.STAFF) if s.action == rule.action]
    step = known[0] if known else default_step(weaver.lane.flow, scene.state, rule.action, 1.0)
    holder = holder_of(rule, weaver, weaver.holding[scene.state])
    choice = Choice(step, rule, rows, holder)
    outcomes = [
        (1.0 if n == 0 else 0.0, weaver.book.copy(row, to=base)) for n, row in enumerate(rows)
    ]
    outcomes.append((0.0, weaver.book.add(_on(weaver, scene, base))))
    weaver.woven.tasks[part] = _task(weaver, rule.action, holder, [choice], outcomes)


def _on(weaver: Weaver, scene: Scene, to: int, groups: tuple[tuple[Asked, ...], ...] = ()) -> Row:
    """No act: the matter goes on to another part of its state."""
    return Row(
        flow=weaver.lane.flow, state=scene.state, rule=None, to=to, groups=groups, is_narrowed=True
    )


# --- rivals and clocks


def _rivals(weaver: Weaver, scene: Scene) -> list[Rival]:
    """What the person, or time, does while a task waits."""
    found = []
    steps = [*weaver.steps(scene, Who.PERSON), *weaver.steps(scene, Who.TIME)]
    for step in steps:
        if step.share.value <= 0 or step.lag is None:
            continue
        for rule, rows in weaver.rules(scene.state, step.action):
            if not others_powers(rule, weaver):
                continue
            delay = weaver.times.place([(1.0, step.lag)])
            purpose = weaver.purpose(step.action)
            found += [
                Rival(row=row, share=step.share.value, delay=delay, purpose=purpose) for row in rows
            ]
    return found


def _dues(weaver: Weaver, scene: Scene) -> list[tuple[int, int, int]]:
    """The clock's own rows: each promise whose time being over is what they wait for."""
    found = []
    for _, rows in weaver.rules(scene.state):
        for number in rows:
            row = weaver.book.rows[number]
            asked = [one for group in row.groups for one in group]
            for ask, mask, _ in asked if row.is_by_time else ():
                slots = [slot for slot in range(len(weaver.numbers.slots)) if mask >> slot & 1]
                if ask is Ask.OVER:
                    found += [(slot, number, DUE_AGAIN) for slot in slots]
    return found
