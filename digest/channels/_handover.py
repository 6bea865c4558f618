"""What one job hands to another: checked as if a stranger had sent it, because the first job reads the web.

The files of a digest are few in kind. Each kind has its place, its size and its form; whatever is anything else is
refused, and with it the whole handover. Paths are compared with patterns of plain ASCII letters, so that there is
nothing to normalise and nothing that only looks alike.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import NamedTuple

from digest.errors import ChannelError

BASE = "base"  # the commit that the files were made from
README_START, README_END = "<!-- digest:start -->", "<!-- digest:end -->"
LEDGER_HEAD = "day\tstate\tsource\tannounced\tmatched\ttries\treason"
SEEN_HEAD = "id\tshown\treplaced"

MEGABYTE = 1_000_000
PAGE_BYTES, DATA_BYTES, ALL_BYTES = 2 * MEGABYTE, 20 * MEGABYTE, 100 * MEGABYTE
MAX_FILES = 2000
MAX_ENTRIES = 2 * MAX_FILES  # with folders
_MAX_DEPTH = 5  # parts of the longest path there is: state/days/2031/07/2031-07-08.json

_MONTH = r"\d{4}/(?:0[1-9]|1[0-2])"
_DAY = r"(\d{4})/(\d{2})/(?P<day>\1-\2-\d{2})"
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_BLOCK = re.compile(rf"^{README_START}$(?:(?!^{README_START}$).)*?^{README_END}$", re.DOTALL | re.MULTILINE)
_INSIDE = rf"{README_START}\n(?:(?!{README_START}\n|{README_END}\n).*\n)*{README_END}"


class Kind(NamedTuple):
    """Files of one kind: where they lie, how large they may be, and a check that raises ValueError."""

    place: str
    limit: int
    check: Callable[[str], None]


_DATES = r"(?:\d{4}-\d{2}-\d{2}(?:,\d{4}-\d{2}-\d{2})*)?"
_COUNT = r"\d{1,7}"
LEDGER_ROW = rf"\d{{4}}-\d{{2}}-\d{{2}}\t(?:open|empty|provisional|published)\t[\w.-]*(?:\t{_COUNT}){{3}}\t[^\t]*"
SEEN_ROW = rf"[\w./-]+\t{_DATES}\t{_DATES}"


def _table(head: str, row: str) -> Callable[[str], None]:
    columns = head.count("\t") + 1

    def check(text: str) -> None:
        first, *rows = text.removesuffix("\n").split("\n")
        if first != head:
            raise ValueError("does not begin with its header")
        for number, line in enumerate(rows, start=2):  # a head again is what git leaves when it joins two files
            if line != head and not re.fullmatch(row, line, re.ASCII):
                raise ValueError(f"has a line ({number}) that does not fit its {columns} columns")
            for day in re.findall(r"\d{4}-\d{2}-\d{2}", line.rpartition("\t")[0] if head == LEDGER_HEAD else line):
                date.fromisoformat(day)

    return check


def _prose(_text: str) -> None:
    """A page may say anything; it is what its templates made of it."""


def _object(text: str) -> None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError("is not JSON") from error
    if not isinstance(value, dict):
        raise ValueError("is JSON, but not an object")  # noqa: TRY004 - of the file, not of an argument


def _objects(text: str) -> None:
    for line in text.removesuffix("\n").split("\n"):
        _object(line)


def _hash(text: str) -> None:
    if not re.fullmatch(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\n?", text):
        raise ValueError("is no name of a commit")


KINDS = (
    Kind(BASE, 100, _hash),
    Kind(r"README\.md", PAGE_BYTES, _prose),
    Kind(rf"digests/(?:\d{{4}}/|{_MONTH}/)?README\.md", PAGE_BYTES, _prose),
    Kind(rf"digests/{_DAY}\.md", PAGE_BYTES, _prose),
    Kind(rf"state/days/{_DAY}\.json", DATA_BYTES, _object),
    Kind(r"state/seen/\d{4}\.tsv", DATA_BYTES, _table(SEEN_HEAD, SEEN_ROW)),
    Kind(r"state/summaries/\d{4}/(?:\d{4}\.\d{4,6}|[a-z-]+_\d{7})\.json", DATA_BYTES, _object),
    Kind(r"state/batch\.json", DATA_BYTES, _prose),
    Kind(r"state/ledger/\d{4}\.tsv", DATA_BYTES, _table(LEDGER_HEAD, LEDGER_ROW)),
    Kind(r"state/journal/\d{4}-(?:0[1-9]|1[0-2])\.jsonl", DATA_BYTES, _objects),
)


def opened(folder: Path) -> dict[str, str]:
    """The texts of a handover by path, all of them checked. Raises ChannelError that names the first offender."""
    try:
        found = dict(_found(folder))
        _refuse({name: _misplaced(name, status) for name, status in found.items()})
        size = sum(status.st_size for status in found.values())
        if len(found) > MAX_FILES or size > ALL_BYTES:
            raise ChannelError(f"the handover is refused: {len(found):,} files of {size:,} bytes are too much")
        texts = {name: (folder / name).read_bytes() for name in sorted(found)}
    except OSError as error:
        raise ChannelError(f"the handover cannot be read: {error.strerror}") from error
    _refuse({name: _malformed(name, data) for name, data in texts.items()})
    return {name: data.decode() for name, data in texts.items()}


def is_ours(name: str) -> bool:
    """Whether a path is one that the program writes, README.md aside, which is its owner's."""
    return name not in {BASE, "README.md"} and _kind(name) is not None


def place(root: Path, texts: dict[str, str]) -> None:
    """Writes the texts below the root, or none of them when one would end up elsewhere. Raises ChannelError."""
    _refuse({name: _diverted(root, name) for name in texts})
    try:
        for name, text in texts.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(text.encode())
    except OSError as error:
        raise ChannelError(f"the handover cannot be taken in: {error.strerror}") from error


def only_block_differs(old: str, new: str) -> bool:
    """Whether two texts of README.md are the same outside of the two marker lines, which the new one may add."""
    old, new = (text.replace("\r\n", "\n").strip("\n") for text in (old, new))
    found = _BLOCK.search(old)
    if found:
        around = re.escape(old[: found.start()]), re.escape(old[found.end() :].rstrip())
    else:
        around = re.escape(old.rstrip()) + (r"\n\n" if old.strip() else ""), ""
    return old == new or re.fullmatch(rf"{around[0]}{_INSIDE}{around[1]}\s*", new) is not None


def check_readme(old: str, new: str) -> None:
    """Raises ChannelError when a README.md is changed where it belongs to its owner."""
    if not only_block_differs(old, new):
        _refuse({"README.md": "is changed outside of the lines that are the digest's"})


def _refuse(complaints: dict[str, str]) -> None:
    offenders = sorted(name for name, complaint in complaints.items() if complaint)
    if offenders:
        more = f" (and {len(offenders) - 1} more)" if len(offenders) > 1 else ""
        raise ChannelError(f"the handover is refused: {ascii(offenders[0])[:200]} {complaints[offenders[0]]}{more}")


def _found(folder: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Everything below a folder but the folders in which a file of ours could lie; links are not followed."""
    if folder.is_symlink():
        raise ChannelError("the handover is refused: its folder is a link")
    waiting = [("", folder)] if folder.exists() else []
    seen = 0
    while waiting:
        prefix, here = waiting.pop()
        for path in here.iterdir():
            seen += 1
            if seen > MAX_ENTRIES:
                raise ChannelError("the handover is refused: more files and folders than can be a digest")
            name, status = f"{prefix}{path.name}", path.lstat()
            if stat.S_ISDIR(status.st_mode) and name.count("/") < _MAX_DEPTH - 1:
                waiting.append((f"{name}/", path))
            else:
                yield name, status


def _kind(name: str) -> Kind | None:
    for kind in KINDS:
        found = re.fullmatch(kind.place, name, re.ASCII)
        if found:
            day = found.groupdict().get("day")
            with suppress(ValueError):
                return kind if day is None or date.fromisoformat(day) else None
    return None


def _misplaced(name: str, status: os.stat_result) -> str:
    """What is wrong with a file that has not been opened."""
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        return "is a link, or no regular file"
    kind = _kind(name)
    if kind is None:
        return "is none of the files that a digest consists of"
    return f"is larger than {kind.limit:,} bytes" if status.st_size > kind.limit else ""


def _malformed(name: str, data: bytes) -> str:
    """What is wrong with a file's text."""
    kind = _kind(name)
    try:
        text = data.decode()
        # The owner's lines of README.md may end as they do on Windows; the digest writes no such line.
        if _CONTROL.search(text.replace("\r\n", "\n") if name == "README.md" else text):
            return "has control characters"
        if kind is not None:
            kind.check(text)
    except UnicodeDecodeError:
        return "is not UTF-8"
    except ValueError as error:
        return str(error)
    return ""


def _diverted(root: Path, name: str) -> str:
    """Whether a link, or something of another kind, stands where a file or one of its folders belongs."""
    parents = [root / parent for parent in Path(name).parents if parent.parts]
    target = root / name
    if any(path.is_symlink() for path in (target, *parents)):
        return "would be written through a link"
    wrong = (target.exists() and not target.is_file()) or any(p.exists() and not p.is_dir() for p in parents)
    return "is something else in the checkout" if wrong else ""


def files(root: Path, paths: Iterable[str]) -> tuple[str, ...]:
    """Those of the paths that are regular files, sorted: what can be handed over."""
    return tuple(sorted(p for p in paths if (root / p).is_file() and not (root / p).is_symlink()))
