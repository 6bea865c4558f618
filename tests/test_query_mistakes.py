"""Whatever is written as a query, it is read, or refused with the place of the trouble and what to write instead."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.models import Kind, Listing, Reason
from digest.query import Document, QueryError, item, parse
from tests.make import paper

DOCUMENT = Document(Listing(paper(title="A New Codec"), Kind.NEW, ("eess.AS",)))


@pytest.mark.parametrize(
    ("expression", "at", "said"),
    [
        ("", 0, "the expression is empty; write for example"),
        ("   ", 0, "the expression is empty"),
        ("speech enhancement", 7, "an operator is missing before `enhancement`: write AND, OR or ANDNOT (in capitals)"),
        ("speech and music", 7, "an operator is missing before `and`"),
        ("(speech music)", 8, "an operator is missing before `music`"),
        ("speech NOT music", 7, "an operator is missing before `NOT`"),
        ('speech "a b"', 7, "an operator is missing before `a b`"),
        ('speech ")"', 7, "an operator is missing before `)`"),
        ('speech "AND" music', 7, "an operator is missing before `AND`"),
        ("f(x)", 1, "an operator is missing before `(`"),
        ("speech AND", 10, "a term is missing here; write a word"),
        ("OR speech", 0, "a term is missing here"),
        ("speech OR OR music", 10, "a term is missing here"),
        ("NOT", 3, "a term is missing here"),
        ("()", 1, "a term is missing here"),
        ("title:", 6, "a term is missing here"),
        ("title:) ", 6, "a term is missing here"),
        ("(speech", 0, "this `(` is never closed; add a `)`"),
        ("x AND (y OR (z)", 6, "this `(` is never closed"),
        ("speech)", 6, "this `)` closes nothing; remove it or add a `(`"),
        ('speech AND "music', 11, 'this `"` is never closed; add the second one'),
        ('""', 1, "an empty term would match every paper"),
        ("x AND *", 6, "an empty term would match every paper"),
        ("x AND foo*bar", 9, "`*` can only end a word"),
        ("x AND /(a/", 9, "`/(a/` is not a valid regular expression: missing ); correct it"),
        ("titel:speech", 0, "there is no field `titel:`; did you mean `title:`? (a colon inside a term needs quotes)"),
        ("x OR wav2vec2:foo", 5, "there is no field `wav2vec2:`; the fields are title, abstract, author"),
        ("x OR https://arxiv.org", 5, "a colon inside a term needs quotes"),
        ("kind:foo", 5, "there is no kind `foo`; write new, cross, late-cross, replace"),
        ("kind:repl", 5, "there is no kind `repl`"),
        ("category:*", 9, "a value is missing; write for example `category:cs.SD`"),
        ("(" * 51 + "x" + ")" * 51, 50, "more than 50 levels of brackets; write it flatter"),
        ("NOT " * 51 + "x", 200, "more than 50 levels of brackets"),
        ("title:" * 51 + "x", 300, "more than 50 levels of brackets"),
        ("x" * 501, 0, "longer than 500"),
    ],
)
def test_mistakes(expression: str, at: int, said: str) -> None:
    """Every mistake is told with its offset and what to write instead."""
    with pytest.raises(QueryError) as refused:
        parse(expression)
    assert said in str(refused.value)
    assert refused.value.at == at


@pytest.mark.parametrize(
    "expression", ["a OR " * 20_000 + "b", "(" * 100_000, '"' + "a " * 50_000 + '"', "a " * 50_000]
)
def test_huge_expressions_are_quick(expression: str) -> None:
    """A hundred thousand characters are read or refused in a moment."""
    begun = time.perf_counter()
    try:
        assert parse(expression).match(DOCUMENT) is not None
    except QueryError as refused:
        assert refused.at <= len(expression)  # noqa: PT017 - both outcomes are good, a third is not
    assert time.perf_counter() - begun < 2


PIECES = [
    "(",
    ")",
    '"',
    " ",
    "AND",
    "OR",
    "NOT",
    "ANDNOT",
    "title:",
    "kind:",
    "x",
    "*",
    "/",
    "\\",
    ":",
    "语",
    "new",
    "a b",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever is written, there is a query or a QueryError with a place inside of the text."""
    try:
        reasons = parse(text).match(DOCUMENT)
    except QueryError as refused:
        assert 0 <= refused.at <= len(text)  # noqa: PT017 - both outcomes are good, a third is not
        assert str(refused)  # noqa: PT017
    else:
        assert reasons is None or all(isinstance(reason, Reason) for reason in reasons)


@pytest.mark.parametrize("source", ["", "title:", "title: ", 'title:""', "kind:foo", "/(/", "re:x"])
def test_bad_items(source: str) -> None:
    """A list refuses the terms that an expression refuses."""
    with pytest.raises(QueryError, match=r"write|correct|slashes"):
        item(source)
