"""Presets: the templates of common tasks; a new preset is one entry of `PRESETS`.

The notation is that of `templates`, which parses them. Templates with a ``cluster``
attribute are left out if there are no clusters; those of documents (``elsewhere.`` and
``_majority``) without documents, those of a lexicon without one. The command line reads
its choices from here, before it imports anything else of the package.
"""

_WORDS = """
    word[0]
    lower[-2..2]
    prefix:1..4[0]
    suffix:1..4[0]
    lower[-1] & lower[0]
    lower[0] & lower[1]
    short_shape[-1..1]
    short_shape[0] & lower[-1]
    short_shape[-1] & short_shape[0]
    short_shape[0] & short_shape[1]
    lexicon[-1..1]
    short_shape[0] & lexicon[0]
"""

_PARTS_OF_SPEECH = """
    suffix:3[-1]
    suffix:3[1]
    shape[0]
    has_digit[0]
    has_hyphen[0]
    has_upper[0]
    lower[-1] & lower[1]
    cluster[-2..2]
    cluster:6[-1] & cluster:6[0]
    cluster:6[0] & cluster:6[1]
    cluster:6[-1] & cluster:6[1]
    cluster:8[-2] & cluster:8[-1]
    cluster:8[1] & cluster:8[2]
    cluster:10[-1] & cluster:10[0] & cluster:10[1]
    short_shape[0] & cluster:6[0]
"""

_CHUNKS = """
    suffix:3[-1]
    suffix:3[1]
    shape[0]
    cluster[-2..2]
    cluster:6,10[0]
    cluster[-1] & cluster[0]
    cluster[0] & cluster[1]
    cluster:8[-1] & cluster:8[0]
    cluster:8[0] & cluster:8[1]
    cluster:8[-1] & cluster:8[1]
    cluster:8[-2] & cluster:8[-1]
    cluster:8[1] & cluster:8[2]
    cluster:10[-1] & cluster:10[0] & cluster:10[1]
    short_shape[0] & cluster:6[0]
"""

_ENTITIES = """
    shape[-1..1]
    short_shape[-2]
    short_shape[2]
    has_digit[0]
    has_hyphen[0]
    cluster[-2..2]
    cluster:6,10,20[0]
    short_shape[0] & cluster:6[-1..1]
    short_shape[0] & cluster:10[0]
    elsewhere.short_shape[0]
    elsewhere.lower[-2,-1,1,2]
    word_majority[-1..1]
    span_majority[0]
    longer_span_majority[0]
"""

PRESETS = {
    "pos": _WORDS + _PARTS_OF_SPEECH,
    "chunk": _WORDS + _CHUNKS,
    "ner": _WORDS + _ENTITIES,
}
"""The templates of each preset, for parts of speech, chunks and named entities."""
