"""Where sentences end, what always holds of the authors' own words, and how long it takes to find them."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import extract
from tests.strategies import examples

ONE = (
    "We count owls, e.g. Barn owls.",
    "We count owls, i.e. Strix alone.",
    "We follow Example et al. (3107) here.",
    "We follow Example et al. [3] and Doe et al. Later.",
    "As Fig. 2 and Eq. (3) and Sec. IV say, it holds.",
    "Ours vs. Theirs is cf. Table 2.",
    "The network has 3.1 M parameters, v. 2.0 too.",
    "By J. Doe and A. B. Example, Ph.D. student.",
    "Dr. Example and Prof. Beispiel met St. Nicholas.",
    "The map $f(x). Y$ is smooth for $n. M > 1.5$ always.",
    "See https://example.org/a.b/C.html?x=1.Y and example.org/b for all.",
    "We waited … Nothing … 3 times.",
    "It is (as Doe says. Twice.) a rule.",
    'They said "Stop. Go back." and left.',
    "They said “Stop. Go back.” and left.",
    "There are two: 1. Owls and 2. Foxes.",
    "No. 3 of vol. 4, p. 5 is lost.",
    "So is approx. 12 of ca. 30 resp. Some.",
    "the end. of a lower-case world",
    "Without a stop",
    "你好，世界",
)
TWO = (
    ("We count owls.", "Foxes too."),
    ("We count owls, foxes, etc.", "The rest is left out."),
    ("We follow Doe et al.", "However, we count."),
    ("It has 0.8 M.", "Listeners agree."),
    ("The delay is 30 ms.", "Nobody hears it."),
    ("The correlation is 0.81.", "Nerves reach 0.44."),
    ("They said “Stop.”", "Then they left."),
    ('They said "Stop."', "Then they left."),
    ("It works (mostly).", "It fails (rarely)."),
    ("(It works in all of the kitchens that we have seen so far, and we have seen many of them.)", "We are glad."),
    ("Does it work?", "Yes!"),
    ("他说（甲。乙！）是。", "我们同意。"),
    ("We wait...", "We go."),
    ("It is at https://example.org/a.", "We like it."),
    ("It costs $O(n)$.", "$n$ is small."),
    ("It costs $n = 3.$", "We pay."),
    ("It costs $5.", "We pay $7."),
    ("So say we, a.k.a. Owls.", "[3] disagrees."),
    ("This is vitamin C.", "We like it."),
    ("There were 12.", "2 of them left."),
    ("Answer: no.", "Nobody asked."),
    ("We use it.", "iSpoon is ours."),
    ("本文提出方法。", "结果很好！"),
    ("他说“好。”", "我们走了。"),
    ("Is it a spoon?!", "It is."),
    ("Es gibt Löffel.", "Äpfel auch."),
)


@pytest.mark.parametrize("text", ONE)
def test_stops_that_end_nothing(text: str) -> None:
    """Abbreviations, initials, figures, math, addresses, brackets and quotes keep a sentence whole."""
    assert extract.own_words(text) == (text,)


@pytest.mark.parametrize("pair", TWO, ids=lambda pair: pair[0])
def test_stops_that_end_a_sentence(pair: tuple[str, str]) -> None:
    """Two sentences are two, whatever stands before and after the stop; an abstract of two is given out whole."""
    joined = "" if "。" in pair[0] else " "
    assert extract.own_words(joined.join(pair)) == pair


def test_a_forgotten_blank() -> None:
    """A blank that its authors forgot does not join two sentences."""
    assert extract.own_words("We propose a spoon.We like it.") == ("We propose a spoon.", "We like it.")


@pytest.mark.parametrize("text", ["", " ", "\n\t \u3000"])
def test_an_empty_abstract(text: str) -> None:
    """There is nothing to quote."""
    assert extract.own_words(text) == ()
    assert extract.lead(text) == ""


def test_only_a_mark() -> None:
    """What would be left out is given out where there is nothing else."""
    assert extract.own_words("(Invented sample paper.)") == ("(Invented sample paper.)",)
    assert extract.own_words("We count. (Invented sample paper.)") == ("We count.",)


PIECES = st.sampled_from([
    "We propose", "however,", "In this paper", "results show", "improves by 12%", "e.g.", "et al.", "Fig. 2", "J.",
    "We", "3.1 M", "$x. Y$", "https://a.b/c.", "(", ")", "“", "”", '"', ".", ".\n\n", "?", "!", "…", "...",
    "$", "。", "！", "'", "本文提出", "实验表明", "提升", "Owls", "[3]", "(Invented sample paper.)", "\\", "1.", ":",
    "（", "）",
])  # fmt: skip
ABSTRACTS = st.lists(PIECES | st.text(max_size=5), max_size=40).map(" ".join) | st.text(max_size=200)


@examples(300)
@given(ABSTRACTS, st.integers(-1, 6))
def test_own_words_are_the_abstracts(abstract: str, most: int) -> None:
    """Never raises; at most so many, verbatim, in order and apart from each other; none only where there is none."""
    folded = " ".join(abstract.split())
    words = extract.own_words(abstract, most)
    assert len(words) <= max(0, most)
    assert bool(words) == (bool(folded) and most > 0)
    place = 0
    for sentence in words:
        assert sentence == sentence.strip() != ""
        place = folded.index(sentence, place) + len(sentence)


@examples(200)
@given(ABSTRACTS, st.integers(0, 5))
def test_more_room_takes_nothing_away(abstract: str, most: int) -> None:
    """What is quoted in little room is quoted in more, and the leading sentence is always among it."""
    few, more = extract.own_words(abstract, most), extract.own_words(abstract, most + 1)
    assert Counter(few) <= Counter(more)
    assert extract.lead(abstract) in (*extract.own_words(abstract), "")


@examples(100)
@given(ABSTRACTS)
def test_white_space_means_nothing(abstract: str) -> None:
    """How an abstract is wrapped does not change what is quoted."""
    assert extract.own_words("\n  ".join(abstract.split())) == extract.own_words(abstract)


LONG = (
    ".", ". ", ".) ", ".'", "…", "?!", "。", "提出。", "(", "(a. ", "((a", '"a. ', "“a", "$", "$a ", "$a. $", "\\$",
    "https://", "https://a.b. ", "We ", "we only ", "we show ", "results ", "this paper ", "and show ", "code ", "A. ",
    ". A", ". `", ". (", "1.", "1,", "1", "a", "A. B. We ", "et al. ", "remains a ", "提", "'", "[", " ",
)  # fmt: skip


@pytest.mark.parametrize("piece", LONG)
def test_time_grows_with_the_text(piece: str) -> None:
    """100 kB of any one thing are read in less than half a second."""
    text = (piece * 100_000)[:100_000]
    start = time.process_time()
    extract.own_words(text)
    assert time.process_time() - start < 0.5
