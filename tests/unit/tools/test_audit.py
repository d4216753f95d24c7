"""What we build on is looked at, and what nobody could tell about is not called sound."""

import pytest

from tools import audit

HASH = "--hash=sha256:" + "0" * 64
SOUND = f"a==1.0 \\\n    {HASH} \\\n    {HASH}\nb==2 ; python_version < '3' \\\n    {HASH}\n"


def test_a_lock_is_read():
    pins = audit.pins_of(SOUND)
    assert pins["a"] == (audit.Pin("1.0", 2, has_marker=False),)
    assert pins["b"][0].has_marker


def test_a_lock_for_several_pythons_has_several_pins():
    text = f"a==1 ; python_version < '3.12' {HASH}\na==2 ; python_version >= '3.12' {HASH}\n"
    assert audit.versions(audit.pins_of(text)["a"]) == "1 or 2"


@pytest.mark.parametrize("line", ["a>=1", "a @ https://somewhere/a.whl", "-e .", "a"])
def test_what_is_not_pinned_is_found(line):
    with pytest.raises(ValueError, match="not pinned"):
        audit.pins_of(line)


def test_locks_without_hashes_or_of_two_minds_are_found():
    run, test = audit.pins_of("a==1\nb==2\nc==3\n"), audit.pins_of(f"a==1 {HASH}\nb==3 {HASH}\n")
    said = "\n".join(audit.faults_of_locks(run, test))
    assert "c 3: locked without a hash" in said
    assert "b: 2 runs, 3 is tested" in said
    assert "c: in run.lock and not in test.lock" in said


def test_another_version_than_the_locked_one_is_found():
    said = list(
        audit.faults_of_installed(audit.pins_of(f"pytest==0.1 {HASH}\nnever-was==1 {HASH}"))
    )
    assert len(said) == 2


def test_a_package_nothing_uses_is_found():
    assert list(audit.faults_of_use(("pillow", "waitress"), {"PIL"})) == []
    assert list(audit.faults_of_use(("pillow",), {"json"}))


def test_a_licence_that_is_not_told_is_found(monkeypatch):
    monkeypatch.setattr(audit, "licence_of", lambda name: "Proprietary")
    assert list(audit.faults_of_licences(audit.pins_of(f"a==1 {HASH}")))


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([], audit.NOT_AUDITED),
        ([{"name": "a", "version": "1", "vulns": []}], 0),
        ([{"name": "a", "skip_reason": "not found"}], audit.NOT_AUDITED),
        ([{"name": "a", "version": "1", "vulns": [{"id": "X-1", "fix_versions": ["2"]}]}], 1),
    ],
)
def test_what_nobody_could_tell_about_is_not_sound(rows, code):
    assert audit.verdict_of({"dependencies": rows})[0] == code


def test_this_repository_is_sound(capsys):
    assert audit.check() == 0, capsys.readouterr().out
