"""Asking a model: the ladder of forms, answers, tokens, several threads, and what a request carries."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from digest.dialect import Form
from digest.errors import ModelError
from digest.llm import Model, Settings
from tests.fakes import model as fakes
from tests.fakes.model import FIRST_MODEL, KEY, FakeModel, Question, Said

SCHEMA = {
    "type": "object",
    "properties": {"brief": {"type": "string"}},
    "required": ["brief"],
    "additionalProperties": False,
}
ASKED = [{"role": "system", "content": "Summarize."}, {"role": "user", "content": "An invented abstract."}]


def model_of(fake: FakeModel, **more: Any) -> Model:
    """A model with quick retries that remembers what it says."""
    names = {"sleep", "jitter", "log", "say", "clock"}
    doors = {"sleep": lambda _: None, **{name: value for name, value in more.items() if name in names}}
    rest = {name: value for name, value in more.items() if name not in names}
    return Model(
        Settings(**{"base_url": fake.base_url, "model": FIRST_MODEL, "key": KEY, "timeout": 5.0, **rest}), **doors
    )


def failure(model: Model, **more: Any) -> ModelError:
    """The error of a question."""
    with pytest.raises(ModelError) as caught:
        model.complete(ASKED, SCHEMA, **more)
    return caught.value


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    """A provider that knows every form and answers in JSON."""
    with fakes.serving(FakeModel('{"brief": "A sentence."}')) as made:
        yield made


def test_an_answer_comes_with_its_tokens(fake: FakeModel) -> None:
    """Text, reason of the end, tokens and rung arrive as the provider says."""
    fake.answer = Said("Good.", usage={"prompt_tokens": 120, "completion_tokens": 7})
    answer = model_of(fake).complete(ASKED, SCHEMA)
    assert (answer.text, answer.finish, answer.mode) == ("Good.", "stop", "schema")
    assert (answer.prompt_tokens, answer.answer_tokens, answer.cached_tokens) == (120, 7, 0)


def test_the_schema_goes_along(fake: FakeModel) -> None:
    """On the highest rung the request carries the schema, strictly, and the messages stay as they are."""
    model_of(fake).complete(ASKED, SCHEMA)
    sent = fake.chats[0].body
    assert sent["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}
    assert (sent["messages"], sent["model"], sent["max_tokens"]) == (ASKED, FIRST_MODEL, 1200)


@pytest.mark.parametrize(
    ("refused", "asked"),
    [
        ([], ["json_schema"]),
        (["json_schema"], ["json_schema", "json_object"]),
        (["json_schema", "json_object"], ["json_schema", "json_object", "text"]),
    ],
)
def test_the_ladder_is_found_out_once(fake: FakeModel, refused: list[str], asked: list[str]) -> None:
    """What a provider refuses is sent once in a run; every later question begins on the rung that works."""
    fake.refuses = refused
    model = model_of(fake)
    assert [model.complete(ASKED, SCHEMA).text for _ in range(3)] == ['{"brief": "A sentence."}'] * 3
    assert fake.modes == [*asked, asked[-1], asked[-1]]


@pytest.mark.parametrize("refused", [["json_schema"], ["json_schema", "json_object"]])
def test_lower_rungs_ask_for_json_in_words(fake: FakeModel, refused: list[str]) -> None:
    """Without a schema in the request the schema stands in the prompt, with the word JSON that some insist on."""
    fake.refuses = refused
    model_of(fake).complete(ASKED, SCHEMA)
    system, user = fake.chats[-1].messages
    assert "JSON" in system["content"]
    assert json.dumps(SCHEMA) in system["content"]
    assert system["content"].startswith("Summarize.")
    assert user == ASKED[1]


def test_a_conversation_without_a_system_message_gets_one(fake: FakeModel) -> None:
    """The order to answer in JSON has a place of its own then."""
    model_of(fake, mode="text").complete(ASKED[1:], SCHEMA)
    assert [message["role"] for message in fake.chats[0].messages] == ["system", "user"]


def test_a_refused_form_costs_one_request_for_all_threads(fake: FakeModel) -> None:
    """While one thread finds out the rung the others wait: eight papers, two refusals."""
    fake.refuses = ["json_schema", "json_object"]
    fake.latency = 0.02
    model = model_of(fake)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: model.complete(ASKED, SCHEMA), range(8)))
    assert {answer.mode for answer in answers} == {"text"}
    assert sorted(fake.modes) == ["json_object", "json_schema", *["text"] * 8]
    assert model.requests_made == 10


def test_threads_ask_at_once_when_the_form_is_known(fake: FakeModel) -> None:
    """After the first answer the waiting ends: as many requests are under way as threads ask."""
    model = model_of(fake)
    model.complete(ASKED, SCHEMA)
    fake.latency = 0.2
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: model.complete(ASKED, SCHEMA), range(8)))
    assert fake.most_at_once == 4


def test_a_failing_first_paper_does_not_hold_the_others_back(fake: FakeModel) -> None:
    """A filtered paper teaches nothing of the form, and still opens the way for all."""

    def script(question: Question) -> Said | str:
        return fakes.RISK if "bad" in question.text else "{}"

    fake.answer = script
    model = model_of(fake)
    with pytest.raises(ModelError):
        model.complete([{"role": "user", "content": "bad"}], SCHEMA)
    fake.latency = 0.2
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: model.complete(ASKED, SCHEMA), range(4)))
    assert fake.most_at_once == 4


@pytest.mark.parametrize("said", [fakes.RISK, fakes.TOO_LONG, fakes.NO_KEY, Said("Bad request", status=400)])
def test_other_refusals_do_not_step_down(fake: FakeModel, said: Said) -> None:
    """A 400 about content or length, even one that names response_format, says nothing about the form."""
    fake.answer = said
    model = model_of(fake)
    failure(model)
    assert fake.modes == ["json_schema"]
    assert model.form.mode == "schema"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (400, "This response_format type is unavailable now"),
        (404, "json_schema is not found on this server"),
        (422, "body.response_format: extra fields not permitted"),
        (400, "Failed to deserialize: response_format: unknown variant `json_schema`"),
        (400, "'messages' must contain the word 'json' to use 'response_format' of type 'json_object'"),
    ],
)
def test_refusals_of_the_form_are_known_by_their_words(fake: FakeModel, status: int, text: str) -> None:
    """Providers say it with 400, 404 or 422 and in their own words."""
    fake.answer = lambda question: "{}" if question.mode != "json_schema" else Said(text, status=status)
    assert model_of(fake).complete(ASKED, SCHEMA).mode == "object"


def test_a_mode_is_where_the_ladder_begins(fake: FakeModel) -> None:
    """A preset that knows its provider saves the refused request; lower rungs stay open."""
    fake.refuses = ["json_object"]
    assert model_of(fake, mode="object").complete(ASKED, SCHEMA).mode == "text"
    assert fake.modes == ["json_object", "text"]


def test_without_a_schema_there_is_no_format(fake: FakeModel) -> None:
    """A plain question is sent as it is."""
    model_of(fake).complete(ASKED)
    assert "response_format" not in fake.chats[0].body
    assert fake.chats[0].messages == ASKED


def test_fields_of_the_provider_are_sent_and_left_out_when_refused(fake: FakeModel) -> None:
    """`extra_body` goes along; the field that a 400 names is dropped for the run, and that is said."""
    fake.refuses = ["thinking"]
    told: list[str] = []
    model = model_of(fake, extra_body={"thinking": {"type": "disabled"}, "top_k": 3}, say=told.append)
    model.complete(ASKED, SCHEMA)
    model.complete(ASKED, SCHEMA)
    assert [("thinking" in asked.body, asked.body["top_k"], asked.mode) for asked in fake.chats] == [
        (True, 3, "json_schema"),
        (False, 3, "json_schema"),
        (False, 3, "json_schema"),
    ]
    assert len(told) == 1
    assert "thinking" in told[0]


def test_the_limit_has_the_name_that_the_provider_reads(fake: FakeModel) -> None:
    """`max_tokens` for everyone but OpenAI, whose newer models refuse it and say what they want."""
    assert Form.first("auto", "api.openai.com", {}).limit == "max_completion_tokens"
    hint = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
    fake.answer = lambda question: Said(hint, status=400) if "max_tokens" in question.body else "{}"
    model_of(fake).complete(ASKED, SCHEMA, max_answer_tokens=77)
    assert fake.chats[-1].body["max_completion_tokens"] == 77


def test_a_provider_that_refuses_everything_is_not_asked_for_ever(fake: FakeModel) -> None:
    """When nothing is left to leave out, the refusal stands."""
    fake.answer = Said("response_format and thinking are wrong", status=400)
    assert failure(model_of(fake, extra_body={"thinking": 1})).kind == "refused"
    assert len(fake.chats) == 4


@pytest.mark.parametrize(
    ("usage", "counted"),
    [
        ({"prompt_tokens": 10, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 4}}, (10, 2, 4)),
        ({"prompt_tokens": 10, "completion_tokens": 2, "prompt_cache_hit_tokens": 5}, (10, 2, 5)),
        ({"prompt_tokens": 10, "completion_tokens": 2, "cached_tokens": 6}, (10, 2, 6)),
        ({"prompt_tokens": 10, "completion_tokens": 2, "cached_tokens": 60}, (10, 2, 10)),
        ({"prompt_tokens": -10, "completion_tokens": "2", "cached_tokens": None}, (0, 0, 0)),
        ({"prompt_tokens": True, "completion_tokens": 10**30, "prompt_tokens_details": []}, (0, 10**9, 0)),
        ({}, (0, 0, 0)),
    ],
)
def test_tokens_are_read_where_providers_keep_them(
    fake: FakeModel, usage: Mapping[str, object], counted: tuple[int, int, int]
) -> None:
    """Three places for the cached ones; nonsense counts as nothing and never breaks an answer."""
    fake.answer = Said("{}", usage=usage)
    answer = model_of(fake).complete(ASKED, SCHEMA)
    assert (answer.prompt_tokens, answer.answer_tokens, answer.cached_tokens) == counted


def test_tokens_of_unusable_answers_count(fake: FakeModel) -> None:
    """An answer that was cut off is paid for like any other."""
    fake.answer = Said("{", "length", usage={"prompt_tokens": 100, "completion_tokens": 9, "cached_tokens": 64})
    model = model_of(fake)
    failure(model)
    assert (model.tokens, model.used.cached_tokens) == (109, 64)


def test_blank_lines_before_the_answer_are_fine(fake: FakeModel) -> None:
    """A busy provider keeps the connection alive with empty lines."""
    good = fakes.rendered(Said("{}"), Question("POST", "/", {}, json.dumps({"model": "m", "messages": []}).encode()))
    fake.answer = Said(body=b"\n\n\n" + good)
    assert model_of(fake).complete(ASKED, SCHEMA).text == "{}"


def test_a_request_carries_nothing_of_the_environment(fake: FakeModel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library's own variables (key, address, organization, headers) are for OpenAI, not for every provider."""
    for name in ("API_KEY", "BASE_URL", "ORG_ID", "PROJECT_ID", "ADMIN_KEY"):
        monkeypatch.setenv(f"OPENAI_{name}", "from-the-environment")
    monkeypatch.setenv(
        "OPENAI_CUSTOM_HEADERS", "Authorization: Bearer from-the-environment\nX-Own: from-the-environment"
    )
    model_of(fake).complete(ASKED, SCHEMA)
    assert "from-the-environment" not in str(fake.requests)
    headers = set(fake.requests[0].headers) - {"connection", "accept", "content-type", "content-length", "host"}
    assert headers == {"authorization", "user-agent", "accept-encoding"}


def test_a_local_model_needs_no_key() -> None:
    """Without a key no header of one is sent, and none of the environment either."""
    with fakes.serving(FakeModel("{}", key=None)) as fake:
        model_of(fake, key="").complete(ASKED, SCHEMA)
        assert "authorization" not in fake.requests[0].headers


def test_a_key_with_a_line_end_is_trimmed(fake: FakeModel) -> None:
    """A secret pasted with its newline works."""
    assert model_of(fake, key=f" {KEY}\n").complete(ASKED, SCHEMA).text


def test_nothing_is_loaded_before_the_first_question() -> None:
    """A run without questions does not pay for the library."""
    program = (
        "import sys\nfrom digest.llm import Model, Settings\nimport digest.batches, digest.providers\n"
        "Model(Settings('http://localhost:1/v1', 'm', 'k'))\nprint('openai' in sys.modules, 'httpx2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_questions_are_logged_without_their_words(fake: FakeModel) -> None:
    """The log has a line for each request: host, status, seconds."""
    lines: list[str] = []
    model_of(fake, log=lines.append, clock=iter([1.0, 3.5]).__next__).complete(ASKED, SCHEMA)
    assert lines == ["127.0.0.1: 200 in 2.5 s"]


def test_an_answer_takes_as_long_as_it_takes(fake: FakeModel) -> None:
    """A slow answer within the timeout arrives."""
    fake.latency = 0.3
    began = time.monotonic()
    assert model_of(fake, timeout=2.0).complete(ASKED, SCHEMA).text
    assert time.monotonic() - began > 0.3
