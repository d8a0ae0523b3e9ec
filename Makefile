# The README's two commands live here: `make sandbox` and `make test`. Everything is installed into .venv, by pip alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ACTIONLINT := v1.7.12
INSTALLED := $(VENV)/.installed

.PHONY: setup sandbox test check unit soak bench texts docs picture clean

sandbox: setup  ## everything on this machine: the blog's scenario, its proof and a table
	@./petbase sandbox up

test: check unit  ## every test, the linters and mypy

check: setup  ## the linters and mypy
	@$(BIN)/ruff format --check --quiet . || { echo "run: .venv/bin/ruff format ."; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary .
	@$(BIN)/shellcheck --shell=sh --exclude=SC2154,SC2034 components/dokku/scripts/*.sh
	@$(BIN)/shellcheck .ci/run petbase .github/stacks .github/fold .github/compare-plans .github/comment
	@$(BIN)/python -m toolchain.sql_check host components operate
	@$(BIN)/zizmor --offline --quiet --no-progress .github >/dev/null || $(BIN)/zizmor --offline .github
	@if [ -x $(BIN)/actionlint ]; then $(BIN)/actionlint; else echo "actionlint is not here (it wants Go at setup): left out"; fi
	@echo "ruff, mypy, shellcheck and zizmor: well"

unit: setup
	@$(BIN)/pytest --numprocesses 3 --dist loadfile -m "not soak" --quiet

texts: setup  ## the golden texts of the commands, written again
	@$(BIN)/python -m tests.components.dokku.test_texts

docs picture: setup  ## the pages that are drawn from the code, written again
	@$(BIN)/python -m tests.docs.pages

soak: setup  ## what is long: loops, big data
	@$(BIN)/pytest --numprocesses 3 --dist loadfile --timeout 1800 -m soak

bench: setup  ## the figures of bench/README.md, measured again
	@$(BIN)/python -m bench

setup: $(INSTALLED)

$(INSTALLED): requirements.txt requirements-dev.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; PYTHON=python3.12 make $(MAKECMDGOALS)"; exit 1; }
	@echo "setting up .venv, once"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@$(BIN)/python -m sandbox.bun || true
	@$(BIN)/python -m sandbox.engine.pulumi_cli
	@GOBIN=$(abspath $(BIN)) go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT) 2>/dev/null || true
	@touch $@

clean:  ## stops the sandbox and removes it, with the virtual environment
	@./petbase sandbox down 2>/dev/null || true
	rm -rf .sandbox $(VENV)
