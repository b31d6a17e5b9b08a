# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
INTEROP ?= .interop
# Debian packages that tests and demo use, each with a program of it: a browser, wget as a peer in
# the benchmarks, cron and systemd for the schedule, minisign as the judge of our signatures.
DEBIAN := chromium:chromium wget:wget ripgrep:rg cron:cron systemd:systemd-analyze epubcheck:epubcheck minisign:minisign

.PHONY: demo test lint types bench docs clean
demo: $(VENV)/ready
	$(BIN)/newswarc --collection demo demo

test: $(VENV)/ready $(VENV)/debian $(INTEROP)/ready
	$(BIN)/pytest

lint: $(VENV)/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/ready
	$(BIN)/mypy

bench: $(VENV)/ready $(VENV)/debian
	$(BIN)/python -m benchmarks.crawl

docs: $(VENV)/ready
	$(BIN)/python -m docs.reference
	$(BIN)/python -m docs.odd_answers
	$(BIN)/python -m docs.schema
	$(BIN)/python -m docs.index_schema
	$(BIN)/python -m docs.api

$(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

$(VENV)/debian: Makefile | $(VENV)/ready
	@PATH="$$PATH:/usr/sbin"; for needed in $(DEBIAN); do \
	  command -v "$${needed#*:}" >/dev/null || missing="$$missing $${needed%:*}"; \
	done; \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes $$missing; \
	  else echo "the tests need:$$missing (apt-get install$$missing)" >&2; exit 1; fi; \
	fi
	touch $@

# Programs of others, in an environment of their own, that check ours from outside (tests/interop).
$(INTEROP)/ready: tests/interop/requirements.txt tests/interop/npm.txt
	$(PYTHON) -m venv $(INTEROP)
	$(INTEROP)/bin/pip install --quiet --disable-pip-version-check --requirement tests/interop/requirements.txt
	@command -v npm >/dev/null || { \
	  [ "$$(id -u)" = 0 ] || { echo "the tests need: npm (apt-get install npm)" >&2; exit 1; }; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends npm; \
	}
	for package in $$(grep -v '^#' tests/interop/npm.txt); do \
	  (cd $(INTEROP) && file=$$(npm pack --silent $$package) && mkdir -p $${package%@*} && \
	   tar -xzf $$file -C $${package%@*} --strip-components 1) || exit 1; \
	done
	touch $@

clean:
	rm -rf $(VENV) $(INTEROP) demo build dist
