"""Every page in both languages, and what each must say."""

import pytest

from commongrid.rooms.places import face as places
from tests.doors.resident.walking import SUMU, TOWN, Walk, text_of

PAGES = {
    "/": ("Tell your grid once", "跟网格说一次"),
    "/places/": ("Choose your place", "选择您所在的地方"),
    "/help/": ("without the machine", "不用手机电脑"),
    "/help/paper/": ("Report of a matter", "事项上报单"),
    "/privacy/": ("What we keep about you", "我们留存您的哪些信息"),
    "/accessibility/": ("Accessibility", "无障碍"),
    "/my/code/": ("Follow my matter", "查我的事项"),
    "/grids/": ("Find my grid", "找我的网格"),
    f"/grids/{TOWN[:9]}001001/": ("Your grid worker", "您的网格员"),
    "/report/what/": ("In your own words", "用自己的话说"),
}


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_speaks_the_language_of_its_reader(places_once, db, path, language):
    walk = Walk(language=language).choose().begin()
    page = walk.client.get(path)
    assert page.status_code == 200
    assert PAGES[path][language != "en"] in text_of(page)


@pytest.mark.parametrize("path", ["/", "/help/", f"/grids/{TOWN[:9]}001001/"])
def test_emergency_numbers_can_be_pressed(walk, path):
    page = walk.client.get(path).content.decode()
    for number in ("110", "119", "120"):
        assert f'href="tel:{number}"' in page


def test_the_place_is_asked_for_first(places_once, db):
    walk = Walk()
    page = walk.client.get("/report/", follow=True)
    assert page.request["PATH_INFO"] == "/places/"
    assert "Mingren Subdistrict" in text_of(page)
    assert "Aduqin Sumu" in text_of(page)


def test_a_place_nobody_serves_is_not_chosen(places_once, db):
    walk = Walk().choose("999999999999")
    assert walk.client.get("/grids/", follow=True).request["PATH_INFO"] == "/places/"


def test_each_place_has_its_own_limits_and_units(walk):
    def lamps(town):
        grid = places.list_grids(places.get_place(town).path, None)[0]
        said = text_of(walk.client.get(f"/grids/{grid.code}/"))
        return said[said.index("Street lamp out") :][:120]

    assert lamps(TOWN) != lamps(SUMU)


def test_a_grid_post_says_what_is_posted(walk):
    post = walk.client.get(f"/grids/{TOWN[:9]}001001/")
    said = text_of(post)
    assert "Invented for demonstration" in said
    assert "Supervision" in said
    assert "Street lamp out" in said
    assert "3 working days" in said
    assert "<svg" in post.content.decode()


def test_an_unknown_grid_is_a_404(walk):
    assert walk.client.get("/grids/123/").status_code == 404


def test_grids_are_found_by_name(walk):
    found = text_of(walk.client.get("/grids/", {"q": "Xinjian"}))
    assert "Xinjian Community" in found
    assert "Lutian Community" not in found
    assert "Nothing is named" in text_of(walk.client.get("/grids/", {"q": "zzz"}))


def test_the_map_gets_outlines_and_names(walk):
    outlines = walk.client.get(f"/grids/outlines/{TOWN}/")
    assert outlines.headers["Content-Type"] == "application/geo+json"
    assert "max-age" in outlines.headers["Cache-Control"]
    west, south, east, north = outlines.json()["features"][0]["bbox"]
    middle = {"lon": (west + east) / 2, "lat": (south + north) / 2}
    assert "Community" in walk.client.get("/grids/here/", middle).json()["name"]
    assert walk.client.get("/grids/here/", {"lon": 0, "lat": 0}).json()["name"] == ""
    assert walk.client.get("/grids/here/", {"lon": "nan", "lat": 0}).json()["name"] == ""
    assert walk.client.get("/grids/here/", {"lon": "x"}).status_code == 404


@pytest.mark.parametrize("path", ["/my/", "/my/contact/", "/my/file/", "/report/sent/"])
def test_without_a_receipt_the_code_is_asked_for(walk, path):
    assert walk.client.get(path).headers["Location"] == "/my/code/"


@pytest.mark.parametrize("path", ["/report/what/", "/report/where/", "/report/check/"])
def test_without_a_report_one_is_begun(places_once, db, path):
    walk = Walk().choose()
    assert walk.client.get(path).headers["Location"] == "/report/"
