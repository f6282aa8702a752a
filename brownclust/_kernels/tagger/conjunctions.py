"""Features of several terms: numbers for combinations of values.

A template's first two values together, and then each further one, are looked up in one
table by exact keys: ``template << 56 | first << 28 | second``, then ``NEXT << 56 |
number << 28 | value``, where `number` is that of the combination so far. The number
of all is the feature. Open addressing: ``slots`` has number + 1, 0 where empty;
``keys[number]`` is the key.

Template i has the terms ``terms[i, 0]``, ... ``terms[i, sizes[i] - 1]``: rows
``(field, offset, column)``, the value being ``values[starts[row] + column]``, below 0
where there is none.
"""

from brownclust._kernels.counting.pair_table import Indices
from brownclust._kernels.counting.word_table import Integers
from brownclust._kernels.jit.compilation import Int, fast_kernel, inner_kernel

VALUE_BITS = 28
MOST_VALUES = 1 << VALUE_BITS
NEXT = 127
"""In place of the template, for the third value on; so templates are 0 to 126."""

_FACTOR = 0x9E3779B1
_MASK = (1 << 31) - 1


@inner_kernel
def mix(key: int, value: int) -> int:
    """A hash of 31 bits of one of at most 31 bits and a value of at most 32."""
    mixed = (((key ^ (value & _MASK)) + (value >> 31)) * _FACTOR) & ((1 << 62) - 1)
    return (mixed ^ (mixed >> 29)) & _MASK


@inner_kernel
def first_slot(key: int, slots: Indices) -> Int:
    """Return the slot at which to look for a key first."""
    return mix(mix(0, key >> 32), key & 0xFFFFFFFF) & (slots.size - 1)


@inner_kernel
def key_slot(key: int, slot: int, keys: Integers, slots: Indices) -> Int:
    """Return the slot that has the key, or where it belongs, from its first on."""
    while slots[slot] != 0 and keys[slots[slot] - 1] != key:
        slot = (slot + 1) & (slots.size - 1)
    return slot


@fast_kernel
def enter_keys(keys: Integers, slots: Indices) -> None:
    """Fill empty `slots` from `keys`, which are all different."""
    for number in range(keys.size):
        slot = first_slot(keys[number], slots)
        slots[key_slot(keys[number], slot, keys, slots)] = number + 1


@inner_kernel
def number_of(
    key: int, keys: Integers, slots: Indices, n_keys: int, is_open: bool
) -> tuple[Int, Int]:
    """The number of a key, -1 if there is none, and n_keys; entered if it `is_open`."""
    slot = key_slot(key, first_slot(key, slots), keys, slots)
    if slots[slot] == 0 and is_open:
        keys[n_keys] = key
        n_keys += 1
        slots[slot] = n_keys
    return int(slots[slot]) - 1, n_keys


@fast_kernel
def find_conjunctions(
    bounds: Integers,
    types: Indices,
    values: Indices,
    starts: Integers,
    terms: Integers,
    sizes: Integers,
    keys: Integers,
    slots: Indices,
    n_keys: int,
    is_open: bool,
    first_keys: Integers,
    found: Indices,
) -> int:
    """found[position, template] = number of its values together, -1 if there is none.

    New ones get the numbers from `n_keys` on if the table `is_open`: room for one a
    position, template and term. ``first_keys`` is scratch for a number a template.
    Returns n_keys. Cost: a look-up a term.
    """
    for sentence in range(bounds.shape[0]):
        for t in range(bounds[sentence, 0], bounds[sentence, 1]):
            # First where to look for all: memory then works on them at the same time.
            for template in range(sizes.size):
                row = types[terms[template, 0, 0], t + terms[template, 0, 1]]
                left = int(values[starts[row] + terms[template, 0, 2]])
                row = types[terms[template, 1, 0], t + terms[template, 1, 1]]
                right = int(values[starts[row] + terms[template, 1, 2]])
                key = (template << VALUE_BITS | left) << VALUE_BITS | right
                first_keys[template] = key if left >= 0 and right >= 0 else -1
                slot = first_slot(max(key, 0), slots)
                found[t, template] = slots[slot]
            for template in range(sizes.size):
                key = first_keys[template]
                if key < 0:
                    found[t, template] = -1
                    continue
                number = int(found[t, template]) - 1
                if number < 0 or keys[number] != key:
                    number, n_keys = number_of(key, keys, slots, n_keys, is_open)
                for term in range(2, sizes[template]):
                    row = types[terms[template, term, 0], t + terms[template, term, 1]]
                    value = int(values[starts[row] + terms[template, term, 2]])
                    if number < 0 or value < 0:
                        number = -1
                        break
                    key = (NEXT << VALUE_BITS | number) << VALUE_BITS | value
                    number, n_keys = number_of(key, keys, slots, n_keys, is_open)
                found[t, template] = number
    return n_keys


@fast_kernel
def hash_conjunctions(
    bounds: Integers,
    types: Indices,
    values: Indices,
    starts: Integers,
    terms: Integers,
    sizes: Integers,
    seeds: Integers,
    size: int,
    found: Indices,
) -> None:
    """found[position, template] = hash of its values together, -1 if there is none.

    Hashes are below `size`. Cost: one step a term.
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
