"""Experiments: what clusters are worth to the models that use them.

Each module with a ``main`` is one command, ``python -m benchmarks.experiments.NAME``,
which needs the labelled data and texts that its help names. Its results are in
``results/NAME.json`` (every run) and ``results/NAME.md`` (tables), a figure in
``docs/images``, and what they show in ``docs/experiments.md``. ``common`` is what the
experiments share.
"""
