"""Dataclasses as text: the same value gives the same bytes, and a damaged text is said to be one."""

from __future__ import annotations

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import codec
from digest.models import Count, Digest, Filters, Kind, Listing, Note, Paper, Pick, Reason, Tally

PAPER = Paper(
    "3107.00101", "Ein Titel – 标题", ("Ada Example",), "One.\nTwo.", ("eess.AS",), submitted=date(2031, 7, 6)
)
PICK = Pick(Listing(PAPER, Kind.REPLACE_CROSS, ("eess.AS",)), ("", "二"), (Reason("a", "title", ((0, 3), (5, 6))),))
DIGEST = Digest(
    date(2031, 7, 8), "listing", 2, (Tally("eess.AS", 2, 2, 1),), (Filters("", ("a",)),), (PICK,), (Note("api", "x"),)
)


def test_a_digest_survives() -> None:
    """What is stored is what comes back, and storing it again gives the same bytes."""
    text = codec.dumps(DIGEST)
    assert codec.loads(Digest, text) == DIGEST
    assert codec.dumps(codec.loads(Digest, text)) == text


def test_the_text_is_for_people_and_git() -> None:
    """A paper stands on one line of its own; defaults and escapes do not clutter it."""
    lines = codec.dumps(DIGEST).splitlines()
    line = next(line for line in lines if "3107.00101" in line)
    assert json.loads(line.strip().rstrip(","))["listing"]["paper"]["title"] == "Ein Titel – 标题"
    assert "标题" in line
    assert "doi" not in line


text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(
    st.builds(Paper, text, text, st.lists(text).map(tuple), text, st.lists(text).map(tuple), st.none() | st.integers(1))
)
def test_any_paper_survives(paper: Paper) -> None:
    """No text in a field can break the format."""
    assert codec.loads(Paper, codec.dumps(paper)) == paper


@pytest.mark.parametrize(
    "damaged",
    ["", "{", "[]", "null", '{"day": 5}', '{"day": "2031-13-01"}', '{"unknown": 1}', "{}", '{"picks": 3}', "[" * 9999],
)
def test_damaged_text_is_refused(damaged: str) -> None:
    """Half a file, another version's file or nonsense is a ValueError, never a half-filled object."""
    with pytest.raises(ValueError):  # noqa: PT011 - whatever the words, it is refused
        codec.loads(Digest, damaged)


def test_wrong_scalar_types_are_refused() -> None:
    """A number where a text belongs is not quietly converted."""
    with pytest.raises(ValueError, match="Count"):
        codec.loads(Count, '{"category": 3, "announced": 1, "parsed": 1}')
