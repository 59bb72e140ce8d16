# make run    install what is missing, then serve the demo on 127.0.0.1:8000 (PORT)
# make test   the same with the tools of the tests, then check, then every test
# The work is in scripts/setup.py; what has not changed is not done again.

PYTHON ?= python3
BIN := .venv/bin
WORKERS ?= 2

.PHONY: run tools setup test test-long check bench pictures lock clean

run:
	@$(PYTHON) scripts/setup.py
	@exec $(BIN)/callwright run --demo

tools:
	@$(PYTHON) scripts/setup.py --dev

setup: tools
	@$(BIN)/callwright setup

test: tools check
	$(BIN)/python -m pytest -n $(WORKERS)

# The longer, tighter versions of the checks that have one: about ten minutes.
test-long: tools
	$(BIN)/python -m pytest -n $(WORKERS) -m long
	HYPOTHESIS_PROFILE=search $(BIN)/python -m pytest -n $(WORKERS) tests/sim/test_invariants.py

check:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: tools
	@set -e; for file in $$(grep -l __main__ benchmarks/*.py); do echo "== $$file"; $(BIN)/python $$file; done

pictures: tools
	$(BIN)/python scripts/pictures.py

# Pins every version by hash; the files name no host.
LOCK := $(BIN)/uv pip compile pyproject.toml --generate-hashes --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 --no-header -q
lock:
	$(LOCK) -o requirements.lock
	$(LOCK) --group dev -o requirements-dev.lock
	npm install --package-lock-only

# Everything that can be made again. Data (var/) stays.
clean:
	rm -rf .venv .setup node_modules app/static/vendor build *.egg-info \
		.pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
