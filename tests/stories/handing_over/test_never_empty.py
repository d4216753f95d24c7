"""Whatever the order in which people act and time passes, the grid keeps exactly one worker."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import verify
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.stories import handing_over
from tests.stories.handing_over.standing import a_grid, agree, holders, proposed
from tests.support import factories as f

HOURS = st.integers(min_value=0, max_value=60)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["propose", "cover", "later", "worker", "other", "decide", "withdraw", "back", "round"]
        ),
        HOURS,
    ),
    max_size=14,
)


class NeverEmpty(TestCase):
    """Random orders of every command, with rounds of time in between or late."""

    @settings(max_examples=60)
    @given(steps=STEPS)
    def test_one_worker_at_every_instant(self, steps):
        grid = a_grid()
        at, last = f.AT, None
        for name, hours in steps:
            at += timedelta(hours=hours)
            last = self._step(grid, name, at, last) or last
            self._one_worker(at)
        for days in (0, 1, 2, 5, 20, 100):
            self._one_worker(at + timedelta(days=days))  # also when no round ever comes
        handing_over.run_due(at=at + timedelta(days=100))
        self._one_worker(at + timedelta(days=100))
        assert verify().is_whole

    def _one_worker(self, at):
        assert len(holders(at)) == 1, at

    def _step(self, grid, name, at, last):
        """Take one step as whoever holds the grid now hands it to the other one."""
        (now,) = holders(at)
        incoming = grid.other if now == grid.worker.id else grid.worker
        (post,) = fieldwork.list_holders(f.GRID, at)
        try:
            if name in ("propose", "cover", "later"):
                more = {
                    "propose": {},
                    "cover": {"kind": "leave_cover", "until_at": at + timedelta(hours=30)},
                    "later": {"from_at": at + timedelta(hours=20)},
                }[name]
                return proposed(
                    grid, at=at, outgoing_post=post.id, incoming_id=incoming.id, **more
                ).id
            if name == "round":
                handing_over.run_due(at=at)
                return None
            if last is None:
                return None
            if name in ("worker", "other"):
                agree(grid, last, name, at)
                return None
            call = {
                "decide": handing_over.decide,
                "withdraw": fieldwork.withdraw_handover,
                "back": handing_over.bring_back,
            }[name]
            call(
                actor=grid.actor("office", at), at=at, command_id=new_id(), handover_id=last,
                reason="原因",
            )  # fmt: skip
        except Refused:
            return None
        return None
