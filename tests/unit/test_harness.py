"""The harness itself is strict."""

import socket
import warnings
from datetime import datetime

import pytest
from pytest_socket import SocketConnectBlockedError

from tests.conftest import STANDING_STILL_AT


def test_the_clock_stands_still(clock):
    assert datetime.now(STANDING_STILL_AT.tzinfo) == STANDING_STILL_AT
    clock.shift(60)
    assert (datetime.now(STANDING_STILL_AT.tzinfo) - STANDING_STILL_AT).total_seconds() == 60


def test_the_network_is_closed():
    # pytest-socket warns before it raises, and a warning is an error here
    with pytest.raises((SocketConnectBlockedError, UserWarning)), socket.socket() as wire:
        wire.connect(("203.0.113.9", 80))


def test_a_warning_is_an_error():
    with pytest.raises(UserWarning):
        warnings.warn("careful", UserWarning, stacklevel=1)


def test_rows_without_an_order_come_in_any_order(db):
    from django.contrib.contenttypes.models import ContentType

    from commongrid.doors.common.models import Knock

    at = STANDING_STILL_AT
    Knock.objects.bulk_create(Knock(key=str(n), until=at) for n in range(50))
    seen = {tuple(row.pk for row in Knock.objects.all()) for _ in range(5)}
    assert len(seen) > 1
    ordered = {tuple(row.pk for row in Knock.objects.order_by("pk")) for _ in range(5)}
    assert len(ordered) == 1
    assert ContentType.objects.exists()


def test_too_many_statements_fail_and_are_listed(db, count_sql):
    from commongrid.doors.common.models import Knock

    with count_sql(max=1):
        Knock.objects.count()
    with pytest.raises(pytest.fail.Exception, match="2 x SELECT"), count_sql(max=1):
        Knock.objects.count()
        Knock.objects.count()
