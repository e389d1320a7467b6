# The lock is complete, so nothing is left for pip to resolve (--no-deps): pip takes the newest release for an extra of a pinned
# package, and then misses its hash.
# The two commands are `make run` and `make test`; the others are for those who work on the program.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST_WORKERS ?= 2

.PHONY: run test demo check lint types contract format history crash politeness matching quality lock reference clean

run: $(VENV)/.run config/local/watchlist.yaml
	@$(BIN)/monitor run

test: $(VENV)/.dev
	@mkdir -p build
	$(BIN)/pytest -n $(PYTEST_WORKERS) --cov --cov-report= --junitxml=build/tests.xml $(PYTEST)
	@$(BIN)/python scripts/coverage_floor.py

demo: $(VENV)/.run
	@$(BIN)/monitor demo

# What CI runs after the tests; each fails the build.
check: lint types contract

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy

contract: $(VENV)/.dev
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Replays every poll of the press histories (measuring data; see docs/operations.md). A tenth of it is part of `make test`.
history: $(VENV)/.dev
	MONITOR_HISTORY=1 $(BIN)/pytest -n 0 --timeout 3600 tests/corpus/test_history.py -s

# Kills the daemon at each named point of the path, many times. A small run is part of `make test`.
crash: $(VENV)/.dev
	MONITOR_CRASHES=20 $(BIN)/pytest -n 0 --timeout 3600 tests/acceptance/test_crash.py

# Asks 200 simulated publishers for seven days of a clock that is moved. A small run is part of `make test`.
politeness: $(VENV)/.dev
	$(BIN)/python -m tests.politeness

# Reads 100,000 mutated documents through the real workers. A small run is part of `make test`.
fuzz: $(VENV)/.dev
	MONITOR_FUZZ=100000 $(BIN)/pytest -n 0 --timeout 3600 tests/fuzz -s

# Tries the laws of matching on twenty times as many texts, and prints what matching costs. A small run is part of `make test`.
matching: $(VENV)/.dev
	MONITOR_MATCHING=20 $(BIN)/pytest -n $(PYTEST_WORKERS) --timeout 3600 tests/unit/test_match_differential.py tests/unit/test_match_laws.py
	$(BIN)/python -m benchmarks.matching

# Measures how well stories and events are told apart, on the measuring data, and fails where a floor is missed; about a
# quarter of an hour. `make quality QUALITY="--only planted"` measures a part, `--docs` writes docs/quality.md. Small samples
# are part of `make test`.
quality: $(VENV)/.dev
	$(BIN)/python -m benchmarks.quality $(QUALITY)

# The reference of the watchlist and its JSON schema are made from the models.
reference: $(VENV)/.dev
	$(BIN)/python -m monitor.config.reference

lock: $(VENV)/.dev
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade -q -o requirements-dev.txt

config/local/watchlist.yaml: | $(VENV)/.run
	@$(BIN)/monitor --config config/local init

$(VENV)/bin/pip:
	@$(PYTHON) -m venv $(VENV) || { echo "This Python has no venv: run scripts/system-packages first."; exit 1; }

$(VENV)/.run: requirements.txt pyproject.toml | $(VENV)/bin/pip
	@echo "Setting up $(VENV) ..."
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.txt pyproject.toml | $(VENV)/bin/pip
	@echo "Setting up $(VENV) ..."
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	@$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@ $(VENV)/.run

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
