"""The files of two cities, where they are here: the first rows of each through all the rules."""

import os

import pyarrow.parquet as pq
import pytest

from commongrid.ledger.face import verify
from commongrid.stories import importing
from tests.stories.importing import standing
from tests.stories.importing.standing import ROOT, run_import

DATA = ROOT.parent / "shared" / "data"


def needs(path):
    if os.environ.get("CI") == "true":
        pytest.skip("the data set is never on CI; it is imported by hand")
    if not path.is_file():
        pytest.skip(f"NOT CHECKED against the data set: {path.name} is not here")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("folder", "name", "map_name", "expected"),
    [
        ("sr311_boston_2011h2", "boston_311_2011_jul_oct.parquet", "boston_311_2011.yaml",
         {"default_point"}),
        ("sr311_losangeles_samples", "la_311_sample_2018.parquet", "losangeles_311.yaml",
         {"status_left_out", "closed_before_opened"}),
    ],
)  # fmt: skip
def test_a_real_file_is_imported_and_the_ledger_stays_whole(
    folder, name, map_name, expected, db, tmp_path
):
    file = DATA / folder / name
    needs(file)
    part = tmp_path / "part.parquet"
    pq.write_table(pq.read_table(file).slice(0, 400), part)
    import_map = importing.load_map(ROOT / "maps" / map_name)
    importing.import_place(
        actor=standing.INSTALLER, at=standing.NOW, file=part, import_map=import_map
    )
    report = run_import(part, import_map=import_map)
    assert report.recorded + report.rejected.total() == 400
    assert report.recorded > 350
    assert set(report.rejected) <= expected | {"outside_place", "closed_without_time"}
    assert verify().is_whole
