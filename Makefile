# The two commands of the README: `make demo` and `make test`. Each makes .venv if it is missing and installs what it needs.

PYTHON ?= python3
BIN := .venv/bin
QUIETLY := -m pip install --quiet --disable-pip-version-check
PIP := $(BIN)/python $(QUIETLY)
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
	$(PIP) --no-deps --target build/installed .
	cd build/installed && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p evoprompt

weights: .venv/all-is-installed
	$(BIN)/python -c "from evoprompt.embedded import EmbeddedModel; EmbeddedModel().prepare()"

# Debian's Python lacks ensurepip unless python3-venv is installed: then the pip outside puts one inside.
.venv/is-made:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 10) and 'evoprompt needs Python 3.10 or newer: make PYTHON=python3.12')"
	@echo "making .venv"
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { \
		$(PYTHON) -m venv --without-pip .venv && \
		$(PYTHON) $(QUIETLY) --target "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" pip; \
	} || { \
		rm -rf .venv; \
		echo "$(PYTHON) cannot make .venv: on Debian, 'apt install python3-venv'; or name another, 'make PYTHON=python3.12'"; \
		exit 1; \
	} >&2
	@touch $@

.venv/demo-is-installed: .venv/is-made pyproject.toml
	@echo "installing evoprompt and the local model's runtime into .venv: a minute or two"
	@$(PIP) --editable ".[local]"
	@touch $@

.venv/all-is-installed: .venv/is-made pyproject.toml
	@echo "installing evoprompt and its development tools into .venv: a minute or two"
	@$(PIP) --editable ".[all]"
	@touch $@ .venv/demo-is-installed

clean:
	rm -rf .venv build *.egg-info
