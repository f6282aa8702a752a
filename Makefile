# The checks of .ci/run one by one; each needs `pip install -e '.[dev]'`.
PYTHON ?= python
export PYTHON
# The tools come from the folder of that Python.
export PATH := $(abspath $(dir $(shell command -v $(PYTHON)))):$(PATH)

.PHONY: check check-all docs bench sdist-check fuzz fuzz-bounds kills soak \
	test test-slow test-browser test-thorough test-nojit test-bounds test-public-numba test-lowest

schema = check-jsonschema --builtin-schema vendor.

# Style, types, layers of imports, workflows; no test is run.
check:
	ruff check .
	ruff format --check .
	mypy
	lint-imports --no-logo
	$(schema)github-workflows .github/workflows/*.yml
	$(schema)github-issue-forms .github/ISSUE_TEMPLATE/bug.yml .github/ISSUE_TEMPLATE/feature.yml
	$(schema)citation-file-format CITATION.cff
	zizmor --offline --quiet .github

# What main must pass and more; takes long.
check-all: check docs test test-slow test-thorough test-nojit test-bounds \
	test-public-numba test-lowest sdist-check fuzz fuzz-bounds kills

# The site, into site/; a broken link is an error.
docs:
	mkdocs build --strict

# What `pytest` alone runs: all tests but the slow ones.
test:
	$(PYTHON) -m pytest

# The tests that `make test` leaves out.
test-slow:
	$(PYTHON) -m pytest -m slow

# The tests of the page that `view` writes; need Chromium and `pip install -e
# '.[browser]'`.
test-browser:
	$(PYTHON) -m pytest -m browser

# The property tests, with seven times as many examples as `make test` draws.
test-thorough:
	$(PYTHON) -m pytest -m hypothesis --hypothesis-profile thorough

# Tests of the kernels, for the three targets that run these in other ways.
KERNEL_TESTS = tests/jit tests/tree/test_agglomerate.py \
	tests/tree/test_exchange_kernel.py \
	tests/tree/test_agglomeration_kernel.py tests/counting \
	tests/distributed/test_partitions_kernel.py tests/tagger/test_feature_space.py \
	tests/tagger/test_perceptron_kernel.py

# A minute or two of tests that use most dependencies.
QUICK_TESTS = tests/tree/test_agglomerate.py tests/tree/test_dendrogram.py \
	tests/clusters tests/counting tests/tagger/test_contract.py

# Compiled kernels stay on disk, and Numba ignores a changed flag: a cache of its own.
with_own_cache = cache=$$(mktemp -d) && trap 'rm -rf "$$cache"' EXIT && \
	NUMBA_CACHE_DIR=$$cache

# The kernels as plain Python: fewer examples, the same answers.
test-nojit:
	NUMBA_DISABLE_JIT=1 $(PYTHON) -m pytest $(KERNEL_TESTS)

# The kernels with every index checked.
test-bounds:
	$(with_own_cache) NUMBA_BOUNDSCHECK=1 $(PYTHON) -m pytest $(KERNEL_TESTS)

# The kernels without the private parts of Numba.
test-public-numba:
	$(with_own_cache) BROWNCLUST_PUBLIC_NUMBA=1 $(PYTHON) -m pytest $(KERNEL_TESTS)

# The lowest versions that pyproject.toml names, on the lowest Python.
test-lowest:
	venv=$$(mktemp -d) && trap 'rm -rf "$$venv"' EXIT && \
	uv venv --quiet --clear --python 3.11 $$venv && \
	uv pip install --quiet --python $$venv --resolution lowest-direct -e '.[test]' && \
	$$venv/bin/python -c 'import brownclust.distributed' && \
	NUMBA_CACHE_DIR=$$venv/numba $$venv/bin/python -m pytest $(QUICK_TESTS)

# The sdist and the wheel are complete, and tests run in the unpacked sdist.
sdist-check:
	.ci/check-sdist $(QUICK_TESTS)

# All benchmarks of benchmarks/; see benchmarks/NOTES.md.
bench:
	$(PYTHON) -m pytest benchmarks --benchmark-only

# Random files of every kind: N text files and a fortieth as many archives. The seed is
# printed; SEED= repeats a run, REPEAT="kind:seed:number" one file.
N ?= 100000
SEED ?= 0
PROCESSES ?= 1
with_tests = PYTHONPATH=tests:. $(PYTHON)
fuzz:
	$(with_tests) -m fuzz --inputs $(N) --seed $(SEED) --processes $(PROCESSES) \
		$(if $(REPEAT),--repeat "$(REPEAT)")

# Archives, with every index of the kernels checked.
fuzz-bounds:
	$(with_own_cache) NUMBA_BOUNDSCHECK=1 PYTHONPATH=tests:. $(PYTHON) -m fuzz \
		--archives --inputs $(N) --seed $(SEED) $(if $(REPEAT),--repeat "$(REPEAT)")

# Commands killed at random moments, in N rounds.
kills: N = 200
kills:
	$(with_tests) -m kills --rounds $(N) --seed $(SEED)

# A text of N tokens, clustered while the command is killed and resumed ten times.
soak: N = 100000000
soak:
	$(PYTHON) -m benchmarks.soak --tokens $(N)
