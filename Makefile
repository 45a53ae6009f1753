# The two commands: make demo, make test. Each does all its set-up; `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
WITH ?=
READY := .venv/.ready$(if $(WITH),-$(WITH))
WEB := src/quietude/portal/static/dist/manifest.json
WEB_SOURCES := $(shell find web src/quietude/portal -path '*/static/*' -prune -o -path '*/__pycache__' -prune -o -path '*/node_modules' -prune -o -path '*/.words' -prune -o -type f ! -name '*.mo' -print 2>/dev/null)
PYTEST_ARGS ?=
SCANNERS := var/tools/.ready

.PHONY: help demo run test coverage lint types docs sbom security bench clean
help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/make \1\t\2/' | expand -t 16

demo: $(READY) $(WEB) ## Import the demo town, then serve the portal
	$(PYTHON) -m quietude.cli.main demo

run: $(READY) $(WEB) ## Serve the portal on what is already imported
	$(PYTHON) -m quietude.cli.main serve

test: $(READY) $(WEB) ## All tests
	$(PYTHON) -m pytest -n auto $(PYTEST_ARGS)

coverage: $(READY) $(WEB) ## All tests, and which lines they run (a third slower)
	$(PYTHON) -m pytest -n auto --cov --cov-report=term $(PYTEST_ARGS)

lint: $(READY) $(WEB) ## The lock is complete, ruff, import contracts, the TypeScript compiler
	$(PYTHON) -m pip check
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	.venv/bin/lint-imports
	$(PYTHON) tools/build_web.py --check

types: $(READY) ## mypy, strict
	$(PYTHON) -m mypy

docs: $(READY) $(WEB) ## Documentation: generated pages are current, commands and settings are all there
	$(PYTHON) -m pytest tests/test_docs.py -q

sbom: $(READY) ## The bill of materials, var/sbom.json
	$(PYTHON) tools/sbom.py

security: $(READY) $(WEB) $(SCANNERS) ## Known weaknesses of code, settings and packages, the tests of security, an attack on a running portal
	$(PYTHON) tools/security.py
	QUIETUDE_API_EXAMPLES=40 QUIETUDE_GUESSES=10000 QUIETUDE_HOSTILE=all $(PYTHON) -m pytest tests/security tests/absence tests/fetch \
		tests/portal/accounts/test_throttling.py -q
	$(PYTHON) tools/attack.py

bench: $(READY) $(WEB) ## Every figure of docs/benchmarks.md, against a peer or its limit
	$(PYTHON) -m bench

clean: ## Forget what was built and installed (the data in var/ stay)
	rm -rf .venv web/node_modules src/quietude/portal/static/dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/.ready: requirements.lock pyproject.toml tools/bootstrap.sh
	tools/bootstrap.sh
	touch $@

.venv/.ready-spark: .venv/.ready requirements-spark.lock
	$(PYTHON) -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-spark.lock
	touch $@

$(SCANNERS): tools/scanners.txt
	for tool in semgrep wapiti3; do \
		python3 -m venv --clear var/tools/$$tool && \
		grep "^$$tool==" tools/scanners.txt | xargs var/tools/$$tool/bin/pip install --quiet --disable-pip-version-check; \
	done
	touch $@

$(WEB): .venv/.ready tools/build_web.py $(WEB_SOURCES)
	$(PYTHON) tools/build_web.py
	@touch $@
