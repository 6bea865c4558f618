"""The key stands in one header of a request, and nowhere else: no message, log, traceback, repr or pickle."""

from __future__ import annotations

import base64
import logging
import os
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import refusals
from digest.errors import ModelError
from digest.llm import Model, Settings
from tests.fakes import model as fakes
from tests.fakes.model import FIRST_MODEL, KEY, FakeModel, Said
from tests.test_llm import ASKED, SCHEMA, failure, model_of

ODD = "id.se+cr/et=CANARY&1234567890"  # characters that addresses and base64 spell otherwise


def spellings(key: str) -> list[str]:
    """A key as it may come back."""
    coded = base64.b64encode(f"user:{key}".encode()).decode()
    return [
        key, f"Bearer {key}", f"{key[:8]}****{key[-4:]}", f"{key[:8]}...{key[-4:]}", f"{key[:8]}…", key[:8], key[2:],
        quote(key, safe=""), base64.b64encode(key.encode()).decode(), coded,
        base64.urlsafe_b64encode(key.encode()).decode(),
        key.encode().hex(), repr(key), f"ending in {key[-4:]}", f"https://x.org/?key={key}", f'{{"key":"{key}"}}',
    ]  # fmt: skip


def leaks(text: str, key: str) -> list[str]:
    """The pieces of a key that stand in a text: itself, its beginning and end, its usual encodings."""
    parts = [key, key[:8], key[-8:], key[-4:], quote(key, safe=""), key.encode().hex()]
    parts += [base64.b64encode(key.encode()).decode()[:-4], base64.b64encode(f"user:{key}".encode()).decode()[8:-4]]
    return [part for part in parts if part in text]


@pytest.mark.parametrize("key", [KEY, ODD])
@pytest.mark.parametrize("number", range(len(spellings(KEY))))
def test_no_spelling_of_the_key_is_told(key: str, number: int) -> None:
    """Whatever a provider makes of the key in its message, three stars come out, and the words around stay."""
    with fakes.serving(FakeModel(Said(f"Wrong key {spellings(key)[number]} given", status=401), key=key)) as fake:
        error = failure(model_of(fake, key=key))
    told = "".join(traceback.format_exception(error)) + repr(error)
    assert leaks(told, key) == []
    assert "***" in str(error)
    assert "Wrong key" in str(error)


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 429, 500])
@pytest.mark.parametrize("how", ["json", "text", "html"])
def test_no_status_tells_the_key(status: int, how: str) -> None:
    """A provider that repeats the header it got, in JSON or in a page of HTML, cannot put the key into a message."""
    text = f"You sent Authorization: Bearer {KEY} and {KEY[:9]}"
    body = {"json": None, "text": text.encode(), "html": f"<html><body><p>{text}</p></body></html>".encode()}[how]
    lines: list[str] = []
    with fakes.serving(FakeModel(Said(text, status=status, body=body))) as fake:
        model = model_of(fake, say=lines.append, log=lines.append)
        lines += [str(failure(model)), str(failure(model)), repr(model), repr(model.settings), str(model.settings)]
    assert leaks("\n".join(lines), KEY) == []


def test_words_without_secrets_stay() -> None:
    """What is no key is told as it is."""
    said = "The model `deepseek-v4-flash-vision-exp` does not exist; use https://api.example.org/v1/models (code 1211)."
    assert refusals.excerpt(said, KEY) == said


@pytest.mark.parametrize(
    "secret",
    ["sk-proj-abcDEF123", "Bearer abc.def", "AIzaSyInvented123456", "gsk_abcdef123", "abcd****", "0a1b2c3d" * 5],
)
def test_other_keys_are_hidden_too(secret: str) -> None:
    """A gateway's own key, which we do not know, looks like one."""
    assert secret not in refusals.excerpt(f"upstream refused {secret} today", KEY)
    assert "today" in refusals.excerpt(f"upstream refused {secret} today", KEY)


@given(key=st.text("ABCDEFGHabcdefgh0123456789-_.+/=", min_size=16, max_size=60), before=st.text(max_size=40))
def test_any_key_is_hidden_wherever_it_stands(key: str, before: str) -> None:
    """Whatever the key and the words before it: neither it nor eight characters of its beginning come through."""
    told = refusals.excerpt(f"{before} {key} {before}{key[:8]}", key)
    hidden = told.replace("***", " ")
    assert key not in hidden
    assert key[:8] not in hidden


@pytest.mark.parametrize("user", ["", "u", "u:", "user:"])
@pytest.mark.parametrize("code", [base64.b64encode, base64.urlsafe_b64encode])
def test_a_short_key_is_hidden_in_base64(user: str, code: Callable[[bytes], bytes]) -> None:
    """At each of the three places where it can begin in a group, and though it is too short to look like a key."""
    coded = code(f"{user}k3y?f~14chars>".encode()).decode()
    told = refusals.excerpt(f"wrong {coded} given", "k3y?f~14chars>")
    assert "***" in told
    assert coded[8:-4] not in told


@pytest.mark.parametrize("code", [lambda key: quote(key, safe=""), lambda key: key.encode().hex(), repr])
def test_a_short_key_is_hidden_in_other_codes(code: Callable[[str], str]) -> None:
    """As an address or hexadecimal digits spell it."""
    coded = code("k3/?1 2+>~x")
    assert refusals.excerpt(f"wrong {coded} given", "k3/?1 2+>~x").count(coded.strip("'")) == 0


def test_a_short_word_for_a_key_spoils_no_message() -> None:
    """Local servers take any key: `ollama` is no secret to look for in pieces."""
    assert refusals.excerpt("the llama is tired", "ollama-1") == "the llama is tired"


@pytest.mark.parametrize("key", ["sk-CANARY\n1234567890", "sk-CANARYключ", "sk CANARY 1234"])
def test_an_impossible_key_is_refused_without_being_told(key: str) -> None:
    """A key with a line break in it would end up in the library's complaint about its header."""
    with pytest.raises(ModelError) as caught:
        Model(Settings("https://api.example.org/v1", "m", key))
    assert "CANARY" not in "".join(traceback.format_exception(caught.value))
    assert caught.value.kind == "address"


@pytest.fixture
def debug(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that any logger says, as with `logging.basicConfig(level=DEBUG)`."""
    with caplog.at_level(logging.DEBUG):
        yield caplog


def test_no_logger_tells_anything_of_a_request(debug: pytest.LogCaptureFixture) -> None:
    """At DEBUG the libraries show requests; they are silenced, for the log of ours has what is needed."""
    with fakes.serving(FakeModel("{}")) as fake:
        model_of(fake).complete(ASKED, SCHEMA)
        fake.answer = fakes.NO_KEY
        failure(model_of(fake))
    assert [record for record in debug.records if record.name.split(".")[0] in {"openai", "httpx2", "httpcore2"}] == []
    assert leaks(debug.text, KEY) == []


@pytest.mark.parametrize("level", ["debug", "info", "warning", ""])
@pytest.mark.parametrize(
    "said", [Said("{}"), fakes.NO_KEY, fakes.LOGIN, fakes.RESET], ids=["ok", "401", "html", "reset"]
)
def test_a_whole_program_never_prints_the_key(level: str, said: Said) -> None:
    """Every verbosity, uncaught errors with their tracebacks: the key is in no output."""
    program = (
        "import logging, os, sys\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "for name in ('openai', 'httpx2', 'httpcore2.http11'): logging.getLogger(name).setLevel(logging.DEBUG)\n"
        "from digest.llm import Model, Settings\n"
        "settings = Settings(sys.argv[1], sys.argv[2], os.environ['MY_KEY'])\n"
        "model = Model(settings, sleep=lambda _: None, say=print, log=print)\n"
        "print(model.complete([{'role': 'user', 'content': 'hello'}]))\n"
    )
    with fakes.serving(FakeModel(said)) as fake:
        done = subprocess.run(
            [sys.executable, "-X", "dev", "-c", program, fake.base_url, FIRST_MODEL],
            env={**os.environ, "OPENAI_LOG": level, "MY_KEY": KEY}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert fake.chats[0].headers["authorization"] == f"Bearer {KEY}"
    assert (done.returncode, "ModelError" in done.stderr) == ((0, False) if said.text == "{}" else (1, True))
    assert leaks(done.stdout + done.stderr, KEY) == []
    assert "127.0.0.1: " in done.stdout
