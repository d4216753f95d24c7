"""Two scripts for the test of upgrades; each is run by another version's code.

``build`` runs under the earlier version: a place with matters at several states. ``look`` runs
under this version, after its migrations: what must still be true. Both print one JSON object.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import timedelta
from uuid import uuid4


def build() -> dict[str, object]:
    """Raise and walk a few matters by the commands of the version that runs this."""
    from django.core.management import call_command

    from tests.bench import township

    call_command("migrate", interactive=False, verbosity=0)
    town, rng = township.open_township(), random.Random(7)
    codes = []
    for steps in (0, 1, 3, 6):
        raised = township.raise_one(town, rng)
        codes.append(raised.receipt_code)
        for position in range(steps):
            at = township.AT + timedelta(minutes=position + 1)
            township.take_step(town, raised.id, position, at=at)
    return {"codes": codes, **counts()}


def counts() -> dict[str, object]:
    """How much there is of everything that lasts."""
    from commongrid.ledger.models import Act
    from commongrid.rooms.matters.models import ContactRow, Matter, PhotoRow, Promise
    from commongrid.rooms.people.models import Account
    from commongrid.rooms.places.models import Place

    kinds = (Act, Matter, Promise, ContactRow, PhotoRow, Account, Place)
    states = Matter.objects.order_by("ref").values_list("ref", "state")
    return {
        "counts": {kind.__name__: kind.objects.count() for kind in kinds},
        "states": [list(pair) for pair in states],
    }


def look(codes: list[str]) -> dict[str, object]:
    """Read the migrated place through its pages, and act in it."""
    from django.test import Client
    from django.utils import timezone

    from commongrid.charter.matter import PUBLIC
    from commongrid.ledger import face as ledger
    from commongrid.rooms.matters import face as matters
    from commongrid.rooms.matters.models import Matter

    found = counts()
    client = Client(raise_request_exception=False, headers={"accept-language": "en"})
    pages = {page: client.get(page).status_code for page in ("/", "/places/", "/grids/", "/help/")}
    opened = []
    for code in codes:
        opened.append(client.get(f"/r/{code}/").status_code)
        pages[f"my {len(opened)}"] = client.get("/my/").status_code
    contact = matters.find_by_receipt(codes[0])
    assert contact is not None
    matter_id, actor = contact
    kept = matters.read_own_contact(actor=actor, matter_id=matter_id)
    grid = Matter.objects.order_by("ref")[0].place.code
    draft = matters.Draft(type_code="A01", text="After the upgrade.", grid_code=grid)
    raised = matters.raise_matter(
        actor=PUBLIC, at=timezone.now(), command_id=uuid4(), draft=draft
    )  # fmt: skip
    report = ledger.verify()
    return {
        **found,
        "pages": pages,
        "opened": opened,
        "contact": bool(kept),
        "raised": bool(raised.receipt_code),
        "findings": [f"{f.code} {f.subject}" for f in report.findings],
    }


def main() -> None:
    """Run one of the two."""
    import django

    django.setup()
    if sys.argv[1] == "build":
        said = build()
    else:
        from django.test.utils import setup_test_environment

        setup_test_environment()
        said = look(json.loads(sys.argv[2]))
    print(json.dumps(said))  # noqa: T201


if __name__ == "__main__":
    main()
