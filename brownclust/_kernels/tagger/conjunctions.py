"""Numbers for combinations of values: the features of templates with several terms.

A combination is built up one value at a time, and each stage has a key in one hash
table. The key of a template's first two values is ``template << 56 | first << 28 |
second``; that of each further value is ``NEXT << 56 | number << 28 | value``, where
`number` is the number of the combination so far. The number of the last stage is the
feature. Keys are exact: no two combinations share a number.

The table uses open addressing with linear probing. ``slots`` holds the number in each
slot, and ``marks`` some bits of the hash of its key, or 0 for an empty slot: most
searches for an unknown combination end there, in a small array that stays in the cache.
``keys[number]`` is the key.

Template i has the terms ``terms[i, 0]`` to ``terms[i, sizes[i] - 1]``, each of them
``(field, offset, column)``. The value of a term is ``values[starts[row] + column]``;
below 0 it has none. Sentences, positions and rows are as in `decoding`.
"""

from brownclust._kernels.jit.compilation import fast_kernel, inner_kernel
from brownclust._kernels.tagger.array_types import Int32Array, Int64Array, Uint8Array

VALUE_BITS = 28
"""Two values and a template fill 63 bits of a key, so that no key is negative."""

MAX_VALUES = 1 << VALUE_BITS
NEXT = 127
"""Stands in the key where the template would be, from the third value on.

The largest number of 7 bits; templates have the numbers 0 to 126.
"""

_MULTIPLIER = 0x9E3779B1
"""2**32 / golden ratio: Knuth's multiplicative hashing spreads successive values."""

_LEFT_MULTIPLIER = _MULTIPLIER >> 4
"""Of 28 bits, for the left part of a key, which has 35."""

_MARK_SHIFT = 24
"""Lower bits of a hash choose the slot, in all but very large tables."""

_LOW_31_BITS = (1 << 31) - 1


@inner_kernel
def mix(key: int, value: int) -> int:
    """Hash of 31 bits, from a hash so far (31 bits) and a value (32 bits)."""
    # The product is below 2**63: int64 does not overflow, and the result is the same
    # with the JIT off.
    mixed = ((key ^ (value & _LOW_31_BITS)) + (value >> 31)) * _MULTIPLIER
    return (mixed ^ (mixed >> 29)) & _LOW_31_BITS


@inner_kernel
def hash_of(key: int) -> int:
    """Hash of 63 bits for the table: of low bits for the slot, of others for marks."""
    # Both products are below 2**63: int64 does not overflow.
    left = (key >> VALUE_BITS) * _LEFT_MULTIPLIER
    mixed = left ^ (key & (MAX_VALUES - 1)) * _MULTIPLIER
    return mixed ^ (mixed >> 31)


@inner_kernel
def mark_of(hashed: int) -> int:
    """Bits of a hash that `marks` holds, never 0."""
    return (hashed >> _MARK_SHIFT & 127) | 128


@inner_kernel
def find_slot(
    key: int,
    hashed: int,
    keys: Int64Array,
    slots: Int32Array,
    marks: Uint8Array,
) -> int:
    """The slot that holds the key, or the empty slot for it."""
    mark = mark_of(hashed)
    slot = hashed & (slots.size - 1)
    while marks[slot] != 0 and (marks[slot] != mark or keys[slots[slot]] != key):
        slot = (slot + 1) & (slots.size - 1)
    return slot


@fast_kernel
def insert_keys(keys: Int64Array, slots: Int32Array, marks: Uint8Array) -> None:
    """Fill an empty table from `keys`, which are all different."""
    for number in range(keys.size):
        hashed = hash_of(keys[number])
        slot = find_slot(keys[number], hashed, keys, slots, marks)
        slots[slot] = number
        marks[slot] = mark_of(hashed)


@inner_kernel
def number_of(
    key: int,
    hashed: int,
    keys: Int64Array,
    slots: Int32Array,
    marks: Uint8Array,
    n_keys: int,
    is_open: bool,
) -> tuple[int, int]:
    """The number of a key, -1 if unknown, and n_keys; inserts it if `is_open`."""
    slot = find_slot(key, hashed, keys, slots, marks)
    if marks[slot] == 0:
        if not is_open:
            return -1, n_keys
        keys[n_keys] = key
        slots[slot] = n_keys
        marks[slot] = mark_of(hashed)
        n_keys += 1
    return int(slots[slot]), n_keys


@fast_kernel
def find_conjunctions(
    bounds: Int64Array,
    types: Int32Array,
    values: Int32Array,
    starts: Int64Array,
    terms: Int64Array,
    sizes: Int64Array,
    keys: Int64Array,
    slots: Int32Array,
    marks: Uint8Array,
    n_keys: int,
    is_open: bool,
    first_keys: Int64Array,
    hashes: Int64Array,
    found: Int32Array,
) -> int:
    """found[position, template] = number of its combination of values, -1 if none.

    If the table `is_open`, new combinations get the numbers from `n_keys` on; ``keys``
    has capacity for one per position, template and term. ``first_keys`` and ``hashes``
    are scratch space, one per template. Returns the new n_keys. Cost: one look-up per
    term.
    """
    for sentence in range(bounds.shape[0]):
        for t in range(bounds[sentence, 0], bounds[sentence, 1]):
            # Read the first marks of all templates before comparing any: the processor
            # then waits for several cache misses at once.
            for template in range(sizes.size):
                row = types[terms[template, 0, 0], t + terms[template, 0, 1]]
                left = int(values[starts[row] + terms[template, 0, 2]])
                row = types[terms[template, 1, 0], t + terms[template, 1, 1]]
                right = int(values[starts[row] + terms[template, 1, 2]])
                key = (template << VALUE_BITS | left) << VALUE_BITS | right
                first_keys[template] = key if left >= 0 and right >= 0 else -1
                hashes[template] = hash_of(max(key, 0))
                found[t, template] = marks[hashes[template] & (marks.size - 1)]
            for template in range(sizes.size):
                key = first_keys[template]
                if key < 0 or (found[t, template] == 0 and not is_open):
                    found[t, template] = -1
                    continue
                number, n_keys = number_of(
                    key, hashes[template], keys, slots, marks, n_keys, is_open
                )
                for term in range(2, sizes[template]):
                    row = types[terms[template, term, 0], t + terms[template, term, 1]]
                    value = int(values[starts[row] + terms[template, term, 2]])
                    if number < 0 or value < 0:
                        number = -1
                        break
                    key = (NEXT << VALUE_BITS | number) << VALUE_BITS | value
                    number, n_keys = number_of(
                        key, hash_of(key), keys, slots, marks, n_keys, is_open
                    )
                found[t, template] = number
    return n_keys


@fast_kernel
def hash_conjunctions(
    bounds: Int64Array,
    types: Int32Array,
    values: Int32Array,
    starts: Int64Array,
    terms: Int64Array,
    sizes: Int64Array,
    seeds: Int64Array,
    size: int,
    found: Int32Array,
) -> None:
    """found[position, template] = hash of its combination of values, -1 if none.

    Hashes are below `size`, and start from ``seeds[template]``. Cost: one step per
    term.
    """
    for sentence in range(bounds.shape[0]):
        for t in range(bounds[sentence, 0], bounds[sentence, 1]):
            for template in range(sizes.size):
                hashed = int(seeds[template])
                for term in range(sizes[template]):
                    row = types[terms[template, term, 0], t + terms[template, term, 1]]
                    value = int(values[starts[row] + terms[template, term, 2]])
                    if value < 0:
                        hashed = -1
                        break
                    hashed = mix(hashed, value)
                found[t, template] = hashed % size if hashed >= 0 else -1
