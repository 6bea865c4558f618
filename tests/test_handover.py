"""The channel `git` between two jobs: what is packed, what is admitted, and all that is not."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from digest import ledger, render, seen
from digest.channels import _handover
from digest.channels import git as channel
from digest.errors import ChannelError
from tests.repositories import HEAD, README, page, write

DAY, EVE = "2031-07-08", "2031-07-07"
SEEN = "id\tshown\treplaced"
ROW = f"{DAY}\tpublished\tlisting\t55\t3\t0\t"
GOOD = {
    "README.md": README.replace("old", "new"),
    "digests/README.md": "# Index\n",
    "digests/2031/README.md": "# 2031\n",
    "digests/2031/07/README.md": "# July\n",
    page(DAY): "a page — 一页\n",
    "state/days/2031/07/2031-07-08.json": '{"v": 1}\n',
    "state/ledger/2031.tsv": f"{HEAD}\n{ROW}\n",
    "state/seen/3107.tsv": f"{SEEN}\n3107.00001\t{DAY}\t\n",
    "state/journal/2031-07.jsonl": '{"at": 1}\n{"at": 2}\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout, as far as files go."""
    write(tmp_path / "root", "README.md", README)
    return tmp_path / "root"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A handover to fill."""
    (tmp_path / "handover").mkdir()
    return tmp_path / "handover"


def listed(root: Path) -> dict[str, bytes]:
    """The files below a folder."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def refused(root: Path, folder: Path) -> str:
    """Why a handover is refused; nothing of it is taken in."""
    before = listed(root)
    with pytest.raises(ChannelError) as caught:
        channel.admit(root, folder)
    assert listed(root) == before
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_everything_a_digest_consists_of_is_admitted(root: Path, folder: Path) -> None:
    """One file of each kind goes in as it is."""
    for path, text in GOOD.items():
        write(folder, path, text)
    assert channel.admit(root, folder) == tuple(sorted(GOOD))
    assert listed(root) == {path: text.encode() for path, text in GOOD.items()}


def test_nothing_is_fine(root: Path, folder: Path) -> None:
    """A run that wrote nothing hands over nothing, perhaps not even a folder."""
    assert channel.admit(root, folder) == ()
    assert channel.admit(root, folder / "missing") == ()


PLACES = [
    ".github/workflows/x.yml", ".git/hooks/post-checkout", ".gitattributes", ".gitignore", "config.yaml",
    "digest/cli.py", "templates/top.md.j2", "pyproject.toml", "digests/2031/07/evil.sh",
    "digests/2031/07/2031-07-08.html",
    "digests/2031/07/2031-07-08.md.sh", "digests/2031/08/2031-07-08.md", "digests/2030/07/2031-07-08.md",
    "digests/2031/07/2031-07-32.md", "digests/2031/02/2031-02-30.md", "digests/2031/13/README.md",
    "digests/2031/7/README.md", "digests/index.md", "digests/.hidden.md", "Digests/README.md", "digests/readme.md",
    "readme.md", "README.MD", "README.md ", "README.md\n", "digests/٢٠٣١/README.md", "dig\u0435sts/README.md",
    "state/seen/310.tsv", "state/seen/../seen.tsv", "state/ledger.tsv", "state/ledger/2031.tsv.bak",
    "state/summaries/x.json", "state/journal/2031-13.jsonl", "state/days/2031/07/2031-07-09.js", "\x1b[31mred",
    "::error::x",
]  # fmt: skip


@pytest.mark.parametrize("path", PLACES)
def test_other_places_are_refused(root: Path, folder: Path, path: str) -> None:
    """A file anywhere else is refused and named, however much it looks like one of ours."""
    write(folder, page(DAY), "a page\n")
    write(folder, path, "text\n")
    assert re.search(r"refused: '.*' is none of the files", refused(root, folder))


def test_names_that_are_no_text(root: Path, folder: Path) -> None:
    """A name of bytes that are no UTF-8 is a name like any other: refused, and shown harmlessly."""
    (Path(os.fsdecode(bytes(folder) + b"/\xff\xfe.md"))).write_text("x")
    assert "none of the files" in refused(root, folder)


TEXTS = [
    (page(DAY), b"a\0b\n", "control characters"),
    (page(DAY), b"\x1b[31mred\n", "control characters"),
    (page(DAY), b"line\r\nline\r\n", "control characters"),
    (page(DAY), b"\xff\xfe\n", "is not UTF-8"),
    (page(DAY), b"\xed\xa0\x80\n", "is not UTF-8"),
    (page(DAY), b"x" * 3_000_000, "is larger than 2,000,000 bytes"),
    ("state/days/2031/07/2031-07-08.json", b'{"v": 1', "is not JSON"),
    ("state/days/2031/07/2031-07-08.json", b"[1]", "not an object"),
    ("state/days/2031/07/2031-07-08.json", b"", "is not JSON"),
    ("state/days/2031/07/2031-07-08.json", b"[" * 200_000, "is not JSON"),
    ("state/days/2031/07/2031-07-08.json", b"9" * 5000, "is not JSON"),
    ("state/days/2031/07/2031-07-08.json", b" " * 20_000_001, "is larger than 20,000,000 bytes"),
    ("state/journal/2031-07.jsonl", b'{"a": 1}\n{"b"\n', "is not JSON"),
    ("state/journal/2031-07.jsonl", b'{"a": 1}\n\n{"b": 1}\n', "is not JSON"),
    ("state/journal/2031-07.jsonl", b'"text"\n', "not an object"),
    ("state/ledger/2031.tsv", b"", "header"),
    ("state/ledger/2031.tsv", f"{ROW}\n".encode(), "header"),
    ("state/ledger/2031.tsv", f"{HEAD}\n{ROW}\tmore\n".encode(), "7 columns"),
    ("state/ledger/2031.tsv", f"{HEAD}\n\n{ROW}\n".encode(), "7 columns"),
    ("state/seen/3107.tsv", f"{HEAD}\n".encode(), "header"),
    ("state/seen/3107.tsv", f"{SEEN}\n3107.00001\n".encode(), "3 columns"),
    ("base", b"main\n", "no name of a commit"),
    ("base", b"--upload-pack=evil\n", "no name of a commit"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "data", "why"), TEXTS)
def test_other_texts_are_refused(root: Path, folder: Path, path: str, data: bytes, why: str) -> None:
    """A file in its place that is too large or of another kind is refused, with what is wrong."""
    write(folder, "digests/README.md", "# Index\n")
    write(folder, path, "")
    (folder / path).write_bytes(data)
    message = refused(root, folder)
    assert f"'{path}'" in message
    assert why in message


def _symbolic(path: Path) -> None:
    path.symlink_to("/etc/hostname")


def _hard(path: Path) -> None:
    (path.parents[3] / "elsewhere").write_text("text")
    path.hardlink_to(path.parents[3] / "elsewhere")


def _folder(path: Path) -> None:
    (path / "more").mkdir(parents=True)
    (path / "more" / "x.md").write_text("x")


@pytest.mark.parametrize("make", [_symbolic, _hard, os.mkfifo, _folder])
def test_what_is_no_plain_file_is_refused(root: Path, folder: Path, make: Callable[[Path], None]) -> None:
    """Links, pipes and folders in the place of a page are refused, without being opened."""
    (folder / "digests/2031/07").mkdir(parents=True)
    make(folder / page(DAY))
    assert page(DAY) in refused(root, folder)


def test_folders_deeper_than_ours_are_not_entered(root: Path, folder: Path) -> None:
    """However deep a tree is, looking through it ends."""
    write(folder, f"{'a/' * 900}x", "x")
    assert "'a/a/a/a/a' is a link, or no regular file" in refused(root, folder)


def test_a_linked_folder_is_refused(root: Path, folder: Path, tmp_path: Path) -> None:
    """A link to a folder is not followed, within the handover or as the handover."""
    write(tmp_path, "real/2031/07/2031-07-08.md", "a page\n")
    (folder / "digests").symlink_to(tmp_path / "real")
    assert "'digests' is a link" in refused(root, folder)
    (tmp_path / "linked").symlink_to(folder)
    assert "its folder is a link" in refused(root, tmp_path / "linked")


def test_the_first_offender_and_how_many(root: Path, folder: Path) -> None:
    """The message names one and counts the others."""
    for name in ("b.sh", "a.sh", "c.sh"):
        write(folder, name, "x")
    assert "'a.sh' is none of the files that a digest consists of (and 2 more)" in refused(root, folder)


def test_too_many(root: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """More files, folders or bytes than a digest can have are refused as a whole."""
    for year in range(2000, 2010):
        write(folder, f"state/ledger/{year}.tsv", f"{HEAD}\n")
    monkeypatch.setattr(_handover, "MAX_FILES", 9)
    assert "10 files" in refused(root, folder)
    monkeypatch.setattr(_handover, "MAX_FILES", 10)
    monkeypatch.setattr(_handover, "ALL_BYTES", 400)
    assert "are too much" in refused(root, folder)
    monkeypatch.setattr(_handover, "MAX_ENTRIES", 11)
    assert "more files and folders" in refused(root, folder)


@pytest.mark.parametrize("through", ["digests", "digests/2031", page(DAY), "state/ledger/2031.tsv"])
def test_links_of_the_checkout_are_not_followed(root: Path, folder: Path, tmp_path: Path, through: str) -> None:
    """A link that stands in the checkout leads nothing out of it."""
    write(tmp_path, "outside/keep.md", "keep\n")
    write(folder, page(DAY), "a page\n")
    write(folder, "state/ledger/2031.tsv", f"{HEAD}\n")
    (root / through).parent.mkdir(parents=True, exist_ok=True)
    (root / through).symlink_to(tmp_path / "outside")
    assert "through a link" in refused(root, folder)
    assert [path.name for path in (tmp_path / "outside").iterdir()] == ["keep.md"]


def test_a_file_in_the_way(root: Path, folder: Path) -> None:
    """A file where a folder belongs, or the other way round, is an answer and no traceback."""
    write(root, "digests", "a file\n")
    write(folder, page(DAY), "a page\n")
    assert "something else" in refused(root, folder)
    (root / "digests").unlink()
    (root / page(DAY)).mkdir(parents=True)
    assert "something else" in refused(root, folder)


# --- README.md --------------------------------------------------------------------------------------------------------

BLOCK = "<!-- digest:start -->\n\nnew\n\n<!-- digest:end -->"


def test_markers_are_those_of_the_pages() -> None:
    """What the pages' maker puts into README.md is what is admitted, whatever was there before."""
    made = (_handover.README_START, _handover.README_END)
    assert made == (render.README_START, render.README_END)
    assert made == ("<!-- digest:start -->", "<!-- digest:end -->")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (README, README.replace("old", "new")),
        (README, README.replace("old", "new").rstrip()),
        (README, README),
        (README.replace("\n", "\r\n"), README.replace("\n", "\r\n").replace("old", "new")),
        ("# Mine\n", f"# Mine\n\n{BLOCK}\n"),
        ("# Mine  \n\n\n", f"# Mine\n\n{BLOCK}\n"),
        ("", f"{BLOCK}\n"),
        ("# Mine\n\n<!-- digest:start -->\n", f"# Mine\n\n<!-- digest:start -->\n\n{BLOCK}\n"),
        ("`<!-- digest:start -->` is a marker\n", f"`<!-- digest:start -->` is a marker\n\n{BLOCK}\n"),
    ],
)
def test_readme_changes_within_its_markers(root: Path, folder: Path, old: str, new: str) -> None:
    """What lies between the markers may change, or be added at the end."""
    write(root, "README.md", old)
    write(folder, "README.md", new)
    assert channel.admit(root, folder) == ("README.md",)
    assert (root / "README.md").read_bytes() == new.encode()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (README, README.replace("about it", "about me")),
        (README, README.replace("the end", "the end of it")),
        (README, f"first\n{README}"),
        (README, f"{README}\nmore\n"),
        (README, README.replace("<!-- digest:start -->\n", "")),
        (README, README.replace("<!-- digest:end -->\n", "")),
        (README, "# Mine\n"),
        (README, f"# Mine\n\nabout it\n\n{BLOCK}\nevil\n{BLOCK}\n\nthe end\n"),
        (README, README.replace("<!-- digest:end -->", "<!-- digest:end -->evil")),
        ("# Mine\n", f"# Mine, changed\n\n{BLOCK}\n"),
        ("# Mine\n", f"{BLOCK}\n# Mine\n"),
        ("# Mine\n", f"# Mine\n\n{BLOCK}\nevil\n"),
        ("# Mine\n", f"# Mine\n\nevil\n\n{BLOCK}\n"),
        ("# Mine\n", f"# Mine\n\n{BLOCK}\nevil\n{BLOCK}\n"),
        ("# Mine\n", "# Yours\n"),
    ],
)
def test_readme_changes_nowhere_else(root: Path, folder: Path, old: str, new: str) -> None:
    """Everything around the markers is its owner's, and there is one pair of them."""
    write(root, "README.md", old)
    write(folder, "README.md", new)
    assert "'README.md' is changed outside" in refused(root, folder)


def test_the_headers_are_those_that_the_store_writes() -> None:
    """What is checked here with the standard library alone is what `ledger` and `seen` write."""
    assert _handover.LEDGER_HEAD.strip() == ledger.HEAD.strip()
    assert _handover.SEEN_HEAD.strip() == seen.HEAD.strip()
