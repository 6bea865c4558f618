"""git's own server on loopback, behind a password; remembers what it was told and what ran on the machine meanwhile.

Documentation: https://git-scm.com/docs/git-http-backend
"""

from __future__ import annotations

import base64
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def backend() -> Path:
    """The program that git brings along as a server; it need not be installed."""
    path = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True).stdout.strip()
    return Path(path) / "git-http-backend"


@dataclass
class GitServer:
    """What a test sees. `status` other than 200 refuses whoever knows the password."""

    projects: Path
    password: str
    status: int = 200
    url: str = ""
    told: list[str] = field(default_factory=list)  # each request's Authorization
    commands: set[str] = field(default_factory=set)  # command lines of all programs while requests were answered

    def refusal(self, told: str) -> int:
        """The status of an answer that is not git's, or 0."""
        self.told.append(told)
        self.commands |= set(_command_lines())
        expected = base64.b64encode(f"x-access-token:{self.password}".encode()).decode()
        if told != f"Basic {expected}":
            return 401
        return 0 if self.status == 200 else self.status

    def answer(self, method: str, path: str, headers: Message, body: bytes) -> tuple[int, Message, bytes]:
        """What git's program answers to a request."""
        name, _, query = path.partition("?")
        environment = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.projects),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_CONFIG_NOSYSTEM": "1",
            "REMOTE_USER": "x-access-token",
            "REQUEST_METHOD": method,
            "PATH_INFO": name,
            "QUERY_STRING": query,
            "CONTENT_TYPE": headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("Content-Encoding", ""),
            "HTTP_GIT_PROTOCOL": headers.get("Git-Protocol", ""),
        }
        done = subprocess.run([str(backend())], env=environment, input=body, capture_output=True, check=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        fields = BytesHeaderParser().parsebytes(head + b"\r\n\r\n")
        return int(fields.get("Status", "200").split()[0]), fields, content


def _command_lines() -> Iterator[str]:
    """Linux keeps them in files; a program may end while we look."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            yield path.read_bytes().decode(errors="replace")


@contextmanager
def serving_git(projects: Path, password: str) -> Iterator[GitServer]:
    """A server of the repositories in a folder for the length of a `with`."""
    fake = GitServer(projects, password)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            refusal = fake.refusal(self.headers.get("Authorization", ""))
            if refusal:
                self.send_response(refusal)
                self.send_header("WWW-Authenticate", 'Basic realm="git"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            status, fields, content = fake.answer(self.command, self.path, self.headers, body)
            self.send_response(status)
            for name, value in fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - the name that the class looks for

        def log_message(self, format: str, *args: object) -> None:
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
