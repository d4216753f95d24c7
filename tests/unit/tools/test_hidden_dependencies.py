"""Each kind of hidden dependency, seeded and found."""

import pytest

from tools.hidden_dependencies import findings_in, main


def seeded(tmp_path, where, text):
    path = tmp_path / where
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return [str(finding.words) for finding in findings_in(path, tmp_path)]


@pytest.mark.parametrize(
    ("where", "text", "said"),
    [
        ("rooms/people/models.py", "x = ForeignKey('matters.Matter')", "people points up"),
        ("rooms/people/models.py", "x = models.OneToOneField(to='places.Place')", "points up"),
        ("ledger/models.py", "x = models.ManyToManyField('people.Account')", "ledger points up"),
        ("rooms/places/queries.py", "apps.get_model('matters', 'Matter')", "reaches up"),
        ("rooms/places/queries.py", "apps.get_model('matters.Matter')", "reaches up"),
        ("rooms/matters/models.py", "apps.get_model(app_label='site_')", "reaches up"),
        ("rooms/matters/tasks.py", "@receiver(post_save)\ndef f(): ...", "acts unseen"),
        ("rooms/matters/tasks.py", "from django.db.models.signals import post_save", "hide who"),
        ("rooms/matters/tasks.py", "from django.db.models import signals", "hide who"),
        ("rooms/people/x.py", "import_module('commongrid.rooms.matters.face')", "goes round"),
    ],
)
def test_a_seeded_violation_is_found(tmp_path, where, text, said):
    found = seeded(tmp_path, where, text)
    assert len(found) == 1
    assert said in found[0]


@pytest.mark.parametrize(
    ("where", "text"),
    [
        ("rooms/matters/models.py", "x = ForeignKey('places.Place')"),
        ("rooms/matters/models.py", "x = ForeignKey('self')"),
        ("rooms/matters/models.py", "x = ForeignKey('Matter')"),
        ("rooms/people/models.py", "x = ForeignKey(settings.AUTH_USER_MODEL)"),
        ("rooms/places/queries.py", "apps.get_model('people', 'Account')"),
        ("doors/staff/apps.py", "from django.contrib.auth.signals import user_logged_in"),
        ("rooms/people/x.py", "import_module('json')"),
    ],
)
def test_what_points_down_is_let_be(tmp_path, where, text):
    assert seeded(tmp_path, where, text) == []


def test_the_house_itself_has_none(capsys):
    assert main() == 0
    assert "none" in capsys.readouterr().out
