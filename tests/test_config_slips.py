"""The slips of a first evening with config.yaml: Chinese punctuation, missing blanks, quotes, operators in a list."""

from __future__ import annotations

from pathlib import Path

import pytest

from digest import config
from digest.errors import ConfigError

FIRST = "categories: [eess.AS]\n"


@pytest.mark.parametrize(
    ("text", "place", "advice"),
    [
        ("include: [“speech enhancement”]", "2:11", "`“` is Chinese punctuation"),
        ("include: [speech enhancement，audio]", "2:29", "each term as an item of its own"),
        ("include: [语音、增强]", "2:13", "`、` is Chinese punctuation"),
        ("expression: （speech OR audio） AND music", "2:13", "`（` is Chinese punctuation"),
        ("include:\n  -speech\n  -audio", "3:3", "a blank after the dash"),
        ("include：[speech]", "2:8", "a full-width colon"),
        ("language:en", "2:9", "no blank after the colon"),
        ('expression: "a phrase" AND (b OR c)', "2:13", "single quotes around all of it"),
        ("include: [speech AND music]", "2:18", "belongs in `expression`"),
        ("include: [/a]", "2:11", "ends with a slash too"),
        ("include: [/a/i]", "2:11", "ends with a slash too"),
        ("sources: [sample]", "2:11", "never stand in for real ones"),
    ],
)
def test_slips_are_told_where_they_are(text: str, place: str, advice: str) -> None:
    """Each is one complaint at its place with what to write, instead of a digest that matches nothing."""
    with pytest.raises(ConfigError) as caught:
        config.parse(f"{FIRST}{text}\n".encode(), Path("c.yaml"))
    assert f"c.yaml:{place}: " in str(caught.value)
    assert advice in str(caught.value)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("categories：[eess.AS]", "full-width colon"),
        ("categories:[eess.AS]", "no blank after the colon"),
        ("categories: [eess.AS，cs.SD]", "with plain commas"),
        ("categories: eess.AS cs.SD", "with plain commas"),
    ],
)
def test_slips_of_the_first_line(text: str, advice: str) -> None:
    """The one needed key has its slips too."""
    with pytest.raises(ConfigError, match=advice):
        config.parse(text.encode(), Path("c.yaml"))


def test_quotes_inside_quotes_are_taken_off() -> None:
    """A term that was quoted twice is the term."""
    assert config.parse(f"{FIRST}include: ['\"speech enhancement\"']\n".encode(), Path("c")).include == (
        "speech enhancement",
    )
