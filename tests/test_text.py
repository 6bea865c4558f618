"""Foreign text is cleaned once, and folded so that every found piece leads back to what was written."""

from __future__ import annotations

import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text import Folded, bare, clean, fold, from_tex, is_word, lower, paragraphs, plural

EVERY_CHARACTER = [chr(code) for code in range(sys.maxunicode + 1)]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("plain text", "plain text"),
        ("  two \t lines\r\nof  text ", "two lines of text"),
        ("no\u00a0break\u3000and\u2028other blanks", "no break and other blanks"),
        ("nul\0 bell\x07 escape\x1b[31m", "nul bell escape[31m"),
        ("soft\u00adhyphen zero\u200bwidth joi\u2060ned \ufeffbom", "softhyphen zerowidth joined bom"),
        ("\u202eturned\u202c \u2066isolated\u2069 \u200fmarked", "turned isolated marked"),
        ("tag\U000e0041s non\ufdd0characters\uffff", "tags noncharacters"),
        ("half a pair \ud83d of surrogates", "half a pair \ufffd of surrogates"),
        ("cafe\u0301", "café"),
        ("na" + "\u0301" * 40 + "oise", "n\u00e1" + "\u0301" * 8 + "oise"),
        ("x" + "\u200d" * 20 + "y", "xy"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("语音 合成", "语音 合成"),
        ("", ""),
    ],
)
def test_clean(raw: str, expected: str) -> None:
    """Controls, direction tricks and hidden characters go; blanks become one blank; the rest stays, composed."""
    assert clean(raw) == expected


@given(st.text())
def test_clean_is_one_honest_line(raw: str) -> None:
    """Whatever comes in, one stripped line in NFC comes out, and cleaning it again changes nothing."""
    text = clean(raw)
    assert text == clean(text)
    assert text == " ".join(text.split())
    assert unicodedata.is_normalized("NFC", text)
    assert not any(unicodedata.category(char) in {"Cc", "Cs"} for char in text)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("one line\nwrapped by arXiv\n", "one line wrapped by arXiv"),
        ("first\n  indented second", "first\nindented second"),
        ("first\n\n \nsecond\r\n\r\nthird", "first\nsecond\nthird"),
        ("\n\n", ""),
    ],
)
def test_paragraphs(raw: str, expected: str) -> None:
    """A blank or indented line begins a paragraph, a mere line break does not."""
    assert paragraphs(raw) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [(":", False), ("", False), ("J. Li", True), ("李", True), ("-1-", True)]
)
def test_is_word(text: str, *, expected: bool) -> None:
    """Something with a letter or a digit is a word, mere punctuation is not."""
    assert is_word(text) is expected


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"Schr\"odinger", "Schrödinger"),
        (r"Schr\"{o}dinger and Erd\H{o}s", "Schrödinger and Erdős"),
        (r"Fran\c{c}ois, Fran\c cois", "François, François"),
        (r"S{\o}ren {\AA}ngstr{\"o}m", "Søren Ångström"),
        (r"\L{}ukasz Micha\l", "Łukasz Michał"),
        (r"na\"{\i}ve na\"\i ve", "naïve naïve"),
        (r"Dvo\v{r}\'ak", "Dvořák"),
        (r"stra\ss{}e", "straße"),
        (r"{\'E}cole", "École"),
        (r"{Schr\"odinger} {Schr\"o}", "{Schrödinger} {Schrö}"),
        (r"{\"Uber} und {\'a}", "{Über} und á"),
        (r"95\% of R\&D, \#1", "95% of R&D, #1"),
        (r"costs \$5, not \$6", "costs $5, not $6"),
        (r"in $\alpha\%$ of \"o", r"in $\alpha\%$ of ö"),
        (r"between \$5 and $x\'$", r"between $5 and $x\'$"),
        (r"\(\"o\) and \[\'e\]", r"\(\"o\) and \[\'e\]"),
        (r"\textbf{bold} \alpha", r"\textbf{bold} \alpha"),
        (r"\ood and \lambda", r"\ood and \lambda"),
        ("nothing to do", "nothing to do"),
        ("a backslash at the end \\", "a backslash at the end \\"),
    ],
)
def test_from_tex(tex: str, expected: str) -> None:
    """Accents and escaped signs become characters; math and unknown macros stay as they are."""
    assert from_tex(tex) == expected


@given(st.text(alphabet="ao{}\\\"'^cvHi $%l "))
def test_from_tex_survives_broken_tex(tex: str) -> None:
    """However the braces and backslashes stand, a text comes back, and one without backslashes is untouched."""
    assert "\\" in tex or from_tex(tex) == tex
    assert isinstance(from_tex(tex), str)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Naïve CAFÉ", "naive cafe"),
        ("Søren Łukasz Đỗ İstanbul ı ħæœđłØĦŒ", "soren lukasz do istanbul i haeoedlohoe"),
        ("straße Æsir ﬁne", "strasse aesir fine"),
        ("ＡＳＲ　２", "asr 2"),
        ("CO₂ x² ①", "co2 x2 1"),
        ("a\u2010b\u2013c\u2014d\u2212e", "a-b-c-d-e"),
        ("da\u00adta\u200bset\u200d", "dataset"),
        ("x\u0302 y", "x y"),
        ("がか 한하", "がか 한하"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    """Case, accents, compatibility forms, kinds of dashes and hidden characters make no difference."""
    assert fold(text) == expected


def test_folding_keeps_places_for_every_character() -> None:
    """With and without capitals a folded text is equally long, and folding twice is folding once."""
    assert [c for c in EVERY_CHARACTER if len(bare(c)) != len(fold(c))] == []
    assert [c for c in EVERY_CHARACTER if fold(fold(c)) != fold(c)] == []
    assert [c for c in EVERY_CHARACTER if len(lower(c)) != 1] == []


@pytest.mark.parametrize(
    ("text", "piece", "meant"),
    [
        ("plain Speech here", "speech", "Speech"),
        ("the ﬁne Straße", "fine", "ﬁne"),
        ("the ﬁne Straße", "strasse", "Straße"),
        ("in İstanbul now", "istanbul", "İstanbul"),
        ("x\u0302 and y\u0302", "y", "y\u0302"),
        ("a da\u00adta\u200bset\u200b.", "dataset", "da\u00adta\u200bset\u200b"),
        ("①② ③", "2", "②"),
        ("中文 ＡＳＲ 模型", "asr", "ＡＳＲ"),
        ("ﬁ", "f", "ﬁ"),
        ("ends with caf\u00e9\u0301", "cafe", "caf\u00e9\u0301"),
    ],
)
def test_span_leads_back(text: str, piece: str, meant: str) -> None:
    """A place in the folded form leads to what was meant, with its accents and hidden characters."""
    folded = Folded(text)
    at = folded.plain.index(piece)
    start, end = folded.span(at, at + len(piece))
    assert text[start:end] == meant


AWKWARD = st.text(alphabet=st.sampled_from("aAsSﬁßİıéＡ-– \u0301\u00ad\u200b语が한½Ǆ"), min_size=1)


@given(AWKWARD | st.text(min_size=1), st.data())
def test_span_is_a_piece_whose_fold_is_what_was_found(text: str, data: st.DataObject) -> None:
    """Every piece of the folded form comes from a piece of the text that folds to it (or to whole characters of it)."""
    folded = Folded(text)
    if not folded.plain:
        return
    start = data.draw(st.integers(0, len(folded.plain) - 1))
    end = data.draw(st.integers(start + 1, len(folded.plain)))
    a, b = folded.span(start, end)
    piece = folded.plain[start:end]
    assert 0 <= a < b <= len(text)
    assert piece in fold(text[a:b])
    whole = len(fold(text[:a])) == start and len(fold(text[:b])) == end
    assert fold(text[a:b]) == piece or not whole


@given(st.text())
def test_folded_forms_agree(text: str) -> None:
    """With capitals, without them, and squeezed, a folded text is always the same text."""
    folded = Folded(text)
    assert folded.plain == folded.bare.casefold() == fold(text)
    assert folded.squeezed == folded.as_written.casefold() == re.sub("[- \n]", "", folded.plain)
    assert len(folded.lower) == len(text)


PLURALS = """model models | study studies | movie movies | key keys | speech speeches | loss losses | class classes
box boxes | analysis analyses | hypothesis hypotheses | thesis theses | basis bases | axis axes | base bases
phrase phrases | noise noises | cache caches | echo echoes | photo photos | video videos | bias biases | lens lenses
virus viruses | gas gases | gan gans | corpus corpora | spectrum spectra | matrix matrices | index indices
vertex vertices | criterion criteria | child children | size sizes | buzz buzzes | database databases | mode modes"""


@pytest.mark.parametrize("pair", [pair.split() for pair in re.split(r"[|\n]", PLURALS)], ids="-".join)
def test_plurals_both_ways(pair: list[str]) -> None:
    """A word finds its plural, and a plural its word."""
    for written in pair:
        stem, endings = plural(written)
        assert all(re.fullmatch(stem + endings, form) for form in pair)


@pytest.mark.parametrize(
    "pair",
    [
        "notes not",
        "new news",
        "news new",
        "theses these",
        "uses us",
        "his hi",
        "does do",
        "语音 语音s",
        "v22 v22s",
        "ab abs",
    ],
)
def test_other_words_are_no_plurals(pair: str) -> None:
    """What only looks like a plural is another word."""
    written, other = pair.split()
    stem, endings = plural(written)
    assert re.fullmatch(stem + endings, written)
    assert not re.fullmatch(stem + endings, other)
