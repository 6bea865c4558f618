"""A provider on loopback that speaks Chat Completions, files and batches, says what a test tells it to, and remembers.

https://platform.openai.com/docs/api-reference/chat, https://platform.openai.com/docs/api-reference/batch

A test gives `answer`: a text, a `Said`, or a callable from the `Question` (its messages) to either. What breaks the
protocol is a `Said` too: `STALL`, `DRIP`, `FLOOD`, `HALF`, `LOGIN`, `RESET`, `HUGE`.
"""

from __future__ import annotations

import json
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.fakes.server import listening

KEY = "sk-CANARY1234567890abcdefWXYZ"  # invented
FIRST_MODEL = "invented-1"
DRIP_SECONDS, STALL_SECONDS = 0.05, 20.0
FLOOD_BYTES = 500_000_000


@dataclass(frozen=True)
class Said:
    """One answer of the model, or of its server: a `status` other than 200 says `text` as an error."""

    text: str | None = ""
    finish: str | None = "stop"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    code: str = ""  # of an error
    message: Mapping[str, object] = field(default_factory=dict)  # more fields of the message
    usage: Mapping[str, object] | None = None  # None: counted from the words
    body: bytes | None = None  # instead of everything
    how: str = ""  # stall | drip | drip-headers | flood | half | reset


@dataclass(frozen=True)
class Question:
    """One request as the server saw it; the names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The request's JSON."""
        found: dict[str, Any] = json.loads(self.raw)
        return found

    @property
    def messages(self) -> list[dict[str, str]]:
        """The conversation."""
        found: list[dict[str, str]] = self.body["messages"]
        return found

    @property
    def text(self) -> str:
        """All that was asked, as one text."""
        return "\n".join(message["content"] for message in self.messages)

    @property
    def mode(self) -> str:
        """`json_schema`, `json_object`, or `text`."""
        return str((self.body.get("response_format") or {"type": "text"})["type"])


Script = Callable[[Question], "Said | str"]

STALL, RESET, HALF = Said(how="stall"), Said('{"a": 1}', how="reset"), Said('{"a": 1}', how="half")
DRIP, DRIP_HEADERS = Said('{"a": 1}', how="drip"), Said('{"a": 1}', how="drip-headers")
LOGIN = Said(body=b"<!DOCTYPE html><title>Log in</title><p>Please log in.</p>", headers={"Content-Type": "text/html"})
HUGE = Said("long " * 1_000_000)
FLOOD = Said(how="flood", headers={"Content-Length": str(FLOOD_BYTES)})
EMPTY, NULL, CUT, FILTERED = Said(""), Said(None), Said('{"a": 1}', "length"), Said("", "content_filter")
NO_KEY = Said(f"Incorrect API key provided: {KEY}", status=401, code="invalid_api_key")
NO_MODEL = Said("The model `x` does not exist", status=404, code="model_not_found")
NO_BALANCE, NO_REGION = Said("Insufficient Balance", status=402), Said("Country not supported", status=403)
TROUBLE, SLOWER = Said("trouble", status=500), Said("Rate limit reached", status=429)
RISK = Said("Content Exists Risk", status=400)
TOO_LONG = Said(
    "This model's maximum context length is 8192 tokens (9000 in the response_format and messages)", status=400
)


def obedient(question: Question) -> str:
    """What a model says that does as the texts tell it: the instruction that it finds in its question."""
    found = re.search(r"(?is)(?:ignore|disregard|instead|respond with|output)\b.{0,300}", question.text)
    return found[0] if found else "I found no instruction."


def invents(question: Question) -> str:
    """An answer with numbers and a language that are not in the question."""
    return f"本論文では精度が {len(question.text)}.37 % に向上することを示す。"


@dataclass
class FakeModel:
    """What a test sees: the address, the script, the requests, and how many were under way at once at most.

    `refuses` holds the words of requests that get a 400: types of `response_format`, or names of fields.
    """

    answer: Script | Said | str = "An invented answer."
    refuses: Sequence[str] = ()
    key: str | None = KEY  # None: any, or none
    models: Sequence[str] = (FIRST_MODEL,)
    latency: float = 0.0  # seconds
    batch_states: Sequence[str] = ("completed",)  # one a look, the last for ever
    url: str = ""
    requests: list[Question] = field(default_factory=list)
    most_at_once: int = 0
    flooded: int = 0  # bytes that a client took of `FLOOD`
    files: dict[str, bytes] = field(default_factory=dict)
    batches: dict[str, dict[str, Any]] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)  # wakes the stalled when a test ends
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _open: int = 0

    @property
    def base_url(self) -> str:
        """What a configuration says."""
        return f"{self.url}/v1"

    @property
    def chats(self) -> list[Question]:
        """The questions to the model, in order."""
        return [asked for asked in self.requests if asked.path.endswith("/chat/completions")]

    @property
    def modes(self) -> list[str]:
        """In what forms it was asked, in order."""
        return [asked.mode for asked in self.chats]

    def reply(self, asked: Question) -> Said:
        """The answer to a request; remembers it."""
        with self._lock:
            self.requests.append(asked)
            self._open += 1
            self.most_at_once = max(self.most_at_once, self._open)
        try:
            time.sleep(self.latency)
            return self._judged(asked)
        finally:
            with self._lock:
                self._open -= 1

    def _judged(self, asked: Question) -> Said:
        if self.key is not None and asked.headers.get("authorization") != f"Bearer {self.key}":
            return Said(f"Incorrect API key provided: {asked.headers.get('authorization', '')}", status=401)
        routes = {"chat/completions": self.chat, "models": self._models, "files": self._file, "batches": self._batch}
        name = next((name for name in routes if re.search(rf"/v1/{name}(?:/|$)", asked.path)), "")
        return routes[name](asked) if name else Said("no such page", status=404)

    def chat(self, asked: Question) -> Said:
        """The model's own answer."""
        refused = next((word for word in self.refuses if word in {asked.mode, *asked.body}), None)
        if refused is not None:
            what = f"response_format type {refused} is" if refused.startswith("json") else f"parameter {refused} is"
            return Said(f"This {what} unavailable now", status=400, code="invalid_request_error")
        if asked.body["model"] not in self.models:
            return Said(f"The model `{asked.body['model']}` does not exist", status=404)
        said = self.answer(asked) if callable(self.answer) else self.answer
        return said if isinstance(said, Said) else Said(said)

    def _models(self, _: Question) -> Said:
        return _json({"object": "list", "data": [{"id": name, "object": "model"} for name in self.models]})

    def _file(self, asked: Question) -> Said:
        if asked.method == "POST":
            name = f"file-{len(self.files) + 1}"
            self.files[name] = asked.raw.split(b'filename="')[1].split(b"\r\n\r\n", 1)[1].rsplit(b"\r\n--", 2)[0]
            return _json({"id": name, "object": "file"})
        name = asked.path.split("/")[-2]
        return Said(body=self.files[name]) if name in self.files else Said("No such File", status=404)

    def _batch(self, asked: Question) -> Said:
        if asked.method == "POST":
            name = f"batch_{len(self.batches) + 1}"
            self.batches[name] = {**asked.body, "id": name, "object": "batch", "states": list(self.batch_states)}
        else:
            name = asked.path.rpartition("/")[2]
        batch = self.batches[name]
        states = batch["states"]
        batch["status"] = "validating" if asked.method == "POST" else states.pop(0) if len(states) > 1 else states[0]
        if batch["status"] in {"completed", "expired"} and "output_file_id" not in batch:
            self._work(batch)
        return _json({name: value for name, value in batch.items() if name != "states"})

    def _work(self, batch: dict[str, Any]) -> None:
        """Answers a batch's questions into a file of results and one of errors."""
        files: dict[str, list[bytes]] = {"output_file_id": [], "error_file_id": []}
        for line in map(json.loads, self.files[batch["input_file_id"]].splitlines()):
            asked = Question("POST", line["url"], {}, json.dumps(line["body"]).encode())
            said = self.chat(asked)
            inner = {"status_code": said.status, "body": json.loads(rendered(said, asked))}
            result = {"custom_id": line["custom_id"], "response": inner, "error": None}
            files["output_file_id" if said.status == 200 else "error_file_id"].append(json.dumps(result).encode())
        for field_name, lines in files.items():
            batch[field_name] = f"file-{field_name}-{batch['id']}" if lines else None
            self.files[str(batch[field_name])] = b"\n".join(lines)


def _json(data: object) -> Said:
    return Said(body=json.dumps(data).encode())


def rendered(said: Said, asked: Question) -> bytes:
    """An answer's bytes."""
    if said.body is not None:
        return said.body
    if said.status != 200:
        return json.dumps({"error": {"message": said.text, "type": "invented", "code": said.code or None}}).encode()
    prompt, words = len(asked.text.split()), len((said.text or "").split())
    usage = {"prompt_tokens": prompt, "completion_tokens": words, "total_tokens": prompt + words}
    message = {"role": "assistant", "content": said.text, **said.message}
    choice = {"index": 0, "finish_reason": said.finish, "message": message}
    whole = {
        "id": "chatcmpl-invented", "object": "chat.completion", "created": 1, "model": asked.body["model"],
        "choices": [choice], "usage": usage if said.usage is None else dict(said.usage),
    }  # fmt: skip
    return json.dumps(whole).encode()


@contextmanager
def serving(fake: FakeModel | None = None) -> Iterator[FakeModel]:
    """A provider for the length of a `with`."""
    made = fake or FakeModel()

    class Handler(_Handler):
        model = made

    with listening(Handler) as made.url:
        try:
            yield made
        finally:
            made.over.set()


class _Handler(BaseHTTPRequestHandler):
    model: FakeModel
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answers; POST and every other method go this way too."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Question(self.command, self.path, headers, raw)
        said = self.model.reply(asked)
        body = rendered(said, asked)
        if said.how == "stall":
            self.model.over.wait(STALL_SECONDS)
        self.close_connection = bool(said.how) or self.close_connection
        if said.how == "drip-headers":
            self._drips(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 1000)
            return
        self.send_response(said.status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **said.headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self._sends(said.how, body)

    do_POST = do_GET  # noqa: N815 - the name is the library's

    def _sends(self, how: str, body: bytes) -> None:
        if how == "drip":
            self._drips(body)
        elif how == "flood":
            for _ in range(FLOOD_BYTES // 65_536):
                self.wfile.write(b" " * 65_536)
                self.model.flooded += 65_536
        elif how in {"half", "reset"}:
            self.wfile.write(body[: len(body) // 2])
            if how == "reset":  # a RST instead of an end
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            self.wfile.write(body)

    def _drips(self, data: bytes) -> None:
        for at in range(len(data)):
            self.wfile.write(data[at : at + 1])
            self.wfile.flush()
            if self.model.over.wait(DRIP_SECONDS):
                return

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent."""
