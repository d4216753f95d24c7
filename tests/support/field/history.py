"""One history: drawn events, played on a world, and then quiet until every phone has spoken.

An event is a tuple of small numbers, so that hypothesis can make a failing history short. What an
event finds nothing to do for, it leaves.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from tests.support import factories as f
from tests.support.field import laws
from tests.support.field.line import FAULTS
from tests.support.field.world import World
from tests.support.phone import LostError, Phone
from tests.unit.places.drawing import SIDE, SOUTH, WEST

Event = tuple[int, int, int, int, int]
BIGGEST = 59
KINDS = (
    *("raise",) * 5, *("step",) * 10, *("sync",) * 9, *("upload",) * 5, *("office",) * 7,
    *("time",) * 2, "clock", "clock", "other body", "other phone", "handed in",
    "redraw", "post ended", "new post", "revoke",
)  # fmt: skip
TYPES = ("A01", "B02", "A01", "F02", "A03", "C02", "A02", "Z99")
"""Events and a service; A02 and C02 ask a question, which is answered now and then; Z99 is none."""
STEPS = (
    "accept", "solve_here", "note", "milestone", "claim_done", "answer", "set_case", "serve",
    "accept", "note", "redirect", "hand_over",
)  # fmt: skip
SPANS = (
    timedelta(seconds=20), timedelta(minutes=3), timedelta(hours=5), timedelta(days=1),
    timedelta(days=3), timedelta(days=33),
)  # fmt: skip
WRONG_CLOCKS = (
    timedelta(), timedelta(days=3), -timedelta(days=3), timedelta(days=400),
    -timedelta(days=400), timedelta(seconds=-90), -timedelta(days=20_000),
)  # fmt: skip
BETWEEN = timedelta(seconds=7)
WELL = len(FAULTS)
"""The number of no fault: seven are drawn, those there are and two that leave a request alone."""
LAST_STATEMENT = 40  # at which a house may be killed


def play(world: World, events: Sequence[Event]) -> list[str]:
    """Play a history and let all come to rest. Returns every law that was broken."""
    for kind, *given in events:
        world.pass_time(BETWEEN)
        name = KINDS[kind % len(KINDS)]
        DOING[name](world, *given)
    rest(world)
    return [*world.heard.strange, *laws.broken(world)]


def rest(world: World) -> None:
    """No more faults: every phone syncs until it is quiet, and once more to hear of the others."""
    for phone in world.phones:
        world.line(phone).fault = ""
    for _ in range(2):
        for phone in world.phones:
            world.pass_time(BETWEEN)
            if not phone.is_revoked:
                phone.settle()


# --- what a worker does
def do_raise(world: World, which: int, what: int, where: int, more: int) -> None:
    """Mean to raise a matter: by grid or point, in somebody else's grid, with pictures or not."""
    phone, mark = world.phones[which % 3], world.next_mark()
    if phone.is_revoked:
        return
    own = f.GRID_CODE if which % 3 < 2 else f.NEXT_CODE
    place = {"grid_code": own}
    if where % 4 == 1:
        place = {"lon": WEST + SIDE * (0.2 + 0.1 * (more % 7)), "lat": SOUTH + SIDE / 3}
    elif where % 9 == 8:
        place = {"grid_code": f.NEXT_CODE}
    code = TYPES[what % len(TYPES)]
    asked = {"A02": "is_earth", "C02": "danger"}.get(code)
    answers = {asked: "yes" if more % 2 else "no"} if asked and more % 4 else {}
    pictures, sizes = _pictures(world, more, "report")
    proxy = {"channel": "proxy", "proxy_note": "口头同意"} if more % 11 == 10 else {}
    known = phone.raise_matter(
        code, f"门口堆满了 {mark}", pictures, answers=answers, minutes=more % 31, **place, **proxy
    )
    _remember(world, known, mark, sizes)
    world.counts["raise"] += 1
    if more % 4 == 3:  # solved on the spot
        world.counts["solved on the spot"] += 1
        _take(world, phone, known, "accept", more)
        _take(world, phone, known, "solve_here", more)


def do_step(world: World, which: int, subject: int, what: int, more: int) -> None:
    """Mean to take some steps on a matter this phone knows, or has only meant to raise."""
    phone = world.phones[which % 3]
    cards = sorted(phone.cards.values(), key=lambda card: (card["text"], card["received_at"]))
    own = [known for known, made in phone.outbox.items() if made["kind"] == "raise"]
    subjects = [*own, *(card["id"] for card in cards)]
    if not subjects or phone.is_revoked:
        return
    reach = len(subjects) if subject % 3 == 0 else min(2, len(subjects))  # mostly the same few
    chosen = subjects[subject // 3 % reach]
    for number in range(1 + more % 3):
        kind = (what + number) % 3
        actions = (_may(phone, chosen, moving_only=kind == 1) if kind else []) or STEPS
        _take(world, phone, chosen, actions[(what // 3 + number) % len(actions)], more)


def _take(world: World, phone: Phone, chosen: str, action: str, more: int) -> None:
    mark = world.next_mark()
    needs_proof = action in ("solve_here", "claim_done", "milestone", "serve")
    pictures, sizes = _pictures(world, more if needs_proof else 0, "evidence")
    known = phone.step(chosen, action, FIELDS[action](mark), pictures)
    _remember(world, known, mark, sizes)
    world.counts[f"step {action}"] += 1


def _may(phone: Phone, subject: str, *, moving_only: bool) -> list[str]:
    """What the phone offers now: by the card, or by the pack after what it has not sent yet."""
    if phone.pending_on(subject):
        state = phone.known(subject).state
        found = {step["action"] for step in phone.steps_from(phone.kind_of(subject), state or "")}
    else:
        found = {step["action"] for step in phone.cards[subject]["can"]}
    found &= FIELDS.keys()
    return sorted(found - {"note", "set_case"} if moving_only else found)


FIELDS: dict[str, Any] = {
    "accept": lambda mark: {"note": mark},
    "solve_here": lambda mark: {"feedback": f"已清走 {mark}", "record": "清运"},
    "note": lambda mark: {"note": mark},
    "milestone": lambda mark: {"milestone": "clear", "record": mark},
    "claim_done": lambda mark: {"feedback": mark, "record": "清运"},
    "answer": lambda mark: {"answer_text": mark, "next_step": "看", "next_on": "2026-04-10"},
    "set_case": lambda mark: {"case": "danger", "reason": mark},
    "serve": lambda mark: {"feedback": mark, "record": "已办"},
    "redirect": lambda mark: {"redirect_case": "court", "answer_text": mark},
    "hand_over": lambda mark: {"line": "119", "note": mark},
}


def _pictures(
    world: World, more: int, stage: str
) -> tuple[list[tuple[bytes, str]], list[tuple[int, int]]]:
    made = [world.picture() for _ in range((0, 1, 1, 2, 1)[more % 5])]
    if more % 29 == 27:
        return [(b"this is no picture at all " + bytes([more]) * 40, stage)], []
    return [(content, stage) for content, _ in made], [size for _, size in made]


def _remember(world: World, known: str, mark: str, sizes: list[tuple[int, int]]) -> None:
    world.marks[known], world.sizes[known] = mark, sizes


# --- what a phone says
def do_sync(world: World, which: int, fault: int, how: int, more: int) -> None:
    """Send all of the outbox, a part of it or another order of it, through a fault or none."""
    phone = world.phones[which % 3]
    if phone.is_revoked:
        return
    line, chosen = world.line(phone), list(phone.outbox.values())
    rng = random.Random(more)
    if how % 5 == 1:
        world.counts["part of a batch"] += 1
        chosen = chosen[: more % 4]
    elif how % 5 == 2:
        world.counts["part of a batch"] += 1
        chosen = [made for made in chosen if rng.random() < 0.6]
    elif how % 5 == 3:
        world.counts["another order"] += 1
        chosen.reverse()
        if more % 2:
            rng.shuffle(chosen)
    elif how % 5 == 4 and chosen:
        world.counts["twice in one batch"] += 1
        chosen = [*chosen, chosen[more % len(chosen)]]
    _announce(world, phone, fault, more)
    try:
        reply = phone.sync(chosen)
    except LostError:
        return
    if reply.status == 200 and reply.body["pack"] != phone.pack_sha and reply.body["pack"]:
        phone.fetch_pack()
    line.fault = ""


def do_upload(world: World, which: int, fault: int, length: int, more: int) -> None:
    """Send some pieces of a wanted file: small ones, from too far on, once more, or lost."""
    asked = [phone for phone in world.phones if any(phone.wanted()) and not phone.is_revoked]
    if not asked:
        return
    phone = asked[which % len(asked)]
    wanted = list(phone.wanted())
    file = wanted[more % len(wanted)]
    size = 200 + 40 * (length % 20)
    _announce(world, phone, fault, more)
    try:
        if length % 4 == 1:
            world.counts["piece out of order"] += 1
            phone.piece(file, file.received + size, size)
        elif length % 4 == 2:
            world.counts["piece again"] += 1
            phone.piece(file, max(0, file.received - size), size)
        elif length % 4 == 3:
            phone.upload(file, size)
        else:
            phone.piece(file, file.received, size)
        world.counts["piece"] += 1
    except LostError:
        return
    world.line(phone).fault = ""


def do_other_body(world: World, which: int, what: int, *_: int) -> None:
    """Another body under an id that was answered: the house must say so and change nothing."""
    phone = world.phones[which % 3]
    answered = [known for known in phone.answered if known in phone.made]
    if not answered or phone.is_revoked:
        return
    forged = json.loads(json.dumps(phone.made[answered[what % len(answered)]]))
    inside = forged["draft"] if forged["kind"] == "raise" else forged["fields"]
    inside["text" if forged["kind"] == "raise" else "note"] = "[another body]"
    before = phone.clock
    reply = phone.ask("POST", "/field/sync/", json.dumps(phone.body([forged])).encode())
    assert before == phone.clock
    world.counts["other body"] += 1
    if reply.status == 200 and reply.body["answers"][0]["rule"] != "field.other_body":
        world.heard.strange.append(f"another body was answered {reply.body['answers'][0]}")


def do_other_phone(world: World, how: int, *_: int) -> None:
    """What one phone means comes from the other phone of the same person, as after a reinstall."""
    one, other = world.phones[how % 2], world.phones[1 - how % 2]
    if one.is_revoked or other.is_revoked or not one.outbox:
        return
    world.counts["sent by the other phone"] += 1
    some = list(one.outbox.values())[: 1 + how % 4]
    other.ask("POST", "/field/sync/", json.dumps(other.body(some)).encode())


def do_hand_in(world: World, which: int, _: int, how: int, __: int) -> None:
    """What is unsent is exported and handed in at the desk; the phone may send it too."""
    phone = world.phones[which % 3]
    if phone.outbox and phone.pack and not phone.is_revoked:
        world.hand_in(phone, twice=how % 3 == 0)


def _announce(world: World, phone: Phone, fault: int, more: int) -> None:
    line = world.line(phone)
    line.fault = FAULTS[fault % 7] if fault % 7 < WELL else ""
    line.at_statement = more % LAST_STATEMENT


# --- what happens meanwhile
def do_office(world: World, which: int, what: int, how: int, _: int) -> None:
    world.office(which, what, late=how % 6 == 5)


def do_time(world: World, how: int, *_: int) -> None:
    world.pass_time(SPANS[how % len(SPANS)])


def do_clock(world: World, which: int, how: int, *_: int) -> None:
    world.phones[which % 3].ahead = WRONG_CLOCKS[how % len(WRONG_CLOCKS)]
    world.counts["clock of a phone moved"] += 1


def do_redraw(world: World, how: int, *_: int) -> None:
    world.redraw(1 + how % 2)


def do_new_post(world: World, *_: int) -> None:
    world.appoint_again()


def do_end_post(world: World, which: int, chance: int, *_: int) -> None:
    if chance % 3 == 0:  # most of the others should live to the end
        world.end_post(which)


def do_revoke(world: World, which: int, chance: int, *_: int) -> None:
    if chance % 3 == 0:
        world.revoke(which)


DOING = {
    "raise": do_raise,
    "step": do_step,
    "sync": do_sync,
    "upload": do_upload,
    "office": do_office,
    "time": do_time,
    "clock": do_clock,
    "other body": do_other_body,
    "other phone": do_other_phone,
    "handed in": do_hand_in,
    "redraw": do_redraw,
    "new post": do_new_post,
    "post ended": do_end_post,
    "revoke": do_revoke,
}
