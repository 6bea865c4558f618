"""The filter language: what an expression means, which field a term looks at, and the reasons it gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.models import Kind, Listing
from digest.query import Document, Query, any_of, item, leaf, parse, people
from tests.make import paper

PAPER = paper(
    title="Diffusion Models for Speech Enhancement",
    abstract="We study text-to-speech with ASR models.\nA second paragraph on Müller's C++ codec.",
    authors=("Shinji Watanabe", "Wei-Jun Li", "Adam Adams"),
    categories=("eess.AS", "cs.SD"),
    comment="5 pages; Interspeech",
    classes=("68T10", "I.2.7"),
)
DOCUMENT = Document(Listing(PAPER, Kind.REPLACE_CROSS, ("eess.AS",)))


def holds(query: Query) -> bool:
    """Whether the paper of these tests fulfils a query."""
    return query.match(DOCUMENT) is not None


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("diffusion", True),
        ("music", False),
        ('"speech enhancement"', True),
        ('"enhancement speech"', False),
        ("enhanc*", True),
        ('"speech enhanc*"', True),
        ("/text-to-\\w+/", True),
        ("/a (?:second|third) para/ AND diffusion", True),
        ("C++ AND codec", True),
        ('"a) phrase (with" OR codec', True),
        ('"AND" OR "OR"', False),
        ("diffusion AND music", False),
        ("diffusion OR music", True),
        # OR binds less than AND: x OR (y AND z)
        ("diffusion OR music AND music", True),
        ("music AND music OR diffusion", True),
        ("(diffusion OR music) AND music", False),
        ("diffusion ANDNOT music", True),
        ("diffusion AND NOT music", True),
        ("diffusion AND NOT codec", False),
        ("diffusion ANDNOT codec", False),
        ("NOT music", True),
        ("NOT NOT diffusion", True),
        ("NOT diffusion OR codec", True),
        ("NOT (diffusion OR codec)", False),
        ("diffusion ANDNOT NOT codec", True),
        ('"speech enhancement" AND (diffusion OR flow) ANDNOT music', True),
        ("((((diffusion))))", True),
        ("(" * 49 + "diffusion" + ")" * 49, True),
        ("diffusion\n  AND\tcodec", True),
        ("ASR", True),
        ("asr OR ASRS", True),
        ("speech/music", False),
    ],
)
def test_meaning(expression: str, *, expected: bool) -> None:
    """Operators bind as written in Usage.md; phrases, prefixes, patterns and signs are terms."""
    assert holds(parse(expression)) is expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("title:diffusion", True),
        ("abstract:diffusion", False),
        ("TITLE:diffusion", True),
        ("title: diffusion", True),
        ('title:"speech enhancement"', True),
        ("title:/diff\\w+/", True),
        ("comment:interspeech", True),
        ("interspeech", False),
        ("title:(diffusion OR codec)", True),
        ("title:(codec OR asr)", False),
        ("title:(codec OR abstract:codec)", True),
        ("title:(NOT codec AND (diffusion OR codec))", True),
        ("title:NOT codec", True),
        ("NOT title:codec", True),
        ("author:Watanabe", True),
        ("author:watan*", True),
        ("author:Adam", True),
        ("author:Wata", False),
        ("author:Lis", False),
        ('author:"S. Watanabe"', True),
        ('author:"Watanabe, Shinji"', True),
        ('author:"Hiroshi Watanabe"', False),
        ('author:"Weijun Li"', True),
        ("author:/watan.be/", True),
        ("category:cs.SD", True),
        ("category:CS.sd", True),
        ("category:cs.S", False),
        ("category:cs.*", True),
        ("category:math.*", False),
        ("category:(cs.CL OR eess.*)", True),
        ("category:68T10", True),
        ("category:/^eess/", True),
        ("kind:replace-cross", True),
        ("kind:replace", False),
        ("kind:replace*", True),
        ("kind:(new OR cross)", False),
    ],
)
def test_fields(expression: str, *, expected: bool) -> None:
    """A field holds for its term or its whole group; categories and kinds are compared as a whole, names as names."""
    assert holds(parse(expression)) is expected


WORDS = st.sampled_from(
    ["diffusion", "music", '"speech enhancement"', "enhanc*", "/d.f+/", "ASR", "语音", "C++", "title:codec", "kind:new"]
)
EXPRESSIONS = st.recursive(
    WORDS,
    lambda inner: st.one_of(
        st.builds("({})".format, inner),
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("{} ANDNOT {}".format, inner, inner),
        st.builds("NOT ({})".format, inner),
        st.builds("abstract:({})".format, inner),
    ),
    max_leaves=12,
)


@given(EXPRESSIONS, EXPRESSIONS)
def test_logic(one: str, other: str) -> None:
    """Built from good parts every expression is read, and the operators keep the laws of logic."""
    a, b = holds(parse(one)), holds(parse(other))
    assert holds(parse(f"({one}) AND ({other})")) == (a and b)
    assert holds(parse(f"({one}) OR ({other})")) == (a or b)
    assert holds(parse(f"({one}) ANDNOT ({other})")) == (a and not b)
    assert holds(parse(f"NOT ({one})")) is not a
    assert holds(parse(f"NOT (({one}) OR ({other}))")) == holds(parse(f"NOT ({one}) AND NOT ({other})"))


@pytest.mark.parametrize(
    ("expression", "reasons"),
    [
        ("speech", [("speech", "title", ["Speech"]), ("speech", "abstract", ["speech"])]),
        (
            "model AND ASR",
            [("model", "title", ["Models"]), ("model", "abstract", ["models"]), ("ASR", "abstract", ["ASR"])],
        ),
        ("music OR title:diffusion", [("diffusion", "title", ["Diffusion"])]),
        ("codec ANDNOT music", [("codec", "abstract", ["codec"])]),
        ("NOT music", []),
        ('author:"W.-J. Li"', [("W.-J. Li", "author", ["Wei-Jun Li"])]),
        ("category:cs.*", [("cs.*", "category", ["cs.SD"])]),
        ("/m.ller/", [("/m.ller/", "abstract", ["Müller"])]),
    ],
)
def test_reasons(expression: str, reasons: list[tuple[str, str, list[str]]]) -> None:
    """A match says which term was found in which field, and where."""
    found = parse(expression).match(DOCUMENT)
    assert found is not None
    shown = [
        (reason.term, reason.field, [DOCUMENT.field(reason.field).text[slice(*span)] for span in reason.spans])
        for reason in found
    ]
    assert shown == reasons


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("codec", True),
        ("title:codec", False),
        ("Title: diffusion", True),
        ('comment:"5 pages"', True),
        ("category:cs.*", True),
        ("kind:new", False),
        ("ratio 3:1", False),
        ("author:S. Watanabe", True),
        ("title:/diff/", True),
        ("AND", False),
        ("(codec", False),
    ],
)
def test_item_of_a_list(source: str, *, expected: bool) -> None:
    """An item of `include` is one term, operators and brackets included, with a field in front if one is named."""
    assert holds(item(source)) is expected
    assert holds(any_of(["nowhere", source])) is expected


def test_lists_of_people_and_of_nothing() -> None:
    """Followed authors match by name; an empty list matches nothing."""
    assert holds(people(["Nobody Else", "S. Watanabe"]))
    assert not holds(people(["Adam Watanabe"]))
    assert not holds(any_of([]))


def test_substring_mode() -> None:
    """`match: substring` applies to lists and expressions, but not to categories and kinds."""
    assert holds(parse("iffus AND title:odel", substring=True))
    assert holds(any_of(["iffus"], substring=True))
    assert not holds(parse("category:cs.S", substring=True))
    assert not holds(leaf("iffus"))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/d.f+/", False),
        ("/d.f+/ OR codec", True),
        ("/d.f+/ AND codec", False),
        ("NOT /d.f+/", True),
        ("/c.dec/", True),
    ],
)
def test_a_pattern_can_be_switched_off(expression: str, *, expected: bool) -> None:
    """Without a pattern a query means what it meant if the pattern were found nowhere; others go on."""
    assert holds(parse(expression).without("/d.f+/")) is expected
