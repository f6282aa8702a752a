"""Options of counting: frozen values, typed as keywords of the public functions.

Nothing here needs NumPy, so that the command line can ask what options there are.
"""

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self, TypedDict, TypeVar

from brownclust._validation import check_choice, check_integer, must_be
from brownclust.text.blocks import PathLike
from brownclust.text.text_format import TextFormat, TextKeywords, WordKeywords

BOUNDARIES = ("break", "ignore", "mark")

MAX_COUNT = (1 << 62) - 1
"""Largest count, and largest total of counts: sums of two still fit 64 bits."""

MIN_MEMORY = 256 << 20
"""Smallest limit of memory, in bytes: Python, Numba and one batch of text need it."""

Function = TypeVar("Function", bound=Callable[..., Any])


class FilterKeywords(TypedDict, total=False):
    """Options of `WordFilter`, as keywords."""

    min_count: int
    max_vocabulary: int | None
    vocabulary: PathLike | Iterable[str] | None
    stopwords: PathLike | Iterable[str] | None


@dataclass(frozen=True)
class WordFilter:
    """Which words are kept. A word removed leaves a gap between its neighbours.

    Parameters
    ----------
    min_count : int
        Remove words that occur less often.
    max_vocabulary : int, optional
        Keep only this many words, the first by rank.
    vocabulary : path or iterable of str, optional
        Keep only these words; a file has one word a line. Words that never occur are
        left out; so are lines with whitespace in them, which no token can match.
        ``normalise`` applies to them as to the text.
    stopwords : path or iterable of str, optional
        Remove these words, given in the same way.
    """

    min_count: int = 1
    max_vocabulary: int | None = None
    vocabulary: PathLike | Iterable[str] | None = None
    stopwords: PathLike | Iterable[str] | None = None

    def __post_init__(self) -> None:
        """Check the numbers; the lists are read when they are needed."""
        _set(self, "min_count", check_integer("min_count", self.min_count, minimum=1))
        if self.max_vocabulary is not None:
            limit = check_integer("max_vocabulary", self.max_vocabulary, minimum=1)
            _set(self, "max_vocabulary", limit)


class NeighbourKeywords(TypedDict, total=False):
    """Options of `Neighbours`, as keywords."""

    boundary: str
    skip_grams: int


@dataclass(frozen=True)
class Neighbours:
    """Which words are neighbours.

    Parameters
    ----------
    boundary : {"break", "ignore", "mark"}
        What a line end is: no bigram crosses it; whitespace; a context of its own, the
        same before a line's first word and after its last. With "ignore" all files are
        one stream: the last word of one and the first of the next are neighbours.
    skip_grams : int
        How far apart two words may be to be counted as neighbours. With more than 1, a
        word's unigram count is its total on the left of pairs plus that on the right,
        `n_bigrams` the number of all pairs, `n_tokens` twice that, as in
        `BigramCounts.from_pairs`, and there are no lines; not with boundary "mark".
    """

    boundary: str = "break"
    skip_grams: int = 1

    def __post_init__(self) -> None:
        """Check both, and that they go together."""
        check_choice("boundary", self.boundary, BOUNDARIES)
        distance = check_integer("skip_grams", self.skip_grams, minimum=1)
        _set(self, "skip_grams", distance)
        if distance > 1 and self.boundary == "mark":
            rule = "1 with boundary 'mark', whose line edges are next to words only"
            raise ValueError(must_be("skip_grams", rule, distance))


class ResourceKeywords(TypedDict, total=False):
    """Options of `Resources`, as keywords."""

    threads: int
    memory: int | None
    temp_directory: PathLike | None


@dataclass(frozen=True)
class Resources:
    """What counting may use; the counts do not depend on it.

    Parameters
    ----------
    threads : int
        Threads to use.
    memory : int, optional
        Bytes the process may take, at least 256 MiB. Counts of pairs that would take
        more go to temporary files and are merged at the end; `successors` are mapped
        files then. Words stay in memory.
    temp_directory : path, optional
        Where these files are made; by default where the system has such files. They
        have no names, so that nothing of them is left, however the process ends.
    """

    threads: int = 1
    memory: int | None = None
    temp_directory: PathLike | None = None

    def __post_init__(self) -> None:
        """Check the numbers."""
        _set(self, "threads", check_integer("threads", self.threads, minimum=1))
        if self.memory is not None:
            memory = check_integer("memory", self.memory, minimum=MIN_MEMORY)
            _set(self, "memory", memory)


class SentenceKeywords(
    WordKeywords, FilterKeywords, NeighbourKeywords, ResourceKeywords, total=False
):
    """All options of counting sentences from Python, as keywords."""


class CountingKeywords(SentenceKeywords, TextKeywords, total=False):
    """All options of counting text, as keywords."""


@dataclass(frozen=True)
class CountingOptions:
    """All options of counting, by what they are about."""

    text: TextFormat = field(default_factory=TextFormat)
    words: WordFilter = field(default_factory=WordFilter)
    neighbours: Neighbours = field(default_factory=Neighbours)
    resources: Resources = field(default_factory=Resources)

    @classmethod
    def from_keywords(
        cls, keywords: Mapping[str, Any], *, without: Iterable[str] = ()
    ) -> Self:
        """Return the options that keywords of a public function stand for.

        Parameters
        ----------
        keywords : mapping
            Fields of the four groups, by name.
        without : iterable of str
            Fields that the function does not have.

        Raises
        ------
        TypeError
            If a keyword is none of these.
        TypeError, ValueError
            If a value is not as its group says.
        """
        keyword_defaults(keywords, without=without)
        return cls(
            *(
                group(**{n: keywords[n] for n in keyword_names(group) if n in keywords})
                for group in GROUPS
            )
        )


GROUPS: tuple[Any, ...] = (TextFormat, WordFilter, Neighbours, Resources)


def keyword_names(*groups: Any) -> tuple[str, ...]:
    """Return the names of the options of some groups."""
    return tuple(one.name for group in groups for one in fields(group))


def keyword_defaults(
    keywords: Mapping[str, Any] | None = None, *, without: Iterable[str] = ()
) -> dict[str, Any]:
    """Return all options by name: keywords where given, defaults elsewhere.

    Raises
    ------
    TypeError
        If a keyword is not an option, or is one of those that a function is without.
    """
    options = {
        one.name: one.default
        for group in GROUPS
        for one in fields(group)
        if one.name not in without
    }
    for name, value in (keywords or {}).items():
        if name not in options:
            raise TypeError(f"got an unexpected keyword argument {name!r}")
        options[name] = value
    return options


def with_keywords(*, without: Iterable[str] = ()) -> Callable[[Function], Function]:
    """Return a decorator that shows what ``**options`` of a function stand for.

    In `help`, in notebooks, and for scikit-learn, which reads the names of parameters
    from the signature.
    """

    def decorate(function: Function) -> Function:
        signature = inspect.signature(function)
        own = [
            parameter
            for parameter in signature.parameters.values()
            if parameter.kind is not inspect.Parameter.VAR_KEYWORD
        ]
        added = [
            inspect.Parameter(
                one.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=one.default,
                annotation=one.type,
            )
            for group in GROUPS
            for one in fields(group)
            if one.name not in without
        ]
        shown: Any = function
        shown.__signature__ = signature.replace(parameters=[*own, *added])
        return function

    return decorate


def _set(options: Any, name: str, value: Any) -> None:
    """Set an attribute of a frozen value that is being made."""
    object.__setattr__(options, name, value)
