"""Every fault of the catalogue, at every place: the laws that hold whatever arXiv answers."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.drills import table
from tests.drills.faults import BIG, FAULTS, Fault
from tests.drills.outcomes import DAYS, MISSED, MODES, TODAY, Outcome, drills, message, outcome

WAITING = ("yesterday", "everything")  # nothing is wrong: the day is just not there yet
# A feed of Tuesday's papers under Wednesday's date is believed where Tuesday is not known, and then outlives the truth.


def marked() -> list[object]:
    """The drills, those that show a known mistake marked as such: they fail when it is mended."""
    return [pytest.param(fault, mode, id=f"{fault.name}, {mode}") for fault, mode in drills()]


def shown(played: Outcome) -> set[object]:
    """The days with a line that says so."""
    return {day for day, state in played.states.items() if state in {"published", "provisional"}}


@pytest.mark.parametrize(("fault", "mode"), marked())
def test_the_laws(fault: Fault, mode: str) -> None:
    """The exit code is the documented one; a day is right or is not there; what was there stays; nothing is lost."""
    played = outcome(fault, mode)
    assert "Traceback" not in played.said.err
    got = len(shown(played) & {MISSED, TODAY})
    assert played.said.code == (0 if (fault.name, mode) == WAITING else (3, 4, 0)[got])
    assert played.states.keys() == set(DAYS)
    assert played.pages == shown(played) == played.picked.keys()
    for day, papers in played.picked.items():
        if fault.unseen and played.states[day] == "provisional":
            assert set(papers) <= set(played.expected[day])
        else:
            assert papers == played.expected[day]
    assert played.untouched
    assert (played.recovered.code, played.recovered.err.count("Traceback")) == (0, 0)
    names = ("digests/%Y/%m/%Y-%m-%d.md", "state/days/%Y/%m/%Y-%m-%d.json")
    own = {day.strftime(name) for day in DAYS for name in names}
    assert set(played.lost) <= (own if fault.shown else set())


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_failure_is_told(fault: Fault) -> None:
    """A day that could not be read is named as an error, with a reason for each source that failed."""
    played = outcome(fault, "everything")
    for day in {MISSED, TODAY} - shown(played) if played.said.code else ():
        error = played.said.err.partition(
            f"error: {day} could not be read; it stays open and the next run tries again:\n"
        )
        assert error[2].startswith("  ")


def test_a_hundred_megabytes_are_refused_early() -> None:
    """A body beyond the limit is dropped when the limit is reached, not when it has all arrived."""
    big = next(fault for fault in FAULTS if fault.name == "100-mb")
    outcome(big, "listing")
    tracemalloc.start()
    try:
        played = outcome.__wrapped__(big, "listing")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "the answer is larger than 20,000,000 bytes" in played.said.err
    assert 20_000_000 < peak < BIG * 0.6


def test_the_table_is_up_to_date() -> None:
    """docs/drills.md says what really comes of each fault."""
    assert table.PATH.read_text(encoding="utf-8") == table.text(), "run: python -m tests.drills.table"


def test_the_modes_are_the_columns() -> None:
    """Every drill has its place in the table."""
    assert len(drills()) == len(FAULTS) * len(MODES)
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert not [fault for fault in FAULTS if set("`|") & set(message(fault))]
