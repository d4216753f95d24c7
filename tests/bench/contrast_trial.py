"""What the workers of bench_contrast do; in a module of its own, so that they can import it."""

from __future__ import annotations

from dataclasses import dataclass

from commongrid.bridges.rehearsal.running import Rehearsal


@dataclass(frozen=True)
class Trial:
    """The job of the workers: the figures of a run, and nothing else of it."""

    ready: Rehearsal
    measures: tuple[str, ...]

    def play(self, replication: int, alternative: int) -> list[float]:
        """One run; from 1 on, so that none is logged."""
        measured, _ = self.ready.play(replication + 1, alternative)
        return [measured.figures[name] for name in self.measures]
