"""Ten weekdays with a drawn pattern of faults; `python -m tests.drills.weeks` plays more of them, and years."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.drills import weeks
from tests.drills.arxiv import simulated
from tests.drills.mailings import noon
from tests.drills.stage import KINDS, Stage


@pytest.mark.parametrize("seed", range(1, 9))
def test_every_day_is_published_once(seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Crons dropped, late or doubled, sources down, stale or cut, a day skipped: in the end it is as without all that.

    The same papers of the same kinds under the same days. A paper's text may be another source's.
    """
    pattern, wrong = weeks.play(seed, tmp_path)
    with capsys.disabled():
        print(f"\nseed {seed}: {'; '.join(map(str, pattern.events))}; {pattern.skipped} skipped", end=" ")
    assert wrong == []


def test_the_patterns_have_everything_in_them() -> None:
    """The seeds above draw each kind of trouble, runs at the same time, late ones, and skip days."""
    patterns = [weeks.drawn(seed) for seed in range(1, 9)]
    events = [event for pattern in patterns for event in pattern.events]
    assert {event.trouble for event in events} == {name for name, _, _ in weeks.SPOILT}
    assert sum(event.twice for event in events) >= 5
    for pattern in patterns:
        assert len(pattern.events) < 2 * weeks.DAYS
        assert len([day for day in pattern.days if not pattern.mailings.get(day)]) == 2


def test_a_loss_would_be_seen(tmp_path: Path) -> None:
    """The judge is no rubber stamp: a day that nobody fills, and a paper that is not there, are named."""
    pattern = weeks.drawn(1)
    with simulated(pattern.mailings) as server:
        calm, short = (Stage(tmp_path / name, server) for name in ("calm", "short"))
        for stage in (calm, short):
            stage.root.mkdir()
            stage.configure(KINDS)
        weeks.undisturbed(pattern, calm)
        short.configure(KINDS.replace("speech", "music"))
        weeks.undisturbed(replace(pattern, days=pattern.days[:-1]), short)
        wrong = weeks.judged(pattern, short, calm)
    assert f"{pattern.days[-1]}: no page" in wrong
    assert any("missing" in line for line in wrong)


def test_a_run_a_day_leaves_nothing_to_do(tmp_path: Path) -> None:
    """The same day again, five times: no request, no byte."""
    pattern = weeks.drawn(2)
    with simulated(pattern.mailings) as server:
        stage = Stage(tmp_path / "calm", server)
        stage.root.mkdir()
        stage.configure()
        weeks.undisturbed(pattern, stage)
        files, asked = stage.files(), len(server.requests)
        for minutes in range(5):
            assert stage.at(noon(pattern.days[-1]) + timedelta(minutes=minutes)).code == 0
        assert (stage.files(), len(server.requests)) == (files, asked)
