"""Two processes with the same command ids in the same moment: each command is done once."""

from __future__ import annotations

import json
import os

import pytest

pytestmark = [pytest.mark.soak, pytest.mark.real_clock]
COMMANDS = int(os.environ.get("SOAK_RACES", "150"))
RUNNERS = 2


def test_a_race_has_one_winner_and_the_same_answer(house, told):
    runners = [house.start("race", "1", str(COMMANDS)) for _ in range(RUNNERS)]
    for runner in runners:
        assert runner.stdout.readline() == "ready\n"
    for runner in runners:
        runner.stdin.write("go\n")
        runner.stdin.flush()
    answers: dict[str, list[list[str]]] = {}
    for runner in runners:
        said, _ = runner.communicate(timeout=600)
        assert runner.returncode == 0
        failed = [line for line in said.splitlines() if line.startswith("failed ")]
        assert failed == []
        for line in said.splitlines():
            if line.startswith("done "):
                _, known, *answer = line.split()
                answers.setdefault(known, []).append(answer)
    assert len(answers) == 2 * COMMANDS
    firsts = 0
    for known, (one, other) in answers.items():
        assert one[:2] == other[:2], f"{known}: another matter or receipt"
        assert [one[2], other[2]].count("False") == 1, f"{known}: done {one[2]} {other[2]}"
        firsts += one[2] == "False"
    seen = json.loads(house.ask("check"))
    assert seen["wrong"] == []
    assert (seen["matters"], seen["acts"]) == (COMMANDS, 2 * COMMANDS)
    told(
        f"{2 * COMMANDS} commands raced by {RUNNERS} processes: each done once,"
        f" {firsts} by the first process, {2 * COMMANDS - firsts} by the second; ledger whole"
    )
