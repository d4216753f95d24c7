import pytest

from commongrid.stories.importing import MapError, load_map
from tests.stories.importing.standing import BOSTON, LOS_ANGELES, OPEN311


@pytest.mark.parametrize("path", [BOSTON, LOS_ANGELES, OPEN311], ids=lambda path: path.stem)
def test_a_map_of_the_house_can_be_used(path):
    found = load_map(path)
    assert found.id
    assert found.source
    assert found.licence
    assert found.columns["id"] in found.needed_columns()


def test_a_map_asks_for_no_column_it_does_not_name():
    assert "queue" not in load_map(BOSTON).needed_columns()


BROKEN = {
    "id: boston-311-2011": ("", "id", "is needed"),
    "  zone: America/New_York": ("  zone: America/Bosten", "zone", "no time zone"),
    '  format: "%Y-%m-%d %H:%M:%S"': ('  format: "%Y-%m-%d"', "format", "does not keep"),
    "    Closed: closed": ("    Closed: finished", "table.Closed", "expected reported"),
    "  by: [point]": ("  by: [address]", "by", "expected point, column"),
    "  lon: longitude": ("  long: longitude", "long", "unknown key"),
    "  opened: open_dt": ("", "opened", "is needed"),
    "  slack_degrees: 0.00001": ("  slack_degrees: wide", "slack_degrees", "not a number"),
    "    - {lon: -71.0587, lat: 42.3594": (
        "    - {lon: west, lat: 42.3594",
        "points",
        "lon and lat",
    ),
    "    reach_m: 150": ("    reach_m: [150]", "reach_m", "one value"),
    "language: en": ("language: en\nlanguage: zh", "language", ""),
    "columns:": ("columns: [a", "", ""),
}


@pytest.mark.parametrize("old", BROKEN)
def test_a_broken_map_names_file_line_and_key(old, tmp_path):
    new, key, words = BROKEN[old]
    text = BOSTON.read_text("utf-8")
    assert old in text
    path = tmp_path / "broken.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(MapError) as caught:
        load_map(path)
    found = [p for p in caught.value.problems if key in p.key and words in p.what]
    assert found, [str(problem) for problem in caught.value.problems]
    assert "broken.yaml:" in str(found[0])
    line = text[: text.index(old)].count("\n") + 1
    if new:  # a key that is gone is told at its group
        assert abs(found[0].where.line - line) <= 1


def test_a_map_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(MapError, match=r"there is no file nowhere\.yaml"):
        load_map(tmp_path / "nowhere.yaml")
