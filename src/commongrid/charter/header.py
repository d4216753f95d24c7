"""Reading charter.yaml: who this charter is for, on which base it rests, and its calendar."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from commongrid.charter.calendars import read_month_day, read_period, shared_calendar
from commongrid.charter.cells import CellError, read_date
from commongrid.charter.holidays import read_holidays
from commongrid.charter.reading import Findings, label_of, read_text
from commongrid.charter.schema import Where
from commongrid.kernel.text import Text
from commongrid.kernel.worktime import Hours, WorkCalendar

HEADER_FILE = "charter.yaml"
KEYS = (
    *("id", "version", "name_zh", "name_en", "place", "code_system", "kind_of_place"),
    *("signed_by_zh", "signed_by_en", "valid_from", "calendar"),
)
OPTIONAL_KEYS = ("base", "note_zh", "note_en")
PLACE_KEYS = ("place", "code_system", "kind_of_place")
CALENDAR_KEYS = ("timezone", "week", "hours", "holidays", "covers")
HOURS_KEYS = ("from", "until", "periods")
KINDS_OF_PLACE = ("subdistrict", "township")
_A_YEAR = range(date(2000, 1, 1).toordinal(), date(2001, 1, 1).toordinal())
_MAPPING = Text("一组“键: 值”", "a group of “key: value”")
_LIST = Text("一个列表", "a list")


@dataclass(frozen=True, slots=True)
class Entry:
    """One value of a YAML file and the line it stands in; scalars stay as written."""

    value: str | list[Entry] | dict[str, Entry]
    where: Where


@dataclass(frozen=True, slots=True)
class Header:
    """What charter.yaml says, the place's words over those of its base."""

    charter_id: str
    version: str
    name: Text
    place: str
    code_system: str
    kind_of_place: str
    note: Text
    signed_by: Text
    valid_from: date
    calendar: WorkCalendar


def folders_of(folder: Path, findings: Findings) -> list[Path]:
    """The folder and those it rests on, base first."""
    chain = [folder]
    while base := _base_of(chain[0]):
        if base in chain or not base.is_dir():
            where = Where(label_of(chain[0] / HEADER_FILE), 1)
            code = "base_circle" if base in chain else "folder_missing"
            findings.add(code, where, "base", value=base.name)
            break
        chain.insert(0, base)
    return chain


def read_header(
    folders: Sequence[Path], findings: Findings, place: Mapping[str, str] | None = None
) -> Header | None:
    """The header laid over its bases, or None when it does not hold (which is then a finding).

    ``place``: what a charter of the library is put on, since it names no place itself.
    """
    before = len(findings.problems)
    entries = _merged_entries(folders, findings)
    own = Where(label_of(folders[-1] / HEADER_FILE), 1)
    if place is not None:
        entries |= {key: Entry(place[key], own) for key in PLACE_KEYS}
    for key in KEYS:
        if key not in entries:
            findings.add("yaml_key_missing", own, key, value=key)
    calendar = _read_calendar(entries.get("calendar"), folders, findings)
    valid_from = _date_of(entries.get("valid_from"), "valid_from", findings)
    _check_place(entries, findings)
    _check_id(entries, folders[-1].name, findings)
    if len(findings.problems) > before or calendar is None or valid_from is None:
        return None
    return Header(
        charter_id=_scalar(entries, "id"),
        version=_scalar(entries, "version"),
        name=_words(entries, "name"),
        place=_scalar(entries, "place"),
        code_system=_scalar(entries, "code_system"),
        kind_of_place=_scalar(entries, "kind_of_place"),
        note=_words(entries, "note"),
        signed_by=_words(entries, "signed_by"),
        valid_from=valid_from,
        calendar=calendar,
    )


def read_yaml(path: Path, findings: Findings) -> Entry | None:
    """A YAML file with line numbers, or None when it cannot be read."""
    text = read_text(path, findings)
    if text is None:
        return None
    label = label_of(path)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        findings.add("yaml_syntax", Where(label, line), path.name, value=error.problem or "?")
        return None
    except yaml.YAMLError:
        findings.add("yaml_syntax", Where(label, 1), path.name, value="?")
        return None
    return _entry(node, label, findings) if node is not None else Entry({}, Where(label, 1))


def _base_of(folder: Path) -> Path | None:
    path = folder / HEADER_FILE
    if not path.is_file():
        return None
    root = read_yaml(path, Findings())  # its problems are told when the header itself is read
    base = root.value.get("base") if root and isinstance(root.value, dict) else None
    named = base.value if base is not None else ""
    if not isinstance(named, str) or not named:
        return None
    beside, above = folder.parent / named, folder.parent.parent / named
    return above if above.is_dir() and not beside.is_dir() else beside  # the library: one below


def _merged_entries(folders: Sequence[Path], findings: Findings) -> dict[str, Entry]:
    merged: dict[str, Entry] = {}
    for folder in folders:
        path = folder / HEADER_FILE
        if not path.is_file():
            where = Where(label_of(path), 1)
            findings.add("file_missing", where, HEADER_FILE, file=HEADER_FILE)
            continue
        root = read_yaml(path, findings)
        entries = _mapping(root, "charter.yaml", (*KEYS, *OPTIONAL_KEYS), findings)
        merged.update(_with_base_calendar(entries, merged))
    return merged


def _with_base_calendar(entries: dict[str, Entry], base: dict[str, Entry]) -> dict[str, Entry]:
    """A place that changes only its hours keeps the holidays of its base, and so on."""
    own, known = entries.get("calendar"), base.get("calendar")
    if own is None or known is None:
        return entries
    if not isinstance(own.value, dict) or not isinstance(known.value, dict):
        return entries
    return {**entries, "calendar": Entry({**known.value, **own.value}, own.where)}


def _read_calendar(
    entry: Entry | None, folders: Sequence[Path], findings: Findings
) -> WorkCalendar | None:
    if entry is None:
        return None
    before = len(findings.problems)
    parts = _mapping(entry, "calendar", CALENDAR_KEYS, findings)
    for key in ("timezone", "week", "hours"):
        if key not in parts:
            findings.add("yaml_key_missing", entry.where, f"calendar.{key}", value=key)
    hours = _read_season_hours(parts.get("hours"), findings)
    covers = [
        _date_of(part, "calendar.covers", findings) for part in _list(parts, "covers", findings)
    ]
    names = [part.value for part in _list(parts, "holidays", findings)]
    exceptions = read_holidays([str(name) for name in names], folders, entry.where, findings)
    week = [part.value for part in _list(parts, "week", findings)]
    if len(findings.problems) > before:
        return None
    try:
        return shared_calendar(
            _scalar(parts, "timezone"),
            frozenset(int(str(day)) for day in week),
            frozenset(exceptions.items()),
            hours,
            (covers[0], covers[1]) if len(covers) == 2 and covers[0] and covers[1] else None,
        )
    except (ValueError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        findings.add("calendar_bad", entry.where, "calendar", value=str(error).strip("'"))
    return None


def _read_season_hours(entry: Entry | None, findings: Findings) -> tuple[Hours, ...]:
    found: list[Hours] = []
    for season in _list({"hours": entry} if entry else {}, "hours", findings):
        parts = _mapping(season, "calendar.hours", HOURS_KEYS, findings)
        for key in HOURS_KEYS:
            if key not in parts:
                findings.add("yaml_key_missing", season.where, f"calendar.hours.{key}", value=key)
        if all(key in parts for key in HOURS_KEYS):
            found += _one_season(parts, season.where, findings)
    if entry is not None and found:
        _check_year(found, entry.where, findings)
    return tuple(found)


def _one_season(parts: dict[str, Entry], where: Where, findings: Findings) -> list[Hours]:
    ends = []
    for key in ("from", "until"):
        try:
            ends.append(read_month_day(_scalar(parts, key)))
        except ValueError:
            value = _scalar(parts, key)
            findings.add("month_day_bad", parts[key].where, f"calendar.hours.{key}", value=value)
    periods = []
    for period in _list(parts, "periods", findings):
        try:
            periods.append(read_period(str(period.value)))
        except ValueError:
            value = str(period.value)
            findings.add("hours_bad", period.where, "calendar.hours.periods", value=value)
    if len(ends) < 2:
        return []
    try:
        return [Hours(ends[0], ends[1], tuple(periods))]
    except ValueError:
        shown = ", ".join(str(part.value) for part in _list(parts, "periods", findings))
        findings.add("hours_bad", where, "calendar.hours.periods", value=shown)
        return []


def _check_year(hours: list[Hours], where: Where, findings: Findings) -> None:
    """Every day of the year belongs to exactly one season."""
    for ordinal in _A_YEAR:
        day = date.fromordinal(ordinal)
        count = sum(season.holds(day) for season in hours)
        if count != 1:
            values = {"value": f"{day:%m-%d}", "count": str(count)}
            findings.add("hours_overlap", where, "calendar.hours", **values)
            return


def _check_place(entries: Mapping[str, Entry], findings: Findings) -> None:
    place, kind = entries.get("place"), entries.get("kind_of_place")
    if place is not None and not (str(place.value).isdigit() and len(str(place.value)) == 12):
        findings.add("place_bad", place.where, "place", value=str(place.value))
    if kind is not None and kind.value not in KINDS_OF_PLACE:
        expected = ", ".join(KINDS_OF_PLACE)
        value = str(kind.value)
        findings.add("enum_bad", kind.where, "kind_of_place", value=value, expected=expected)


def _check_id(entries: Mapping[str, Entry], folder: str, findings: Findings) -> None:
    entry = entries.get("id")
    if entry is not None and entry.value != folder:
        value = str(entry.value)
        findings.add("id_not_folder", entry.where, "id", value=value, expected=folder)


def _date_of(entry: Entry | None, key: str, findings: Findings) -> date | None:
    if entry is None:
        return None
    try:
        return read_date(str(entry.value))
    except CellError as error:
        findings.add(error.code, entry.where, key, **error.values)
        return None


def _mapping(
    entry: Entry | None, key: str, allowed: Sequence[str], findings: Findings
) -> dict[str, Entry]:
    if entry is None:
        return {}
    if not isinstance(entry.value, dict):
        findings.add("yaml_shape", entry.where, key, value=key, expected=_MAPPING)
        return {}
    for name, part in entry.value.items():
        if name not in allowed:
            expected = ", ".join(allowed)
            findings.add("yaml_key_unknown", part.where, name, value=name, expected=expected)
    return entry.value


def _list(parts: Mapping[str, Entry], key: str, findings: Findings) -> list[Entry]:
    entry = parts.get(key)
    if entry is None:
        return []
    if not isinstance(entry.value, list):
        findings.add("yaml_shape", entry.where, key, value=key, expected=_LIST)
        return []
    return entry.value


def _scalar(parts: Mapping[str, Entry], key: str) -> str:
    entry = parts.get(key)
    return entry.value if entry is not None and isinstance(entry.value, str) else ""


def _words(entries: Mapping[str, Entry], key: str) -> Text:
    return Text(_scalar(entries, f"{key}_zh"), _scalar(entries, f"{key}_en"))


def _entry(node: yaml.Node, label: str, findings: Findings) -> Entry:
    where = Where(label, node.start_mark.line + 1)
    if isinstance(node, yaml.SequenceNode):
        return Entry([_entry(part, label, findings) for part in node.value], where)
    if not isinstance(node, yaml.MappingNode):
        return Entry(str(node.value), where)
    parts: dict[str, Entry] = {}
    for key, value in node.value:
        name = str(key.value)
        if name in parts:
            at = Where(label, key.start_mark.line + 1)
            findings.add("yaml_key_twice", at, name, value=name)
        parts[name] = _entry(value, label, findings)
    return Entry(parts, where)
