# Every command for people: `make help` lists them. All Python packages go into .venv, each checked against its hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ACTIONLINT := v1.7.12
# What ./petbase and `pulumi up` need; and with what the sandbox, the tests and the linters need besides.
PROGRAM := $(VENV)/.program
TOOLS := $(VENV)/.tools
# Wheels only: no package runs code while it is installed.
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: --requirement
LOCK := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet

.PHONY: help setup tools sandbox test check unit soak bench docs lock clean

sandbox: $(TOOLS)  ## the whole system on this machine, without an account
	@./petbase sandbox up

help:  ## this list
	@sed -n 's/^\([a-z][a-z ]*\):.*  ## /\1: /p' Makefile | while IFS=: read -r name what; do printf '  make %-13s%s\n' "$$name" "$$what"; done

setup: $(PROGRAM)  ## what ./petbase and `pulumi up` need
	@$(BIN)/python -m toolchain.setup_report

tools: $(TOOLS)  ## what the sandbox, the tests and the linters need

test: check unit  ## the linters, mypy and every test

check: $(TOOLS)  ## the linters and mypy
	@$(BIN)/ruff format --check --quiet . || { echo "run: .venv/bin/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary .
	@$(BIN)/shellcheck .ci/run petbase .github/stacks .github/fold .github/compare-plans .github/comment
	@$(BIN)/python -m toolchain.sql_check host components operate
	@$(BIN)/zizmor --offline --quiet --no-progress .github >/dev/null || $(BIN)/zizmor --offline .github
	@if [ -x $(BIN)/actionlint ]; then $(BIN)/actionlint; else echo "actionlint is not installed, so it was skipped (make tools installs it if Go is there)"; fi
	@echo "ruff, mypy, shellcheck, zizmor: no problems"

# Not reordered: the files with the fewest tests take longest, and would come last, when not every core has one.
unit: $(TOOLS)
	@$(BIN)/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder -m "not soak" --quiet

docs: $(TOOLS)  ## write the pages and the schema that are made from the code
	@$(BIN)/python -m tests.docs.pages

soak: $(TOOLS)  ## the long tests: loops, large data
	@$(BIN)/pytest --numprocesses 3 --dist loadfile --timeout 1800 -m soak

bench: $(TOOLS)  ## measure the figures of bench/README.md again
	@$(BIN)/python -m bench

lock: $(TOOLS)  ## write requirements*.txt, with hashes, from requirements*.in
	@$(LOCK) requirements.in --output-file requirements.txt
	@$(LOCK) requirements-dev.in --constraints requirements.txt --output-file requirements-dev.txt

clean:  ## stop and remove the sandbox, and remove .venv
	@./petbase sandbox down 2>/dev/null || true
	rm -rf .sandbox $(VENV)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Petbase needs Python 3.11 or later. Name one: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Creating .venv ($$($(PYTHON) --version))"
	@$(PYTHON) -m venv $(VENV)

$(PROGRAM): requirements.txt | $(BIN)/python
	@echo "Installing the $$(grep -c == $<) Python packages of $< into .venv"
	@$(INSTALL) $<
	@touch $@

$(TOOLS): requirements-dev.txt | $(BIN)/python
	@echo "Installing the $$(grep -c == $<) Python packages of $< into .venv"
	@$(INSTALL) $<
	@touch $(PROGRAM)
	@$(BIN)/python -m sandbox.bun || true
	@$(BIN)/python -m sandbox.restic || true
	@$(BIN)/python -m sandbox.engine.pulumi_cli
	@command -v go >/dev/null || echo "Go is not installed, so actionlint is left out"
	@GOBIN=$(abspath $(BIN)) go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT) 2>/dev/null || true
	@touch $@
