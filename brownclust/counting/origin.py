"""How counts were made: more text must be read in the same way to be added to them.

`BigramCounts` and `BrownModel` keep an origin and compare it in ``merge`` and
``extend_model``.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from brownclust._validation import check_integer, must_be
from brownclust.text.normalise import check_steps
from brownclust.text.tokens import is_phrase


@dataclass(frozen=True)
class Origin:
    """How counts were made.

    Parameters
    ----------
    normalise : tuple of str
        Steps that changed every word; see `TextFormat`.
    skip_grams : int
        Largest distance between neighbours; see `Neighbours`.
    from_pairs : bool
        Whether all or part of the counts came from a table of pairs.
    phrases : tuple of str
        Phrases whose words were joined, as given: before normalisation.
    """

    normalise: tuple[str, ...] = ()
    skip_grams: int = 1
    from_pairs: bool = False
    phrases: tuple[str, ...] = ()

    def merge(self, other: "Origin") -> "Origin":
        """Return the origin of the sum of two counts.

        Raises
        ------
        ValueError
            If words or neighbours were counted in different ways. A table of pairs goes
            with any counts.
        """
        if self.from_pairs or other.from_pairs:
            one = other if self.from_pairs else self
            return replace(one, from_pairs=True)
        for name in ("normalise", "skip_grams"):
            mine, theirs = getattr(self, name), getattr(other, name)
            if mine != theirs:
                raise ValueError(must_be(name, f"{mine!r} in both counts", theirs))
        if set(self.phrases) != set(other.phrases):
            rule = f"the same in both counts, {len(self.phrases)} here"
            raise ValueError(must_be("phrases", rule, other.phrases))
        return self

    def to_json(self) -> str:
        """Return the origin as JSON, for a file; without phrases as before them."""
        record = asdict(self)
        if not self.phrases:
            del record["phrases"]
        return json.dumps(record)

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> Self:
        """Return the origin whose `to_json` this is, as a dict.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is anything else.
        """
        from_pairs = record["from_pairs"]
        if not isinstance(from_pairs, bool):
            raise TypeError(must_be("from_pairs", "true or false", from_pairs))
        phrases = record.get("phrases", [])
        if not isinstance(phrases, list) or not all(map(is_phrase, phrases)):
            raise TypeError(must_be("phrases", "a list of phrases", phrases))
        origin = cls._checked(record["normalise"], record["skip_grams"], from_pairs)
        return replace(origin, phrases=tuple(phrases))

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Self:
        """Return the origin of an older file, which has only a record of options.

        Parameters
        ----------
        record : mapping
            The ``source`` of counts, or the ``options`` of a model.

        Raises
        ------
        TypeError, ValueError
            If it is not such a record.
        """
        if not isinstance(record, Mapping):
            raise TypeError(must_be("source", "a dict", record))
        parts = [*record.get("parts", []), *([record["of"]] if "of" in record else [])]
        origins = [cls.from_record(part) for part in parts] or [cls()]
        options = {**record, **record.get("options", {})}
        return cls._checked(
            options.get("normalise", origins[0].normalise),
            options.get("skip_grams", origins[0].skip_grams),
            record.get("kind") == "pairs"
            or bool(record.get("pairs", False))
            or any(origin.from_pairs for origin in origins),
        )

    @classmethod
    def _checked(cls, normalise: Any, skip_grams: Any, from_pairs: bool) -> Self:
        """Return the origin that a file records."""
        return cls(
            check_steps("normalise", normalise),
            check_integer("skip_grams", skip_grams, minimum=1),
            from_pairs,
        )
