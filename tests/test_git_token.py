"""The channel `git` and its token: it reaches one server, and is to be found nowhere afterwards."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import repositories
from tests.fakes.git_server import GitServer, backend, serving_git
from tests.repositories import Place, environment, git, write, write_day

ROOT = Path(__file__).parents[1]
DAY, EVE = "2031-07-08", "2031-07-07"
TOKEN = "canary-31070001"  # noqa: S105 - invented
ENCODED = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
PROGRAM = """
import sys
from pathlib import Path
from digest.channels import git
from digest.errors import ChannelError
try:
    print(git.push(Path(sys.argv[1]), print, 0))
except ChannelError as error:
    sys.exit(str(error))
"""

pytestmark = pytest.mark.skipif(not backend().exists(), reason="git has come without its http-backend")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A repository to push to, in a folder of its own."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "served").mkdir()
    return repositories.place(tmp_path / "served")


@pytest.fixture
def served(place: Place) -> Iterator[GitServer]:
    """The repository's server, which knows the token."""
    with serving_git(place.folder, TOKEN) as server:
        yield server


def run(clone: Path, home: Path, server: GitServer, **more: str) -> subprocess.CompletedProcess[str]:
    """A push as the workflow starts it, on a machine that would like to write everything down."""
    write(home, ".gitconfig", "[credential]\n\thelper = store\n[trace2]\n\tnormalTarget = 1\n")
    git(clone, "remote", "set-url", "origin", f"{server.url}/origin.git")
    loud = {"GIT_TRACE": "1", "GIT_TRACE_CURL": "1", "GIT_CURL_VERBOSE": "1", "GIT_TRACE_REDACT": "0"}
    env = environment(
        home, GITHUB_ACTIONS="true", **{"GITHUB_SERVER_URL": server.url, "PUSH_TOKEN": TOKEN, **loud, **more}
    )
    command = [sys.executable, "-c", PROGRAM, str(clone)]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def traces(home: Path, done: subprocess.CompletedProcess[str], server: GitServer) -> list[str]:
    """Where the token is to be found, plain or as it is sent: outputs, files, command lines."""
    texts = {"stdout": done.stdout, "stderr": done.stderr, **{f"command {line}": line for line in server.commands}}
    texts |= {str(path): path.read_bytes().decode("latin-1") for path in home.rglob("*") if path.is_file()}
    return [where for where, text in texts.items() if TOKEN in text or ENCODED in text]


def test_the_token_leaves_no_trace(place: Place, served: GitServer, tmp_path: Path) -> None:
    """A push with a rebase gets through with the token; no output, file or command line has it."""
    one, two = place.clone("one", "--depth=1"), place.clone("two")
    write_day(two, EVE)
    place.commit(two)
    write_day(one, DAY)
    done = run(one, tmp_path, served)
    assert done.returncode == 0, done.stderr
    assert "try 1 of 5" in done.stdout
    assert place.days() == {EVE, DAY}
    assert f"Basic {ENCODED}" in served.told
    assert any("push" in line for line in served.commands)
    assert traces(tmp_path, done, served) == []


@pytest.mark.parametrize(("status", "advice"), [(403, "error: 403; may it write here?"), (500, "in 5 tries: ")])
def test_a_refusal_does_not_show_it_either(
    place: Place, served: GitServer, tmp_path: Path, status: int, advice: str
) -> None:
    """A server that refuses: one plain line with advice where there is one, and still no trace."""
    served.status = status
    one = place.clone("one")
    write_day(one, DAY)
    done = run(one, tmp_path, served)
    assert done.returncode == 1
    assert advice in done.stderr
    assert done.stderr.count("\n") == 1
    assert place.subjects() == ["start"]
    assert traces(tmp_path, done, served) == []


def test_a_wrong_token_is_said(place: Place, served: GitServer, tmp_path: Path) -> None:
    """Nobody is asked for another one, and the wrong one is not shown."""
    served.password = "another"  # noqa: S105 - invented
    one = place.clone("one")
    write_day(one, DAY)
    done = run(one, tmp_path, served)
    assert "may it write here?" in done.stderr
    assert traces(tmp_path, done, served) == []


def test_other_servers_do_not_get_it(place: Place, served: GitServer, tmp_path: Path) -> None:
    """The token is for GitHub's own server, wherever the repository's remote may lead."""
    one = place.clone("one")
    write_day(one, DAY)
    done = run(one, tmp_path, served, GITHUB_SERVER_URL="https://github.example.org")
    assert done.returncode == 1
    assert set(served.told) == {""}
