# What a contributor runs; `.ci/run` runs the checks the same way.
PYTHON ?= python

.PHONY: test types lint docs docs-check bench fuzz drills server

test: ; $(PYTHON) -m pytest
types: ; $(PYTHON) -m mypy
lint:
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
docs: ; $(PYTHON) -m tests.docs
docs-check: ; $(PYTHON) -m tests.docs --check
bench: ; $(PYTHON) -m benchmarks
fuzz: ; $(PYTHON) -m tests.fuzz
server:
	$(PYTHON) -m pip install --quiet '.[test,server]'
	$(PYTHON) -m pytest tests/test_real_server.py
drills:
	$(PYTHON) -m tests.drills.matrix
	$(PYTHON) -m tests.drills.weeks
	$(PYTHON) -m tests.drills.answers
	$(PYTHON) -m tests.drills.table --check
