"""The generated parts of the documents: `python -m tests.docs` writes them, with `--check` it only compares.

docs/config.schema.json, and in README.md and Usage.md what stands between `<!-- generated: NAME -->` and
`<!-- end -->`: the reference of config.yaml (`reference-en`, `reference-zh`), the help of a command (`help`,
`help run`) and an entry of the sample digest (`sample`).
"""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from digest import cli, config, schema
from digest.options import Config

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "docs" / "config.schema.json"
DOCUMENTS = ("README.md", "Usage.md")
_BLOCK = re.compile(r"(<!-- generated: (?P<name>[\w -]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_HEADS = {"en": "| key | default | meaning |", "zh": "| 键 | 默认值 | 含义 |"}


def files() -> dict[Path, str]:
    """Every generated file with the text it should have."""
    texts = {SCHEMA: json.dumps(config.schema(), ensure_ascii=False, indent=2) + "\n"}
    for name in DOCUMENTS:
        path = ROOT / name
        texts[path] = _BLOCK.sub(lambda m: f"{m[1]}{block(m['name'])}\n{m[3]}", path.read_text(encoding="utf-8"))
    return texts


def block(name: str) -> str:
    """The text of one generated block."""
    kind, _, rest = name.partition(" ")
    if kind.startswith("reference-"):
        return reference(kind.removeprefix("reference-"))
    if kind == "sample":
        return sample()
    if kind == "help":
        return f"```text\n{help_text(rest)}\n```"
    raise ValueError(f"there is no generated block {name!r}")


def sample() -> str:
    """The first paper of the sample's page as a quotation; its links are left out, since the paper does not exist."""
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(io.StringIO()):
        cli.main(["demo", "-q", "--root", folder])
        page = next(Path(folder).glob("digests/*/*/2031-*.md")).read_text(encoding="utf-8")
    entry = page.partition("\n### ")[2].partition("\n### ")[0]
    entry = re.sub(r"\[([^\]]*)\]\(https://arxiv[^)]*\)", r"\1", entry.partition("</a>")[2]).strip()
    return "\n".join(f"> {line}".rstrip() for line in f"### {entry}".splitlines())


def reference(language: str) -> str:
    """A table of every option."""
    lines = [_HEADS[language], "|:--|:--|:--|"]
    for key, kind, field in schema.rows(Config):
        meaning = field.metadata[language].replace("|", "\\|")
        lines.append(f"| `{key}` | {_default(kind, field)} | {meaning} |")
    return "\n".join(lines)


def _default(kind: Any, field: dataclasses.Field[Any]) -> str:
    if field.metadata["needed"]:
        return "—"
    if dataclasses.is_dataclass(field.default) or field.default in (None, (), ""):
        return ""
    choices = get_args(kind) if get_origin(kind) is Literal else ()
    value = f"[{', '.join(field.default)}]" if isinstance(field.default, tuple) else str(field.default)
    value = value.lower() if isinstance(field.default, bool) else value
    return f"`{value}`" + (f" ({', '.join(f'`{c}`' for c in choices if c != value)})" if choices else "")


def help_text(command: str) -> str:
    """`--help` at 80 columns."""
    os.environ["COLUMNS"] = "80"
    parser = cli.parser()
    if command:
        subparsers = next(action for action in parser._actions if action.dest == "command")
        parser = subparsers.choices[command]  # type: ignore[index]
    return parser.format_help().rstrip()


def main() -> int:
    """Writes the files, or says which are out of date."""
    if "--check" in sys.argv:
        for path in stale():
            print(f"{path.relative_to(ROOT)} is out of date; run: make docs", file=sys.stderr)
        return bool(stale())
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
    return 0


def stale() -> list[Path]:
    """The files that are not as they would be generated; argparse breaks lines differently in each Python."""
    return [
        path for path, text in files().items() if not path.exists() or _words(path.read_text("utf-8")) != _words(text)
    ]


def _words(text: str) -> list[str]:
    return text.split()


if __name__ == "__main__":
    sys.exit(main())
