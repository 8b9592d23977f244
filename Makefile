# The two commands of the README: `make demo` and `make test`. Each makes .venv if it is missing and installs what it needs.

PYTHON ?= python3
BIN := .venv/bin
QUIETLY := -m pip install --quiet --disable-pip-version-check
PIP := $(BIN)/python $(QUIETLY)
# What the embedded model cannot share: two processes that use it at once slow each other tenfold.
PYTEST := $(BIN)/python -m pytest

# Of each harness of `make fuzz`, which wants Linux and Python 3.11 to 3.13 (that is where atheris has wheels).
SECONDS ?= 60
HARNESSES ?= template reading edits tables records scorers terminal settings

.PHONY: demo test test-all fuzz lint weights clean

demo: .venv/demo-is-installed
	$(BIN)/evoprompt demo $(ARGS)

# The tests of the embedded model come alone, after the others. pytest ends with 5 where there is nothing to do.
test: .venv/all-is-installed
	$(PYTEST) -n 2 -m "not slow and not local" $(ARGS) || test $$? -eq 5
	$(PYTEST) -m "local and not slow" $(ARGS) || test $$? -eq 5

test-all: .venv/all-is-installed weights
	$(PYTEST) $(ARGS)

# The corpus grows in build/, which is no part of the repository; an input that breaks something is kept beside it.
fuzz: .venv/fuzz-is-installed
	@for name in $(HARNESSES); do \
		mkdir -p build/fuzz/$$name && \
		$(BIN)/python tests/fuzz/fuzz.py $$name build/fuzz/$$name -max_total_time=$(SECONDS) -timeout=10 -max_len=4096 \
			-rss_limit_mb=4096 -artifact_prefix=build/fuzz/$$name- -print_final_stats=1 || exit 1; \
	done

# mypy follows the packages beside the engine on an installed copy alone.
lint: .venv/all-is-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	rm -rf build
	$(PIP) --no-deps --target build/installed .
	cd build/installed && ../../$(BIN)/mypy --config-file ../../pyproject.toml -p evoprompt

weights: .venv/all-is-installed
	$(BIN)/python -c "from evoprompt.models.embedded.model import EmbeddedModel; EmbeddedModel().prepare()"

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

.venv/fuzz-is-installed: .venv/is-made pyproject.toml
	@$(PIP) --editable ".[dev,fuzz]"
	@touch $@

clean:
	rm -rf .venv build *.egg-info
