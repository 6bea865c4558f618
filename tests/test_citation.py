"""BibTeX and RIS, read back by a strict reader: one record a paper, whatever its texts are."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import citation, text
from tests import make

SIGNS = st.sampled_from(["{", "}", "\\", "$", "%", "#", "&", "_", "^", "~", '"', ",", "@", "=", " ", " and ", "others"])
WORDS = st.lists(st.one_of(SIGNS, st.text(max_size=3))).map("".join).map(text.clean)


def entries(source: str) -> list[tuple[str, dict[str, str]]]:
    """(key, fields) of each entry; fails on what BibTeX would not read. It counts every brace, `\\{` too."""
    found: list[tuple[str, dict[str, str]]] = []
    rest = source.strip()
    while rest:
        head = re.match(r"@misc\{([a-z0-9]+),\n", rest)
        assert head, rest[:80]
        fields, rest = _fields(rest[head.end() :])
        found.append((head[1], fields))
    return found


def _fields(rest: str) -> tuple[dict[str, str], str]:
    """The fields up to the brace that closes the entry, and what follows it."""
    fields: dict[str, str] = {}
    while head := re.match(r"  (\w+) = \{", rest):
        depth, at = 1, head.end()
        while depth:
            depth += (rest[at] == "{") - (rest[at] == "}")
            at += 1
        assert head[1] not in fields
        fields[head[1]] = rest[head.end() : at - 1]
        rest = rest[at:].removeprefix(",").removeprefix("\n")
    assert rest.startswith("}"), rest[:80]
    return fields, rest[1:].lstrip()


def names(value: str) -> list[str]:
    """The names of an author field: ` and ` divides them unless it stands in braces."""
    found, depth = [""], 0
    for piece in re.split(r"([{}]|\s+and\s+)", value, flags=re.IGNORECASE):
        depth += (piece == "{") - (piece == "}")
        if depth == 0 and piece.strip().lower() == "and" and piece != piece.strip():
            found.append("")
        else:
            found[-1] += piece
    return found


def escapes_are_closed(value: str) -> bool:
    """Whether the braces pair as well for a reader to whom `\\{` is no brace."""
    depth = 0
    for piece in re.findall(r"\\.|[{}]", value):
        depth += (piece == "{") - (piece == "}")
        if depth < 0:
            return False
    return depth == 0


def test_an_entry_has_what_arxiv_says() -> None:
    """Title, authors, year, identifier, class, DOI, comment and the versioned address, each in its field."""
    [(key, fields)] = entries(citation.bibtex(make.paper(doi="10.1/x_y", comment="5 pages", version=2)))
    assert key == "example2031quiet"
    assert fields == {
        "title": "Quiet Rooms Without a Clean Reference",
        "author": "Ada Example and Bo Beispiel",
        "year": "2031",
        "eprint": "3107.00001",
        "archivePrefix": "arXiv",
        "primaryClass": "eess.AS",
        "doi": r"10.1/x\_y",
        "note": "5 pages",
        "url": "https://arxiv.org/abs/3107.00001v2",
    }


def test_missing_facts_leave_no_empty_field() -> None:
    """A paper without authors, categories, comment and DOI has no such fields."""
    [(_, fields)] = entries(citation.bibtex(make.paper(authors=(), categories=())))
    assert set(fields) == {"title", "year", "eprint", "archivePrefix", "url"}


@given(WORDS, WORDS, WORDS)
def test_any_text_is_one_entry(title: str, author: str, comment: str) -> None:
    """No text ends its field, opens another, or divides a name; TeX's own signs stand escaped outside of math."""
    paper = make.paper(title=title, authors=("Ada Example", author), comment=comment)
    [(key, fields)] = entries(citation.bibtex(paper))
    assert re.fullmatch("[a-z0-9]+", key)
    assert all(map(escapes_are_closed, fields.values()))
    assert 1 <= len(names(fields["author"])) <= 2
    for value in (fields.get("title", ""), fields.get("note", "")):
        assert not re.search(r"(?<!\\)[%#&]", re.sub(r"\$[^$]*\$", "", value.replace(r"\$", "")))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Costs $5 to $50", r"Costs \$5 to \$50"),
        ("An $O(n^2)$ bound, 50%", r"An $O(n^2)$ bound, 50\%"),
        (r"The set $\{x\}$", r"The set $\lbrace x\rbrace $"),
        ("{GPT} and {", "GPT and"),
        ("The {GPT} family", "The {GPT} family"),
        (r"C:\temp ~ x^y", r"C:\textbackslash{}temp \textasciitilde{} x\textasciicircum{}y"),
        (r"odd \{ escape }", r"odd \textbackslash{}{ escape }"),
    ],
)
def test_titles(written: str, expected: str) -> None:
    """Honest math stays math; what is no math is shown as it is; braces stay only in pairs."""
    [(_, fields)] = entries(citation.bibtex(make.paper(title=written)))
    assert fields["title"].strip() == expected


@pytest.mark.parametrize("name", ["The A and B Team", "Example, Ada", "others", "Rand And Sons"])
def test_a_name_stays_one_name(name: str) -> None:
    """A group's name with `and` or a comma in it is kept together, and so is one that would mean `et al.`."""
    [(_, fields)] = entries(citation.bibtex(make.paper(authors=("Ada Example", name))))
    assert names(fields["author"]) == ["Ada Example", f"{{{name}}}"]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"authors": ("Łukasz Przykład",), "title": "A Café on the Moon"}, "przyklad2031cafe"),
        ({"authors": ("Søren Ejemplo-Díaz",)}, "diaz2031quiet"),
        ({"authors": ("蔡示例",)}, "arxiv2031quiet"),
        ({"authors": ("蔡示例",), "title": "会听的厨房"}, "arxiv310700001"),
        ({"authors": ()}, "arxiv2031quiet"),
        ({"title": "On a Set"}, "example2031"),
    ],
)
def test_keys_are_plain_letters(fields: dict[str, Any], expected: str) -> None:
    """Keys are what every BibTeX program takes, also for names and titles in other scripts."""
    assert citation.key(make.paper(**fields)) == expected


def test_keys_are_not_shared() -> None:
    """Two papers of one author, year and word have two keys, since BibTeX would drop one of them."""
    papers = [make.paper(f"3107.0000{n}") for n in (1, 2, 3)]
    found = [key for entry in citation.bibliography(papers) for key, _ in entries(entry)]
    assert found == ["example2031quiet", "example2031quiet310700002", "example2031quiet310700003"]


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("hep-th/9108001", "1991"),
        ("math.AG/9912001", "1999"),
        ("cs/0005001", "2000"),
        ("0704.0001", "2007"),
        ("2507.03149", "2025"),
        ("9912.00001", "2099"),
    ],
)
def test_year_of_an_identifier(identifier: str, expected: str) -> None:
    """Identifiers of both ages begin with the year of the first version."""
    assert citation.year(make.paper(identifier)) == expected


def test_year_of_the_first_version_wins() -> None:
    """Where the date of submission is known, it is taken: identifiers are of the month of announcement."""
    assert citation.year(make.paper("3101.00001", submitted=datetime.date(2030, 12, 31))) == "2030"


def test_ris_has_a_line_a_fact() -> None:
    """A RIS record begins with its type, ends with ER, and repeats AU and KW."""
    lines = citation.ris(make.paper(doi="10.1/x", comment="5 pages")).splitlines()
    assert (lines[0], lines[-1]) == ("TY  - UNPB", "ER  - ")
    assert [line for line in lines if line.startswith(("AU", "KW"))] == [
        "AU  - Ada Example",
        "AU  - Bo Beispiel",
        "KW  - eess.AS",
        "KW  - cs.SD",
    ]
    assert {"PY  - 2031", "DO  - 10.1/x", "N1  - 5 pages", "UR  - https://arxiv.org/abs/3107.00001v1"} <= set(lines)


@given(st.text(), st.text(), st.text())
def test_any_text_is_one_ris_record(title: str, author: str, abstract: str) -> None:
    """No text begins a line of its own, whatever breaks of lines are in it."""
    record = citation.ris(make.paper(title=f"x {title}", authors=(author,), abstract=f"{abstract}\nER  - \nTY  - UNPB"))
    lines = record.splitlines()
    assert all(re.match("[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert [line[:2] for line in lines].count("TY") == [line[:2] for line in lines].count("ER") == 1
