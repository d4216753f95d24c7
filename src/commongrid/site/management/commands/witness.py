"""``commongrid witness``: witness the logs of other houses from a folder; show this house's key."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.ledger.log import face, folder
from commongrid.ledger.log.notes import BadNoteError
from commongrid.site.management.base import HouseCommand

MOST_BYTES = 32 * 1024


class Command(HouseCommand):
    """A witness without a server: a folder on a laptop."""

    help = "Witness the transparency logs of other houses, from a folder of its own."

    def add_arguments(self, parser: CommandParser) -> None:
        """The verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("key", help="the key line of this house as a witness (from its settings)")
        make = verbs.add_parser("make", help="make a witness in a folder, and show its key line")
        make.add_argument("folder", type=Path)
        make.add_argument("--name", required=True, help="such as library.example/witness")
        know = verbs.add_parser("know", help="take a log into the folder")
        know.add_argument("folder", type=Path)
        know.add_argument("key", help="the log's key line")
        know.add_argument("address", nargs="?", default="", help="such as https://.../log/")
        look = verbs.add_parser("look", help="look at every log; exit 1 if one took anything back")
        look.add_argument("folder", type=Path)
        serve = verbs.add_parser("serve", help="answer logs that ask (C2SP tlog-witness)")
        serve.add_argument("folder", type=Path)
        serve.add_argument("--port", type=int, default=8090)
        serve.add_argument("--address", default="127.0.0.1")

    def handle(self, **options: Any) -> None:
        """Run the verb."""
        try:
            getattr(self, f"_{options['verb']}")(options)
        except (BadNoteError, OSError, ValueError) as error:
            raise CommandError(str(error)) from error

    def _key(self, _: dict[str, Any]) -> None:
        self.stdout.write(face.own_witness_key())

    def _make(self, options: dict[str, Any]) -> None:
        self.stdout.write(folder.make_folder(options["folder"], options["name"]))

    def _know(self, options: dict[str, Any]) -> None:
        name = folder.know(options["folder"], options["key"], options["address"])
        self.stdout.write(f"{name} is witnessed from now on")

    def _look(self, options: dict[str, Any]) -> None:
        found = folder.look(options["folder"], at=timezone.now())
        for one in found:
            self.stdout.write(f"{one.origin}: {one.size} acts, {one.told}")
            if one.evidence:
                self.stdout.write(f"  keep {one.evidence}: it shows what the log did")
        if any(one.is_conflict for one in found):
            message = "a log does not go on from what was seen before"
            raise CommandError(message)

    def _serve(self, options: dict[str, Any]) -> None:
        where = (options["address"], options["port"])
        with HTTPServer(where, _handler(options["folder"])) as server:
            self.stdout.write(f"answers at http://{where[0]}:{server.server_port}/add-checkpoint")
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("ended")


def _handler(path: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 20

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.path != "/add-checkpoint" or not 0 < length <= MOST_BYTES:
                self.send_error(404 if self.path != "/add-checkpoint" else 413)
                return
            body = self.rfile.read(length).decode("utf-8", "replace")
            given = folder.answer(path, body, at=timezone.now())
            content = given.body.encode()
            self.send_response(given.status)
            self.send_header("Content-Type", given.kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """No diary of who asked."""

    return Handler
