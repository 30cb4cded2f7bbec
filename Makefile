# Two commands on a fresh machine: `make review` and `make test`. They need Python 3.11 or later and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := uv==0.13.9
RUNTIME := $(VENV)/.runtime
DEV := $(VENV)/.dev
WORKERS ?= 2

export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
# Images of containers set it; then every process compiles every library anew, 20 CPU seconds for ours.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: review test slow check lab bench gallery lock demo clean help

help:  ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

review: demo  ## publish the latest month's review of the demo company and say where to look
	$(BIN)/quarterdeck review

demo: $(RUNTIME)
	@test -f data/demo/warehouse.duckdb || $(BIN)/quarterdeck demo

test: $(DEV)  ## set up and run the tests but for the slow ones
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow" $(TESTS)

slow: $(DEV)  ## run the slow tests: kills at random moments, real data, 200 kernels, Spark (a quarter of an hour)
	$(BIN)/pytest -n $(WORKERS) --dist loadfile -m slow $(TESTS)

check: $(DEV)  ## lint, types, import directions, notebooks without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --keep-id --verify notebooks/*.ipynb

lab: demo  ## open JupyterLab on the notebooks
	$(BIN)/quarterdeck lab

bench: $(DEV)  ## run the benchmarks, each printing its ratio
	@for script in benchmarks/[a-z]*.py; do echo "== $$script"; $(BIN)/python $$script || exit 1; done

gallery: $(DEV)  ## draw every exhibit with extreme data
	$(BIN)/python -m pipeline.publish.render.gallery reports/gallery

lock:  ## renew the locks from pyproject.toml
	$(PYTHON) -m venv $(VENV) && $(BIN)/pip install -q $(UV)
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-header -q --all-extras pyproject.toml -c requirements.lock -o requirements-dev.lock

$(BIN)/uv:
	@echo "Setting up a virtual environment in $(VENV) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quarterdeck needs Python 3.11 or later; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check $(UV)

$(RUNTIME): requirements.lock pyproject.toml | $(BIN)/uv
	@echo "Installing the pinned packages (about a minute) ..."
	$(BIN)/uv pip install --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --python $(BIN)/python --no-deps -e .
	@touch $@

$(DEV): requirements-dev.lock $(RUNTIME)
	@echo "Installing what tests and checks need ..."
	$(BIN)/uv pip install --python $(BIN)/python --require-hashes -r requirements-dev.lock
	@touch $@

clean:  ## remove the environment, the demo data and the published reports
	rm -rf $(VENV) data/demo reports/[a-z0-9]*
