"""What a new version changed, as a reader would say it."""

from __future__ import annotations

from typing import Any

import pytest

from digest import changes
from digest.models import Change
from tests import make

OLD = make.paper(comment="5 pages", abstract="We remove room reverberation from speech. It works well.")


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Change(make.DAY)),
        ({"version": 2, "categories": ("cs.SD",)}, Change(make.DAY)),
        ({"title": "Loud Rooms"}, Change(make.DAY, title=OLD.title)),
        ({"title": "quiet rooms without a clean  reference"}, Change(make.DAY)),
        ({"authors": ("Ada Example", "Cy New")}, Change(make.DAY, joined=("Cy New",), left=("Bo Beispiel",))),
        ({"authors": ("Bo Beispiel", "Ada Example")}, Change(make.DAY)),
        ({"comment": "accepted at INVENTED 2031"}, Change(make.DAY, comment="accepted at INVENTED 2031")),
        ({"comment": ""}, Change(make.DAY)),
        ({"abstract": OLD.abstract.replace("well", "badly")}, Change(make.DAY, abstract=11)),
        ({"abstract": "Nothing stays."}, Change(make.DAY, abstract=100)),
        ({"abstract": OLD.abstract + " " + "More words follow. " * 9}, Change(make.DAY, abstract=60)),
    ],
)
def test_between(fields: dict[str, Any], expected: Change) -> None:
    """Only what a reader would call a change counts: not capitals, blanks, the order of authors, a dropped comment."""
    assert (
        changes.between(OLD, make.paper(**{"comment": OLD.comment, "abstract": OLD.abstract, **fields}), make.DAY)
        == expected
    )


def test_two_sources_write_one_text() -> None:
    """Accents and formulas of a feed and of a page are the same words."""
    one = make.paper(title=r"The Schr\"odinger box: $\tau$-voice", authors=(r"Andr\'e Example",))
    other = make.paper(title="The Schrödinger Box: $τ$-Voice", authors=("André Example",))
    assert changes.between(one, other, make.DAY).title in {"", one.title}
    assert changes.between(one, other, make.DAY).joined == ()


def test_a_small_change_is_not_nothing() -> None:
    """One word of a long abstract is one per cent, not zero."""
    long = " ".join(f"word{n}" for n in range(900))
    assert changes.between(make.paper(abstract=long), make.paper(abstract=f"{long} more"), make.DAY).abstract == 1
