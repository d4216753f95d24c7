"""What must be true of a house and its phones after any history, when all of them are quiet.

Nothing here asks the code that is tried: effects are counted by marks that only one intention
carries, in the matters and in the acts themselves.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork.models import IntentionRow
from commongrid.rooms.matters.models import Matter, PhotoRow
from commongrid.rooms.people import face as people
from tests.support.field.world import World, readable_ids
from tests.support.phone import Phone

COMPARED = ("state", "unit", "place")
"""What a step is held to; everything else on a matter may move meanwhile."""


def broken(world: World) -> list[str]:
    """Every law that does not hold."""
    seen = _Seen()
    return [
        *one_verdict_for_ever(world),
        *nothing_is_dropped(world),
        *nothing_is_half_done(),
        *each_once(world, seen),
        *in_order(world, seen),
        *on_the_base(world, seen),
        *pictures_once(world, seen),
        *returned_is_kept(world),
        *copies_are_whole(world),
        *with_a_hat(world, seen),
        *ledger_is_whole(seen),
    ]


class _Seen:
    """Matters and acts as they are in the end, read once."""

    def __init__(self) -> None:
        self.matters = {f"matter:{row.pk}": row for row in Matter.objects.order_by("pk")}
        found = Act.objects.filter(subject__startswith="matter:").order_by("id")
        self.acts = list(found)
        self.said = [(act, act.words) for act in self.acts if act.words]


def one_verdict_for_ever(world: World) -> Iterator[str]:
    """The same intention never gets two verdicts, whoever heard them."""
    for known, verdicts in world.heard.verdicts.items():
        if len(verdicts) > 1:
            yield f"{known} was answered {sorted(verdicts)}"


def nothing_is_dropped(world: World) -> Iterator[str]:
    """All that was meant is answered or still in the outbox; at rest nothing is left unanswered."""
    for phone in world.phones:
        if phone.is_revoked:
            continue
        final = world.heard.verdicts.keys()
        for known in phone.made:
            if known not in phone.outbox and known not in final:
                yield f"{phone.name}: {known} is neither answered nor kept"
        for known in phone.outbox:
            told = phone.waiting.get(known)
            yield f"{phone.name}: {phone.made[known]} was never answered for good: {told}"


def nothing_is_half_done() -> Iterator[str]:
    """What the house keeps of an intention is its answer: none is taken in and left at that."""
    begun = IntentionRow.objects.filter(verdict="").order_by("received_at")
    yield from (f"{row.kind} {row.action} was taken in and never answered" for row in begun)


def each_once(world: World, seen: _Seen) -> Iterator[str]:
    """What was done has one effect and one act; what was not done has none."""
    revoked = {known for p in world.phones if p.is_revoked for known in p.made}
    texts = Counter(
        mark for row in seen.matters.values() for mark in [row.text.partition("[")[2]] if mark
    )
    for phone in world.phones:
        for known, made in phone.made.items():
            mark = world.marks[known]
            if made["kind"] == "raise":
                count = texts[mark[1:]]
            else:
                count = sum(mark in words for _, words in seen.said)
            wanted = int("done" in world.heard.verdicts.get(known, ()))
            is_unheard = known in revoked and not world.heard.verdicts.get(known)
            if count != wanted and not (is_unheard and count <= 1):
                yield f"{phone.name}: {made['kind']} {mark} was done {count} times, told {wanted}"
    if any("[another body]" in words for _, words in seen.said):
        yield "another body under a known id was carried out"
    if any("[another body]" in row.text for row in seen.matters.values()):
        yield "another body under a known id was carried out"


def in_order(world: World, seen: _Seen) -> Iterator[str]:
    """The acts of one phone on one matter stand in the order in which they were meant."""
    for phone in world.phones:
        marks = {world.marks[known]: made["seq"] for known, made in phone.made.items()}
        last: dict[str, int] = {}
        for act, words in seen.said:
            found = [seq for mark, seq in marks.items() if mark in words]
            for seq in found:
                if seq < last.get(act.subject, 0):
                    yield f"{phone.name}: {act.subject}: {seq} after {last[act.subject]}"
                last[act.subject] = seq


def on_the_base(world: World, seen: _Seen) -> Iterator[str]:
    """A conflict is told only where status, owner or place differ; what moves a matter starts from
    the state it was decided on.
    """
    began = {}
    for act, words in seen.said:
        core = json.loads(act.core)
        if core["before"].get("state") != core["after"].get("state"):
            began[f"[{words.partition('[')[2].partition(']')[0]}]"] = core["before"].get("state")
    for phone in world.phones:
        for known, made in phone.made.items():
            base, verdicts = made.get("base", {}), world.heard.verdicts.get(known, ())
            named = {name: base.get(name) for name in COMPARED if base.get(name) is not None}
            mark = world.marks[known]
            was = began.get(mark) if "done" in verdicts else None
            if was and named.get("state", was) != was:
                yield f"{phone.name}: {mark} was done on another state"
            now = world.heard.last[known]["now"] if "conflict" in verdicts else None
            if now and all(now[name] == value for name, value in named.items()):
                yield f"{phone.name}: {mark} met a conflict where nothing differs"


def pictures_once(world: World, seen: _Seen) -> Iterator[str]:
    """Each picture of what was done hangs on one matter, once; of what was not done, on none."""
    kept = Counter((row.width, row.height) for row in PhotoRow.objects.order_by("id"))
    for phone in world.phones:
        for known in phone.made:
            is_done = "done" in world.heard.verdicts.get(known, ())
            for size in world.sizes[known]:
                is_gone = phone.is_revoked or phone.state == "ended"
                if kept[size] != is_done and not (is_gone and kept[size] <= 1):
                    mark = world.marks[known]
                    yield f"{phone.name}: a picture of {mark} hangs {kept[size]} times"
        for file in phone.files.values():
            answer = phone.answered.get(file.command)
            if answer and answer["verdict"] in ("done", "already") and not file.is_over:
                yield f"{phone.name}: a picture never got through: {file.received} of it"
    pictures = Counter(str(row.matter_id) for row in PhotoRow.objects.order_by("id"))
    for subject, row in seen.matters.items():
        if row.photos != pictures[subject.removeprefix("matter:")]:
            yield f"{subject}: counts {row.photos} pictures"


def returned_is_kept(world: World) -> Iterator[str]:
    """What was refused or met a conflict is kept for the office to read, once."""
    told = Counter(
        verdict
        for verdicts in world.heard.verdicts.values()
        for verdict in verdicts
        if verdict in ("refused", "conflict")
    )
    rows = IntentionRow.objects.filter(verdict__in=list(told)).order_by("received_at")
    kept = Counter(row.verdict for row in rows if row.sealed is not None)
    revoked = any(phone.is_revoked for phone in world.phones)
    if kept != told and not (revoked and all(kept[v] >= n for v, n in told.items())):
        yield f"told {dict(told)}, kept for the office {dict(kept)}"


def copies_are_whole(world: World) -> Iterator[str]:
    """What a phone has is what the house would give it whole, and all that its holder may read."""
    for phone in world.phones:
        if phone.is_revoked:
            if phone.cards or phone.files or phone.outbox:
                yield f"{phone.name}: revoked, and not erased"
            continue
        reply = phone.ask(
            "POST", "/field/sync/",
            json.dumps({**phone.body([]), "cursor": "", "have": ""}).encode(),
        )  # fmt: skip
        whole = {card["id"]: card for card in reply.body["feed"]["matters"]}
        if phone.cards.keys() != whole.keys():
            more, less = phone.cards.keys() - whole.keys(), whole.keys() - phone.cards.keys()
            yield f"{phone.name}: has {len(more)} too many and {len(less)} too few"
        for known in phone.cards.keys() & whole.keys():
            if differing := _differing(phone.cards[known], whole[known]):
                yield f"{phone.name}: {known} differs: {differing}"
        if phone.state == "in_service":
            may_read = readable_ids(world, world.account(phone))
            if whole.keys() != may_read:
                yield f"{phone.name}: the feed and the lists differ: {whole.keys() ^ may_read}"
        elif whole:
            yield f"{phone.name}: {phone.state}, and still given {len(whole)} matters"


def _differing(own: dict[str, Any], whole: dict[str, Any]) -> dict[str, Any]:
    return {key: (own.get(key), whole[key]) for key in whole if own.get(key) != whole[key]}


def with_a_hat(world: World, seen: _Seen) -> Iterator[str]:
    """Whoever acted held the role it was done by, there and then."""
    hats: dict[tuple[str, Any], Any] = {}
    accounts = {f"staff:{account}" for account in world.house.workers}
    for act in seen.acts:
        if act.actor not in accounts or not act.role or act.role == "anyone":
            continue
        key = (act.actor, act.at)
        if key not in hats:
            hats[key] = people.staff_actor(int(act.actor.removeprefix("staff:")), act.at).hats
        path = seen.matters[act.subject].path
        if not any(hat.role == act.role and path.startswith(hat.path) for hat in hats[key]):
            yield f"{act.actor} did {act.action} as {act.role} at {path} without that hat"


def ledger_is_whole(seen: _Seen) -> Iterator[str]:
    """Chains and heads fit, and each matter is where its last act left it."""
    yield from (f"ledger {f.code} {f.subject} {f.detail}" for f in ledger.verify().findings)
    acts = Counter(act.subject for act in seen.acts)
    last = {act.subject: json.loads(act.core)["after"].get("state") for act in seen.acts}
    for subject, row in seen.matters.items():
        if row.version != acts[subject] or last.get(subject, row.state) != row.state:
            yield f"{subject}: version {row.version}, {acts[subject]} acts; {row.state}"


def own(phone: Phone) -> str:
    """For a message: what this phone still means."""
    return f"{phone.name}: {len(phone.outbox)} unsent, {len(phone.cards)} matters"
