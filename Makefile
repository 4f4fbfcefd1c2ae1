# `make run` and `make test` need Python 3.11 or newer and nothing else: they set up .venv themselves, once.
PYTHON ?= python3
PORT ?= 7181
VENV := .venv
BIN := $(VENV)/bin
# They change with pyproject.toml, and with nothing else: then what it asks for is installed again.
STATE := $(shell cksum < pyproject.toml | cut -d ' ' -f 1)
STAMP := $(VENV)/.installed-$(STATE)
FUZZ := $(VENV)/.fuzz-$(STATE)
TRUTH := $(VENV)/.truth-$(STATE)
# What runs on both engines.
ON_BOTH := $(addprefix tests/,server/test_events.py server/test_formats.py server/test_parameters.py server/test_replacing_below.py \
	server/test_row_filters.py \
	workspace/test_build.py workspace/test_copies.py workspace/test_views.py deploy/test_beside.py)
CLICKHOUSE := $(VENV)/.clickhouse-$(STATE)

.PHONY: run test lint bench torture truth parity clients fuzz docs clean

run: $(STAMP)
	$(BIN)/python -m tinylite dev examples/user_events --port $(PORT)

test: lint
	$(BIN)/python -m pytest
	@if $(MAKE) --no-print-directory $(CLICKHOUSE); \
		then $(BIN)/python -m pytest -rs tests/clickhouse && echo "Once more, with the rows in chDB:" && \
			$(BIN)/python -m pytest --engine chdb -rs $(ON_BOTH); \
		else echo "chDB can't be installed here: what runs on both engines ran on DuckDB alone."; fi

lint: $(STAMP)
	$(BIN)/ruff check src tests tools benchmarks clients
	$(BIN)/ruff format --check src tests tools benchmarks clients
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python -m benchmarks.endpoint
	$(BIN)/python -m benchmarks.rows
	$(BIN)/python -m benchmarks.ingest
	$(BIN)/python -m benchmarks.views
	$(BIN)/python -m benchmarks.sql
	$(BIN)/python -m benchmarks.compile
	$(BIN)/python -m benchmarks.project
	$(BIN)/python -m benchmarks.branches

# Kills a server 200 times while it is written to, and looks for what was lost.
torture: $(STAMP)
	$(BIN)/python -m tests.torture --kills 200

# Asks ClickHouse (chDB) for the recorded answers again, and fails on a difference.
truth: $(TRUTH)
	$(BIN)/python -m tests.sql.truth --check
	$(BIN)/python -m tests.examples.truth --check
	$(BIN)/python -m tests.views.truth --check

# Examples and written projects on DuckDB and on ClickHouse (chDB), over the same rows: no answer may differ.
parity: $(CLICKHOUSE)
	$(BIN)/python -m pytest tests/parity -rs
	for project in examples/*/; do $(BIN)/python -m tinylite parity --path $$project || exit 1; done

# Programs that were written for Tinybird, unmodified, against a running server: clients/README.md.
clients: $(STAMP)
	$(BIN)/python -m pytest clients -rs

# Lets schemathesis ask a server over 5,000 times: no 5xx, and every answer as the API's description has it.
fuzz: $(FUZZ)
	$(BIN)/python -m tools.fuzz

docs: $(STAMP)
	$(BIN)/python -m tools.docs
	$(BIN)/python -m tests.sql.report --docs

clean:
	rm -rf $(VENV) .clients

$(STAMP):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tinylite needs Python 3.11 or newer as $(PYTHON). If it has another name: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@

$(FUZZ): $(STAMP)
	$(BIN)/python -m pip install --quiet --editable '.[fuzz]'
	@touch $@

$(CLICKHOUSE): $(STAMP)
	$(BIN)/python -m pip install --quiet --editable '.[clickhouse]'
	@touch $@

$(TRUTH): $(STAMP)
	$(BIN)/python -m pip install --quiet --editable '.[truth]'
	@touch $@
