"""Sessions in the database, as Django keeps them, but none is lost and none hides an outage.

Django's own store writes a session whole, so of two requests of one browser the one that ends last
undoes what the other had kept; and it takes a database that is away for a session that was ended,
which the person reads as "the request could not be understood" (400) with nothing to do about it.
Here a session is written only over what was read. When another request wrote meanwhile, what each
of them changed is kept. Trouble with the database stays what it is: 503, with the form to send
once more (`trouble.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.contrib.sessions.models import Session

Plain = dict[str, Any]
# What was read, what is there now, what is to be written; None where there is nothing.
Merger = Callable[[Any, Any, Any], Any]
MERGERS: dict[str, Merger] = {}  # of values in which two requests can change different things


def merged(was: Plain, there: Plain, own: Plain) -> Plain:
    """What is there now, with what this request changed of what it had read.

    Where both changed one value its merger decides, else the request that ends last.
    """
    kept = dict(there)
    for key in was.keys() | own.keys():
        value = own.get(key)
        if value == was.get(key):
            continue
        if key in MERGERS and there.get(key) != was.get(key):
            value = MERGERS[key](was.get(key), there.get(key), value)
        kept[key] = value
        if value is None:
            del kept[key]
    return kept


class SessionStore(DatabaseStore):
    """The session of a request. Its name is part of how Django signs what is kept."""

    _kept = ""  # the row's text as this request read or wrote it last

    def load(self) -> Plain:
        """Read it, and remember what it was."""
        row = self._get_session_from_db()  # type: ignore[attr-defined]  # the stubs lack it
        self._kept = row.session_data if row else ""
        return self.decode(self._kept) if row else {}

    def clear(self) -> None:
        """Forget all of it: what was there is read first, to be written over."""
        self.items()
        super().clear()

    def create_model_instance(self, data: Plain) -> AbstractBaseSession:
        """The row of a session that begins, remembered likewise."""
        row = super().create_model_instance(data)
        self._kept = row.session_data
        return row

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's form
        """Write it over what was read. Cost: 1 statement, 2 more when another wrote meanwhile.

        Raises: UpdateError when the session was ended meanwhile; what the database raises.
        """
        if must_create or self.session_key is None:
            super().save(must_create=must_create)
            return
        own, read = dict(self.items()), self._kept
        while not self._written_over(read, own):
            row = Session.objects.filter(session_key=self.session_key).first()
            if row is None:
                raise UpdateError
            own = merged(self.decode(read), self.decode(row.session_data), own)
            read = row.session_data

    def _written_over(self, read: str, own: Plain) -> bool:
        rows = Session.objects.filter(session_key=self.session_key, session_data=read)
        row = super().create_model_instance(own)
        if not rows.update(session_data=row.session_data, expire_date=row.expire_date):
            return False
        self._kept, self._session_cache = row.session_data, own
        return True
