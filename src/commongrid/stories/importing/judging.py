"""From a row to a history, or to a reject with its reason. Nothing is guessed in between."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from uuid import UUID, uuid5

from commongrid.charter import Compiled, propose_units
from commongrid.charter.matter import Actor
from commongrid.kernel.text import Text
from commongrid.kernel.workcalendar import first_instant
from commongrid.rooms.matters.face import Draft, History, HistoryStep
from commongrid.rooms.places.face import PlaceCard
from commongrid.stories.importing.locating import Locator
from commongrid.stories.importing.maps import ISO, ImportMap
from commongrid.stories.importing.reading import Row
from commongrid.stories.importing.walking import IMPORTER, Facts, steps_of

NAMESPACE = UUID("9b1d6a54-6c0e-4a0c-8a3e-4f6f2f0f7c11")
LONGEST_ORIGIN = 120
LONGEST_WORDS = 2000  # as the charter's fields allow
NOT_SAID = Text(zh="导入的记录没有写", en="not said in the imported record")


@dataclass(frozen=True, slots=True)
class Reject:
    """A row, or the rest of its history, that was not recorded.

    ``value`` is a class of value ("empty", "text of 12 characters"), never the value of a cell
    that could name a person. Row 1 is the first after the header.
    """

    row: int
    column: str
    value: str
    rule: str


class _RejectError(Exception):
    def __init__(self, column: str, value: str, rule: str) -> None:
        super().__init__(rule)
        self.column, self.value, self.rule = column, value, rule


@dataclass(frozen=True, slots=True)
class Times:
    """When a request was opened and closed; ``closed`` only where it counts as closed."""

    opened: datetime
    closed: datetime | None


@dataclass(slots=True)
class Judge:
    """Judges the rows of one file by one map. ``rules`` gives the charter at a place and time.

    Cost: memory of some 60 bytes a row, to know an id that comes twice.
    """

    import_map: ImportMap
    locator: Locator
    now: datetime
    rules: Callable[[str, datetime], Compiled]
    _seen: set[bytes] = field(default_factory=set)

    def judge(self, number: int, row: Row) -> History | Reject:
        """The history of a row, or why it has none."""
        try:
            return self._history(row)
        except _RejectError as why:
            return Reject(number, why.column, why.value, why.rule)

    def origin_of(self, row: Row) -> str:
        """The id under which a row is known for ever."""
        return f"{self.import_map.id}:{row.get(self.import_map.columns['id'], '')}"

    def _history(self, row: Row) -> History:
        origin = self._origin(row)
        stage = self._stage(row)
        times = self._times(row, stage)
        self._check_point(row)
        place = self._place(row, times.opened)
        compiled = self._rules_at(place.path, times.opened)
        type_code = self._type(row, compiled)
        draft = self._draft(row, type_code, place)
        unit = self._unit(row, type_code, place.path, compiled)
        facts = self._facts(row, stage, times, unit)
        steps = steps_of(compiled.type(type_code).kind, facts)
        return History(
            origin_id=origin,
            actor=Actor(key=IMPORTER),
            at=times.opened,
            command_id=uuid5(NAMESPACE, f"{origin}#0:raise"),
            draft=draft,
            place=place,
            steps=tuple(
                HistoryStep(
                    action=action,
                    actor=actor,
                    at=at,
                    command_id=uuid5(NAMESPACE, f"{origin}#{position}:{action}"),
                    fields=fields,
                )
                for position, (action, actor, at, fields) in enumerate(steps, start=1)
            ),
        )

    def spot(self, row: Row) -> tuple[tuple[float, float] | None, datetime | None]:
        """Point and opening of a row that could be imported; None for what it lacks."""
        try:
            opened = self.time(row, "opened")
            self._check_point(row)
            point = self._point(row)
        except _RejectError:
            return None, None
        return (point, opened) if opened and opened <= self.now else (None, None)

    def _rules_at(self, path: str, at: datetime) -> Compiled:
        try:
            return self.rules(path, at)
        except LookupError as error:
            day = at.astimezone(self.import_map.zone).date()
            raise _RejectError(
                self.import_map.columns["opened"], f"time {day}", "no_charter_then"
            ) from error

    def _origin(self, row: Row) -> str:
        column = self.import_map.columns["id"]
        if not row[column]:
            raise _RejectError(column, "empty", "missing_id")
        origin = self.origin_of(row)
        if len(origin) > LONGEST_ORIGIN:
            raise _RejectError(column, value_class(row[column]), "unparsable_value")
        mark = blake2b(row[column].encode(), digest_size=8).digest()
        if mark in self._seen:
            raise _RejectError(column, value_class(row[column]), "duplicate_id")
        self._seen.add(mark)
        return origin

    def _stage(self, row: Row) -> str:
        lookup = self.import_map.status
        if lookup is None:
            closed = self.import_map.columns.get("closed", "")
            return "closed" if row.get(closed) else "handling"
        stage = lookup.find(row) or self.import_map.other_status
        if stage == "skip":
            raise _RejectError(lookup.column, value_class(row[lookup.column]), "status_left_out")
        if not stage:
            raise _RejectError(lookup.column, value_class(row[lookup.column]), "unknown_status")
        return stage

    def _times(self, row: Row, stage: str) -> Times:
        opened = self.time(row, "opened")
        if opened is None:
            raise _RejectError(self.import_map.columns["opened"], "empty", "missing_time")
        if opened > self.now:
            self._impossible("opened", opened, "opened_in_future")
        closed = self.time(row, "closed") if stage == "closed" else None
        if stage == "closed" and closed is None:
            column = self.import_map.columns.get("closed", "")
            raise _RejectError(column, "empty", "closed_without_time")
        if closed is not None and closed < opened:
            self._impossible("closed", closed, "closed_before_opened")
        if closed is not None and closed > self.now:
            self._impossible("closed", closed, "closed_in_future")
        return Times(opened, closed)

    def _impossible(self, key: str, at: datetime, rule: str) -> None:
        day = at.astimezone(self.import_map.zone).date()
        raise _RejectError(self.import_map.columns[key], f"time {day}", rule)

    def time(self, row: Mapping[str, str], key: str) -> datetime | None:
        """The instant in a column, or None when there is none."""
        column = self.import_map.columns.get(key, "")
        words = row.get(column, "")
        if not words:
            return None
        try:
            if self.import_map.time_format == ISO:
                read = datetime.fromisoformat(words)
            else:
                read = datetime.strptime(words, self.import_map.time_format)  # noqa: DTZ007
            return (
                read.astimezone(UTC) if read.tzinfo else first_instant(read, self.import_map.zone)
            )
        except (ValueError, OverflowError) as error:
            raise _RejectError(column, value_class(words), "unparsable_value") from error

    def _check_point(self, row: Row) -> None:
        point = self._point(row)
        slack = self.import_map.point_slack
        for lon, lat in self.import_map.default_points:
            if point and abs(point[0] - lon) <= slack and abs(point[1] - lat) <= slack:
                column = self.import_map.columns["lon"]
                raise _RejectError(column, "declared default point", "default_point")

    def _point(self, row: Row) -> tuple[float, float] | None:
        columns = self.import_map.columns
        if "lon" not in columns or "lat" not in columns:
            return None
        values = []
        for key, most in (("lon", 180.0), ("lat", 90.0)):
            words = row[columns[key]]
            if not words:
                return None
            try:
                value = float(words)
            except ValueError:
                value = 999.0
            if not abs(value) <= most:
                raise _RejectError(columns[key], value_class(words), "unparsable_value")
            values.append(value)
        return values[0], values[1]

    def _place(self, row: Row, at: datetime) -> PlaceCard:
        column = self.import_map.columns.get("place") or self.import_map.columns.get("lon", "")
        value, rule = "empty", "no_place"
        for way in self.import_map.placed_by:
            if way == "column":
                found = self.locator.named(row[self.import_map.columns["place"]], at)
            else:
                point = self._point(row)
                found = self.locator.at_point(*point, at) if point else None
                if point and not found:
                    column = self.import_map.columns["lon"]
                    value, rule = "point outside every grid", "outside_place"
            if found:
                return found
        raise _RejectError(column, value, rule)

    def _type(self, row: Row, compiled: Compiled) -> str:
        for lookup in self.import_map.types:
            code = lookup.find(row)
            if code in compiled.charter.types:
                return code
        if self.import_map.other_type in compiled.charter.types:
            return self.import_map.other_type
        column = self.import_map.types[0].column if self.import_map.types else ""
        raise _RejectError(column, value_class(row.get(column, "")), "unknown_type")

    def _draft(self, row: Row, type_code: str, place: PlaceCard) -> Draft:
        point = self._point(row)
        return Draft(
            type_code=type_code,
            text=self.words(row, "text"),
            grid_code=place.code,
            lon=point[0] if point else None,
            lat=point[1] if point else None,
            address=self.words(row, "address")[:200],
            channel="import",
            language=self.import_map.language,
        )

    def _unit(self, row: Row, type_code: str, path: str, compiled: Compiled) -> str:
        """The unit the record names where the map knows it, else the lead of the catalogue."""
        if self.import_map.units is not None:
            unit = self.import_map.units.find(row)
            if unit:
                return unit
        duties = propose_units(type_code, path, compiled)
        return duties[0].unit if duties else ""

    def _facts(self, row: Row, stage: str, times: Times, unit: str) -> Facts:
        said = NOT_SAID.zh if self.import_map.language.startswith("zh") else NOT_SAID.en
        return Facts(
            path=self.locator.root_path,
            unit=unit,
            stage=stage,
            opened=times.opened,
            closed=times.closed,
            record=self.words(row, "record") or said,
            answer=self.words(row, "answer"),
            answered=self.time(row, "answered"),
            expected=self.time(row, "expected"),
            latest=times.closed or self.now,
            zone=self.import_map.zone,
            not_said=said,
        )

    def words(self, row: Row, name: str) -> str:
        """Free words of a row. Raises: a reject when they are longer than a field may be."""
        words = self.import_map.joined_text(name, row)
        if len(words) > LONGEST_WORDS:
            column = self.import_map.joined[name][0]
            raise _RejectError(column, value_class(words), "too_long")
        return words


def value_class(value: str) -> str:
    """What kind of value it was, without the value.

    Example:
        >>> value_class(""), value_class("12.5"), value_class("Jane")
        ('empty', 'number', 'text of 4 characters')
    """
    if not value:
        return "empty"
    try:
        float(value)
    except ValueError:
        return f"text of {len(value)} characters"
    return "number"
