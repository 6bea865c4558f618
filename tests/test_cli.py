"""The command line as a person and a script meet it: commands, exit codes, streams, clocks."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest import __version__, cli
from tests.fakes.server import serving
from tests.world import NOON, TUESDAY, World, paper

ROOT = Path(__file__).parents[1]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A local arXiv with two papers on Tuesday."""
    monkeypatch.setenv("DIGEST_NOW", NOON)
    with serving() as server:
        made = World(tmp_path, server)
        made.announce(TUESDAY, [paper(1), paper(2, "Violins", kind="cross", categories=("cs.CL", "cs.SD"))])
        made.configure()
        yield made


def program(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program as another process."""
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    command = [sys.executable, "-m", "digest", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=variables, check=False)


def test_run_is_the_default(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a command the day is collected; the last line of output is the page's path."""
    assert world.run() == 0
    assert capsys.readouterr().out.splitlines()[-1] == str(world.root / "digests/2031/07/2031-07-08.md")


def test_options_of_run_need_no_command(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """`python -m digest --dry-run` and `--date DAY` are the default command's."""
    monkeypatch.chdir(world.root)  # where no `demo` of an earlier command lies
    assert world.run("--dry-run") == 0
    assert world.run("--date", "2031-07-08", "--dry-run") == 0
    assert world.run("--root", "demo", "--dry-run") == 0
    assert set(world.files()) == {"config.yaml"}


@pytest.mark.parametrize("encoding", ["gbk", "ascii", "cp1252"])
def test_exports_are_utf8_everywhere(world: World, encoding: str) -> None:
    """A file written by `>` on a system with another encoding is UTF-8, and no text stops it."""
    world.announce(TUESDAY, [paper(1, "语音 é")])
    world.run()
    command = [sys.executable, "-m", "digest", "export", "--config", str(world.root / "config.yaml")]
    variables = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, env=variables, check=True)
    assert "语音 é" in done.stdout.decode("utf-8")


def test_options_stand_before_or_after_the_command(world: World) -> None:
    """`--root` works in both places, and moves everything that is written."""
    config = str(world.root / "config.yaml")
    assert cli.main(["--config", config, "--root", str(world.root / "a"), "run"]) == 0
    assert cli.main(["run", "--config", config, "--root", str(world.root / "b")]) == 0
    assert (world.root / "a/digests").is_dir()
    assert (world.root / "b/digests").is_dir()


def test_templates_belong_to_the_configuration(world: World) -> None:
    """The fork's templates stand beside its config.yaml, wherever the pages are written."""
    (world.root / "templates").mkdir()
    (world.root / "templates" / "keywords.md.j2").write_text("mine {{ digest.day }}")
    assert world.run("run", "--root", str(world.root / "elsewhere")) == 0
    assert world.text("elsewhere/digests/2031/07/2031-07-08.md") == "mine 2031-07-08\n"


def test_quiet_and_verbose(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """`-q` leaves standard error empty, `-v` shows each request there."""
    world.run("-q", "--dry-run")
    assert capsys.readouterr().err == ""
    world.run("-v")
    assert "GET http" in capsys.readouterr().err


def test_version_and_help() -> None:
    """They print to standard output and exit 0."""
    assert program("--version").stdout.strip() == f"arxiv-digest {__version__}"
    assert "exit codes:" in program("--help").stdout


@pytest.mark.parametrize(
    "arguments", [["run", "--date", "2031-7-8"], ["explain", "nonsense"], ["frobnicate"], ["export", "--format", "xml"]]
)
def test_wrong_usage_is_exit_2(arguments: list[str]) -> None:
    """A wrong argument is explained in a line, without a traceback."""
    done = program(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "error:" in done.stderr


def test_a_bad_configuration_is_exit_2_and_touches_nothing(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """All mistakes at once with their places; no request, no file."""
    (world.root / "config.yaml").write_text("categories: [eess.XX]\nstyl: keywords\n")
    assert world.run() == 2
    err = capsys.readouterr().err
    assert "config.yaml:1:14:" in err
    assert "config.yaml:2:1:" in err
    assert world.server.requests == []
    assert set(world.files()) == {"config.yaml"}


def test_a_missing_configuration_is_exit_2(tmp_path: Path) -> None:
    """The message names the file and what to do."""
    done = program("run", "--config", str(tmp_path / "none.yaml"))
    assert (done.returncode, "no such file" in done.stderr) == (2, True)


def test_a_bad_clock_is_exit_2(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """DIGEST_NOW must be a moment."""
    monkeypatch.setenv("DIGEST_NOW", "yesterday")
    assert world.run() == 2


def test_a_read_only_place_is_exit_1(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """What cannot be written is named."""
    (world.root / "state").write_text("in the way")
    assert world.run() == 1
    assert "state" in capsys.readouterr().err


def test_demo_needs_nothing(tmp_path: Path) -> None:
    """The demo runs without configuration and network, says where the page is and what to do next."""
    done = program("demo", "--root", str(tmp_path / "there"))
    assert done.returncode == 0
    page = tmp_path / "there/digests/2031/07/2031-07-08.md"
    assert str(page) in done.stdout
    assert "python -m digest check" in done.stdout
    assert "示例数据" in page.read_text(encoding="utf-8")


def test_the_sample_never_stands_in(world: World) -> None:
    """A failed real run does not show invented papers."""
    world.announce(TUESDAY, [], listing=False, rss=False)
    assert world.run() == 3
    assert "state/ledger.tsv" not in world.files()


def test_check_says_what_is_reachable(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Each source is asked once; one that fails is named, and all failing is exit 3."""
    world.announce(TUESDAY, [paper(1)], rss=False)
    assert world.run("check") == 0
    out = capsys.readouterr().out
    assert "listing: reachable" in out
    assert "rss: NOT usable" in out
    world.announce(TUESDAY, [], listing=False, rss=False)
    assert world.run("check") == 3


def test_check_offline_asks_nobody(world: World) -> None:
    """The configuration alone can be checked."""
    assert world.run("check", "--offline") == 0
    assert world.server.requests == []


def test_warnings_are_said(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """What is allowed but useless is pointed out."""
    world.configure("include: [speech]\nexclude: [speech]\n")
    world.run()
    assert "no paper can match" in capsys.readouterr().err


def test_export_jsonl_is_stable(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """One object a paper with the documented keys."""
    world.run()
    capsys.readouterr()
    assert world.run("export", "--format", "jsonl") == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    keys = "day id version kind title authors categories comment abstract url topics reasons summary"
    assert " ".join(rows[0]) == keys
    assert [(row["id"], row["kind"]) for row in rows] == [("3107.00001", "new"), ("3107.00002", "cross")]


@pytest.mark.parametrize(("range_", "count"), [((), 2), (("--from", "2031-07-09"), 0), (("--to", "2031-07-08"), 2)])
def test_export_range(world: World, capsys: pytest.CaptureFixture[str], range_: tuple[str, ...], count: int) -> None:
    """`--from` and `--to` are inclusive."""
    world.run()
    capsys.readouterr()
    world.run("export", "--format", "csv", *range_)
    assert len(list(csv.reader(io.StringIO(capsys.readouterr().out)))) == 1 + count


def test_a_closed_pipe_is_no_error(world: World) -> None:
    """`export | head` ends quietly."""
    world.run()
    command = f"{sys.executable} -m digest export --config {world.root / 'config.yaml'} | true"
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_missing_library_is_one_line(tmp_path: Path) -> None:
    """In a checkout without its libraries the message says what to install."""
    (tmp_path / "yaml.py").write_text("raise ModuleNotFoundError('no', name='yaml')")
    done = program("check", "--offline", PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}")
    assert done.returncode == 1
    assert "pip install" in done.stderr
    assert "Traceback" not in done.stderr


def test_actions_get_annotations_and_a_summary(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """In GitHub Actions the counts go to the job summary, and a failure becomes an annotation."""
    summary = world.root / "summary.md"
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    world.run()
    assert "| eess.AS | 1 | 1 | 1 |" in summary.read_text()
    world.announce(TUESDAY, [], listing=False, rss=False)
    monkeypatch.setenv("DIGEST_NOW", "2031-07-09T16:00:00Z")
    world.run()
    told = capsys.readouterr()
    assert "::error::" in told.err
    assert "::" not in told.out
    assert "### 2031-07-09: could not be read, stays open" in summary.read_text()


def test_explain_from_the_digest_the_mailing_and_the_api(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A paper is found in the stored day, in the last mailing read here, or asked from the API."""
    world.configure("include: [violins]\nexclude: [tubas]\n")
    world.run()
    for identifier, words in (
        ("3107.00002", "IN"),
        ("https://arxiv.org/abs/3107.00001v1", "it fulfils none of these: violins"),
    ):
        capsys.readouterr()
        assert world.run("explain", identifier) == 0
        assert words in capsys.readouterr().out
    for path in (world.root / ".cache").iterdir():
        path.unlink()
    assert world.run("explain", "3107.00001") == 0
    assert "arXiv's API" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("rules", "said"),
    [
        ("kinds: [replace]\n", "announced as new, and kinds are replace"),
        ("include: [speech]\nexclude: [invented]\n", "excluded by invented in title"),
        ("", "these filters take every paper"),
        ("expression: NOT speech\n", "it fulfils none of these: NOT speech"),
    ],
)
def test_explain_says_why(world: World, capsys: pytest.CaptureFixture[str], rules: str, said: str) -> None:
    """Every way to be in or out has its sentence, by the present configuration."""
    world.run()
    world.configure(rules)
    capsys.readouterr()
    assert world.run("explain", "3107.00001") == 0
    assert said in capsys.readouterr().out


def test_explain_says_what_cut_a_paper(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """A paper over the limit is not called in; one of a category that is not read is out."""
    world.configure("include: [speech, violins]\nlimit: 1\n")
    world.run()
    capsys.readouterr()
    world.run("explain", "3107.00002")
    assert "over-limit" in capsys.readouterr().out
    config = world.root / "config.yaml"
    config.write_text(config.read_text().replace("[eess.AS, cs.SD]", "[hep-th]"))
    world.run("explain", "3107.00001")
    assert "OUT: only hep-th" in capsys.readouterr().out


def test_explain_an_unknown_paper_is_exit_3(world: World) -> None:
    """Neither stored nor known to the API."""
    world.server.answers.pop("/api/query")
    assert world.run("explain", "3107.99999") == 3
