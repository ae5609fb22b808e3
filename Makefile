# The project's own verbs. `make run` and `make test` need Python >= 3.11, make and a package index.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Real material for tests and benchmarks, if the folder is there (see tests/corpora.py).
CHECKER_CORPORA ?= $(realpath ../shared/corpora)
export CHECKER_CORPORA

.PHONY: run demo test lint bench fuzz mutate clean

$(VENV)/.run: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python >= 3.11 is needed; call make PYTHON=python3.12")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.test: $(VENV)/.run pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@

run: $(VENV)/.run        ## start the daemon with config/checker.toml
	$(BIN)/checker run --config config/checker.toml

demo: $(VENV)/.run       ## a small news site, edited while you watch
	$(BIN)/checker demo

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(VENV)/.test      ## every test that needs no browser
	$(BIN)/python -m pytest --cov --cov-report=term:skip-covered

# Mutants of judge, compare and banner that no test notices; read them with `mutmut show NAME`.
# MUTATE="checker.stages.judge*" narrows it, MUTATE_TIME bounds it; a second call goes on.
MUTATE      ?=
MUTATE_TIME ?= 40m
$(VENV)/.mutate: $(VENV)/.test pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[mutate]'
	touch $@

mutate: $(VENV)/.mutate
	timeout --signal=INT $(MUTATE_TIME) $(BIN)/mutmut run $(if $(MUTATE),"$(MUTATE)") || true
	$(BIN)/mutmut results
