"""Every mistake in config.yaml is told at once, each with its place and what to write instead; none does harm."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import config
from digest.errors import ConfigError

CASES = Path(__file__).parents[1].parent / "shared" / "hostile" / "config_cases.jsonl"
HEAD = "categories: [cs.CL]\n"
PLACED = re.compile(r"config\.yaml:[1-9]\d*:[1-9]\d*: .{12,}")
ADVICE = re.compile("write|remove|keep|quotes|save|did you mean|indent|check|shorten|slashes|belongs|rename|correct")


def complaints(data: str | bytes) -> list[str]:
    """What is said of a configuration: `line:column: message`, each; nothing when it is accepted."""
    try:
        config.parse(data.encode() if isinstance(data, str) else data, Path("config.yaml"))
    except ConfigError as refused:
        lines = str(refused).splitlines()
        assert [line for line in lines if not PLACED.match(line) or not ADVICE.search(line)] == []
        return [line.removeprefix("config.yaml:") for line in lines]
    return []


def cases() -> list[Any]:
    """The collected mistakes as they are, and those about keywords once more with our keys."""
    if not CASES.exists():
        return [pytest.param("", {}, marks=pytest.mark.skip(f"no {CASES.name} beside the repository"))]
    found = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    ours = [{**case, "yaml": translated(case["yaml"])} for case in found if "keywords: " in case["yaml"]]
    named = [(f"{case['n']}", case) for case in found] + [(f"{case['n']} ours", case) for case in ours]
    return [pytest.param(name, case, id=name) for name, case in named]


def translated(text: str) -> str:
    """`keywords` as `include`, `re:…` as `/…/`."""
    text = re.sub("^keywords:", "include:", text.replace("categories: cs.CL\n", ""), flags=re.MULTILINE)
    return HEAD + re.sub('"re:([^"]*)"', r'"/\1/"', text)


ACCEPTED = {"7", "11", "13", "16", "17", "10 ours", "26 ours", "44 ours", "46 ours", "47 ours", "49 ours"}
SAID = {
    "5": "a tab stands here; indent with blanks",
    "14": "near|write for example `cs",
    "29 ours": "needs quotes",
    "32 ours": "a `key: value` mapping; if it is one text, put it in quotes",
    "40 ours": "is longer than 500; shorten it",
    "41 ours": "an empty term would match every paper",
    "43 ours": r"missing \); correct it",
}


@pytest.mark.parametrize(("name", "case"), cases())
def test_collected_mistakes(name: str, case: dict[str, Any]) -> None:
    """Each is accepted, if it can only be meant in one way, or told."""
    begun = time.perf_counter()
    said = complaints(case["yaml"])
    assert time.perf_counter() - begun < 1
    assert bool(said) is (name not in ACCEPTED)
    assert re.search(SAID.get(name, ""), "\n".join(said))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", ["1:1: the file is empty; write at least `categories: [eess.AS, cs.SD]`"]),
        (HEAD.encode("utf-16"), ["1:1: this is not UTF-8 text; save the file as plain UTF-8 text"]),
        (b"c\0a\0t\0", ["1:2: a control character (U+0000) stands here; save"]),
        ((HEAD + "include: [语音]").encode("gbk"), ["2:11: this is not UTF-8 text"]),
        ((HEAD + "header: 语\xe9").encode("latin-1", "replace"), ["2:10: this is not UTF-8 text"]),
        (b"\n\n\x80", ["3:1: this is not UTF-8 text"]),
        (HEAD.encode() + b"include: [a\x07]", ["2:12: a control character (U+0007) stands here"]),
        ("\ufeff" + HEAD.replace("\n", "\r\n") + "include:\r\n  - ''\r\n", ["3:6: `include`: an empty term"]),
        (b"x" * 1_000_001, ["1:1: has 1000001 bytes, more than the 1000000 of a configuration; shorten it"]),
    ],
)
def test_bytes(data: str | bytes, said: list[str]) -> None:
    """Other encodings, hidden characters and huge files are named for what they are."""
    found = complaints(data)
    assert len(found) == len(said)
    assert all(line.startswith(expected) for line, expected in zip(found, said, strict=True))


@pytest.mark.parametrize(
    ("more", "place", "said"),
    [
        ("include:\n\t- speech", "3:1", "a tab stands here; indent with blanks, never with a tab"),
        ("include:\n  - a\n \t- b", "4:[12]", "a tab stands here"),
        ("include: [@foo]", "2:11", 'needs quotes: "@text"'),
        ("include: [*foo]", "2:11", "undefined alias; a text that begins with"),
        ("include:\n  - * foo", "3:[56]", "a text that begins with @ \\* & % ` ! or | needs quotes"),
        ("include: [!foo bar]", "2:11", "a tag stands here .`!foo`.; remove it; a text that begins with !"),
        ('include: ["/\\d+/"]', "2:1[0-9]", "unknown escape character; a backslash is written as it is in single"),
        ("include: [speech", "3:1|2:17", "check the indentation, the quotes and the blank after each colon"),
        ('include: "speech', "3:1|2:17", "check the indentation, the quotes"),
        ("language:en", "2:9", "no blank after the colon"),
        ("---\ncategories: [cs.CV]", "2:1", "a second document begins here; keep one document a file"),
        ("x: !!python/object/apply:os.system [id]", "2:4", "a tag stands here .*; remove it"),
        ("include: [!!python/name:os.system x]", "2:11", "a tag stands here"),
        ("!!python/name:os.system include: a", "2:1", "a tag stands here"),
        ("include: " + "[" * 3000, "2:29", "nested in more than 20 brackets or levels; write it flatter"),
        ("include: " + "[" * 3000 + "]" * 3000, "2:29", "nested in more than 20 brackets"),
        ("include: " + "{a: " * 200_000, "2:\\d+", "nested in more than 20 brackets"),
        ("- " * 300_000, "2:\\d+|1:1", "nested in more than 20|check the indentation"),
    ],
)  # fmt: skip
def test_syntax(more: str, place: str, said: str) -> None:
    """What YAML cannot read, or should not, is one complaint at its place, with the usual way out."""
    (found,) = complaints(HEAD + more)
    assert re.match(f"(?:{place}): ", found)
    assert re.search(said, found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("hello", ["1:1: the configuration must be `key: value` lines, not a text; write for example `categories:"]),
        ("- cs.CL", ["1:1: the configuration must be `key: value` lines, not a list"]),
        ("include: [a]", ["1:1: `categories` is missing; write for example `categories: [eess.AS, cs.SD]`"]),
        ("categories:", ["1:1: `categories` has no value; write for example `categories: [eess.AS, cs.SD]`"]),
        ("categories: []", ["1:1: `categories` has no value"]),
        ("categories: [cs.XX]", ["1:14: `categories`: arXiv has no category `cs.XX`; write for example `cs."]),
        ("categories: cs.CL, cs.YY", ["1:20: `categories`: arXiv has no category `cs.YY`"]),
        ("categories: 'cs.CL, cs.YY'", ["1:21: `categories`: arXiv has no category `cs.YY`"]),
        ("categories: [cs]", ["1:14: `categories`: arXiv has no category `cs`; write for example `cs.AI`"]),
        (
            "categories: ['@@@@@@@@']",
            ["1:15: `categories`: arXiv has no category `@@@@@@@@`; write for example `eess.AS`"],
        ),
        ("categories: {cs.CL: 1}", ["1:13: `categories` takes a text here, not a `key: value` mapping"]),
        (HEAD + "categories: [cs.CV]", ["2:1: `categories` is already given in line 1; keep one of the two"]),
        (HEAD + "keywords: [a]", ["2:1: unknown key `keywords`; did you mean `include`?"]),
        (HEAD + "langage: en", ["2:1: unknown key `langage`; did you mean `language`?"]),
        (HEAD + "modle: x", ["2:1: unknown key `modle`; remove it; the keys here are: categories, include"]),
        (HEAD + "listing: https://x.org", ["2:1: unknown key `listing`; `listing` belongs below `endpoints`"]),
        (HEAD + "topics: [{name: T, style: x}]", ["2:20: unknown key `style`; `style` belongs at the top level"]),
        (HEAD + "topics: [{name: T, inclde: x}]", ["2:20: unknown key `inclde`; did you mean `include`?"]),
        (HEAD + "topics: [{name: T, max_papers: 3}]", ["2:20: unknown key `max_papers`; did you mean `limit`?"]),
        (HEAD + "topics: [{name: T, lang: en}]", ["2:20: unknown key `lang`; `language` belongs at the top level"]),
        (HEAD + "endpoints: {rsss: x}", ["2:13: unknown key `rsss`; did you mean `rss`?"]),
        (HEAD + "? [a, b]\n: c", ["2:3: a key must be a plain word, not a list; put a text in quotes"]),
        (HEAD + "<<: {include: [a]}", ["2:1: unknown key `<<`"]),
        (
            HEAD + "include: speech, music",
            ["2:10: `include` must be a list; write `include: [speech, music]`, or `incl"],
        ),
        (HEAD + "include: [~, a]", ["2:11: an item of `include` is empty; remove it, or put it in quotes"]),
        (HEAD + "include:\n  - #tag\n  - a", ["3:4: an item of `include` is empty; remove it, or put it in quotes"]),
        (
            HEAD + "include: [a: b]",
            ["2:11: `include` takes a text here, not a `key: value` mapping; if it is one text, p"],
        ),
        (HEAD + "include: [[a]]", ["2:11: `include` takes a text here, not a list; write one value"]),
        (HEAD + "include: ['']", ["2:12: `include`: an empty term would match every paper; write a word"]),
        (HEAD + "include: [foo*bar]", ["2:14: `include`: `*` can only end a word"]),
        (
            HEAD + "include: ['/(a/']",
            ["2:15: `include`: `/(a/` is not a valid regular expression: missing ); correct it"],
        ),
        (HEAD + "include: ['title:/(a/']", ["2:21: `include`: `/(a/` is not a valid regular expression"]),
        (HEAD + "expression: speech music", ["2:20: `expression`: an operator is missing before `music`"]),
        (HEAD + "expression: 'speech music'", ["2:21: `expression`: an operator is missing before `music`"]),
        (HEAD + "expression: >-\n  speech\n  music", ["2:13: `expression`: an operator is missing before `music`"]),
        (HEAD + "expression: |\n  (speech OR", ["2:13: `expression`: a term is missing here"]),
        (HEAD + "expression: [a, b]", ["2:13: `expression` takes a text here, not a list"]),
        (
            HEAD + "authors: [--]",
            ["2:11: `authors`: a name has a letter and at most 200 characters; write for example"],
        ),
        (
            HEAD + "kinds: [foo]",
            ["2:9: `kinds`: `foo` is not possible; write `new`, `cross`, `late-cross`, `replace` or `replace-cross`"],
        ),
        (HEAD + "kinds: new, foo", ["2:13: `kinds`: `foo` is not possible"]),
        (HEAD + "language: klingon", ["2:11: `language`: `klingon` is not possible; write `zh` or `en`"]),
        (HEAD + "limit: 20.5", ["2:8: `limit`: `20.5` is not possible; write a whole number from 1"]),
        (HEAD + "limit: 0", ["2:8: `limit`: `0` is not possible; write a whole number"]),
        (HEAD + "limit: true", ["2:8: `limit`: `true` is not possible; write a whole number"]),
        (HEAD + "limit: .inf", ["2:8: `limit`: `.inf` is not possible; write a whole number"]),
        (HEAD + "limit: " + "9" * 5000, ["2:8: `limit`: `999"]),
        (HEAD + "request_interval: -1", ["2:19: `request_interval`: `-1` is not possible; write a number from 0"]),
        (HEAD + "request_interval: nan", ["2:19: `request_interval`: `nan` is not possible; write a number from 0"]),
        (HEAD + "readme: maybe", ["2:9: `readme`: `maybe` is not possible; write `true` or `false`"]),
        (
            HEAD + "endpoints: {api: api.example.org}",
            ["2:18: `api`: `api.example.org` is not an address; write for ex"],
        ),
        (HEAD + "endpoints: {api: 'file:///etc/x'}", ["2:19: `api`: `file:///etc/x` is not an address"]),
        (HEAD + "endpoints: {api: 'http://[::1'}", ["2:19: `api`: `http://[::1` is not an address"]),
        (HEAD + "endpoints: {api: 'http://h:99999'}", ["2:19: `api`: `http://h:99999` is not an address"]),
        (HEAD + "endpoints: {api: 'https://me:pw@x.org'}", ["2:19: `api`: a user name or password must not stand in"]),
        (
            HEAD + "endpoints: https://x.org",
            ["2:12: `endpoints` must be `key: value` lines, not a text; write for exa"],
        ),
        (HEAD + "sources: sample", ["2:10: `sources`: `sample` is for `demo` alone"]),
        (HEAD + "sources: [../x]", ["2:11: `sources`: `../x` is not the name of a source; write `listing` or `rss`"]),
        (
            HEAD + "topics: speech",
            ["2:9: an entry of `topics` must be `key: value` lines, not a text; write for example"],
        ),
        (HEAD + "topics: [~]", ["2:10: an entry of `topics` must be `key: value` lines, not nothing"]),
        (HEAD + "topics: [{include: [a]}]", ["2:10: `name` is missing; write for example `name: 语音增强`"]),
        (HEAD + "topics:\n  - name:\n    include: [a]", ["3:5: `name` has no value; write for example"]),
        (HEAD + "topics: [{name: ../..}]", ["2:17: `name`: a name has a letter"]),
        (
            HEAD + "topics:\n  - name: A B\n  - name: a-b!",
            ["4:5: the topic `a-b!` has the name of topic 1; rename one"],
        ),
        (HEAD + "include: &a [*a]", ["2:10: `include` takes a text here, not a list"]),
        (HEAD + "topics: &a [*a]", ["2:9: an entry of `topics` must be `key: value` lines, not a list"]),
    ],
)
def test_one_mistake(text: str, said: list[str]) -> None:
    """A mistake is told once, at its line and column, in plain words, with what to write."""
    found = complaints(text)
    assert len(found) == len(said)
    assert all(line.startswith(expected) for line, expected in zip(found, said, strict=True))


def test_all_mistakes_at_once() -> None:
    """Nothing hides behind another mistake, and they are told in the order of the file."""
    text = """keywords: [a]
include: ['', ok, '/(/']
topics:
  - name: Same
    limit: many
  - name: same
    kinds: [old]
    inclde: x
style: fancy
"""
    assert [line.split(": ")[0] for line in complaints(text)] == [
        "1:1", "1:1", "2:12", "2:22", "5:12", "6:5", "7:13", "8:5", "9:8"
    ]  # fmt: skip


BOMB = "".join(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("a: &a [x]\n" + BOMB + "include: *i", "takes a text here, not a list"),
        (
            "topics: [&a {name: x, include: [" + "w," * 1000 + "]}" + ",*a" * 100_000 + "]",
            "holds more than 100000 values",
        ),
        ("include: [" + ",".join(f"w{n}" for n in range(100_001)) + "]", "holds more than 100000 values; shorten it"),
    ],
)
def test_bombs(more: str, said: str) -> None:
    """A small file that means a huge one is refused before it costs time or memory."""
    begun = time.perf_counter()
    assert any(said in line for line in complaints(HEAD + more))
    assert time.perf_counter() - begun < 5


def test_a_large_honest_file() -> None:
    """Ten thousand terms are no attack."""
    assert complaints(HEAD + "include:\n" + "".join(f"  - word{n}\n" for n in range(10_000))) == []


KEYS = ["categories", "include", "expression", "topics", "limit", "kinds", "endpoints", "name", "x", "<<"]
VALUES = st.recursive(
    st.sampled_from(["", "~", "a", "cs.CL", "'", '"', "[", "*x", "&x y", "!t z", "1", "a, b", "/(/", "{", "- a", "#"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.tuples(st.sampled_from(KEYS), inner).map(lambda pair: f"{{{pair[0]}: {pair[1]}}}")
    ),
    max_leaves=5,
)
LINES = st.tuples(st.sampled_from(["", "", "  ", "  - ", "\t"]), st.sampled_from(KEYS), VALUES)


@given(
    st.lists(LINES, max_size=6).map(lambda lines: "\n".join(f"{a}{key}: {value}" for a, key, value in lines))
    | st.text()
)
def test_any_text_is_accepted_or_told(text: str) -> None:
    """Whatever stands in the file, there is a configuration or complaints with place and advice; nothing else."""
    said = complaints(text.encode("utf-8", "surrogatepass"))
    assert said or "categories" in text


@given(st.binary(max_size=60))
def test_any_bytes_are_accepted_or_told(data: bytes) -> None:
    """Bytes that are no text at all are told as well."""
    assert complaints(data)
