# Motcua: everything a newcomer needs. `make help` lists it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet

# Tests often wait for clocks and browsers: three at a time on two cores, never more than four.
WORKERS := $(shell n=$$(nproc 2>/dev/null || echo 2); [ $$n -lt 3 ] && echo 3 || echo 4)

.DEFAULT_GOAL := help
.PHONY: help run install assets texts wheel test lint bench pictures chaos clean system

help:  ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run  ## install what is missing and start the demo: server, agent, simulated devices
	@exec $(BIN)/motcua demo

install: $(VENV)/.run  ## install the application in its own environment, without starting it

test: $(VENV)/.test system  ## install what tests need and run all of them
	$(BIN)/python tools/node.py npm run --silent test
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST)

lint: $(VENV)/.test  ## style, types, and the arrows between rooms
	$(BIN)/ruff check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python tools/node.py npm run --silent types
	$(BIN)/python tools/texts.py check

bench: $(VENV)/.test system  ## measure, into bench/results.json
	$(BIN)/python -m bench $(BENCH)

pictures: $(VENV)/.test system  ## renew the pictures in docs/images
	$(BIN)/python tools/pictures.py

chaos: $(VENV)/.test system  ## faults while people take numbers: a ledger must agree with the database
	$(BIN)/python -m bench.chaos $(CHAOS)

system:  # Debian packages that tests drive
	@$(PYTHON) tools/system.py

wheel: $(VENV)/.assets $(VENV)/.texts  ## the application as one file in dist, for machines beside devices
	@rm -rf build dist  # what an earlier build left there would travel along
	@$(PIP) wheel --no-deps --wheel-dir dist .
	@cp constraints.txt dist/ && rm -rf build && ls dist

assets: $(VENV)/.assets  ## browser files and fonts, from npm into static/vendor
texts: $(VENV)/.texts    ## compile the catalogues

clean:  ## remove everything that was installed or built here
	rm -rf $(VENV) node_modules server/web/static/vendor hardware/fonts build dist *.egg-info
	find . -name '*.mo' -not -path './.git/*' -delete

$(VENV)/.base: setup.cfg pyproject.toml constraints.txt
	@echo "Installing Motcua into $(VENV) …"
	@$(PYTHON) -c 'import sys; sys.exit("Motcua needs Python 3.11 or newer") if sys.version_info < (3, 11) else 0'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) install -c constraints.txt -e '.[voice]'
	@touch $@

$(VENV)/.assets: $(VENV)/.base package.json package-lock.json tools/assets.py tools/node.py
	@echo "Fetching browser files and fonts …"
	@$(BIN)/python tools/assets.py
	@touch $@

$(VENV)/.texts: $(VENV)/.base $(wildcard */locale/*/LC_MESSAGES/*.po)
	@$(BIN)/python tools/texts.py compile
	@touch $@

$(VENV)/.run: $(VENV)/.base $(VENV)/.assets $(VENV)/.texts
	@touch $@

$(VENV)/.test: $(VENV)/.run
	@$(PIP) install -c constraints.txt -e '.[voice,usb,mqtt,test]'
	@touch $@
