"""The shape every command of this room shares: one transaction, one verdict, one act."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from commongrid.charter.schema import FieldSpec
from commongrid.kernel.canon import canonical_json
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.face import ActCard, find_act, in_turn

Answer = TypeVar("Answer")
_FILES: ContextVar[list[Path]] = ContextVar("files of the command that runs")


@dataclass(frozen=True, slots=True)
class Writing(Generic[Answer]):
    """The part of a command that writes, and whether all it writes is one statement."""

    do: Callable[[], Answer]
    is_one_statement: bool = False

    def in_transaction(self) -> AbstractContextManager[Any]:
        """A transaction around it. One statement is a transaction by itself, kept as surely; within
        another transaction it needs the savepoint, or its failure would break that one.
        """
        if self.is_one_statement and not connection.in_atomic_block:
            return nullcontext()
        return transaction.atomic()


def run_once(
    command_id: UUID, work: Callable[[], Answer], again: Callable[[ActCard], Answer]
) -> Answer:
    """Do the work in one transaction, or answer as before when the command was already done.

    Two equal commands at the same instant: the database lets one act in, the other one rolls
    back, or is refused because its step has just been taken, and answers from the act of the first.
    A number drawn by chance may be taken already (about one day in ten, of 2,000 matters); then
    the work is done again with another.
    """
    return write_once(command_id, lambda: Writing(work), again)


def write_once(
    command_id: UUID,
    prepare: Callable[[], Writing[Answer]],
    again: Callable[[ActCard], Answer],
    *,
    is_new: bool = False,
) -> Answer:
    """As ``run_once``, for work of which only the writing needs the transaction.

    ``prepare`` reads, judges and makes the rows; what it returns writes them. SQLite lets one
    transaction write at a time, so what can be done before should be. ``is_new`` saves asking
    whether the command was done, where that was asked just before.
    """
    for chances_left in (2, 1, 0):
        known = None if is_new else find_act(command_id)
        is_new = False
        if known is not None:
            return again(known)
        try:
            writing = prepare()
            with files_kept_if_saved(), in_turn(), writing.in_transaction():
                return writing.do()
        except IntegrityError:
            if not chances_left:
                raise
        except Refused:
            known = find_act(command_id)
            if known is None:
                raise
            return again(known)
    raise AssertionError  # the last chance returns or raises


@contextmanager
def files_kept_if_saved() -> Iterator[None]:
    """Files written by a command that saves nothing go again.

    A connection that breaks while the transaction is being kept leaves it open whether it was:
    then the files stay, for rows that stand must find them, and ``sweep_files`` takes what no
    row names.

    A story that carries commands out within a transaction of its own holds this around it: what
    they wrote goes too when the whole is not saved.
    """
    files: list[Path] = []
    around = _FILES.get(None)
    token = _FILES.set(files)
    try:
        yield
    except (InterfaceError, OperationalError):
        raise
    except BaseException:
        for path in files:
            path.unlink(missing_ok=True)
        raise
    finally:
        _FILES.reset(token)
    if around is not None:
        around.extend(files)


def note_file(path: Path) -> None:
    """A file this command is about to write."""
    _FILES.get().append(path)


def check_same(act: ActCard, *, subject: str, action: str, actor: str) -> None:
    """A command id names one command of one actor: the same id for another one is refused."""
    if (act.subject, act.action, act.actor) != (subject, action, actor):
        raise id_reused(act)


def id_reused(act: ActCard) -> Refused:
    """The command id belongs to an act that was something else."""
    say = Text(
        zh="这个操作编号已经用于另一件事,请刷新页面再试。",
        en="This command number was used for something else; reload the page and try again.",
    )
    return Refused(Verdict.no("command.id_reused", say, log=f"{act.subject} {act.action}"))


def unknown_matter() -> Refused:
    """The matter does not exist, or the actor may not know that it does."""
    say = Text(zh="没有找到这件事项。", en="There is no such matter.")
    return Refused(Verdict.no("matter.unknown", say))


def sealed_matter() -> Refused:
    """A matter of a sealed type keeps no words of the person and no pictures."""
    say = Text(
        zh="这类事项不在这里保留细节,请直接告诉接警的机关。",
        en="No detail of such a matter is kept here; tell it to the emergency body directly.",
    )
    return Refused(Verdict.no("matter.sealed", say))


def words_of(fields: Mapping[str, Any]) -> str:
    """What was written or chosen, as the ledger's erasable words."""
    kept = {name: value for name, value in fields.items() if value not in (None, "", (), [])}
    return canonical_json(kept) if kept else ""


def public_words(
    fields: Mapping[str, Any], specs: Mapping[str, FieldSpec], *, for_reporter: bool
) -> dict[str, Any]:
    """The fields a reader may see. Fields the charter does not know are staff's own."""
    if not for_reporter:
        return dict(fields)
    return {name: v for name, v in fields.items() if name in specs and specs[name].public}
