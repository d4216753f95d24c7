"""A diagram is the same in every process, whatever order its sets come in."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
DRAW = """
import hashlib
from pathlib import Path
from commongrid.charter import load_charter
from commongrid.charter.diagrams import drawn_flows, state_svg
charter = load_charter(Path("charters/keerqin-subdistrict"))
drawn = "".join(state_svg(charter, flow, "zh") for flow in drawn_flows(charter))
print(hashlib.sha256(drawn.encode()).hexdigest())
"""


def _drawn(seed: str) -> str:
    env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-c", DRAW], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def test_a_diagram_does_not_hang_on_the_order_of_sets():
    first = _drawn("1")
    assert len(first) == 64
    assert first == _drawn("2") == _drawn("3")
