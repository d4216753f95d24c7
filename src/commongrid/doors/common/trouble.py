"""What is the matter when a request breaks: the house that cannot answer now, or a fault of ours.

A database that is away or a disk that is full passes; the same request sent again then succeeds.
That is another answer (503, wait, send again) than a fault in the program (500).
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import StrEnum

from django.db import InterfaceError, OperationalError
from django.http import UnreadablePostError

DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}
DISK_WORDS = ("disk is full", "no space left", "disk i/o error", "readonly database")
# SQLite says OperationalError also for a statement that is wrong: waiting mends none of these.
FAULT_WORDS = ("no such ", "syntax error", "has no column", "already exists", "wrong number of")
LONGEST_CHAIN = 12


class Trouble(StrEnum):
    """Why a request could not be answered."""

    DATABASE = "database"
    DISK = "disk"
    CUT_OFF = "cut_off"  # the client stopped sending
    FAULT = "fault"


RETRY_S = {Trouble.DATABASE: 15, Trouble.DISK: 300}


def trouble_of(error: BaseException | None) -> Trouble:
    """Name the trouble behind an exception, also when another one was raised on the way out.

    A request that could not be read because of our own disk was not cut off by its client.
    """
    found = [_of_one(cause) for cause in _chain(error)]
    if Trouble.DISK in found:
        return Trouble.DISK
    return next((each for each in found if each is not Trouble.FAULT), Trouble.FAULT)


def _of_one(error: BaseException) -> Trouble:
    words = str(error).lower()
    if isinstance(error, UnreadablePostError):
        return Trouble.CUT_OFF
    if isinstance(error, OperationalError | InterfaceError):
        if any(word in words for word in DISK_WORDS):
            return Trouble.DISK
        is_fault = any(word in words for word in FAULT_WORDS)
        return Trouble.FAULT if is_fault else Trouble.DATABASE
    if isinstance(error, OSError) and error.errno in DISK:
        return Trouble.DISK
    return Trouble.FAULT


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    for _step in range(LONGEST_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__
