"""The filter language: an expression means what its parts mean, any text is read or refused with its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import assume, example, given
from hypothesis import strategies as st

from digest import query, text
from digest.errors import PatternTimeoutError
from digest.models import Kind, Listing
from digest.query import DEFAULT_FIELDS, FIELDS, Document, Not, QueryError
from digest.terms import TermError, term
from digest.text import Folded
from tests import make
from tests.strategies import examples

# --- expressions, and what they mean to a reader who knows nothing of ours ------------------------------------------

WORDS = ("alpha", "bravo", "delta", "echoing", "quiet")  # none is another's plural or beginning
PLACES = ("title", "abstract", "comment")
Fields = dict[str, tuple[str, ...]]


@dataclass(frozen=True)
class Node:
    """Part of an expression: `op` is word, phrase, prefix, not, and, or, andnot or a field's name."""

    op: str
    parts: tuple[Node, ...] = ()
    words: tuple[str, ...] = ()


LEAVES = st.one_of(
    st.builds(lambda word: Node("word", words=(word,)), st.sampled_from(WORDS)),
    st.builds(lambda *words: Node("phrase", words=words), st.sampled_from(WORDS), st.sampled_from(WORDS)),
    st.builds(lambda word, end: Node("prefix", words=(word[:end],)), st.sampled_from(WORDS), st.integers(2, 5)),
)


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    one = st.tuples(inner)
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Node, st.sampled_from(["not", *PLACES]), one),
        st.builds(Node, st.sampled_from(["and", "or", "andnot"]), several),
    )


NODES = st.recursive(LEAVES, _grown, max_leaves=10)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=6).map(tuple)
PAPERS = st.fixed_dictionaries({name: TEXTS for name in PLACES})


def holds(node: Node, paper: Fields, fields: tuple[str, ...] = DEFAULT_FIELDS) -> bool:
    """What a node means, naively: over lists of words."""
    parts = [holds(part, paper, fields) for part in node.parts] if node.op not in PLACES else []
    if node.op == "not":
        return not parts[0]
    if node.op == "and":
        return all(parts)
    if node.op == "or":
        return any(parts)
    if node.op == "andnot":
        return parts[0] and not any(parts[1:])
    if node.op in PLACES:
        return holds(node.parts[0], paper, (node.op,))
    return any(_stands(node, paper[field]) for field in fields)


def _stands(leaf: Node, words: tuple[str, ...]) -> bool:
    if leaf.op == "prefix":
        return any(word.startswith(leaf.words[0]) for word in words)
    size = len(leaf.words)
    return any(words[at : at + size] == leaf.words for at in range(len(words)))


LEVEL = {"or": 0, "and": 1, "andnot": 1}


def written(node: Node, level: int = 0, *, brackets: bool = False) -> str:
    """An expression's text with the brackets it needs, or with all it may have."""
    if node.op in {"word", "phrase", "prefix"}:
        shown = {"word": "{}", "phrase": '"{}"', "prefix": "{}*"}[node.op].format(" ".join(node.words))
        return f"({shown})" if brackets else shown
    if node.op in LEVEL:
        own = LEVEL[node.op]
        said = f" {node.op.upper()} ".join(written(part, own + 1, brackets=brackets) for part in node.parts)
        return f"({said})" if brackets or own < level else said
    word = "NOT " if node.op == "not" else f"{node.op}:"
    return word + written(node.parts[0], 2, brackets=brackets)


def document(paper: Fields) -> Document:
    fields = {name: " ".join(words) for name, words in paper.items()}
    return Document(Listing(make.paper(**fields), Kind.NEW, ("eess.AS",)))


@given(NODES, PAPERS)
@examples(150)
def test_an_expression_means_what_its_parts_mean(node: Node, paper: Fields) -> None:
    """Parsed and matched, an expression says of a paper what a naive reading of its tree says."""
    assert (query.parse(written(node)).match(document(paper)) is not None) is holds(node, paper)


@given(NODES, st.sampled_from([" ", "\n", "\t  "]))
@examples(100)
def test_brackets_and_blanks_that_are_not_needed_change_nothing(node: Node, blank: str) -> None:
    """An expression is the same query with all its brackets as with the few that it needs."""
    assert query.parse(written(node)) == query.parse(f"{blank}{written(node, brackets=True)}{blank}")


@given(NODES, PAPERS)
@examples(60)
def test_negation(node: Node, paper: Fields) -> None:
    """A negated expression holds where the expression does not, twice negated where it does; it has no reasons."""
    plain, negated, twice = (
        query.parse(f"{no}({written(node)})").match(document(paper)) for no in ("", "NOT ", "NOT NOT ")
    )
    assert (plain is None) is (negated == ())
    assert (plain is None) is (twice is None)
    assert query.parse(f"NOT {written(node, 2)}") == Not(query.parse(written(node)))


@given(NODES, PAPERS)
@examples(60)
def test_reasons_show_what_was_found(node: Node, paper: Fields) -> None:
    """Each reason names a field that was asked for and places at which its term stands, and stands alone."""
    found = document(paper)
    for reason in query.parse(written(node)).match(found) or ():
        assert reason.field in PLACES
        assert reason.spans
        pieces = [found.field(reason.field).text[start:end] for start, end in reason.spans]
        assert all(query.leaf(reason.term).term.find(Folded(piece)) for piece in pieces)


SIGNS = [*"()\"/*:-,.'\\ \n\t", "AND", "OR", "NOT", "ANDNOT", "title:", "kind:", "author:", "/a+/", "x*", "语音", "C++"]
ANY_TEXT = st.text(max_size=40) | st.lists(st.sampled_from(SIGNS) | st.characters(), max_size=14).map("".join)
DOCUMENT = Document(Listing(make.paper(), Kind.NEW, ("eess.AS",)))


def trouble(read: Callable[[], query.Query]) -> int:
    """Where a text is refused; -1 for one that is a query, which can be asked, too."""
    try:
        reasons = read().match(DOCUMENT) or ()
    except QueryError as refused:
        return refused.at
    except PatternTimeoutError:
        return -1
    assert {reason.field for reason in reasons} <= set(FIELDS)
    return -1


@given(ANY_TEXT, st.booleans())
@example("(" * 200, False)
@example("NOT " * 5000, False)
@example("title:" * 5000, False)
@examples(200)
def test_any_text_is_a_query_or_refused(source: str, substring: bool) -> None:
    """Whatever is written is a query that can be asked, or is refused with a place inside of the text."""
    assert -1 <= trouble(lambda: query.parse(source, substring=substring)) <= len(source)
    assert -1 <= trouble(lambda: query.item(source, substring=substring)) <= len(source)
    assert trouble(lambda: query.people([source])) == -1


# --- terms, as Usage.md promises ------------------------------------------------------------------------------------

LATIN = "abcdefghijklmnopqrstuvwxyzàáâãäåçèéêëìíîïñòóôõöøùúûüýÿšžčřłđ"
WORD = st.text(st.sampled_from(LATIN), min_size=4, max_size=9)
ENGLISH = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyz"), min_size=4, max_size=9)
PHRASE = st.lists(WORD, min_size=1, max_size=3)
AROUND = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def found(source: str, within: str) -> list[str]:
    """The pieces of a text that a term stands for."""
    return [within[start:end] for start, end in term(source).find(Folded(within))]


@given(AROUND, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20), AROUND)
@examples(300)
def test_a_term_is_found_where_it_is_written(before: str, source: str, after: str) -> None:
    """Any term that is accepted stands for itself, between any texts, as long as a sign parts it from them."""
    source, before, after = text.clean(source), text.clean(before), text.clean(after)
    try:
        wanted = term(source)
    except TermError:
        return
    assume("*" not in source and not source.startswith("/"))  # those do not stand for themselves
    assert wanted.find(Folded(f"{before} ({source}) {after}"))


def _unaccented(word: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))


SPELLING = st.tuples(
    st.sampled_from([" ", "-", ""]),
    st.sampled_from([str, _unaccented]),
    st.sampled_from(["NFC", "NFD"]),
)


def spelled(words: list[str], spelling: tuple[str, Callable[[str], str], Literal["NFC", "NFD"]]) -> str:
    joint, accents, form = spelling
    return unicodedata.normalize(form, joint.join(map(accents, words)))


@given(PHRASE, SPELLING, SPELLING, st.sampled_from([str, str.title, str.upper]), AROUND)
@examples(300)
def test_case_accents_and_joints_make_no_difference(
    words: list[str], one: Any, other: Any, case: Callable[[str], str], around: str
) -> None:
    """Small letters stand for capitals, letters for their accents, a blank for a hyphen and for nothing; and back."""
    shown = case(spelled(words, other))
    assert shown in found(spelled(words, one), f"{text.clean(around)} ({shown}) {text.clean(around)}")


@given(ENGLISH, st.sampled_from(["", "quiet "]))
@examples(150)
def test_the_plural_is_the_same_word(word: str, first: str) -> None:
    """A word stands for its regular plural, and the plural for the word."""
    assume(not any(map(word.startswith, text._IRREGULAR)))
    assume(not word.endswith(("s", "si", "xi")) or word.endswith("ss"))  # a plural itself, and what `axis` is not
    plural = word[:-1] + "ies" if word.endswith("y") and word[-2] not in "aeiou" else word
    plural += "" if plural != word else "es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s"
    assert found(first + word, f"some {first}{plural}!") == [first + plural]
    assert found(first + plural, f"some {first}{word}!") == [first + word]


@given(ENGLISH, ENGLISH)
@examples(100)
def test_a_word_is_not_found_inside_of_another(word: str, more: str) -> None:
    """A term of whole words is not a piece of a longer word, unless it ends in `*`."""
    assume(not found(word, f"{word}{more}") or word not in more)
    assert found(f"{word}*", f"{word}{more}") == [f"{word}{more}"]
    assert found(word, f"xq{word}qx") == []
