"""One target in a process of its own: `python -m tests.fuzz.child TARGET [libFuzzer's arguments]`."""

from __future__ import annotations

import importlib
import logging
import sys

SEEN_INTO = ["digest", "feedparser", "sgmllib", "arxiv", "pylatexenc"]

if __name__ == "__main__":
    atheris = importlib.import_module("atheris")  # by name, since the type checker may not have it
    with atheris.instrument_imports(include=SEEN_INTO):
        from tests.fuzz.targets import TARGETS
    logging.disable()  # the API's package warns of every entry that it skips
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
