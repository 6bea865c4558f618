"""A short fuzz run over everything that reads foreign bytes: `python -m tests.fuzz [seconds] [target ...]`."""
