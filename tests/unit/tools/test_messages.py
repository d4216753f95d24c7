"""The message tool on a small app of its own."""

import pytest

from tools import messages

PYTHON = 'from django.utils.translation import gettext as _\nx = _("Plain words")\n'
PAGE = """{% load i18n %}
  {% if x %}
      {% translate "On a page" %}
 {% endif %}
{% blocktranslate count counter=n %}{{ counter }} day{% plural %}{{ counter }} days\
{% endblocktranslate %}
{% translate "Open" context "state" %}
"""


@pytest.fixture
def app(tmp_path):
    folder = tmp_path / "door"
    (folder / "templates").mkdir(parents=True)
    (folder / "apps.py").write_text(PYTHON, encoding="utf-8")
    (folder / "templates" / "page.html").write_text(PAGE, encoding="utf-8")
    return folder


def translate(app, words):
    catalog = messages.load(messages.po_path(app))
    for message in catalog:
        if message.id:
            plain = message.id[0] if isinstance(message.id, tuple) else message.id
            said = words.get(plain, "译文")
            message.string = (said,) if isinstance(message.id, tuple) else said
    messages.po_path(app).write_bytes(messages.written(catalog))


def test_extract_finds_python_and_pages(app, tmp_path):
    messages.do_extract(tmp_path)
    catalog = messages.load(messages.po_path(app))
    assert {m.id for m in catalog if m.id} == {
        "Plain words",
        "On a page",
        ("%(counter)s day", "%(counter)s days"),
        "Open",
    }
    assert catalog.get("Open", "state") is not None


def test_check_fails_until_all_is_said_in_chinese(app, tmp_path, capsys):
    messages.do_extract(tmp_path)
    assert messages.do_check(tmp_path) == 1
    assert "no Chinese for 'Plain words'" in capsys.readouterr().out
    translate(app, {"%(counter)s day": "%(counter)s 天"})
    assert messages.do_check(tmp_path) == 0


def test_extract_keeps_the_chinese_and_drops_leftovers(app, tmp_path, capsys):
    messages.do_extract(tmp_path)
    translate(app, {"Plain words": "大白话"})
    (app / "templates" / "page.html").write_text("nothing", encoding="utf-8")
    assert messages.do_check(tmp_path) == 1
    assert "no longer said" in capsys.readouterr().out
    messages.do_extract(tmp_path)
    catalog = messages.load(messages.po_path(app))
    assert [(m.id, m.string) for m in catalog if m.id] == [("Plain words", "大白话")]
    assert messages.do_check(tmp_path) == 0


def test_a_placeholder_the_string_lacks_is_found(app, tmp_path, capsys):
    messages.do_extract(tmp_path)
    translate(app, {"Plain words": "有 %(many)s 个"})
    assert messages.do_check(tmp_path) == 1
    assert "placeholder" in capsys.readouterr().out


def test_extract_twice_changes_nothing(app, tmp_path):
    messages.do_extract(tmp_path)
    translate(app, {})
    before = messages.po_path(app).read_bytes()
    messages.do_extract(tmp_path)
    assert messages.po_path(app).read_bytes() == before


def test_compile_builds_what_django_reads(app, tmp_path):
    import gettext

    messages.do_extract(tmp_path)
    translate(app, {"Plain words": "大白话"})
    messages.do_compile(tmp_path)
    with messages.po_path(app).with_suffix(".mo").open("rb") as file:
        assert gettext.GNUTranslations(file).gettext("Plain words") == "大白话"
