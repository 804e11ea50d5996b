# Everything that a developer or a machine asks of this tree. `make setup` needs Python 3.11+ alone.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: setup demo test torture mutants check fmt lock clean lint types layers unit coverage fuzz web pages pages-dev package wire image
.DEFAULT_GOAL := setup

# Pages that are as their sources say are left alone; what keeps them from being built keeps nobody from the rest.
setup: $(STAMP)
	@$(BIN)/python tools/build_pages.py || true

# The lock file has a hash for each package, so pip takes nothing else; ours is linked, not copied.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Holdfast needs Python 3.11 or newer")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

# The pages, built anew if they changed; `pages-dev` shows changes at once, before the gateway at HOLDFAST_URL.
pages: $(STAMP)
	$(BIN)/python tools/build_pages.py

pages-dev: $(STAMP)
	$(BIN)/python tools/build_pages.py dev

# The TypeScript client as a package, in dist/client.
package: $(STAMP)
	$(BIN)/python tools/build_pages.py package
	$(BIN)/python tools/build_pages.py declarations

# The types of messages in web/client, from what the server publishes.
wire: $(STAMP)
	$(BIN)/python tools/wire_schema.py
	$(BIN)/python tools/build_pages.py wire

# DEMO="--hold-open --buyers 600" lets you watch, and buy among the crowd.
demo: setup
	$(BIN)/holdfast demo $(DEMO)

# The checks run side by side; each prints its output in one piece.
check: setup
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going types lint layers unit web

lint: setup
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .

types: setup
	$(BIN)/mypy --no-error-summary

layers: setup
	$(BIN)/lint-imports --no-logo > $(VENV)/layers.txt || { cat $(VENV)/layers.txt; exit 1; }

# The types and the tests of the pages; tests in a browser are in tests/pages.
web: setup
	@$(BIN)/python tools/build_pages.py types
	@$(BIN)/python tools/build_pages.py test --silent --reporter=dot

unit: setup
	$(BIN)/python -m pytest -q tests/unit

# All unit tests, and not a branch of the engine that none of them takes.
coverage: setup
	$(BIN)/python -m pytest -q tests/unit --cov=engine --cov-branch --cov-report=term:skip-covered \
		--cov-fail-under=100

# The second lane of the long tests, by weight; see tests/lanes.py. BESIDE= runs all of them one after the other.
BESIDE ?= pages contract simulation fuzz known_failures e2e/test_bench_scale.py e2e/test_bench_discovery.py \
	integration/gateway/test_payment_crashes.py integration/gateway/test_cart_crashes.py

# The unit tests run once, with coverage, and the rest after them, in two lanes.
test: setup
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target --keep-going types lint layers coverage web
	PYTHONPATH=. $(BIN)/python scripts/with_services.py $(BIN)/python -m pytest -p tests.lanes \
		--ignore=tests/unit $(BESIDE:%=--beside=tests/%)

# A minute for each target; FUZZ="--minutes 10" for more. Coverage is the guide where Atheris can be had.
fuzz: setup
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "atheris>=3" 2>/dev/null \
		|| echo "no Atheris for this Python: inputs wander unguided"
	PYTHONPATH=. $(BIN)/python -m proof.fuzz $(FUZZ)

# Five rounds of every fault; TORTURE="--minutes 60" goes on for an hour, TORTURE="--help" tells the rest.
torture: setup
	PYTHONPATH=. $(BIN)/python -m scripts.torture $(TORTURE)

# Every deliberate defect against what must notice it; MUTANTS="--only fence" tries some.
mutants: setup
	PYTHONPATH=. $(BIN)/python -m proof.mutants $(MUTANTS)

fmt: setup
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --quiet --fix .

# The steps of the Dockerfile, and what they make, without an engine: as root on Linux; nothing remains.
image: setup
	$(BIN)/python -m scripts.image_steps

# Versions and hashes without addresses; uv alone has this, and nothing but this target needs it.
# The image has what runs, and is built with what builds: parts of the one lock that tests have too.
LOCKED := --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-strip-extras --python-version 3.11
lock: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile pyproject.toml --group dev $(LOCKED) -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra stripe -c requirements.lock --no-annotate $(LOCKED) \
		-o requirements.image.lock
	$(BIN)/uv pip compile --group pyproject.toml:build -c requirements.lock --no-annotate $(LOCKED) \
		-o requirements.build.lock

clean:
	rm -rf $(VENV) gateway/static web/node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage htmlcov dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
