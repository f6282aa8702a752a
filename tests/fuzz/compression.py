"""Compressed files, whole and damaged."""

import bz2
import gzip
import lzma

import zstandard

from fuzz.mutation import pick

COMPRESSORS = {
    ".gz": lambda data: gzip.compress(data, 1, mtime=0),
    ".xz": lambda data: lzma.compress(data, preset=0),
    ".bz2": lambda data: bz2.compress(data, 1),
    ".zst": lambda data: zstandard.ZstdCompressor(1).compress(data),
}


def perhaps_compressed(random, data):
    """Return the suffix and the content of a file; one in eight is compressed."""
    if random.random() >= 0.125:
        return "", data
    suffix = pick(random, tuple(COMPRESSORS))
    if random.random() < 0.1:  # the name is wrong
        return suffix, data
    data = COMPRESSORS[suffix](data)
    if random.random() < 0.5:
        data = damaged(random, data)
    return suffix, data


def damaged(random, data):
    """Return the bytes of a binary file with some lost, changed, added or repeated."""
    at = int(random.random() * len(data))
    kind = int(random.random() * 5)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + random.randbytes(1 + int(8 * random.random())) + data[at:]
    if kind == 2:
        return data[:at] + data[at + 1 + int(40 * random.random()) :]
    if kind == 3:
        return data + data[at:]
    changed = bytearray(data)
    for _ in range(1 + int(8 * random.random() ** 3)):
        changed[int(random.random() * len(data))] ^= 1 << int(8 * random.random())
    return bytes(changed)
