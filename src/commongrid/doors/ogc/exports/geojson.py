"""A collection as GeoJSON, feature by feature."""

from __future__ import annotations

import json
from collections.abc import Iterator

from commongrid.doors.ogc.exports.rows import Export, about, batches


def write_geojson(export: Export) -> Iterator[bytes]:
    """The file in pieces. What is said about it stands before the features, under "about"."""
    head = json.dumps(about(export), ensure_ascii=False)
    yield f'{{"type":"FeatureCollection","name":"{export.collection.id}",'.encode()
    yield f'"about":{head},"features":['.encode()
    comma = ""
    for features in batches(export):
        dumped = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
        yield (comma + ",\n".join(dumped)).encode()
        comma = ",\n"
    yield b"]}\n"
