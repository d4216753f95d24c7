"""Importing past requests: a file, a map that reads it, and the rules it is run through.

``import_place`` makes a place of the neighbourhoods a file names; ``import_requests`` records
each row as a history of acts at their own times. Rows that cannot be one are told with a reason.
"""

from commongrid.stories.importing.bookmarks import Bookmark, bookmark_of
from commongrid.stories.importing.judging import Reject
from commongrid.stories.importing.maps import ImportMap, MapError, load_map
from commongrid.stories.importing.places import PlaceMade, import_place
from commongrid.stories.importing.reading import FileError, count_rows
from commongrid.stories.importing.requests import ImportReport, Progress, import_requests
from commongrid.stories.importing.shapes import MapProblem

__all__ = [
    "Bookmark",
    "FileError",
    "ImportMap",
    "ImportReport",
    "MapError",
    "MapProblem",
    "PlaceMade",
    "Progress",
    "Reject",
    "bookmark_of",
    "count_rows",
    "import_place",
    "import_requests",
    "load_map",
]
