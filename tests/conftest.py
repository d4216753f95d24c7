"""One strict harness for every test.

Warnings are errors and the order is random (pyproject), the network is closed (pytest-socket),
an undefined template variable fails (settings_test), and from here: the clock stands still,
rows without an order come in any order, and hypothesis knows two profiles.
"""

import gc
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import HealthCheck, settings

# Every process of a test run has a house of its own, but machine code is made once for all of them.
os.environ.setdefault("NUMBA_CACHE_DIR", str(Path.home() / ".cache" / "commongrid"))

# A Tuesday morning with office hours ahead, no holiday near, in no charter's special season.
STANDING_STILL_AT = datetime(2026, 3, 10, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))

settings.register_profile(
    "ci",
    deadline=None,  # a busy machine is not a failing test
    max_examples=100,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "soak", parent=settings.get_profile("ci"), max_examples=5000, derandomize=False
)
settings.load_profile("ci")


ROWS = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_configure(config: pytest.Config) -> None:
    """Build the message files that are older than their source, before anything reads them."""
    if not hasattr(config, "workerinput"):  # once, not in every xdist worker
        import run

        run.build_messages()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL leave out what touches no rows, and what is marked so: asked with SQLite."""
    if not os.environ.get("DATABASE_URL"):
        return
    chosen, left = [], []
    for item in items:
        is_again = _touches_rows(item) and item.get_closest_marker("once") is None
        (chosen if is_again else left).append(item)
    items[:] = chosen
    config.hook.pytest_deselected(items=left)


def pytest_collection_finish() -> None:
    """Leave what stays for the whole run out of the collector's walks: it is most there is, and
    walking it again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def _touches_rows(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    return item.get_closest_marker("django_db") is not None or not ROWS.isdisjoint(names)


def pytest_unconfigure() -> None:
    """Take this process's folder away; workers of xdist end without running exit handlers."""
    from django.conf import settings as django_settings

    if django_settings.configured:
        shutil.rmtree(django_settings.HOME, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def pages_loaded(request: pytest.FixtureRequest) -> None:
    """Load every door before the first test: one that is first loaded while a test has put
    something else in a name's place would keep that for all tests after it."""
    if any(map(_touches_rows, request.session.items)):
        import commongrid.site.urls  # noqa: F401 - loaded, not used


@pytest.fixture(autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[time_machine.Traveller | None]:
    """Hold the clock; ``clock.shift(seconds)`` and ``clock.move_to(moment)`` move it.

    Tests marked ``real_clock`` keep the real one; the browser tests have a clock that runs.
    """
    if request.node.get_closest_marker("real_clock"):
        yield None
        return
    with time_machine.travel(STANDING_STILL_AT, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def rehearsals_at_once() -> Iterator[None]:
    """Rehearsals take their share of the machine: behind other tests they would take ten times as
    long, and a test stands still for them."""
    from commongrid.bridges.rehearsal import crew

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crew, "PATIENCE", 0)
        yield


@pytest.fixture(autouse=True, scope="session")
def rows_in_any_order() -> Iterator[None]:
    """Shuffle what a queryset without an order returns, as a database may."""
    from django.db.models.query import QuerySet

    fetch_all = QuerySet._fetch_all

    def fetch_and_shuffle(self: QuerySet) -> None:
        is_fresh = self._result_cache is None
        fetch_all(self)
        if is_fresh and len(self._result_cache) > 1 and not self.ordered:
            random.shuffle(self._result_cache)

    QuerySet._fetch_all = fetch_and_shuffle
    yield
    QuerySet._fetch_all = fetch_all


@pytest.fixture
def count_sql() -> Callable[..., AbstractContextManager[None]]:
    """Pin the number of statements: ``with count_sql(max=12): client.get(...)``.

    The failure lists them, the repeated ones first: that is where rows multiply queries.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def counting(*, max: int) -> Iterator[None]:  # noqa: A002
        with CaptureQueriesContext(connection) as seen:
            yield
        texts = [query["sql"] for query in seen.captured_queries]
        if len(texts) > max:
            ranked = sorted(set(texts), key=lambda text: -texts.count(text))
            lines = "\n".join(f"{texts.count(text):>4} x {text[:300]}" for text in ranked)
            pytest.fail(f"{len(texts)} statements where {max} are allowed:\n{lines}")

    return counting
