"""The features themselves: a page of them, or one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from commongrid.doors.common.gates import public
from commongrid.doors.ogc import links
from commongrid.doors.ogc.answering import GEOJSON, answer_with, answering, check_format
from commongrid.doors.ogc.asked import check_crs, only, read_ask
from commongrid.doors.ogc.features import read_one, read_page
from commongrid.doors.ogc.views.core import wanted


@public
@answering
def items(request: HttpRequest, collection_id: str) -> HttpResponseBase:
    """One page of features."""
    row = wanted(collection_id)
    check_format(request)
    page = read_page(row, read_ask(request.GET, row), timezone.now())
    rest = [links.next_page(request, page.after)] if page.after else []
    counted = {} if page.matched is None else {"numberMatched": page.matched}
    said = {
        "type": "FeatureCollection",
        **counted,
        "numberReturned": len(page.features),
        "links": [*links.both_formats(request, GEOJSON), *rest, *links.licence()],
        "features": page.features,
    }
    return answer_with(
        request, said, "items", content_type=GEOJSON, stamped=True, collection=row,
        after=page.after, pointless=sum(one["geometry"] is None for one in page.features),
        asked={key: request.GET.get(key, "") for key in ("place", "datetime")},
    )  # fmt: skip


@public
@answering
def item(request: HttpRequest, collection_id: str, feature_id: str) -> HttpResponseBase:
    """One feature."""
    only(request.GET, "f", "crs")
    check_crs(request.GET)
    row = wanted(collection_id)
    said = {
        **read_one(row, feature_id, timezone.now()),
        "links": links.of_feature(request, row),
    }
    return answer_with(request, said, "item", content_type=GEOJSON, collection=row)
