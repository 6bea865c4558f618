"""Many questions in one file: handed in once, fetched when they are there, each with its answer or its reason."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from digest import batches
from digest.errors import ModelError
from digest.llm import Model
from tests.fakes import model as fakes
from tests.fakes.model import KEY, FakeModel, Question, Said
from tests.test_llm import SCHEMA, model_of

PAPERS = [(f"3107.0000{n}", [{"role": "user", "content": f"invented abstract {n}"}]) for n in range(1, 4)]


@pytest.fixture
def fake() -> Iterator[FakeModel]:
    """A provider that works off batches at once."""
    with fakes.serving(FakeModel(lambda question: f"about {question.messages[-1]['content']}")) as made:
        yield made


def refused(model: Model) -> ModelError:
    """The error of handing in."""
    with pytest.raises(ModelError) as caught:
        batches.submit(model, PAPERS)
    return caught.value


def test_a_batch_goes_and_comes(fake: FakeModel) -> None:
    """Three questions in, three answers out, by their ids, with their tokens counted."""
    model = model_of(fake)
    batch = batches.fetch(model, batches.submit(model, PAPERS, SCHEMA))
    assert (batch.status, batch.over, batch.errors) == ("completed", True, {})
    assert {name: answer.text for name, answer in batch.answers.items()} == {
        name: f"about {messages[0]['content']}" for name, messages in PAPERS
    }
    assert model.tokens == sum(answer.prompt_tokens + answer.answer_tokens for answer in batch.answers.values()) > 0
    assert fake.chats == []


def test_the_lines_are_the_requests_of_a_single_question(fake: FakeModel) -> None:
    """The same body as `complete` sends: schema, limit, the provider's own fields; and no key in the file."""
    model = model_of(fake, extra_body={"thinking": {"type": "disabled"}})
    batches.submit(model, PAPERS[:1], SCHEMA)
    model.complete(PAPERS[0][1], SCHEMA)
    line = json.loads(fake.files["file-1"])
    assert (line["custom_id"], line["method"], line["url"]) == ("3107.00001", "POST", "/v1/chat/completions")
    assert line["body"] == fake.chats[0].body
    assert KEY.encode() not in fake.files["file-1"]


def test_a_batch_takes_the_form_that_was_found_out(fake: FakeModel) -> None:
    """A form that was refused before is not handed in by the hundred."""
    fake.refuses = ["json_schema"]
    model = model_of(fake)
    model.complete(PAPERS[0][1], SCHEMA)
    batch = batches.fetch(model, batches.submit(model, PAPERS, SCHEMA))
    assert {answer.mode for answer in batch.answers.values()} == {"object"}


def test_a_batch_under_way_is_empty(fake: FakeModel) -> None:
    """Until it is over there is a status and nothing else; then all is there."""
    fake.batch_states = ["validating", "in_progress", "completed"]
    model = model_of(fake)
    name = batches.submit(model, PAPERS)
    seen = [batches.fetch(model, name) for _ in range(3)]
    assert [(batch.status, batch.over, len(batch.answers)) for batch in seen] == [
        ("validating", False, 0),
        ("in_progress", False, 0),
        ("completed", True, 3),
    ]


def test_each_question_fails_for_itself(fake: FakeModel) -> None:
    """A filtered one and one that was cut off have their reasons, without the key, and the third its answer."""
    said = {"1": Said(f"Content Exists Risk {KEY}", status=400), "2": fakes.CUT, "3": Said("fine")}
    fake.answer = lambda question: said[question.messages[-1]["content"][-1]]
    model = model_of(fake)
    batch = batches.fetch(model, batches.submit(model, PAPERS))
    assert {name: answer.text for name, answer in batch.answers.items()} == {"3107.00003": "fine"}
    assert batch.errors == {
        "3107.00001": "the provider's content filter refuses this paper: Content Exists Risk ***",
        "3107.00002": "the answer was cut off at its limit of tokens",
    }


def test_an_expired_batch_gives_what_it_has(fake: FakeModel) -> None:
    """After its day the answers so far are paid for, and taken."""
    fake.batch_states = ["expired"]
    model = model_of(fake)
    batch = batches.fetch(model, batches.submit(model, PAPERS))
    assert (batch.status, batch.over, len(batch.answers)) == ("expired", True, 3)


def test_a_failed_batch_says_why(fake: FakeModel) -> None:
    """The reason stands under the empty id, cleaned."""
    fake.batch_states = ["failed"]
    model = model_of(fake)
    name = batches.submit(model, PAPERS)
    assert batches.fetch(model, name).errors == {"": "the provider does not say why"}
    fake.batches[name]["errors"] = {"data": [{"message": f"line 2 of {KEY} is\x1b[1m wrong"}]}
    assert batches.fetch(model, name).errors == {"": "line 2 of *** is[1m wrong"}


@pytest.mark.parametrize(
    "line",
    [b"half of a li", b"[]", b'{"custom_id": 7}', b"{}",
     b'{"custom_id": "3107.00009", "response": null, "error": null}',
     b'{"custom_id": "3107.00009", "response": {"status_code": "x", "body": 3}}', b"\xff", b"[" * 100_000],
)  # fmt: skip
def test_bad_lines_hurt_nobody(fake: FakeModel, line: bytes) -> None:
    """A line of results that cannot be read is an error of its question at most."""
    model = model_of(fake)
    name = batches.submit(model, PAPERS)
    batches.fetch(model, name)
    results = fake.batches[name]["output_file_id"]
    fake.files[results] = line + b"\n\n" + fake.files[results]
    batch = batches.fetch(model, name)
    assert len(batch.answers) == 3
    assert set(batch.errors) <= {"3107.00009"}


def test_a_batch_is_never_handed_in_twice() -> None:
    """A 500 to the order of a batch may have been an order: it is not repeated, and each would be paid."""

    class Troubled(FakeModel):
        def reply(self, asked: Question) -> Said:
            known = super().reply(asked)
            return fakes.TROUBLE if asked.path.endswith("/batches") else known

    with fakes.serving(Troubled()) as fake:
        assert refused(model_of(fake)).kind == "server"
        assert [asked.path for asked in fake.requests] == ["/v1/files", "/v1/batches"]


def test_an_unknown_batch_is_no_unknown_model(fake: FakeModel) -> None:
    """A 404 to a batch does not end the asking: the provider may have no batches at all."""
    fake.batches["gone"] = {"id": "gone", "states": ["completed"], "output_file_id": "file-gone"}
    model = model_of(fake)
    with pytest.raises(ModelError) as caught:
        batches.fetch(model, "gone")
    assert (caught.value.kind, caught.value.fatal) == ("refused", False)
    assert model.complete(PAPERS[0][1]).text


def test_errors_of_the_way_are_model_errors(fake: FakeModel) -> None:
    """A refused key says so, without the key, and ends the asking."""
    model = model_of(fake, key="sk-another-key-1234567890")
    error = refused(model)
    assert (error.kind, error.fatal) == ("refused-key", True)
    assert "another" not in str(error)
    assert refused(model).kind == "stopped"


def test_a_large_file_of_results_is_read(fake: FakeModel) -> None:
    """The limit of one answer is not that of a file with hundreds."""
    fake.answer = "long " * 40_000
    many = [(str(n), PAPERS[0][1]) for n in range(10)]
    model = model_of(fake)
    assert len(batches.fetch(model, batches.submit(model, many)).answers) == 10
