import pytest

from commongrid.stories.importing import FileError, count_rows, reading
from commongrid.stories.importing.reading import read_rows
from tests.stories.importing import standing

ROWS = [
    {"id": "1", "words": "坑洼 & <deep>"},
    {"id": "2", "words": ""},
    {"id": "3", "words": 'a "quoted" pothole ]'},
]
WRITERS = {
    "csv": standing.write_csv,
    "parquet": standing.write_parquet,
    "json": standing.write_json,
    "xml": standing.write_xml,
}


@pytest.mark.parametrize("kind", WRITERS)
@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_every_format_gives_the_same_rows(kind, chunk, tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "CHUNK", chunk)
    path = WRITERS[kind](tmp_path / f"rows.{kind}", ROWS)
    assert list(read_rows(path, ("id", "words"))) == ROWS


def test_a_feed_may_wrap_its_list(tmp_path):
    path = standing.write_json(tmp_path / "feed.json", ROWS, wrapped=True)
    assert [row["id"] for row in read_rows(path, ("id",))] == ["1", "2", "3"]


def test_numbers_of_a_parquet_file_become_words(tmp_path):
    rows = [{"id": 101000295613, "lat": 42.2715, "closed": None, "count": 2.0}]
    path = standing.write_parquet(tmp_path / "n.parquet", rows)
    (found,) = read_rows(path, ("id", "lat", "closed", "count"))
    assert found == {"id": "101000295613", "lat": "42.2715", "closed": "", "count": "2"}
    assert count_rows(path) == 1


def test_another_encoding_is_told_with_its_line(tmp_path):
    path = standing.write_csv(tmp_path / "gbk.csv", ROWS, encoding="gb18030")
    with pytest.raises(FileError, match=r"gbk.csv: line 2, byte \d+ is not utf-8.*gb18030"):
        list(read_rows(path, ("id", "words")))
    assert list(read_rows(path, ("id", "words"), "gb18030")) == ROWS


def test_a_missing_column_is_told_with_those_there_are(tmp_path):
    path = standing.write_csv(tmp_path / "rows.csv", ROWS)
    with pytest.raises(FileError, match="no column when; it has id, words"):
        list(read_rows(path, ("id", "when")))


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("cut.json", '[{"id": "1"}, {"id"', "not JSON"),
        ("one.json", '{"id": "1"}', "no list of requests"),
        ("list.json", "[1, 2]", "entry 1 is no request"),
        ("cut.xml", "<service_requests><request><id>1</id>", "line 1: not XML"),
        ("dtd.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "document type"),
        ("bad.parquet", "no parquet", "bad.parquet"),
        ("rows.xlsx", "", "must end in one of"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(name, text, words, tmp_path):
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(FileError, match=words):
        list(read_rows(path, ("id",)))


def test_rows_come_one_at_a_time(tmp_path):
    path = standing.write_csv(tmp_path / "rows.csv", ROWS)
    with path.open("a") as file:
        file.write('4,"never closed')
    rows = read_rows(path, ("id", "words"))
    assert next(rows)["id"] == "1"  # the broken end of the file was not read yet
    with pytest.raises(FileError, match="near line 4"):
        list(rows)
