"""The answer in words: what each alternative changes against the first, and what it does not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from commongrid.bridges.rehearsal.reports import Difference, Played, Report, Verdict
from commongrid.doors.planner import report_words as words
from commongrid.doors.planner.report_measures import Measure, in_order, measure_of
from commongrid.doors.planner.report_words import Number, Said

BETTER, WORSE, CHANGED, SAME = "better", "worse", "changed", "same"
TONES = (BETTER, WORSE, CHANGED, SAME)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One measure of one alternative, as a sentence. ``tone``: one of ``TONES``."""

    measure: Measure
    tone: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """All findings of one alternative, the clear ones first."""

    letter: str
    name: str
    lead: Said
    findings: tuple[Finding, ...]

    def of(self, tone: str) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.tone == tone)

    @property
    def groups(self) -> tuple[tuple[str, str, tuple[Finding, ...]], ...]:
        """Tone, heading, findings; only groups that have any."""
        names = tone_names()
        return tuple((tone, names[tone], self.of(tone)) for tone in TONES if self.of(tone))


def tone_names() -> Mapping[str, str]:
    """Tones as headings."""
    return {
        BETTER: gettext("Better"),
        WORSE: gettext("Worse"),
        CHANGED: gettext("Different, neither better nor worse by itself"),
        SAME: gettext("No clear difference"),
    }


def answers(report: Report) -> tuple[Answer, ...]:
    """One for each alternative but the first."""
    first = report.played[0]
    return tuple(
        _answer(place, played, first, report.differences)
        for place, played in enumerate(report.played[1:], start=1)
    )


def tone_of(difference: Difference) -> str:
    """Whether the difference is good news, bad news, news or none."""
    better = measure_of(difference.measure).better
    if difference.verdict is Verdict.NOT_CLEAR:
        return SAME
    if not better:
        return CHANGED
    return BETTER if (difference.verdict is Verdict.MORE) == (better > 0) else WORSE


def _answer(place: int, played: Played, first: Played, differences: Sequence[Difference]) -> Answer:
    own = {row.measure: row for row in differences if row.alternative == played.name}
    found = tuple(
        Finding(
            measure=measure,
            tone=tone_of(own[measure.key]),
            said=_said(measure, own[measure.key], played, first),
        )
        for measure in in_order(own)
    )
    return Answer(letter=words.letter(place), name=played.name, lead=_lead(found), findings=found)


def _lead(found: Sequence[Finding]) -> Said:
    """How many measures say what. The numbers are of the sentence, not of the report."""
    parts = {tone: sum(row.tone == tone for row in found) for tone in TONES}
    said = ngettext(
        "Of {all} measure: {better} better, {worse} worse, {changed} different, {same} not clear.",
        "Of {all} measures: {better} better, {worse} worse, {changed} different, {same} not clear.",
        len(found),
    )
    return Said(said, {"all": len(found), **parts})


def _said(measure: Measure, row: Difference, played: Played, first: Played) -> Said:
    unit = measure.unit
    if row.figure.mean == row.figure.low == row.figure.high == 0:
        return Said(gettext("the same in every run"))
    parts: dict[str, Number | Said | str] = {
        "by": words.change(row.figure.mean, unit),
        "reach": words.change_reach(row.figure, unit),
    }
    if unit != "share":
        parts["by"] = Number(row.figure.mean, f"{parts['by']} {words.unit_name(unit)}")
    if row.verdict is Verdict.NOT_CLEAR:
        return Said(gettext("{by} (95 % interval {reach})"), parts)
    mean, base = played.figures.get(measure.key), first.figures.get(measure.key)
    if mean is None or base is None:
        return Said(gettext("{by} (95 % interval {reach})"), parts)
    parts |= {"now": words.bare(mean.mean, unit), "base": words.bare(base.mean, unit)}
    return Said(gettext("{now} instead of {base}: {by} (95 % interval {reach})"), parts)
