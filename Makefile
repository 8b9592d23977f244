# The two commands of the README: `make demo` and `make test`. Each makes .venv if it is missing and installs what it needs.

PYTHON ?= python3
BIN := .venv/bin
# What the embedded model cannot share: two processes that use it at once slow each other tenfold.
PYTEST := $(BIN)/python -m pytest

.PHONY: demo test test-all lint weights clean

demo: .venv/demo-is-installed
	$(BIN)/evoprompt demo $(ARGS)

test: .venv/all-is-installed
	$(PYTEST) -m "not slow" $(ARGS)

test-all: .venv/all-is-installed weights
	$(PYTEST) $(ARGS)

# mypy follows the packages beside the engine on an installed copy alone.
lint: .venv/all-is-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --target build/installed .
	cd build/installed && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p evoprompt

weights: .venv/all-is-installed
	$(BIN)/python -c "from evoprompt.embedded import EmbeddedModel; EmbeddedModel().prepare()"

.venv/bin/python:
	$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 10) and 'evoprompt needs Python 3.10 or newer: make PYTHON=python3.12')"
	$(PYTHON) -m venv .venv

.venv/demo-is-installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[local]"
	touch $@

.venv/all-is-installed: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[all]"
	touch $@ .venv/demo-is-installed

clean:
	rm -rf .venv build *.egg-info
