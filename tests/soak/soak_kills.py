"""kill -9 at random instants: nothing acknowledged is lost, nothing is done twice or by half.

``SOAK_KILLS=200 make soak`` kills as often.
"""

from __future__ import annotations

import json
import os
import random
import signal
import time

import pytest

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
KILLS = int(os.environ.get("SOAK_KILLS", "30"))
LIVES_S = (0.0, 2.5)  # after it was ready, on a machine that may be slow


def test_kills_lose_nothing_and_repeat_nothing(house, told):
    rng = random.Random()
    acknowledged: dict[str, str] = {}
    tried = sent_again = late = 0
    again: list[str] = []
    for life in range(KILLS):
        lines = _one_life(house, rng, life, again)
        begun = {line.split(" ", 2)[1]: line.split(" ", 2)[2] for line in lines if _is("try", line)}
        done = {line.split()[1]: line.split() for line in lines if _is("done", line)}
        late += sum(parts[4] == "True" for parts in done.values())
        acknowledged |= {known: parts[2] for known, parts in done.items()}
        tried += len(begun)
        cut_off = [known for known in begun if known not in done]
        again = [begun[known] for known in cut_off]
        sent_again += len(again)
        seen = json.loads(house.ask("check"))
        assert seen["wrong"] == [], f"after kill {life + 1}"
        for known, matter_id in acknowledged.items():
            assert seen["commands"].get(known) == matter_id, f"{known} was acknowledged"
        unknown = seen["commands"].keys() - acknowledged.keys() - set(cut_off)
        assert not unknown, "done, but nobody asked"
    told(
        f"{KILLS} kills: {tried} commands begun, {len(acknowledged)} acknowledged,"
        f" {sent_again} cut off and sent again, {late} of these had been done;"
        f" {seen['matters']} matters, {seen['acts']} acts, ledger whole"
    )
    assert len(acknowledged) > KILLS


def _one_life(house, rng: random.Random, life: int, again: list[str]) -> list[str]:
    """Let a worker live for a while, kill it, return every whole line it said."""
    child = house.start("work", str(rng.randrange(10**9)), *again)
    assert child.stdout.readline() == "ready\n", f"life {life} did not begin"
    time.sleep(rng.uniform(*LIVES_S))
    assert child.poll() is None, "it ended by itself"
    child.send_signal(signal.SIGKILL)
    said, _ = child.communicate()
    return said.splitlines()


def _is(word: str, line: str) -> bool:
    return line.startswith(f"{word} ")
