# Everything installs into .venv in this checkout. `make app` opens the app; `make test` runs every test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: app test tests prove bench lint demo clean

app: .venv/app
	$(BIN)/atlas demo
	$(BIN)/streamlit run app.py

test: lint tests

tests: .venv/dev
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

prove: .venv/dev
	ATLAS_PROOF=full $(BIN)/python -m pytest -m proof -q -s

bench: .venv/dev
	$(BIN)/python -m tests.benchmarks

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

demo: .venv/app
	$(BIN)/python -m data.demo.generate
	$(BIN)/atlas demo

clean:
	rm -rf .venv builds .mypy_cache .ruff_cache .pytest_cache

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed. Name it with: make app PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv .venv

.venv/app: requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --no-compile -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt requirements.txt pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install -q --no-compile -r requirements-dev.txt
	@touch .venv/app $@
