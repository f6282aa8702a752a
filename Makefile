# The checks of .ci/run one by one; each needs `pip install -e '.[dev]'`.
PYTHON ?= python

.PHONY: check docs test test-nojit test-bounds bench

check:
	ruff check .
	ruff format --check .
	mypy

# The site, into site/; a broken link is an error.
docs:
	mkdocs build --strict

test:
	$(PYTHON) -m pytest

# The kernels as plain Python: fewer examples, the same answers.
KERNEL_TESTS = tests/test_agglomerate.py tests/test_agglomeration_kernel.py \
	tests/counting/test_counter.py tests/counting/test_sorting.py \
	tests/counting/test_words_kernel.py tests/test_counts.py \
	tests/test_partitions_kernel.py \
	tests/tagger/test_feature_space.py tests/tagger/test_perceptron_kernel.py

test-nojit:
	NUMBA_DISABLE_JIT=1 $(PYTHON) -m pytest $(KERNEL_TESTS)

# A warm cache would silently ignore the flag, hence one of its own.
test-bounds:
	cache=$$(mktemp -d) && \
	NUMBA_BOUNDSCHECK=1 NUMBA_CACHE_DIR=$$cache $(PYTHON) -m pytest $(KERNEL_TESTS); \
	status=$$?; rm -rf $$cache; exit $$status

bench:
	$(PYTHON) -m pytest benchmarks --benchmark-only
