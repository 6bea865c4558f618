"""How people are recognised by their names, and values of a field as a whole."""

from __future__ import annotations

import pytest

from digest.terms import Person, Word
from digest.text import Folded


@pytest.mark.parametrize(
    ("value", "text", "expected"),
    [
        ("cs.SD", "eess.AS cs.SD cs.SDX", ["cs.SD"]),
        ("CS.sd", "cs.SD", ["cs.SD"]),
        ("cs.*", "eess.AS cs.SD cs.CL", ["cs.SD", "cs.CL"]),
        ("new", "new", ["new"]),
        ("replace", "replace-cross", []),
        ("watanabe", "Shinji Watanabe; Ａ. Watanabe", ["Watanabe", "Watanabe"]),
    ],
)
def test_word(value: str, text: str, expected: list[str]) -> None:
    """A value of a field is found as a whole, in any case, or by its beginning."""
    assert [text[start:end] for start, end in Word(value).find(Folded(text))] == expected


@pytest.mark.parametrize(
    ("person", "signed"),
    [
        ("Shinji Watanabe", "Shinji Watanabe"),
        ("Shinji Watanabe", "S. Watanabe"),
        ("S. Watanabe", "Shinji Watanabe"),
        ("Watanabe, Shinji", "Shinji Watanabe"),
        ("Watanabe, S.", "Shinji Watanabe"),
        ("Shinji Watanabe", "Watanabe Shinji"),
        ("SHINJI WATANABE", "shinji watanabe"),
        ("Jörg Müller", "Jorg Muller"),
        ("Soren Nielsen", "Søren Nielsen"),
        ("Wei-Jun Li", "Weijun Li"),
        ("Wei-Jun Li", "Wei Jun Li"),
        ("Li Weijun", "Wei-Jun Li"),
        ("Wei-Jun Li", "W.-J. Li"),
        ("Wei-Jun Li", "W. Li"),
        ("John Smith", "John A. Smith"),
        ("J. A. Smith", "John Adam Smith"),
        ("Jan van der Berg", "J. van der Berg"),
        ("Mary Smith-Jones", "Mary Smith Jones"),
        ("John Smith", "John Smith Jr."),
        ("王小明", "王小明"),
        ("DeepNonsense-AI", "DeepNonsense-AI"),
        ("Miles O'Brien", "Miles O’Brien".replace("’", "'")),
    ],
)
def test_person_is_recognised(person: str, signed: str) -> None:
    """Initials, order, accents and hyphens aside, a name is the same name; the whole name is the found piece."""
    text = f"Ada Nobody; {signed}; Bo Nobody"
    assert [text[start:end] for start, end in Person(person).find(Folded(text))] == [signed]


@pytest.mark.parametrize(
    ("person", "signed"),
    [
        ("Shinji Watanabe", "Hiroshi Watanabe"),
        ("Shinji Watanabe", "H. Watanabe"),
        ("Shinji Watanabe", "Watanabe"),
        ("Watanabe", "Shinji Watanabe"),
        ("Wei Li", "Wei-Jun Li"),
        ("Wei-Jun Li", "Wei-Min Li"),
        ("J. A. Smith", "John B. Smith"),
        ("Xu Tan", "Xu Tang"),
        ("Li Wei", "Lin Wei"),
        ("王小明", "王小"),
        ("John Smith", "John; Smith"),
        ("Jr.", "John Smith Jr."),
    ],
)
def test_another_person_is_not(person: str, signed: str) -> None:
    """Sharing a family name, or a part of a name, does not make the same person."""
    assert Person(person).find(Folded(f"{signed}; Bo Nobody")) == ()
