"""Holding the log against the acts: every leaf, every tile, every signature.

Reads leaves and acts once, in the order of the log, and builds the tree anew from the acts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from commongrid.ledger.checking import Finding
from commongrid.ledger.log import keys
from commongrid.ledger.log.closing import subjects_closed_by
from commongrid.ledger.log.hashing import EMPTY_ROOT, leaf_hash, node_hash, whole_hash
from commongrid.ledger.log.memory import remembered
from commongrid.ledger.log.models import Cosignature, Head, SignedCheckpoint, Tile
from commongrid.ledger.log.notes import (
    BadNoteError,
    Verifier,
    parse_checkpoint,
    parse_note,
    parse_signature,
)
from commongrid.ledger.log.opening import entry_of
from commongrid.ledger.log.tiles import WIDTH, split

CHUNK = 2_000
# An act says when it was recorded; it may reach the log a little later. More is back-dating.
MOST_LATE = timedelta(hours=1)
_LEAVES = (
    'SELECT l."index", l.act_id, l.salt, l.entry, a.subject, a.position, a.previous, a.core, '
    "a.recorded_at FROM tlog_leaf l LEFT JOIN ledger_act a ON a.id = l.act_id "
    'WHERE l."index" >= %s AND l."index" < %s ORDER BY l."index"'
)
_LEFT_OUT = (
    "SELECT a.subject, a.position FROM ledger_act a LEFT JOIN tlog_leaf l ON l.act_id = a.id "
    "WHERE a.id <= %s AND l.act_id IS NULL ORDER BY a.id LIMIT 100"
)


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a whole reading of the log found.

    ``waiting``: acts that have no leaf yet. ``unopened``: leaves without a salt (closing.py).
    """

    size: int
    root: str
    checkpoints: int
    cosignatures: int
    unopened: int
    waiting: int
    findings: tuple[Finding, ...]

    @property
    def is_whole(self) -> bool:
        return not self.findings


@dataclass(slots=True)
class _Growing:
    """The tree built anew: the edge for roots, and the open tile of each level."""

    size: int = 0
    edge: list[tuple[int, bytes]] = field(default_factory=list)
    tiles: list[list[bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Add a leaf hash; the tiles that became full: level, number, hashes."""
        level, found = 0, leaf
        while self.edge and self.edge[-1][0] == level:
            found = node_hash(self.edge.pop()[1], found)
            level += 1
        self.edge.append((level, found))
        self.size += 1
        level, found = 0, leaf
        while True:
            if level == len(self.tiles):
                self.tiles.append([])
            self.tiles[level].append(found)
            if len(self.tiles[level]) < WIDTH:
                return
            full, self.tiles[level] = self.tiles[level], []
            yield level, (self.size >> 8 * (level + 1)) - 1, b"".join(full)
            level, found = level + 1, whole_hash(full)

    def rest(self) -> Iterator[tuple[int, int, bytes]]:
        """The tiles at the edge that are not full."""
        for level, hashes in enumerate(self.tiles):
            if hashes:
                yield level, self.size >> 8 * (level + 1), b"".join(hashes)

    @property
    def root(self) -> bytes:
        if not self.edge:
            return EMPTY_ROOT
        found = self.edge[-1][1]
        for _, left in reversed(self.edge[:-1]):
            found = node_hash(left, found)
        return found


def verify_log() -> LogReport:
    """Read the whole log once against the acts.

    Cost: one statement for 2,000 leaves; memory grows with chains and checkpoints, not acts.
    """
    head = Head.objects.filter(pk=Head.ONE).first() or Head()
    points = list(SignedCheckpoint.objects.order_by("size", "pk"))
    findings, roots = list(_signatures(points)), {0: EMPTY_ROOT}
    wanted = {point.size for point in points}
    before = _remembered(findings)
    if before is not None:
        wanted.add(before.size)
    tree, reading = _Growing(), _Reading(_times(points))
    for row in _leaves():
        findings += reading.leaf(row, tree.size)
        for tile in tree.add(leaf_hash(bytes(row[3]))):
            findings += _tile(*tile)
        if tree.size in wanted:
            roots[tree.size] = tree.root
    findings += reading.rest()
    for tile in tree.rest():
        findings += _tile(*tile)
    findings += _head(head, tree)
    findings += _roots(points, roots)
    if before is not None and roots.get(before.size, b"").hex() != before.root:
        detail = f"{before.size} entries were signed that are not the first ones here"
        findings.append(Finding("log_memory", "log", None, detail))
    findings += _left_out(head)
    return LogReport(
        size=tree.size,
        root=tree.root.hex(),
        checkpoints=len(points),
        cosignatures=Cosignature.objects.count(),
        unopened=reading.unopened,
        waiting=_waiting(head),
        findings=tuple(findings),
    )


def _leaves() -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute('SELECT COALESCE(MAX("index"), -1) FROM tlog_leaf')
        last = int(cursor.fetchone()[0])
        for first in range(0, last + 1, CHUNK):
            cursor.execute(_LEAVES, [first, first + CHUNK])
            yield from cursor.fetchall()


@dataclass(slots=True)
class _Reading:
    """What has to be remembered from leaf to leaf."""

    times: list[tuple[int, datetime]]  # sizes of checkpoints and when they were made, in order
    positions: dict[str, int] = field(default_factory=dict)
    closed: dict[str, list[int]] = field(default_factory=dict)  # not explained by an act so far
    unopened: int = 0
    passed: int = 0

    def leaf(self, row: tuple[Any, ...], due: int) -> Iterator[Finding]:
        index, act_id, salt, entry, subject, position, previous, core, recorded_at = row
        if index != due:
            yield Finding("log_gap", "log", index, f"leaf {index} where {due} was due")
        if subject is None:
            yield Finding("log_no_act", "log", index, f"act {act_id} was removed")
            return
        if not salt:
            self.unopened += 1
            self.closed.setdefault(subject, []).append(position)
        elif entry_of(bytes(salt), previous, core) != bytes(entry):
            yield Finding("log_entry", subject, position, "is not what the log committed to")
        else:  # only an act that is what the log committed to closes those before it
            for one in subjects_closed_by(core):
                self.closed.pop(one, None)
        last = self.positions.get(subject, -1)
        if position <= last:
            yield Finding("log_order", subject, position, f"stands behind act {last} in the log")
        self.positions[subject] = max(position, last)
        if self._is_backdated(index, recorded_at):
            detail = "says it was recorded before a checkpoint that does not hold it"
            yield Finding("log_backdated", subject, position, detail)

    def rest(self) -> Iterator[Finding]:
        """Leaves that cannot be opened, though no act in the log says why."""
        for subject, positions in self.closed.items():
            for position in positions:
                yield Finding("log_unopened", subject, position, "the leaf's salt was taken away")

    def _is_backdated(self, index: int, recorded_at: Any) -> bool:
        while self.passed < len(self.times) and self.times[self.passed][0] <= index:
            self.passed += 1
        return bool(self.passed) and (
            self.times[self.passed - 1][1] - _instant(recorded_at) > MOST_LATE
        )


def _times(points: list[SignedCheckpoint]) -> list[tuple[int, datetime]]:
    """Sizes and when they were reached, as told by us and, earlier or not, by our witnesses."""
    told = {point.size: point.made_at for point in points}
    return sorted(told.items())


def _instant(told: Any) -> datetime:
    at = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _tile(level: int, number: int, hashes: bytes) -> Iterator[Finding]:
    found = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    if found is None:
        yield Finding("log_tile", "log", None, f"tile {level}/{number} is missing")
    elif bytes(found) != hashes:
        detail = f"{len(split(bytes(found)))} hashes are kept, {len(split(hashes))} follow"
        yield Finding("log_tile", "log", None, f"tile {level}/{number} differs: {detail}")


def _head(head: Head, tree: _Growing) -> Iterator[Finding]:
    if head.size != tree.size:
        yield Finding("log_size", "log", None, f"{head.size} were appended, {tree.size} are here")


def _roots(points: list[SignedCheckpoint], roots: dict[int, bytes]) -> Iterator[Finding]:
    for point in points:
        if point.size not in roots:
            detail = f"{point.size} acts were signed, fewer are here"
            yield Finding("log_shorter", f"checkpoint:{point.size}", None, detail)
        elif roots[point.size] != bytes(point.root):
            detail = "the acts give another root than the one that was signed"
            yield Finding("log_root", f"checkpoint:{point.size}", None, detail)


def _signatures(points: list[SignedCheckpoint]) -> Iterator[Finding]:
    known = {verifier.vkey: verifier for verifier, _ in keys.witnesses()}
    for point in points:
        where = f"checkpoint:{point.size}"
        try:
            note = parse_note(point.note)
            named = parse_checkpoint(note.text)
        except BadNoteError as error:
            yield Finding("log_signature", where, None, str(error))
            continue
        told = (point.origin, point.size, bytes(point.root))
        if (named.origin, named.size, named.root) != told:
            yield Finding("log_signature", where, None, "the note says something else")
        if not any(note.signed_by(s.verifier) for s in keys.signers(point.origin)):
            yield Finding("log_signature", where, None, "is not signed by the log's key")
        for row in point.cosignatures.all():
            verifier = known.get(row.witness)
            if verifier and not _is_cosigned(verifier, row.line, note.text):
                name = verifier.name
                yield Finding("log_witness", where, None, f"the signature of {name} is not right")


def _is_cosigned(verifier: Verifier, line: str, text: str) -> bool:
    try:
        return verifier.is_by(parse_signature(line), text)
    except BadNoteError:
        return False


def _remembered(findings: list[Finding]) -> Any:
    try:
        return remembered()
    except ValueError as error:
        findings.append(Finding("log_memory", "log", None, str(error)))
        return None


def _left_out(head: Head) -> Iterator[Finding]:
    with connection.cursor() as cursor:
        cursor.execute(_LEFT_OUT, [head.mark])
        for subject, position in cursor.fetchall():
            yield Finding("log_left_out", subject, position, "the act has no leaf in the log")


def _waiting(head: Head) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COUNT(*) FROM ledger_act a LEFT JOIN tlog_leaf l ON l.act_id = a.id "
            "WHERE a.id > %s AND l.act_id IS NULL",
            [head.mark],
        )
        return int(cursor.fetchone()[0])
