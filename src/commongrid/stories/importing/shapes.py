"""Reading the parts of a map: each reader notes what is wrong with file, line and key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from commongrid.charter.header import Entry
from commongrid.charter.schema import Where

Parts: TypeAlias = Mapping[str, Entry]
_PROBE = datetime(2011, 7, 4, 13, 5, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MapProblem:
    """One thing wrong with a map, where, and what is expected."""

    where: Where
    key: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.key + ': ' if self.key else ''}{self.what}"


@dataclass(slots=True)
class Reader:
    """Typed reading of YAML entries; problems are gathered, reading goes on."""

    problems: list[MapProblem] = field(default_factory=list)
    _groups: dict[int, Where] = field(default_factory=dict)

    def note(self, where: Where, key: str, what: str) -> None:
        """Note one problem."""
        self.problems.append(MapProblem(where, key, what))

    def mapping(self, entry: Entry, key: str, allowed: Sequence[str]) -> Parts:
        """The keys of a group; unknown ones are problems."""
        if not isinstance(entry.value, dict):
            self.note(entry.where, key, "must be a group of `key: value`")
            return {}
        for name, part in entry.value.items():
            if allowed and name not in allowed:
                self.note(part.where, name, f"unknown key; expected {', '.join(allowed)}")
        self._groups[id(entry.value)] = entry.where
        return entry.value

    def group(self, parts: Parts, key: str, allowed: Sequence[str]) -> Parts:
        """A group under a key; {} when it is not there."""
        return self.mapping(parts[key], key, allowed) if key in parts else {}

    def groups(self, parts: Parts, key: str, allowed: Sequence[str]) -> list[Parts]:
        """A list of groups under a key."""
        return [self.mapping(entry, key, allowed) for entry in self._list(parts, key)]

    def require(self, parts: Parts, key: str) -> None:
        """Note a key that is not there."""
        entry = parts.get(key)
        if entry is None or entry.value in ("", [], {}):
            where = entry.where if entry else self._groups.get(id(parts), Where("map", 1))
            self.note(where, key, "is needed")

    def word(self, parts: Parts, key: str) -> str:
        """A single value as written; "" when it is not there."""
        entry = parts.get(key)
        if entry is None:
            return ""
        if not isinstance(entry.value, str):
            self.note(entry.where, key, "must be one value")
            return ""
        return entry.value.strip()

    def words(self, parts: Parts, key: str, allowed: Sequence[str] = ()) -> tuple[str, ...]:
        """A list of values; one value alone is a list of one."""
        entry = parts.get(key)
        if entry is not None and isinstance(entry.value, str):
            found = [entry] if entry.value else []
        else:
            found = self._list(parts, key)
        values = []
        for one in found:
            if not isinstance(one.value, str):
                self.note(one.where, key, "must be a list of values")
            elif allowed and one.value not in allowed:
                self.note(one.where, key, f"{one.value!r}: expected {', '.join(allowed)}")
            else:
                values.append(one.value)
        return tuple(values)

    def one_of(self, parts: Parts, key: str, allowed: Sequence[str], default: str) -> str:
        """One of the allowed values."""
        value = self.word(parts, key)
        if value and value not in allowed:
            self.note(parts[key].where, key, f"{value!r}: expected {', '.join(allowed)}")
        return value or default

    def table(self, parts: Parts, key: str, allowed: Sequence[str] = ()) -> dict[str, str]:
        """Their words to ours."""
        found: dict[str, str] = {}
        for word, entry in self.group(parts, key, ()).items():
            if not isinstance(entry.value, str) or not entry.value:
                self.note(entry.where, f"{key}.{word}", "must be one value")
            elif allowed and entry.value not in allowed:
                expected = ", ".join(allowed)
                self.note(entry.where, f"{key}.{word}", f"{entry.value!r}: expected {expected}")
            else:
                found[word] = entry.value
        return found

    def number(self, parts: Parts, key: str, default: float) -> float:
        """A number that is not negative."""
        value = self.word(parts, key)
        if not value:
            return default
        try:
            number = float(value)
        except ValueError:
            number = -1.0
        if number < 0:
            self.note(parts[key].where, key, f"{value!r} is not a number from 0 up")
            return default
        return number

    def points(self, parts: Parts, key: str) -> list[tuple[float, float]]:
        """Points as groups of lon and lat."""
        found = []
        for one in self.groups(parts, key, ("lon", "lat", "note")):
            try:
                lon, lat = float(self.word(one, "lon")), float(self.word(one, "lat"))
            except ValueError:
                self.note(parts[key].where, key, "each point needs lon and lat as numbers")
                continue
            if abs(lon) > 180 or abs(lat) > 90:
                self.note(parts[key].where, key, f"{lon}, {lat} is no point of the earth")
            found.append((lon, lat))
        return found

    def zone(self, parts: Parts, key: str) -> ZoneInfo | None:
        """A time zone by its name."""
        value = self.word(parts, key)
        try:
            return ZoneInfo(value) if value else None
        except (ValueError, KeyError, OSError):
            self.note(parts[key].where, key, f"{value!r} is no time zone, such as Asia/Shanghai")
            return None

    def time_format(self, parts: Parts, key: str) -> str:
        """A format of strptime that keeps day and minute, or "iso"."""
        value = self.word(parts, key)
        if value in ("", "iso"):
            return value
        try:
            read = datetime.strptime(_PROBE.strftime(value), value)  # noqa: DTZ007
            is_kept = (read.date(), read.hour) == (_PROBE.date(), _PROBE.hour)
        except ValueError:
            is_kept = False
        if not is_kept:
            self.note(parts[key].where, key, f"{value!r} does not keep date and time of day")
        return value

    def _list(self, parts: Parts, key: str) -> list[Entry]:
        entry = parts.get(key)
        if entry is None:
            return []
        if not isinstance(entry.value, list):
            self.note(entry.where, key, "must be a list")
            return []
        return entry.value
