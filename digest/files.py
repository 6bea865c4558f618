"""Reading and writing below one folder: every write is atomic, one run writes at a time.

A file is written beside its place under a name that follows from its own, then renamed: a reader sees the old text
or the new one, and what a kill leaves behind is overwritten by the next run. The lock is the operating system's, so
that it ends with its process, however that ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from digest.errors import StoreError

LOCK = ".cache/lock"
PATIENCE = 1800.0  # seconds that a second run waits for the first one; a run's own limit lies below
_BINARY = getattr(os, "O_BINARY", 0)


class Files:
    """The texts below a root; paths are relative to it, with `/` between their parts."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.written = 0  # files that a write has changed

    def read(self, path: str) -> str:
        """A text, or empty when there is no such file. Raises StoreError."""
        try:
            return (self.root / path).read_bytes().decode("utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.root / path}: cannot be read ({error})") from error

    def write(self, path: str, text: str) -> bool:
        """All or nothing; False when the file has that text already. Raises StoreError."""
        data = text.encode("utf-8", "replace")
        target = self.root / path
        try:
            if target.is_file() and target.read_bytes() == data:
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, data)
        except OSError as error:
            raise StoreError(f"{target}: cannot be written ({error.strerror})") from error
        self.written += 1
        return True

    @contextmanager
    def locked(self, say: Callable[[str], None], patience: float = PATIENCE) -> Iterator[None]:
        """Keeps every other run from writing here. Raises StoreError when another one does not come to its end."""
        path = self.root / LOCK
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StoreError(f"{path}: cannot be written ({error.strerror})") from error
        try:
            _wait(descriptor, patience, say)
            yield
        finally:
            os.close(descriptor)  # which also gives the lock back


def _replace(target: Path, data: bytes) -> None:
    temporary = target.with_name(f".tmp-{target.name}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _BINARY, 0o644)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
        os.fsync(descriptor)
    except OSError:
        os.close(descriptor)
        temporary.unlink()
        raise
    os.close(descriptor)
    os.replace(temporary, target)  # noqa: PTH105 - the same family as the calls above


def _wait(descriptor: int, patience: float, say: Callable[[str], None]) -> None:
    """Until the lock is ours."""
    end = time.monotonic() + patience
    said = False
    while not _taken(descriptor):
        if time.monotonic() > end:
            raise StoreError(f"another run has been writing here for {patience:.0f} s; stop it, then run again")
        if not said:
            say("another run is writing here; waiting for it")
            said = True
        time.sleep(0.1)


def _taken(descriptor: int) -> bool:
    """Whether the lock could be had; it is the system's own (Windows and all others have different ones)."""
    try:
        if os.name == "nt":
            import msvcrt  # noqa: PLC0415

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system without locks (some network drives): go on, as everyone did before
    return True
