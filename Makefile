# `make run` and `make test` need Python 3.11 or newer and nothing else: they set up .venv themselves, once.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PORT ?= 7181

.PHONY: run test lint bench truth docs clean

run: $(STAMP)
	$(BIN)/tinylite dev examples/user_events --port $(PORT)

test: lint
	$(BIN)/python -m pytest

lint: $(STAMP)
	$(BIN)/ruff check src tests tools benchmarks
	$(BIN)/ruff format --check src tests tools benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m benchmarks.endpoint
	$(BIN)/python -m benchmarks.ingest

# Asks ClickHouse (chDB) for the recorded answers again, and fails on a difference.
truth: $(STAMP)
	$(BIN)/pip install -q -e '.[dev,truth]'
	$(BIN)/python -m tests.sql.truth --check
	$(BIN)/python -m tests.examples.truth --check

docs: $(STAMP)
	$(BIN)/python -m tools.docs

clean:
	rm -rf $(VENV)

$(STAMP): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tinylite needs Python 3.11 or newer; $(PYTHON) is older: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q -e '.[dev]'
	@touch $(STAMP)
