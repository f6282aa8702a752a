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

from brownclust._kernels.compilation import fast_kernel, inner_kernel
from brownclust._kernels.counting import Indices, Integers

VALUE_BITS = 28
MOST_VALUES = 1 << VALUE_BITS
NEXT = 127
"""In place of the template, for the third value on; so there can be 126 of them."""

_FACTOR = 0x9E3779B1
_MASK = (1 << 31) - 1


@inner_kernel
def mix(key: int, value: int) -> int:
    """A hash of 31 bits of one of at most 31 bits and a value of at most 32."""
    mixed = (((key ^ (value & _MASK)) + (value >> 31)) * _FACTOR) & ((1 << 62) - 1)
    return (mixed ^ (mixed >> 29)) & _MASK


@inner_kernel
def key_slot(key: int, keys: Integers, slots: Indices) -> int:
    """Return the slot that has the key, or where it belongs."""
    mask = slots.size - 1
    slot = mix(mix(0, key >> 32), key & 0xFFFFFFFF) & mask
    while slots[slot] != 0 and keys[slots[slot] - 1] != key:
        slot = (slot + 1) & mask
    return slot


@fast_kernel
def enter_keys(keys: Integers, slots: Indices) -> None:
    """Fill empty `slots` from `keys`, which are all different."""
    for number in range(keys.size):
        slots[key_slot(keys[number], keys, slots)] = number + 1


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
    found: Indices,
) -> int:
    """found[position, template] = number of its values together, -1 if there is none.

    New ones get the numbers from `n_keys` on if the table `is_open`: room for one a
    position, template and term. Returns n_keys. Cost: a look-up a term.
    """
    for sentence in range(bounds.shape[0]):
        for t in range(bounds[sentence, 0], bounds[sentence, 1]):
            for template in range(sizes.size):
                number = template
                shift = NEXT
                for term in range(sizes[template]):
                    row = types[terms[template, term, 0], t + terms[template, term, 1]]
                    value = values[starts[row] + terms[template, term, 2]]
                    if value < 0:
                        number = -1
                        break
                    if term == 0:
                        shift = template
                        number = value
                        continue
                    key = shift << 2 * VALUE_BITS | number << VALUE_BITS | value
                    slot = key_slot(key, keys, slots)
                    if slots[slot] == 0:
                        if not is_open:
                            number = -1
                            break
                        keys[n_keys] = key
                        n_keys += 1
                        slots[slot] = n_keys
                    number = slots[slot] - 1
                    shift = NEXT
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
                hashed = seeds[template]
                for term in range(sizes[template]):
                    row = types[terms[template, term, 0], t + terms[template, term, 1]]
                    value = values[starts[row] + terms[template, term, 2]]
                    if value < 0:
                        hashed = -1
                        break
                    hashed = mix(hashed, value)
                found[t, template] = hashed % size if hashed >= 0 else -1
