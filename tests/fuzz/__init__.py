"""Random files of every kind, read as a user would: ``python -m fuzz`` (make fuzz).

Every input follows from a kind, a seed and a number, so that any can be repeated.

- inputs: ``mutation`` (of bytes and lines), ``compression``, ``samples`` (whole files),
  ``archives`` (changed members of npz files)
- kinds: ``text_kinds`` and ``binary_kinds``, each of which makes a file and uses it, by
  ``readers`` and ``commands``, with the ``resources`` that these need; ``laws`` hold
  between two ways of writing the same
- runs: ``oracle`` (what may happen), ``workers`` (processes with a watchdog),
  ``report``
"""
