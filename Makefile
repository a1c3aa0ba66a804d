# Protection Tracker. `make demo` is the way in; `make help` names the rest.
.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test check lock screenshots translations xlsforms bench clean

BIN := .venv/bin
RUN := .venv/.set-up-run
DEV := .venv/.set-up-dev
WORKERS ?= auto
ARGS ?=

export UV_PYTHON_DOWNLOADS := never

help: ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | column -t -s '|' 2>/dev/null \
		|| sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1: \2/p' Makefile

$(RUN): requirements/install.sh requirements/run.txt pyproject.toml
	sh requirements/install.sh run
	@touch $@

# The development list holds the other one whole.
$(DEV): requirements/install.sh requirements/dev.txt pyproject.toml
	sh requirements/install.sh dev
	@touch $(RUN) $@

demo: $(RUN) ## Set up, fill a demonstration and serve it on http://127.0.0.1:8000 (its data are kept)
	$(BIN)/tracker demo $(ARGS)

demo-reset: $(RUN) ## The same, with the demonstration's data made anew
	$(BIN)/tracker demo --reset $(ARGS)

test: $(DEV) ## All checks and all tests; the last lines say which suites could not run
	@sh tests/provision.sh
	@status=0; \
	$(MAKE) --no-print-directory check || status=1; \
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS) || status=1; \
	$(BIN)/python -m tests.suites || status=1; \
	exit $$status

check: $(DEV) ## Style, types and import floors
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --cache-dir .cache/import-linter

lock: $(DEV) ## Write requirements/*.txt anew (ARGS=--upgrade takes newer releases)
	sh requirements/lock.sh $(ARGS)

screenshots: $(DEV) ## Take the README's pictures from the demonstration
	@sh tests/provision.sh
	$(BIN)/python -m docs.screenshots $(ARGS)

translations: $(DEV) ## Collect the sentences, bring every catalogue up to date, compile it, and write the forms anew
	@mkdir -p .cache
	$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --sort-by-file --no-location --omit-header \
		--keywords lazy_gettext --keywords _l --keywords lazy_pgettext:1c,2 --keywords lazy_ngettext:1,2 --keywords say \
		--output-file .cache/messages.pot .
	$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --input-file .cache/messages.pot \
		--output-dir blueprints/translations
	$(BIN)/pybabel --quiet compile --directory blueprints/translations
	$(BIN)/python -m docs.xlsforms

xlsforms: $(DEV) ## Write the forms for phones anew, after a question or a translation changed
	$(BIN)/python -m docs.xlsforms

bench: $(DEV) ## Measure pages and import against their floors
	$(BIN)/python -m benchmarks $(ARGS)

clean: ## Remove what the set-up and the tests made; data stay
	rm -rf .venv .cache .hypothesis .coverage build dist test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
