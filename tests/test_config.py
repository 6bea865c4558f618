"""config.yaml: what is accepted and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import config, query
from digest.errors import ConfigError
from digest.models import Filters, Kind, Listing
from digest.options import Config, Endpoints
from tests.make import paper

ROOT = Path(__file__).parents[1]
HEAD = "categories: [cs.CL]\n"


def parse(text: str) -> Config:
    """The configuration of a text."""
    return config.parse(text.encode(), Path("config.yaml"))


def parsed(more: str) -> Config:
    """The configuration of these lines below a `categories:` line."""
    return parse(HEAD + more)


def test_defaults() -> None:
    """Only `categories` is needed; everything else has its documented default."""
    read = parse(HEAD)
    assert read == Config(categories=("cs.CL",))
    assert (read.kinds, read.match, read.style, read.language) == (("new", "cross"), "words", "keywords", "zh")
    assert (read.sources, read.api, read.readme, read.limit) == (("listing", "rss"), "auto", False, None)
    assert read.endpoints == Endpoints("https://arxiv.org", "https://rss.arxiv.org")


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("categories: cs.CL", ("cs.CL",)),
        ("categories: cs.CL, cs.CV", ("cs.CL", "cs.CV")),
        ("categories: 'cs.CL,cs.CV,'", ("cs.CL", "cs.CV")),
        ("categories: [cs.cl, EESS.as]", ("cs.CL", "eess.AS")),
        ("categories: [cs.CL, cs.CL, CS.cl]", ("cs.CL",)),
        ("categories:\n  - cs.CL\n  - cs.CV # vision", ("cs.CL", "cs.CV")),
        ("\ufeffcategories:\r\n  - cs.CL\r\n", ("cs.CL",)),
        ("---\ncategories: [cs.CL]\n...\n", ("cs.CL",)),
        ("categories: [hep-th, cmp-lg]", ("hep-th", "cmp-lg")),
    ],
)
def test_categories(text: str, categories: tuple[str, ...]) -> None:
    """A list, one code or a text with commas, in any case, each once, whatever the line ends and byte order mark."""
    assert parse(text).categories == categories


def test_asked_categories() -> None:
    """Retired codes and aliases are asked for by their present names, each once, and a warning says so."""
    read = parse("categories: [cmp-lg, cs.CL, cs.SY, eess.SY]")
    assert read.asked == ("cs.CL", "eess.SY")
    assert [warning.split(";")[0] for warning in config.warnings(read)] == [
        "arXiv lists cmp-lg as cs.CL now",
        "arXiv lists cs.SY as eess.SY now",
    ]


@pytest.mark.parametrize(
    ("more", "field", "value"),
    [
        ("include: [no, on, yes, off]", "include", ("no", "on", "yes", "off")),
        (
            "include: [3, 1e3, 0x1F, 12:30, 2026-01-01, 3D]",
            "include",
            ("3", "1e3", "0x1F", "12:30", "2026-01-01", "3D"),
        ),
        ("include: ['null', \"~\"]", "include", ("null", "~")),
        ("include: [大模型, ｄｉｆｆｕｓｉｏｎ, C++, F#]", "include", ("大模型", "ｄｉｆｆｕｓｉｏｎ", "C++", "F#")),
        ("include: diffusion", "include", ("diffusion",)),
        ("include: ['speech, music']", "include", ("speech, music",)),
        ("include: [a, a, ' a ']", "include", ("a",)),
        ("include:", "include", ()),
        ("include: []", "include", ()),
        ("include: ~", "include", ()),
        (r"include: ['/\d+ (?<=x)y/']", "include", (r"/\d+ (?<=x)y/",)),
        ("include: ['title:codec', 'category:cs.*']", "include", ("title:codec", "category:cs.*")),
        ("authors: ['Watanabe, Shinji',  Wei-Jun   Li]", "authors", ("Watanabe, Shinji", "Wei-Jun Li")),
        ("expression: >-\n  title:codec\n  AND speech", "expression", "title:codec AND speech"),
        ("expression: ''", "expression", ""),
        ("kinds: new, replace", "kinds", ("new", "replace")),
        ("kinds: cross", "kinds", ("cross",)),
        ("limit: '20'", "limit", 20),
        ("limit: null", "limit", None),
        ("readme: on", "readme", True),
        ("readme: No", "readme", False),
        ("request_interval: 0.5", "request_interval", 0.5),
        ("request_interval: 0", "request_interval", 0.0),
        ("language: en", "language", "en"),
        ("header: |\n  # Ours\n  second line", "header", "# Ours\nsecond line"),
        ("endpoints: {rss: 'http://127.0.0.1:8000/'}", "endpoints", Endpoints(rss="http://127.0.0.1:8000")),
        ("endpoints:", "endpoints", Endpoints()),
        ("sources: rss, own_module.Source", "sources", ("rss", "own_module.Source")),
        ("match: substring", "match", "substring"),
        ("include: &terms [a]\nexclude: *terms", "exclude", ("a",)),
    ],
)
def test_accepted(more: str, field: str, value: object) -> None:
    """Scalars are taken as they are written; one value may stand for a list; nothing stands for the default."""
    assert getattr(parsed(more), field) == value


TOPICS = """
exclude: [music]
kinds: [new]
limit: 3
topics:
  - name: 语音增强
    include: [speech enhancement]
  - {name: People, authors: [Shinji Watanabe], exclude: [codec], kinds: [new, cross], limit: 2}
  - name: Rest
"""


def test_topics() -> None:
    """Each topic has its own rules and the top level's exclusions and kinds; its limit is its own."""
    found = config.topics(parsed(TOPICS))
    assert [topic.filters for topic in found] == [
        Filters("语音增强", ("speech enhancement",), ("music",)),
        Filters("People", (), ("music", "codec"), "", ("Shinji Watanabe",)),
        Filters("Rest", (), ("music",)),
    ]
    assert [topic.kinds for topic in found] == [{Kind.NEW}, {Kind.NEW, Kind.CROSS}, {Kind.NEW}]
    assert [topic.limit for topic in found] == [None, 2, None]
    assert [topic.wanted is None for topic in found] == [False, False, True]


@pytest.mark.parametrize(
    ("more", "names"),
    [
        ("", [""]),
        ("include: [speech]", [""]),
        ("include: [speech]\ntopics: [{name: A}]", ["A", ""]),
        ("authors: [S. Watanabe]\ntopics: {name: A}", ["A", ""]),
        ("expression: speech\ntopics: [{name: A, kinds: 'new, cross'}]", ["A", ""]),
        ("expression: '  '\ntopics: [{name: A}, {name: B}]", ["A", "B"]),
        ("exclude: [music]\ntopics: [{name: A}]", ["A"]),
    ],
)
def test_sections(more: str, names: list[str]) -> None:
    """The top level is a section of its own, the last, when it wants something or there is no other."""
    assert [topic.filters.name for topic in config.topics(parsed(more))] == names


@pytest.mark.parametrize(
    ("more", "wanted"),
    [
        ("include: [speech]", True),
        ("include: [peech]", False),
        ("include: [peech]\nmatch: substring", True),
        ("expression: peech\nmatch: substring", True),
        ("expression: title:codec AND speech", True),
        ("include: [nowhere]\nauthors: [A. Example]", True),
        ("include: [nowhere]\nexpression: kind:cross", True),
        ("include: [nowhere]", False),
    ],
)
def test_rules_are_compiled(more: str, *, wanted: bool) -> None:
    """A paper is wanted when a term, the expression or an author matches, by the rule that `match` names."""
    document = query.Document(Listing(paper(title="A Codec", authors=("Ada Example",)), Kind.CROSS, ()))
    (topic,) = config.topics(parsed(more))
    assert topic.wanted is not None
    assert (topic.wanted.match(document) is not None) is wanted


@pytest.mark.parametrize(
    ("more", "warnings"),
    [
        ("include: [a]\nexclude: [A]", ["`a` is in include and in exclude: no paper can match it"]),
        (
            "exclude: [a]\ntopics: [{name: T, include: [a]}]",
            ["`a` is in include and in exclude: no paper can match it"],
        ),
        ("authors: [Watanabe, Shinji]", ["the author `Watanabe` is one word", "the author `Shinji` is one word"]),
        ("authors: ['Watanabe, Shinji', 王小明]", []),
        ("include: [a]\nexclude: [b]", []),
    ],
)
def test_warnings(more: str, warnings: list[str]) -> None:
    """What is allowed but can hardly be meant is said."""
    found = config.warnings(parsed(more))
    assert len(found) == len(warnings)
    assert all(said.startswith(expected) for said, expected in zip(found, warnings, strict=True))


def test_read(tmp_path: Path) -> None:
    """A file is read; one that is missing or no file is refused with advice."""
    path = tmp_path / "config.yaml"
    with pytest.raises(ConfigError, match=r"config\.yaml:1:1: there is no such file; copy the one"):
        config.read(path)
    path.write_text(HEAD, encoding="utf-8")
    assert config.read(path).categories == ("cs.CL",)
    with pytest.raises(ConfigError, match=":1:1: cannot be read: "):
        config.read(tmp_path)


def test_own_configuration_is_good() -> None:
    """The repository's config.yaml is accepted without a warning."""
    assert config.warnings(config.read(ROOT / "config.yaml")) == ()
