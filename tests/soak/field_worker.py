"""The house's side of a soak of phones: puts them in service, and looks at what came of them.

``field_worker.py open COUNT`` prints a token and a grid for each phone. ``field_worker.py look``
compares, for each line on its input, what phones meant and were told with what is kept; it answers
with one JSON list of everything that is wrong.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import uuid4

from tests.soak.worker import check, say


def main() -> None:
    """Do one verb."""
    import django

    django.setup()
    if sys.argv[1] == "open":
        open_phones(int(sys.argv[2]))
    else:
        look()


def open_phones(count: int) -> None:
    """So many grid workers of the township, each in a grid with a phone."""
    from django.utils import timezone

    from commongrid.charter.matter import Actor
    from commongrid.rooms.fieldwork import face as fieldwork
    from commongrid.rooms.people import face as people
    from commongrid.rooms.places import face as places
    from tests.bench import township

    at, setup = timezone.now() - timedelta(days=1), Actor(key="system:setup")
    grids = township.find_township().grids
    for number in range(count):
        code = grids[number % len(grids)]
        made = people.create_account(
            actor=setup, at=at, command_id=uuid4(), username=f"walker-{number}",
            display_name=f"演示 {number}",
        )  # fmt: skip
        people.appoint_person(
            actor=setup, at=at, command_id=uuid4(), account_id=made.id, role="grid_worker",
            place_code=code, place_path=places.get_place(code).path, unit_key="community",
            basis="soak",
        )  # fmt: skip
        paired = fieldwork.pair_phone(
            actor=people.staff_actor(made.id, at), at=at, command_id=uuid4(),
            account_id=made.id, label="soak",
        )  # fmt: skip
        say(f"{paired.token} {code}")


def look() -> None:
    """Answer each line: ``{"meant": [[phone, seq, kind, mark, verdict, sizes]], "whole": bool}``.

    ``verdict`` is "" while the phone was told nothing final; ``sizes`` are pictures it was told
    hang on the matter.
    """
    from django.db import close_old_connections, connection

    say("ready")
    for line in sys.stdin:
        connection.close()
        close_old_connections()
        told = json.loads(line)
        say(json.dumps([*effects(told["meant"]), *(whole() if told["whole"] else [])]))


def whole() -> list[str]:
    """As the other soaks look at a house. A picture that comes later is told to nobody: its act has
    no delivery.
    """
    from commongrid.ledger.models import Act, OutboxRow

    wrong = [line for line in check()["wrong"] if line != "deliveries and acts differ"]
    acts = Act.objects.filter(subject__startswith="matter:").exclude(action__startswith="add_")
    told_of = OutboxRow.objects.filter(subject__startswith="matter:").order_by("id")
    asked = told_of.values_list("command_id", flat=True)
    if Counter(asked) != Counter(acts.order_by("id").values_list("command_id", flat=True)):
        wrong.append("deliveries and acts differ")
    return wrong


def effects(meant: list[Any]) -> list[str]:
    """What was told to be done and is not, what was done twice, and what stands out of order."""
    from commongrid.ledger.models import Act
    from commongrid.rooms.matters.models import Matter, PhotoRow

    texts = list(Matter.objects.order_by("pk").values_list("text", flat=True))
    acts = list(
        Act.objects.filter(subject__startswith="matter:").exclude(words="").order_by("id")
        .values_list("subject", "words")
    )  # fmt: skip
    found: dict[str, list[tuple[int, str]]] = {}
    for position, (subject, words) in enumerate(acts):
        for part in words.split("[")[1:]:
            found.setdefault(part.partition("]")[0], []).append((position, subject))
    raised = Counter(text.partition("[")[2].partition("]")[0] for text in texts)
    kept = Counter(PhotoRow.objects.order_by("id").values_list("width", "height"))
    wrong, last = [], {}
    for phone, seq, kind, mark, verdict, sizes in sorted(meant, key=lambda row: (row[0], row[1])):
        places = found.get(mark, [])
        count = raised[mark] if kind == "raise" else len(places)
        if count > 1 or (verdict and count != (verdict == "done")):
            wrong.append(f"{phone} {seq} {mark}: {kind} done {count} times, told {verdict!r}")
        for position, subject in places if kind == "step" else ():
            if position < last.get((phone, subject), -1):
                wrong.append(f"{phone} {seq} {mark}: out of order on {subject}")
            last[phone, subject] = position
        wrong += [
            f"{phone} {seq}: a picture hangs {kept[tuple(size)]} times"
            for size in sizes
            if kept[tuple(size)] != 1
        ]
    return wrong


if __name__ == "__main__":
    main()
