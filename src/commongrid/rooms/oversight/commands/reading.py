"""Reading the ledger onwards: the acts of every matter that changed, folded anew."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from commongrid.charter.schema import Kind, Outcome
from commongrid.ledger.models import Act, Chain
from commongrid.rooms.oversight.domain.folding import MET, RecordedAct, Told, fold
from commongrid.rooms.oversight.models import CountedMatter, ReadingMark
from commongrid.rooms.places import face as places

SUBJECT = "matter:"
ACTS_A_GO = 5_000
AGAIN = 200  # acts read twice: two commands may get their numbers in one order and save in another
SUBJECTS_A_BATCH = 400


def read_new_acts(*, limit: int = ACTS_A_GO) -> int:
    """Fold the matters that acts since the last reading are about; returns how many.

    Reading again changes nothing, so a reading that broke off is simply done again.
    Cost: one statement when nothing is new.
    """
    mark = ReadingMark.objects.first() or ReadingMark()
    newest = Act.objects.aggregate(newest=Max("id"))["newest"] or 0
    if newest <= mark.last_act:
        return 0
    acts = Act.objects.filter(id__gt=mark.last_act - AGAIN).order_by("id")
    seen = list(acts.values_list("id", "subject")[: limit + AGAIN])
    subjects = sorted({subject for _, subject in seen if subject.startswith(SUBJECT)})
    with transaction.atomic():
        fold_subjects(subjects)
        mark.last_act = seen[-1][0]
        mark.save()
    return len(subjects)


def has_new_acts() -> bool:
    """Whether acts wait to be read. Cost: two statements."""
    mark = ReadingMark.objects.first()
    newest = Act.objects.filter(subject__startswith=SUBJECT).aggregate(newest=Max("id"))["newest"]
    return (newest or 0) > (mark.last_act if mark else 0)


def read_all() -> int:
    """Forget what was read and read the whole ledger; returns how many matters."""
    with transaction.atomic():
        CountedMatter.objects.all().delete()
        ReadingMark.objects.all().delete()
    total = 0
    while found := read_new_acts():
        total += found
    return CountedMatter.objects.count() if total else 0


def read_what_was_missed(*, since: datetime, until: datetime) -> int:
    """Fold the matters raised in a time whose acts are not all counted; returns how many.

    Asked right before figures are published for ever, so it takes nothing on trust.
    """
    raised = Act.objects.filter(action="raise", at__gte=since, at__lt=until)
    subjects = list(raised.order_by("subject").values_list("subject", flat=True))
    missed: list[str] = []
    for group in _batches(subjects):
        ids = [UUID(subject.removeprefix(SUBJECT)) for subject in group]
        rows = CountedMatter.objects.filter(matter__in=ids).order_by("matter")
        counted = {f"{SUBJECT}{pk}": acts for pk, acts in rows.values_list("matter", "acts")}
        chains = Chain.objects.filter(subject__in=group).order_by("subject")
        for subject, length in chains.values_list("subject", "length"):
            if counted.get(subject) != length:
                missed.append(subject)
    fold_subjects(missed)
    return len(missed)


def fold_subjects(subjects: Sequence[str]) -> None:
    """Read all acts of these matters and keep what is counted of each."""
    known: dict[tuple[str, str, str], Outcome] = {}
    paths: dict[str, str] = {}

    def outcome_of(charter_key: str, flow: str, state: str) -> Outcome:
        key = charter_key, flow, state
        if key not in known:
            known[key] = places.get_charter(charter_key).state(Kind(flow), state).outcome
        return known[key]

    def path_of(code: str) -> str:
        if code not in paths:
            card = places.find_place(code)
            paths[code] = card.path if card else ""
        return paths[code]

    for group in _batches(subjects):
        rows = []
        for subject, (charter_key, acts) in _acts_of(group).items():
            told = fold(acts, outcome_of)
            if told is not None:
                rows.append(_row(subject, told, charter_key, path_of(told.place)))
        _keep(rows)


def _acts_of(subjects: Iterable[str]) -> dict[str, tuple[str, list[RecordedAct]]]:
    found: dict[str, list[RecordedAct]] = defaultdict(list)
    keys: dict[str, str] = {}
    rows = Act.objects.filter(subject__in=list(subjects)).order_by("subject", "position")
    fields = ("subject", "action", "at", "charter_key", "rule_id", "core")
    for subject, action, at, charter_key, rule_id, core in rows.values_list(*fields):
        keys[subject] = charter_key or keys.get(subject, "")
        after = json.loads(core)["after"]
        act = RecordedAct(
            action=action, at=at, charter_key=keys[subject], rule_id=rule_id, after=after
        )
        found[subject].append(act)
    return {subject: (keys[subject], acts) for subject, acts in found.items()}


def _row(subject: str, told: Told, charter_key: str, path: str) -> CountedMatter:
    status, due_at, told_at = told.promises.get("answer", ("", None, None))
    finishes = told.finishes()
    running = [due for state, due, _ in finishes if state == "running" and due is not None]
    return CountedMatter(
        matter=UUID(subject.removeprefix(SUBJECT)),
        place_code=told.place,
        path=path,
        type_code=told.type,
        received_at=told.received_at,
        charter_key=charter_key,
        state=told.state,
        outcome=told.outcome.value,
        last_action=told.last_action,
        claimed_at=told.claimed_at,
        ended_at=told.ended_at,
        solved_at=told.solved_at,
        answer=status,
        answer_due_at=due_at,
        answer_at=told_at if status in MET else None,
        finish_broken=any(state in ("late", "unsolved") for state, _, _ in finishes),
        finish_kept=any(state == "kept" for state, _, _ in finishes),
        finish_due_at=min(running, default=None),
        redone=told.redone,
        hung=told.hung,
        acts=told.acts,
    )


def _keep(rows: Sequence[CountedMatter]) -> None:
    names = [f.name for f in CountedMatter._meta.concrete_fields if not f.primary_key]
    CountedMatter.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["matter"], update_fields=names, batch_size=200
    )


def _batches(subjects: Sequence[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(subjects)
    while group := tuple(islice(rest, SUBJECTS_A_BATCH)):
        yield group
