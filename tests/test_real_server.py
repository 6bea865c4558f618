"""Against other people's servers: `llama-cpp-python[server]` and, where it is on the path, llama.cpp's own.

The model is a file of random numbers that the test writes; what it says is nonsense, in the form that was asked for.
`make server` installs what is needed (it is compiled, some minutes); without it these tests are skipped and say so.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from digest import prompts, render, summarize
from digest.dialect import Answer
from digest.errors import ModelError
from digest.llm import Model, Settings
from digest.models import Trust
from tests import make
from tests.fakes import server as fake
from tests.tiny import write_model
from tests.world import NOON, TUESDAY, World, paper

SERVERS = {
    "llama-cpp-python": [sys.executable, "-m", "llama_cpp.server", "--n_ctx", "8192", "--chat_format", "chatml"],
    "llama.cpp": ["llama-server", "-c", "8192"],
}
COUNT, MOST_TRIES = 6, 12


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model's file."""
    pytest.importorskip("gguf", reason="`gguf` is not installed; run `make server`")
    path = tmp_path_factory.mktemp("model") / "tiny.gguf"
    write_model(path)
    return path


@contextmanager
def running(command: list[str], log: Path) -> Iterator[str]:
    """The base URL of a server while it runs."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with log.open("wb") as out, subprocess.Popen([*command, "--port", str(port)], stdout=out, stderr=out) as process:
        try:
            url = f"http://127.0.0.1:{port}/v1"
            wait_for(f"{url}/models", process)
            yield url
        finally:
            process.terminate()


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Until a server answers."""
    session = requests.Session()
    session.mount("http://", requests.adapters.HTTPAdapter(max_retries=requests.adapters.Retry(12, backoff_factor=0.1)))
    session.get(url, timeout=60)
    assert process.poll() is None


@pytest.fixture(scope="module", params=SERVERS)
def url(request: pytest.FixtureRequest, weights: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Each of the servers that are there."""
    command = SERVERS[request.param]
    if request.param == "llama-cpp-python":
        pytest.importorskip("llama_cpp", reason="`llama-cpp-python[server]` is not installed; run `make server`")
    elif shutil.which(command[0]) is None:
        pytest.skip("llama.cpp's `llama-server` is not on the path")
    option = "--model" if request.param == "llama-cpp-python" else "-m"
    with running([*command, option, str(weights)], tmp_path_factory.mktemp("log") / "server.log") as address:
        yield address


def answers(model: Model, count: int) -> list[Answer]:
    """Some answers; random text may also be cut, or be more than the server itself can take."""
    prompter = prompts.Prompter((render.shipped_templates(),), "en")
    found: list[Answer] = []
    for _ in range(MOST_TRIES):
        with suppress(ModelError):
            found.append(model.complete(prompter.messages(make.paper()), summarize.SCHEMA))
        if len(found) == count:
            return found
    raise AssertionError(f"{len(found)} answers in {MOST_TRIES} tries")


def test_the_form_is_found_out_and_kept(url: str) -> None:
    """`auto` ends at a form that the server knows; the answer is a JSON object, and both sides' tokens are counted."""
    said: list[str] = []
    model = Model(Settings(url, "tiny", "", max_answer_tokens=4000), say=said.append)
    found = answers(model, 2)
    assert {answer.mode for answer in found} == {model.form.mode} <= {"schema", "object"}
    assert all(isinstance(json.loads(answer.text), dict) for answer in found)
    assert all(answer.prompt_tokens > answer.answer_tokens > 0 for answer in found)
    assert sum("left out now" in line for line in said) == (model.form.mode == "object")


def test_the_schema_binds(url: str) -> None:
    """Where the server takes a schema, in its own way or OpenAI's, a model of random numbers fills in our fields."""
    own = {"response_format": {"type": "json_object", "schema": summarize.SCHEMA}}
    settings = Settings(url, "tiny", "", max_answer_tokens=4000, mode="object", extra_body=own)
    for answer in answers(Model(settings), 3):
        try:
            assert summarize.read(answer.text).status is Trust.OK
        except ModelError as error:
            assert error.kind == "empty"  # noqa: PT017 - the right fields, with nothing in them


def test_a_day_with_a_model_of_nonsense(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole program: every paper is on the page, with what is doubtful or why there is nothing."""
    monkeypatch.setenv("DIGEST_NOW", NOON)
    monkeypatch.setattr("digest.llm.FIRST_WAIT", 0.01)
    with fake.serving() as server:
        world = World(tmp_path, server)
        world.announce(TUESDAY, [paper(number) for number in range(1, COUNT + 1)])
        world.configure(f"include: [speech]\nllm: {{base_url: '{url}', model: tiny}}\n")
        assert world.run() == 0
        page = world.text("digests/2031/07/2031-07-08.md")
        assert page.count('<a id="3107.') == COUNT
        assert page.count("要点暂缺") + page.count("存疑") >= COUNT
