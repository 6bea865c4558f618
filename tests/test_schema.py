"""Options declared once: read with the place of every mistake, described for editors and documents."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

import pytest
import yaml
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from digest import config
from digest.errors import ConfigError
from digest.options import Config
from digest.schema import MISSING, Reader, json_schema, option, rows

ROOT = Path(__file__).parents[1]


def even(text: str) -> str:
    """A check that takes even numbers of letters, and knows which letter is too many."""
    if len(text) % 2:
        error = ValueError("write an even number of letters")
        error.at = len(text) - 1  # type: ignore[attr-defined]
        raise error
    return text.upper()


@dataclass(frozen=True)
class Inner:
    """A group inside of another."""

    color: Literal["red", "green", "blue"] = option("red", en="A color.", zh="颜色。")
    size: int | None = option(None, en="A size.", zh="大小。")


@dataclass(frozen=True)
class Outer:
    """Every type of option once."""

    name: str = option(MISSING, check=even, example="Ab", en="A name.", zh="名字。")
    words: tuple[str, ...] = option((), check=even, en="Words.", zh="词。")
    codes: tuple[str, ...] = option(("X",), split=True, en="Codes.", zh="代码。")
    ratio: float | None = option(None, en="A ratio.", zh="比例。")
    loud: bool = option(False, en="Loud or not.", zh="响。")
    inner: Inner = option(Inner(), en="A group.", zh="组。")
    more: tuple[Inner, ...] = option((), en="Groups.", zh="多组。")
    colors: tuple[Literal["red", "green"], ...] = option((), split=True, en="Colors.", zh="多种颜色。")


def read(text: str) -> tuple[Outer, list[str]]:
    """A text as `Outer`, and what is complained of."""
    reader = Reader({"title": "name"}, {"color": "below `inner`"})
    group = reader.group(Outer, yaml.compose(text))
    return group, [f"{c.line}:{c.column}: {c.message}" for c in sorted(reader.complaints)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name: ab", Outer("AB")),
        ("name: ab\nwords: [cd, no, cd]", Outer("AB", ("CD", "NO"))),
        ("name: ab\ncodes: x, y,, z", Outer("AB", codes=("x", "y", "z"))),
        ("name: ab\ncodes:", Outer("AB")),
        ("name: ab\nratio: 1e3\nloud: YES", Outer("AB", ratio=1000.0, loud=True)),
        ("name: ab\ninner: {size: 3}", Outer("AB", inner=Inner(size=3))),
        ("name: ab\nmore: [{color: blue}, {}]", Outer("AB", more=(Inner("blue"), Inner()))),
        ("name: ab\nmore: {size: 2}", Outer("AB", more=(Inner(size=2),))),
        ("name: ab\ncolors: green", Outer("AB", colors=("green",))),
    ],
)
def test_read(text: str, expected: Outer) -> None:
    """Values become their types, checked and each once; what is not given takes its default."""
    assert read(text) == (expected, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("words: [ab]", ["1:1: `name` is missing; write for example `name: Ab`"]),
        ("name:", ["1:1: `name` has no value; write for example `name: Ab`"]),
        ("name: abc", ["1:9: `name`: write an even number of letters"]),
        ("name: 'abc'", ["1:10: `name`: write an even number of letters"]),
        ("name: |-\n  abcde", ["1:7: `name`: write an even number of letters (at `e`)"]),
        (
            "name: ab\nwords: [abc, de, f]",
            ["2:11: `words`: write an even number of letters", "2:18: `words`: write an "],
        ),
        ("name: ab\nwords: a, b", ['2:8: `words` must be a list; write `words: [a, b]`, or `words: ["a, b"]` if the']),
        ("name: ab\nloud: 2", ["2:7: `loud`: `2` is not possible; write `true` or `false`"]),
        ("name: ab\nratio: big", ["2:8: `ratio`: `big` is not possible; write a number from 0"]),
        ("name: ab\ninner: {color: pink}", ["2:16: `color`: `pink` is not possible; write `red`, `green` or `blue`"]),
        ("name: ab\ncolor: red", ["2:1: unknown key `color`; did you mean `colors`?"]),
        ("name: ab\ntitle: x", ["2:1: unknown key `title`; did you mean `name`?"]),
        ("name: ab\ninner: {colour: red}", ["2:9: unknown key `colour`; did you mean `color`?"]),
        ("name: ab\nmore: [{x: red}]", ["2:9: unknown key `x`; remove it; the keys here are: color, size"]),
        (
            "name: ab\ninner: red",
            ["2:8: `inner` must be `key: value` lines, not a text; write for example `color: red`"],
        ),
        (
            "name: ab\nmore: [red]",
            ["2:8: an entry of `more` must be `key: value` lines, not a text; write for example"],
        ),
        ("name: ab\nname: cd", ["2:1: `name` is already given in line 1; keep one of the two"]),
        ("name: ab\n1: 2\n? {a: b}\n: c", ["2:1: unknown key `1`", "3:3: a key must be a plain word, not a `key: v"]),
        ("[ab]", ["1:1: the configuration must be `key: value` lines, not a list; write for example `name: Ab`"]),
    ],
)
def test_complaints(text: str, said: list[str]) -> None:
    """Each mistake names its place, the key and what to write instead; the rest is read all the same."""
    group, found = read(text)
    assert len(found) == len(said)
    assert all(line.startswith(expected) for line, expected in zip(found, said, strict=True))
    assert isinstance(group, Outer)


def test_what_is_good_survives_what_is_bad() -> None:
    """A bad item is left out, a bad value takes its default, and the next ones are still read."""
    group, found = read("name: abc\nwords: [ab, c]\nratio: x\nloud: on\ninner: {color: pink, size: 3}")
    assert group == Outer(None, ("AB",), loud=True, inner=Inner(size=3))  # type: ignore[arg-type]
    assert len(found) == 4


def test_rows() -> None:
    """Documents get every option in its order, nested ones under their parent's name."""
    assert [key for key, _, _ in rows(Outer)] == [
        "name", "words", "codes", "ratio", "loud", "inner", "inner.color", "inner.size",
        "more", "more[].color", "more[].size", "colors",
    ]  # fmt: skip
    assert all(field.metadata["en"] and field.metadata["zh"] for _, _, field in rows(Config))


def errors(schema: dict[str, Any], text: str) -> list[str]:
    """What a JSON Schema validator, as an editor has one, says of a YAML text."""
    return [error.message for error in Draft202012Validator(schema).iter_errors(yaml.safe_load(text))]


def test_own_configuration_fits_the_schema() -> None:
    """The schema is valid itself, and the repository's config.yaml fits it."""
    Draft202012Validator.check_schema(config.schema())
    assert errors(config.schema(), (ROOT / "config.yaml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "categories: cs.CL, cs.CV",
        "categories: [cs.CL]\ninclude: [3, 1e3, no, 大模型]\nexclude:",
        "categories: [cs.CL]\nlimit: 5\nkinds: new, cross\nreadme: on",
        "categories: [cs.CL]\nlimit:\nrequest_interval: 0.5\nendpoints: {rss: 'http://localhost:1'}",
        "categories: [cs.CL]\ntopics:\n  - {name: A, kinds: [new], limit: 3}\n  - {name: B, include: x}",
    ],
)
def test_schema_and_reader_agree_on_good_files(text: str) -> None:
    """What is accepted is not underlined by an editor."""
    assert errors(config.schema(), text) == []
    assert config.parse(text.encode(), Path("config.yaml")).categories


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("langage: en", "'langage' was unexpected"),
        ("language: klingon", "'klingon' is not one of"),
        ("limit: 0", "0 is less than the minimum of 1"),
        ("limit: many", "'many' is not of type 'integer', 'null'"),
        ("request_interval: -1", "-1 is less than the minimum of 0"),
        ("readme: 3", "3 is not of type 'boolean'"),
        ("topics: [{include: x}]", "is not valid under any of the given schemas"),
        ("endpoints: {rsss: x}", "'rsss' was unexpected"),
        ("kinds: [foo]", "is not valid under any of the given schemas"),
    ],
)
def test_schema_and_reader_agree_on_bad_files(more: str, said: str) -> None:
    """What an editor underlines is refused by the reader as well."""
    text = f"categories: [cs.CL]\n{more}"
    assert any(said in message for message in errors(config.schema(), text))
    with pytest.raises(ConfigError):
        config.parse(text.encode(), Path("config.yaml"))


def test_schema_describes_every_option() -> None:
    """Each key has its words in both languages, its default, and whether it is needed."""
    schema = json_schema(Outer)
    assert list(schema["properties"]) == [field.name for field in fields(Outer)]
    assert schema["required"] == ["name"]
    assert schema["properties"]["loud"] == {"type": ["boolean"], "description": "Loud or not.\n响。", "default": False}
    assert schema["properties"]["inner"]["properties"]["size"]["type"] == ["integer", "null"]
    assert schema["properties"]["more"]["anyOf"][0]["items"]["properties"]["color"]["enum"] == ["red", "green", "blue"]
    assert config.schema()["required"] == ["categories"]
