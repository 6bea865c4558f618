"""Documents cannot rot: generated parts are current, commands and keys they name exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from digest import cli, config
from digest.options import Config
from tests import docs

ROOT = docs.ROOT


def test_generated_parts_are_current() -> None:
    """`make docs` would change nothing."""
    assert docs.stale() == []


def test_reference_names_every_key() -> None:
    """Each option stands in both references."""
    for language in ("en", "zh"):
        table = docs.reference(language)
        assert all(f"`{key}`" in table for key in Config.__dataclass_fields__)


def test_unknown_block_is_refused() -> None:
    """A misspelt block name does not vanish silently."""
    with pytest.raises(ValueError, match="no generated block"):
        docs.block("helpp")


@pytest.mark.parametrize("name", ["README.md", "Usage.md"])
def test_yaml_examples_are_valid(name: str) -> None:
    """Every YAML example of the documents is accepted by the program (a category is added where it leaves it out)."""
    examples = re.findall(r"```yaml\n(.*?)```", (ROOT / name).read_text(encoding="utf-8"), re.DOTALL)
    for example in examples:
        text = example if "categories:" in example else f"categories: [eess.AS]\n{example}"
        assert config.parse(text.encode(), Path(name)).categories


def test_commands_in_documents_exist() -> None:
    """Every `python -m digest …` that a document shows can be parsed."""
    texts = [(ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "Usage.md", "CONTRIBUTING.md")]
    found = {line for text in texts for line in re.findall(r"(?<!usage: )python -m digest((?: [\w./-]+)*)", text)}
    assert len(found) > 5
    placeholders = {"DAY": "2031-07-08", "日期": "2031-07-08", "ID": "3107.00101", "编号": "3107.00101"}
    for line in found:
        words = [placeholders.get(word, word) for word in shlex.split(line)]
        assert cli.parser().parse_args(words)


def test_the_shipped_configuration_is_explained() -> None:
    """config.yaml has a comment at every key, and names the schema."""
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=docs/config.schema.json")
    lines = text.splitlines()
    for key in yaml.safe_load(text):
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{key}:"))
        assert lines[at - 1].startswith("#")
