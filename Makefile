# The project's own verbs. `make run` and `make test` need Python >= 3.11, make and a package index.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Real material for tests and benchmarks, if the folder is there (see tests/corpora.py).
CHECKER_CORPORA ?= $(realpath ../shared/corpora)
export CHECKER_CORPORA

.PHONY: run demo test lint kill-mail test-postfix audit-corpora test-pywb bench bench-alerts bench-audit bench-compare bench-dates bench-bounds bench-text bench-page bench-store bench-plan bench-notices bench-banner bench-first-run fuzz mutate clean

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

$(VENV)/.bench: $(VENV)/.test
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[bench]'
	touch $@

# What decides must be covered: its branches are counted by themselves, and have a floor.
DECIDES := checker/model/*,checker/stages/*,checker/pipeline/*,checker/service/*

# Tests wait for processes, disks and browsers, so one more at a time than there are cores; each has a
# file of tests at a time, and those that take long come first (tests/conftest.py).
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(1 + (os.cpu_count() or 1))')

test: $(VENV)/.test      ## every test; a suite whose system part (browser, nginx …) is missing says so
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered
	@echo "coverage of what decides, lines and branches, in percent (floor 95):"
	$(BIN)/coverage report --include='$(DECIDES)' --format=total --fail-under=95

.PHONY: test-long
test-long: $(VENV)/.test ## what chance decides (kills, random pages), tried more often than `make test` does
	CHECKER_TEST_LONG=1 $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $$(grep -lr "repeats(" tests --include='test_*.py')

bench: bench-alerts bench-compare bench-dates bench-bounds bench-text bench-page bench-store bench-plan bench-notices bench-banner   ## all figures, a few minutes

bench-compare: $(VENV)/.test
	$(BIN)/python -m benchmarks.compare_quality
	$(BIN)/python -m benchmarks.compare_speed

bench-text: $(VENV)/.bench
	$(BIN)/python -m benchmarks.text_quality

bench-dates: $(VENV)/.bench
	$(BIN)/python benchmarks/dates_quality.py hd_default fundus traf_segments andy
	$(BIN)/python -m benchmarks.modified_quality
	$(BIN)/python -m benchmarks.dates_speed hd_default fundus traf_segments

bench-bounds: $(VENV)/.bench
	$(BIN)/python -m benchmarks.bounds_quality

.PHONY: bench-claims
bench: bench-claims
bench-claims: $(VENV)/.bench
	$(BIN)/python benchmarks/claims_quality.py

.PHONY: bench-recheck
bench-recheck: $(VENV)/.test rivals   ## looking again at 10,000 addresses, beside a bare loop and rivals; needs nginx
	$(BIN)/python -m benchmarks.recheck
	$(BIN)/python -m benchmarks.tls_hosts

# Other monitors, which bench-recheck runs beside ours: programs of their own, in an environment of their own.
.PHONY: rivals
rivals: $(VENV)/rivals/.done

$(VENV)/rivals/.done:
	$(PYTHON) -m venv $(VENV)/rivals
	$(VENV)/rivals/bin/pip install --quiet --disable-pip-version-check 'urlwatch>=2.29' 'webchanges>=3.30' \
	  || echo "urlwatch and webchanges can't be had: their lines are left out"
	touch $@

.PHONY: changedetection
changedetection: rivals   ## one more, with 700 MB of what it needs
	$(VENV)/rivals/bin/pip install --quiet --disable-pip-version-check 'changedetection.io>=0.60'

.PHONY: bench-report
bench-report: $(VENV)/.test   ## HTML reports up to 10,000 documents: written, opened, filtered; needs Chromium
	$(BIN)/python -m benchmarks.report_speed

bench-page: $(VENV)/.test
	$(BIN)/python benchmarks/page_speed.py

.PHONY: bench-workers
bench-workers: $(VENV)/.test   ## two workers at one PostgreSQL against one; some four minutes, mostly waiting
	$(BIN)/python -m benchmarks.workers

.PHONY: bench-middleware
bench-middleware: $(VENV)/.test   ## what a page costs more that gets its notice as it is served
	$(BIN)/python benchmarks/middleware_speed.py hd_default aeb

bench-store: $(VENV)/.test
	$(BIN)/python benchmarks/store_speed.py

.PHONY: bench-scale
bench-scale: $(VENV)/.test   ## cost, size and memory from a thousand to a million articles; needs nginx
	$(BIN)/python -m benchmarks.scale

audit-corpora: $(VENV)/.test   ## everything hostile in the corpora through one audit
	$(BIN)/python -m tests.audit_corpora

test-pywb: $(VENV)/.test pywb   ## audits against a real pywb, and our notice in its replay
	$(BIN)/python -m pytest tests/integration/test_pywb.py tests/browser/test_pywb.py

AUDIT_DOCUMENTS ?= 1000 20000   # how many documents memory is measured over

bench-audit: $(VENV)/.bench   ## steps of a page, start of a command, beside other libraries; workers, memory
	$(BIN)/python -W ignore -m benchmarks.audit_steps
	$(BIN)/python -W ignore -m benchmarks.audit_speed 1 $(AUDIT_DOCUMENTS)

AUDIT_SIZES ?= 1000 20000   # small documents; 1000000 take two hours of CPU
.PHONY: bench-audit-memory
bench-audit-memory: $(VENV)/.test   ## peak memory of an audit's processes over more and more documents
	$(BIN)/python -W ignore -m benchmarks.audit_memory $(AUDIT_SIZES)

.PHONY: bench-folder
bench: bench-folder
bench-folder: $(VENV)/.test   ## a folder that did not change, audited again, beside sha256sum
	$(BIN)/python -m benchmarks.folder_again

bench-alerts: $(VENV)/.test   ## mails a second over one connection, a digest of 10,000 findings
	$(BIN)/python -m benchmarks.alerts_speed

test-postfix: $(VENV)/.test   ## what we send, to a real Postfix (as root; Debian: apt-get install postfix)
	@command -v postfix >/dev/null || { echo "there is no postfix here"; exit 1; }
	$(BIN)/python -m pytest -q tests/integration/test_postfix.py

.PHONY: test-clock
test-clock: $(VENV)/.test   ## a daemon whose clock jumps ahead, back and to 1972 (Debian: apt-get install faketime)
	$(BIN)/python -m pytest -q -rs tests/integration/test_clock_jumps.py

KILLS ?= 60

kill-mail: $(VENV)/.test ## kill -9 over the sender, then count what arrived
	$(BIN)/python -m tests.kill_mail $(KILLS)

.PHONY: hang
hang: $(VENV)/.test      ## 10,000 hosts of which 1,000 take a connection and never say a word
	$(BIN)/python -m tests.integration.test_hanging

.PHONY: bench-archive
bench-archive: $(VENV)/.test   ## import, export and verify of 1,000 and 20,000 captures: CPU and peak memory
	$(BIN)/python -W ignore -m benchmarks.archive_memory

.PHONY: kill-archive
kill-archive: $(VENV)/.test   ## kill -9 of imports and exports while they write, KILLS times each (100)
	$(BIN)/python -m tests.kill_archive $(if $(filter command line,$(origin KILLS)),$(KILLS),100)

.PHONY: kill
kill: $(VENV)/.test      ## kill -9 of daemon, workers and PostgreSQL at random moments, KILLS times each way
	$(BIN)/python -m tests.kill_loop $(if $(filter command line,$(origin KILLS)),$(KILLS),100)

bench-first-run:         ## what README says of the first run, measured in a fresh clone
	$(PYTHON) benchmarks/first_run.py

bench-notices: $(VENV)/.test
	$(BIN)/python -m benchmarks.notices_quality

bench-banner: $(VENV)/.test   ## banners beside a copy loop and BeautifulSoup
	$(BIN)/python -m benchmarks.banner_speed
	$(BIN)/python benchmarks/middleware_speed.py hd_default aeb

bench-plan: $(VENV)/.test
	$(BIN)/python -m benchmarks.planner

# A real pywb for the tests of deploy/pywb. It is GPL: a program of its own, in an environment of its own.
.PHONY: pywb
pywb: $(VENV)/pywb/.done

$(VENV)/pywb/.done:
	$(PYTHON) -m venv $(VENV)/pywb
	$(VENV)/pywb/bin/pip install --quiet --disable-pip-version-check 'pywb==2.10.0' 'setuptools<81'  # it imports pkg_resources
	touch $@

# py-wacz, whose validator and indexer judge what we export: a program of its own, as it brings surt (AGPL).
.PHONY: wacz
wacz: $(VENV)/wacz/.done

$(VENV)/wacz/.done:
	$(PYTHON) -m venv $(VENV)/wacz
	$(VENV)/wacz/bin/pip install --quiet --disable-pip-version-check 'wacz==0.6.0'
	touch $@

# ReplayWeb.page, which plays what we export in a browser: AGPL, a program of its own.
.PHONY: replay
replay: $(VENV)/replay/package/ui.js

$(VENV)/replay/package/ui.js:
	mkdir -p $(VENV)/replay && cd $(VENV)/replay && npm pack --silent replaywebpage@2.4.6 && tar xzf replaywebpage-2.4.6.tgz

.PHONY: test-replay
test-replay: $(VENV)/.test replay   ## what we export, in a real ReplayWeb.page (needs npm and Chromium)
	$(BIN)/python -m pytest tests/browser/test_replay.py

.PHONY: test-wacz
test-wacz: $(VENV)/.test pywb wacz   ## what we export, in py-wacz's validator and in a real pywb
	$(BIN)/python -m pytest tests/integration/test_export.py

# Property tests with new random examples, again and again.
FUZZ_SECONDS ?= 600

fuzz: $(VENV)/.test
	end=$$(( $$(date +%s) + $(FUZZ_SECONDS) )); while [ $$(date +%s) -lt $$end ]; do \
	  $(BIN)/python -m pytest -q -m hypothesis || exit 1; done

clean:                   ## all that make made; data below var/ stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .coverage mutants

# Mutants of judge, compare and banner that no test notices; read them with `mutmut show NAME`.
# MUTATE="checker.stages.judge*" narrows it, MUTATE_TIME bounds it; a second call goes on.
MUTATE      ?=
MUTATE_TIME ?= 40m
$(VENV)/.mutate: $(VENV)/.test pyproject.toml
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[mutate]'
	touch $@

mutate: $(VENV)/.mutate
	timeout --signal=INT $(MUTATE_TIME) $(BIN)/mutmut run $(if $(MUTATE),"$(MUTATE)") \
	  || test $$? -eq 124  # the time was up: what was done counts
	$(BIN)/mutmut results | sed '/: not checked$$/d'
	@$(BIN)/mutmut results --all true | awk -F '[.:] *' \
	  '/: / { n[$$3 ": " $$NF]++ } END { for (k in n) print k, n[k] }' | sort
