"""The version of the charter that the tests' places live under, and those a change would get."""

from pathlib import Path

import yaml

_CHARTER = Path(__file__).parents[2] / "charters" / "keerqin-subdistrict" / "charter.yaml"
IN_FORCE: str = yaml.safe_load(_CHARTER.read_text(encoding="utf-8"))["version"]
_YEAR, _NUMBER = IN_FORCE.split(".")
NEXT = f"{_YEAR}.{int(_NUMBER) + 1}"
AFTER_NEXT = f"{_YEAR}.{int(_NUMBER) + 2}"
