"""``commongrid adopt``: put a version of a charter in force, on the keeper's decision."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.charter import Charter, CharterError, diff, lint, load_charter
from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.site.management.base import HouseCommand
from commongrid.stories import adopting

INSTALLER = Actor(key=places.SETUP_KEY)
WITHOUT = "adopted without a rehearsal; the act says so"


class Command(HouseCommand):
    """Adopting is an act in the ledger: reason, digest and the version before are kept."""

    help = "Adopt the charter in a folder for its place; --dry-run says what would change."

    def add_arguments(self, parser: CommandParser) -> None:
        """A folder of the charters, and why."""
        parser.add_argument("folder", metavar="FOLDER")
        parser.add_argument("--root", type=Path, default=settings.CHARTERS_DIR)
        parser.add_argument("--reason", default="", help="who decided it, and why")
        parser.add_argument("--pia", default="", help="reference of the impact assessment")
        parser.add_argument("--rehearsal", default="", help="number of the rehearsal it rests on")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--lang", choices=("zh", "en"), default="zh")

    def handle(self, **options: Any) -> None:
        """Load, compare, adopt."""
        charter = _load(options["root"], options["folder"], options["lang"])
        errors = [problem for problem in lint(charter) if problem.is_error]
        for problem in errors:
            self.stderr.write(problem.line(options["lang"]))
        if errors:
            message = f"{len(errors)} errors; mend them first"
            raise CommandError(message)
        self._say_changes(charter, options["lang"])
        if options["dry_run"]:
            for key in adopting.list_unadmitted(charter, timezone.now()):
                self.stdout.write(f"not admitted for the grids: {key}")
            self.stdout.write("dry run: nothing was adopted")
            return
        if not options["reason"].strip():
            message = "say who decided it and why: --reason"
            raise CommandError(message)
        self._adopt(charter, options)

    def _say_changes(self, charter: Charter, lang: str) -> None:
        place = places.find_place(charter.place, code_system=charter.code_system.lower())
        if place is None:
            message = f"no place with code {charter.place}; register it with: commongrid places"
            raise CommandError(message)
        versions = [v for v in places.list_charters(charter.place) if v.place_path == place.path]
        if not versions:
            self.stdout.write(f"{charter.place}: the first charter of this place")
            return
        before = places.get_charter(versions[0].key)
        changes = diff(before.charter, charter)
        for change in changes:
            self.stdout.write(change.words.in_(lang))
        self.stdout.write(f"{len(changes)} changes against {versions[0].key}")

    def _adopt(self, charter: Charter, options: dict[str, Any]) -> None:
        rests_on = _finished(options["rehearsal"], charter) if options["rehearsal"] else None
        try:
            card = adopting.adopt_charter(
                actor=INSTALLER,
                at=timezone.now(),
                command_id=new_id(),
                charter=charter,
                reason=options["reason"],
                pia_ref=options["pia"],
                rehearsal=rests_on.ref if rests_on else "",
                report_digest=rests_on.report_digest if rests_on else "",
            )
        except Refused as refused:
            verdict = refused.verdict
            message = f"refused ({verdict.rule}): {verdict.say.in_(options['lang'])}"
            raise CommandError(message) from refused
        self.stdout.write(f"in force: {card.key}, digest {card.digest[:16]}")
        rested = f"rehearsed: {card.rehearsal}" if card.rehearsal else WITHOUT
        self.stdout.write(rested)


def _finished(ref: str, charter: Charter) -> rehearsals.RehearsalCard:
    """A finished rehearsal of the charter's place. Whether it tried this text its report says."""
    card = rehearsals.find_rehearsal(INSTALLER, ref, timezone.now())
    if card is None or card.state is not rehearsals.State.DONE or card.place_code != charter.place:
        message = f"{ref}: no finished rehearsal of {charter.place} has this number"
        raise CommandError(message)
    return card


def _load(root: Path, folder: str, lang: str) -> Charter:
    path = root / folder if (root / folder).is_dir() or "/" not in folder else Path(folder)
    try:
        return load_charter(path)
    except CharterError as error:
        message = "\n".join(problem.line(lang) for problem in error.problems)
        raise CommandError(message) from error
