"""``commongrid prepare``: seeds an empty place once, and goes on where a start was broken off."""

import pytest
from django.core.management import call_command

from commongrid.site.management.commands import prepare


@pytest.fixture
def seeds(monkeypatch, settings, tmp_path):
    """Count the seeds instead of loading them; the place is as empty as the test says."""
    settings.HOME = tmp_path
    called = []

    def calling(name, **_options):
        called.append(name)
        if name == "seed" and called.count("seed") == 1 and calling.breaks:
            raise RuntimeError("the machine went down")

    calling.breaks = False
    calling.called = called
    monkeypatch.setattr(prepare, "call_command", calling)
    monkeypatch.setattr(prepare.Command, "_collect", lambda self: None)
    monkeypatch.setattr(prepare.Command, "_migrate", lambda self: not (tmp_path / "demo").exists())
    return calling


def test_an_empty_place_is_seeded_once(seeds):
    call_command("prepare", quiet=True)
    call_command("prepare", quiet=True)
    assert seeds.called == ["seed"]


def test_a_real_place_is_not_seeded(seeds):
    call_command("prepare", quiet=True, no_seed=True)
    assert seeds.called == []


def test_a_broken_seed_goes_on_at_the_next_start(seeds, monkeypatch):
    seeds.breaks = True
    with pytest.raises(RuntimeError):
        call_command("prepare", quiet=True)
    monkeypatch.setattr(prepare.Command, "_migrate", lambda self: False)
    call_command("prepare", quiet=True)
    call_command("prepare", quiet=True)
    assert seeds.called == ["seed", "seed"]


def test_the_fingerprint_of_static_files_changes_with_them(settings, tmp_path):
    settings.STATICFILES_DIRS = [tmp_path]
    from django.contrib.staticfiles.finders import get_finder

    get_finder.cache_clear()
    (tmp_path / "a.css").write_text("a{}", encoding="utf-8")
    before = prepare.static_fingerprint()
    assert prepare.static_fingerprint() == before
    (tmp_path / "a.css").write_text("a{b:c}", encoding="utf-8")
    assert prepare.static_fingerprint() != before
    get_finder.cache_clear()
