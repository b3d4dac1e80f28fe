# Everything installs into .venv in this checkout. `make app` opens the app; `make test` runs every test.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: app test prove bench lint demo clean

app: .venv/app
	$(BIN)/atlas demo
	$(BIN)/streamlit run app.py

test: .venv/dev lint
	$(BIN)/python -m pytest -n auto --dist loadfile

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

.venv/app: requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or later is needed. Name it with: make app PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --no-compile -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/app
	$(BIN)/python -m pip install -q --no-compile -r requirements-dev.txt
	@touch $@
