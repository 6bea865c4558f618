"""The labelled pairs: nearly every planted figure is found, and right summaries are left alone."""

from __future__ import annotations

import pytest

from benchmarks import verify as benchmark
from benchmarks.verify import NUMERIC, SETS


@pytest.mark.parametrize("name", SETS)
def test_thresholds(name: str) -> None:
    """At least 99 % of the changed digits and units are found, at most 1 % of the clean pairs are doubted."""
    scores = benchmark.scores(name)
    planted = sum(scores[kind].planted for kind in NUMERIC)
    assert sum(scores[kind].found for kind in NUMERIC) >= 0.99 * planted
    assert scores[""].found <= 0.01 * scores[""].planted


@pytest.mark.parametrize("name", SETS)
def test_invented_names(name: str) -> None:
    """Invented baselines and data sets are found."""
    scores = benchmark.scores(name)
    assert all(scores[kind].found == scores[kind].planted for kind in ("baseline", "dataset"))


def test_the_set_is_what_it_says() -> None:
    """Enough pairs in both languages, at least a third with an error, half of the clean ones hard; none twice."""
    pairs = [pair for name in SETS for pair in benchmark.pairs(name)]
    clean = [pair for pair in pairs if not pair.kind]
    assert len({(pair.source, pair.answer) for pair in pairs}) == len(pairs) >= 180
    assert 3 * (len(pairs) - len(clean)) >= len(pairs)
    assert 2 * sum(pair.hard for pair in clean) >= len(clean)
    assert {pair.kind for pair in pairs} == {"", *benchmark.KINDS}
    assert all(sum(pair.language == each for pair in pairs) > 60 for each in ("zh", "en"))
    assert {pair.source for pair in benchmark.pairs(SETS[0])} & {
        pair.source for pair in benchmark.pairs(SETS[1])
    } == set()
