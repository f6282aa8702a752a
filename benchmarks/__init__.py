"""Benchmarks of brownclust, alone and against other programs.

| command | what it measures |
|---|---|
| ``python -m benchmarks`` | every stage, on synthetic text; checks every answer |
| ``python -m benchmarks.compare`` | other programs for Brown clustering |
| ``python -m benchmarks.counting`` | counting speed and memory |
| ``python -m benchmarks.cold_start`` | a new process, with and without a cache |
| ``python -m benchmarks.large_counts`` | clustering of counts as of a larger text |
| ``python -m benchmarks.refinement`` | information and time of refinement |
| ``python -m benchmarks.extend`` | new words placed in an existing model |
| ``python -m benchmarks.taggers`` | taggers with and without clusters |
| ``python -m benchmarks.planning`` | predictions of ``brownclust stats`` |
| ``python -m benchmarks.distributed`` | counting on Dask |
| ``python -m benchmarks.running_text`` | writes text of any length, to measure with |
| ``python -m benchmarks.billion`` | a billion tokens, from text to clusters |
| ``python -m benchmarks.zipf`` | how words and bigrams grow with text |
| ``python -m benchmarks.scale`` | the tables of ``docs/scale.md`` |
| ``python -m benchmarks.plot`` | draws the numbers of ``python -m benchmarks`` |

``NOTES.md`` lists every optimisation that was tried and its effect.
"""
