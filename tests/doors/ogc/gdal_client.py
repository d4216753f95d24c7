"""GDAL inside pyogrio, in a process of its own: it keeps the interpreter while it waits for the
network, so a server in the same process would never answer.

    python gdal_client.py <list|read|info> <address> '<json of arguments>'
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(verb: str, address: str, more: dict[str, Any]) -> dict[str, Any]:
    """Do one thing and say what came of it, in JSON."""
    import pyogrio
    from pyogrio.raw import read

    if verb == "list":
        return {"layers": pyogrio.list_layers(address)[:, 0].tolist()}
    if verb == "info":
        said = pyogrio.read_info(address, force_feature_count=True, **more)
        return {"features": int(said["features"]), "fields": said["fields"].tolist()}
    meta, _fids, geometry, columns = read(address, **more)
    return {
        "crs": meta["crs"],
        "wkb": [None if one is None else one.hex() for one in geometry],
        "kinds": {name: row.dtype.kind for name, row in zip(meta["fields"], columns, strict=True)},
        "rows": {name: row.tolist() for name, row in zip(meta["fields"], columns, strict=True)},
    }


if __name__ == "__main__":
    given = {key: tuple(value) if key == "bbox" else value
             for key, value in json.loads(sys.argv[3]).items()}  # fmt: skip
    sys.stdout.write(json.dumps(main(sys.argv[1], sys.argv[2], given), default=str))
