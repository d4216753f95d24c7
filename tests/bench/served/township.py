"""Fill the house of the environment with places, charters and staff, and print points in it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import django

django.setup()

import township  # noqa: E402 - needs what was set up above

print(json.dumps(list(township.open_township().points.values())))
