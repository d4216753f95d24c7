"""``commongrid people``: accounts and appointments, for whoever installs a place."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.charter.matter import Actor
from commongrid.doors.staff.initial import new_password
from commongrid.doors.staff.roster import day_starts
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face
from commongrid.rooms.places import face as places
from commongrid.site.management.base import HouseCommand

INSTALLER = Actor(key=places.SETUP_KEY)


class Command(HouseCommand):
    """The first appointing officer comes from here; after that the pages do the same."""

    help = "Make accounts, give and end posts, set initial passwords. Every act is in the ledger."

    def add_arguments(self, parser: CommandParser) -> None:
        """Give each verb its own words."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        listed = verbs.add_parser("list", help="who holds which post")
        listed.add_argument("--place", default="", metavar="CODE", help="this place and below")
        create = verbs.add_parser("create", help="make an account; prints its first password")
        create.add_argument("username")
        create.add_argument("--name", required=True)
        create.add_argument("--name-en", default="")
        create.add_argument("--phone", default="", help="WORK telephone")
        create.add_argument("--language", default="zh-hans")
        create.add_argument("--no-second-step", action="store_true")
        give = verbs.add_parser("appoint", help="give a post")
        end = verbs.add_parser("end", help="end a post")
        for verb in (give, end):
            verb.add_argument("username")
            verb.add_argument("role")
            verb.add_argument("place", metavar="CODE")
            verb.add_argument("--unit", default="")
        give.add_argument("--basis", required=True, help="document or decision it rests on")
        give.add_argument("--last-day", type=date.fromisoformat, metavar="YYYY-MM-DD")
        end.add_argument("--reason", required=True)
        reset = verbs.add_parser("reset-password", help="set a new one and print it once")
        reset.add_argument("username")
        step = verbs.add_parser("remove-second-step", help="for a lost phone")
        step.add_argument("username")
        step.add_argument("--reason", required=True)

    def handle(self, **options: Any) -> None:
        """Run the verb; what the rules refuse is said in one line, not as a traceback."""
        verb = {
            "list": self._list,
            "create": self._create,
            "appoint": self._appoint,
            "end": self._end,
            "reset-password": self._reset,
            "remove-second-step": self._remove_step,
        }
        try:
            verb[options["verb"]](options)
        except Refused as refused:
            verdict = refused.verdict
            message = f"refused ({verdict.rule}): {verdict.say.en} {verdict.say.zh}"
            raise CommandError(message) from refused
        except places.PlaceNotFoundError as missing:
            message = f"{missing}; look it up with: commongrid places"
            raise CommandError(message) from missing

    def _list(self, options: dict[str, Any]) -> None:
        path = places.get_place(options["place"]).path if options["place"] else "/"
        posts = face.list_appointments(path, timezone.now())
        for post in posts:
            unit = f" ({post.unit_key})" if post.unit_key else ""
            self.stdout.write(f"{post.place_code}  {post.role}{unit}  {post.display_name}")
        self.stdout.write(f"{len(posts)} posts")

    def _create(self, options: dict[str, Any]) -> None:
        password = new_password()
        card = face.create_account(
            **_doing(),
            username=options["username"],
            display_name=options["name"],
            display_name_en=options["name_en"],
            work_phone=options["phone"],
            language=options["language"],
            password=password,
            must_use_totp=not options["no_second_step"],
        )
        self.stdout.write(f"made {card.username}; it opens nothing before it is given a post")
        self._tell(password)

    def _appoint(self, options: dict[str, Any]) -> None:
        card, place = _account(options["username"]), places.get_place(options["place"])
        self._check_words(options, place)
        last = options["last_day"]
        face.appoint_person(
            **_doing(),
            account_id=card.id,
            role=options["role"],
            place_code=place.code,
            place_path=place.path,
            unit_key=options["unit"],
            until_at=day_starts(last + timedelta(days=1)) if last else None,
            basis=options["basis"],
        )
        self.stdout.write(f"{card.username} is now {options['role']} of {place.name.en}")

    def _end(self, options: dict[str, Any]) -> None:
        card, place = _account(options["username"]), places.get_place(options["place"])
        wanted = (options["role"], place.path, options["unit"])
        at = timezone.now()
        for post in face.list_own_appointments(card.id):
            is_open = post.until_at is None or post.until_at > at
            if is_open and (post.role, post.place_path, post.unit_key) == wanted:
                face.end_appointment(**_doing(), appointment_id=post.id, reason=options["reason"])
                self.stdout.write(f"{card.username} is no longer {post.role} of {place.name.en}")
                return
        message = f"{card.username} holds no such post; see: commongrid people list"
        raise CommandError(message)

    def _reset(self, options: dict[str, Any]) -> None:
        card, password = _account(options["username"]), new_password()
        face.set_password(**_doing(), account_id=card.id, password=password)
        self.stdout.write(f"{card.username}: all sessions ended")
        self._tell(password)

    def _remove_step(self, options: dict[str, Any]) -> None:
        card = _account(options["username"])
        face.disable_totp(**_doing(), account_id=card.id, reason=options["reason"])
        self.stdout.write(f"{card.username} sets up a new app at the next log-in")

    def _tell(self, password: str) -> None:
        self.stdout.write(f"first password, shown only now: {password}")

    def _check_words(self, options: dict[str, Any], place: places.PlaceCard) -> None:
        """A mistyped role or unit would give a right to nobody: name what there is."""
        try:
            charter = places.charter_in_force(place.path, timezone.now())[1].charter
        except places.NoCharterError:
            self.stderr.write(f"no charter is in force at {place.code}: the role is not checked")
            return
        roles = [key for key, row in charter.roles.items() if row.body == "staff"]
        if options["role"] not in roles:
            message = f"no role {options['role']} here; there are: {', '.join(roles)}"
            raise CommandError(message)
        if options["unit"] and options["unit"] not in charter.units:
            message = f"no unit {options['unit']} here; there are: {', '.join(charter.units)}"
            raise CommandError(message)


def _doing() -> dict[str, Any]:
    return {"actor": INSTALLER, "at": timezone.now(), "command_id": new_id()}


def _account(username: str) -> face.AccountCard:
    card = face.find_account(username)
    if card is None:
        message = f"no account {username}; make it with: commongrid people create {username}"
        raise CommandError(message)
    return card
