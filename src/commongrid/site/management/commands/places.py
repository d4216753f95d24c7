"""``commongrid places``: register divisions, import and check boundaries, redraw and post grids."""

from __future__ import annotations

import csv
import json
from argparse import ArgumentParser
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused
from commongrid.rooms.places import face
from commongrid.site.management.base import HouseCommand

INSTALLER = Actor(key=face.SETUP_KEY)
SHOWN = 20


class Command(HouseCommand):
    """Register divisions, import and check boundaries, redraw and post grids."""

    help = (
        "Register divisions, import boundaries (GeoJSON, Shapefile, GeoPackage), check them, "
        "let grids end and others follow, keep grid posts."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Give each verb its own words."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        _import_arguments(verbs.add_parser("import", help="adopt the boundaries in a file"))
        check = verbs.add_parser("check", help="look for gaps and overlaps in adopted boundaries")
        check.add_argument("--root", required=True, metavar="CODE")
        check.add_argument("--level", required=True, choices=[level.value for level in face.Level])
        register = verbs.add_parser("register", help="enter divisions from a CSV list")
        register.add_argument("file", type=Path)
        register.add_argument("--root", required=True, metavar="CODE")
        register.add_argument("--code-system", default=face.PRIMARY_SYSTEM.value)
        register.add_argument("--reason", default="list of divisions")
        redraw = verbs.add_parser("redraw", help="let places end and others take over")
        redraw.add_argument("--end", required=True, nargs="+", metavar="CODE")
        redraw.add_argument("--follow", required=True, nargs="+", metavar="CODE")
        redraw.add_argument("--on", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
        redraw.add_argument("--reason", required=True)
        post = verbs.add_parser("post", help="change what is posted for a grid")
        post.add_argument("grid", metavar="CODE")
        post.add_argument("--worker", required=True, help="name of the grid worker")
        post.add_argument("--phone", required=True, help="the worker's WORK telephone")
        post.add_argument("--supervision", required=True, help="telephone for supervision")
        post.add_argument("--where", default="", help="where the post hangs")

    def handle(self, **options: Any) -> None:
        """Run the verb; what the rules refuse is said in one line, not as a traceback."""
        verb = {
            "import": self._import,
            "check": self._check,
            "register": self._register,
            "redraw": self._redraw,
            "post": self._post,
        }
        try:
            verb[options["verb"]](options)
        except Refused as refused:
            verdict = refused.verdict
            message = f"{verdict.say.in_('en')} [{verdict.rule}] {verdict.log}".rstrip()
            raise CommandError(message) from refused
        except face.PlaceNotFoundError as missing:
            message = f"{missing}; register it first: commongrid places register FILE --root CODE"
            raise CommandError(message) from missing
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error

    def _import(self, options: dict[str, Any]) -> None:
        file = face.read_boundaries(
            options["file"],
            frame=options["frame"],
            code_field=options["code_field"],
            name_field=options["name_field"],
            encoding=options["encoding"],
            layer=options["layer"],
        )
        report = face.import_boundaries(
            actor=INSTALLER,
            at=timezone.now(),
            command_id=new_id(),
            file=file,
            level=options["level"],
            root_code=options["parent"],
            reason=options["reason"],
            code_system=options["code_system"],
            is_dry_run=options["dry_run"],
        )
        self._show_import(report)
        if options["report"]:
            text = json.dumps(report.as_plain(), ensure_ascii=False, indent=1)
            options["report"].write_text(text, "utf-8")
            self.stdout.write(f"full report: {options['report']}")
        if not report.accepted:
            message = "no feature was accepted"
            raise CommandError(message)

    def _show_import(self, report: face.ImportReport) -> None:
        self.stdout.write(
            f"{report.file_name}: {report.frame}, {report.encoding} ({report.encoding_how}), "
            f"{len(report.accepted)} accepted, {len(report.rejected)} rejected"
            + (" [dry run: nothing saved]" if report.is_dry_run else "")
        )
        counts = Counter(result.reason.value for result in report.features)
        self.stdout.write("  " + ", ".join(f"{reason} {n}" for reason, n in sorted(counts.items())))
        spoken = [result for result in report.features if result.detail]
        for result in spoken[:SHOWN]:
            self.stdout.write(
                f"  row {result.row} {result.code} {result.name}: {result.reason}: {result.detail}"
            )
        if len(spoken) > SHOWN:
            self.stdout.write(f"  and {len(spoken) - SHOWN} more; --report FILE lists them all")
        self._show_boundaries(report.boundaries)

    def _check(self, options: dict[str, Any]) -> None:
        root = face.get_place(options["root"])
        self._show_boundaries(face.check_boundaries(root.path, options["level"]))

    def _show_boundaries(self, report: face.BoundaryReport) -> None:
        self.stdout.write(
            f"{report.pieces} outlines, {report.area_m2 / 1e6:.2f} km2; "
            f"{len(report.overlaps)} overlaps, {len(report.gaps)} gaps, "
            f"{report.outside_m2:.0f} m2 outside"
            + ("" if report.is_against_parent else " (no outline of the place around them)")
        )
        for overlap in report.overlaps[:SHOWN]:
            self.stdout.write(
                f"  overlap {overlap.area_m2:.0f} m2: {overlap.first} {overlap.first_name} and "
                f"{overlap.second} {overlap.second_name} at {overlap.lon:.6f}, {overlap.lat:.6f}"
            )
        for gap in report.gaps[:SHOWN]:
            beside = ", ".join(
                f"{code} {name}"
                for code, name in zip(gap.beside[:4], gap.beside_names[:4], strict=True)
            )
            self.stdout.write(
                f"  gap {gap.area_m2:.0f} m2 at {gap.lon:.6f}, {gap.lat:.6f} beside {beside}"
            )

    def _register(self, options: dict[str, Any]) -> None:
        report = face.register_places(
            actor=INSTALLER,
            at=timezone.now(),
            command_id=new_id(),
            rows=_read_rows(options["file"]),
            root_code=options["root"],
            reason=options["reason"],
            code_system=options["code_system"],
        )
        self.stdout.write(
            f"{len(report.added)} added, {len(report.changed)} changed, "
            f"{len(report.unchanged)} unchanged, {len(report.rejected)} rejected"
        )
        for row in report.rejected:
            self.stdout.write(f"  row {row.row} {row.code}: {row.why}")

    def _redraw(self, options: dict[str, Any]) -> None:
        face.redraw_places(
            actor=INSTALLER,
            at=timezone.now(),
            command_id=new_id(),
            predecessor_codes=options["end"],
            successor_codes=options["follow"],
            on=options["on"],
            reason=options["reason"],
        )
        ended, following = ", ".join(options["end"]), ", ".join(options["follow"])
        self.stdout.write(f"{ended} end on {options['on']}; {following} follow")

    def _post(self, options: dict[str, Any]) -> None:
        face.set_grid_post(
            actor=INSTALLER,
            at=timezone.now(),
            command_id=new_id(),
            grid_code=options["grid"],
            worker_name=options["worker"],
            worker_phone=options["phone"],
            supervision_phone=options["supervision"],
            where_posted=options["where"],
        )
        self.stdout.write(f"posted: see /grids/{options['grid']}/")


def _import_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--frame", required=True, help="WGS84, CGCS2000, GCJ02 or EPSG:number; files do not know"
    )
    parser.add_argument("--level", required=True, choices=[level.value for level in face.Level])
    parser.add_argument("--parent", required=True, metavar="CODE", help="the place around them")
    parser.add_argument("--code-field", required=True)
    parser.add_argument("--name-field", default="")
    parser.add_argument("--encoding", default="", help="UTF-8 or GBK; found out when not given")
    parser.add_argument("--layer", default="", help="of a GeoPackage with several")
    parser.add_argument("--code-system", default=face.PRIMARY_SYSTEM.value)
    parser.add_argument("--reason", default="boundary file")
    parser.add_argument("--report", type=Path, help="write the whole report there as JSON")
    parser.add_argument("--dry-run", action="store_true", help="report only, save nothing")


def _read_rows(path: Path) -> list[face.PlaceRow]:
    """Read the columns of seed/places/divisions.csv; code, name_zh and valid_from are required."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        table = csv.DictReader(line for line in lines if not line.startswith("#"))
        missing = {"code", "name_zh", "valid_from"} - set(table.fieldnames or ())
        if missing:
            message = f"{path.name}: no column {', '.join(sorted(missing))}"
            raise CommandError(message)
        return [_row(row, path) for row in table]


def _row(row: dict[str, str], path: Path) -> face.PlaceRow:
    def cell(name: str) -> str:
        return (row.get(name) or "").strip()

    until = cell("valid_until")
    return face.PlaceRow(
        code=cell("code"),
        name=Text(cell("name_zh"), cell("name_en")),
        name_mn=cell("name_mn"),
        kind=cell("kind"),
        settlement=tuple(word for word in cell("settlement").split(";") if word),
        valid_from=date.fromisoformat(cell("valid_from")),
        valid_until=date.fromisoformat(until) if until else None,
        note=cell("note"),
        source=cell("source") or path.name,
    )
