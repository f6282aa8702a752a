"""The options of counting: frozen dataclasses, and their fields as typed keywords.

`BigramCounts`, `count_distributed`, `BrownClustering` and the command line share them.
Nothing here needs NumPy, so that ``brownclust --help`` stays fast.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Self, TypedDict, TypeVar

from brownclust._threads import check_threads
from brownclust._validation import check_choice, check_integer, must_be
from brownclust.text.blocks import PathLike
from brownclust.text.text_format import TextFormat, TextKeywords, WordKeywords

BOUNDARIES = ("break", "ignore", "mark")

MEASURES = ("mi", "llr", "pmi")
"""Measures of collocations; see `find_collocations`."""

MAX_COUNT = 1 << 53
"""Largest number of tokens, and largest count: up to here float64 holds every integer.

Clustering computes losses in units of ``2**-scale`` bits; at twice this number of
tokens the unit would have to be larger than one bit (see `scale_bits`).
"""

MAX_SKIP_GRAMS = 1000
"""Largest distance of neighbours: longer than nearly all lines."""

MIN_MEMORY = 256 << 20
"""Lowest memory limit, in bytes: what Python, Numba and one batch of text need."""

Function = TypeVar("Function", bound=Callable[..., Any])


class FilterKeywords(TypedDict, total=False):
    """Options of `WordFilter`, as keywords."""

    min_count: int
    max_vocabulary: int | None
    vocabulary: PathLike | Iterable[str] | None
    stopwords: PathLike | Iterable[str] | None


@dataclass(frozen=True)
class WordFilter:
    """Which words are kept. A removed word leaves a gap between its neighbours.

    Parameters
    ----------
    min_count : int
        Remove words that occur less often.
    max_vocabulary : int, optional
        Keep only this many words, the first by rank.
    vocabulary : path or iterable of str, optional
        Keep only these words; a file has one word a line, and no comments. Words that
        do not occur in the text are ignored; `BigramCounts.list_usage` says how many
        do. A word with whitespace in it is an error. ``normalise`` applies to them as
        to the text.
    stopwords : path or iterable of str, optional
        Remove these words, given in the same way.

    Raises
    ------
    TypeError, ValueError
        If a number is not an integer of at least 1.
    """

    min_count: int = 1
    max_vocabulary: int | None = None
    vocabulary: PathLike | Iterable[str] | None = None
    stopwords: PathLike | Iterable[str] | None = None

    def __post_init__(self) -> None:
        """Check the numbers; the lists are read later, when they are used."""
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
        Largest distance between two words that are counted as neighbours: 1 for
        adjacent words, at most 1000. With more than 1, a word's unigram count is its
        total on the left of pairs plus its total on the right, `n_bigrams` the number
        of all pairs and `n_tokens` twice that, as in `BigramCounts.from_pairs`, and
        there are no lines. Not with boundary "mark".

    Raises
    ------
    TypeError, ValueError
        If a value is not one of these.
    """

    boundary: str = "break"
    skip_grams: int = 1

    def __post_init__(self) -> None:
        """Check both, and that they are compatible."""
        check_choice("boundary", self.boundary, BOUNDARIES)
        distance = check_integer(
            "skip_grams", self.skip_grams, minimum=1, maximum=MAX_SKIP_GRAMS
        )
        _set(self, "skip_grams", distance)
        if distance > 1 and self.boundary == "mark":
            raise ValueError(must_be("skip_grams", "1 with boundary 'mark'", distance))


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
        The most threads to use, up to 1024; no more are started than there are cores.
    memory : int, optional
        Bytes of memory that the process may take: at least 256 MiB, 16 MiB more for
        each thread after the first, and 8 MiB more for each thread and unit of
        `skip_grams` above 1. Counts of pairs that do not fit go to temporary files,
        which are merged at the end; `successors` are then mapped files. Words always
        stay in memory.
    temp_directory : path, optional
        Where these files are made; by default the system's temporary directory. The
        system removes them when the process ends, in whatever way.

    Raises
    ------
    TypeError, ValueError
        If a number is not an integer, or is too small or too large.
    """

    threads: int = 1
    memory: int | None = None
    temp_directory: PathLike | None = None

    def __post_init__(self) -> None:
        """Check the numbers."""
        _set(self, "threads", check_threads(self.threads))
        if self.memory is not None:
            memory = check_integer("memory", self.memory, minimum=MIN_MEMORY)
            _set(self, "memory", memory)


class SentenceKeywords(
    WordKeywords, FilterKeywords, NeighbourKeywords, ResourceKeywords, total=False
):
    """All options of counting sentences from Python, as keywords."""


class IdKeywords(FilterKeywords, NeighbourKeywords, ResourceKeywords, total=False):
    """All options of counting ids, as keywords."""


class CountingKeywords(SentenceKeywords, TextKeywords, total=False):
    """All options of counting text, as keywords."""


@dataclass(frozen=True)
class CountingOptions:
    """All options of counting, in four groups.

    Parameters
    ----------
    text : TextFormat
        How text is read.
    words : WordFilter
        Which words are kept.
    neighbours : Neighbours
        Which words are neighbours.
    resources : Resources
        What counting may use.
    """

    text: TextFormat = field(default_factory=TextFormat)
    words: WordFilter = field(default_factory=WordFilter)
    neighbours: Neighbours = field(default_factory=Neighbours)
    resources: Resources = field(default_factory=Resources)

    @classmethod
    def from_keywords(
        cls, keywords: Mapping[str, Any], *, without: Iterable[str] = ()
    ) -> Self:
        """Return the options given as keyword arguments of a public function.

        Parameters
        ----------
        keywords : mapping
            Fields of the four groups, by name.
        without : iterable of str
            Fields that the function does not accept.

        Returns
        -------
        CountingOptions
            Defaults where there is no keyword.

        Raises
        ------
        TypeError
            If a keyword is not one of the fields.
        TypeError, ValueError
            If a group does not accept a value.
        """
        keyword_defaults(keywords, without=without)
        return cls(
            *(
                group(**{n: keywords[n] for n in keyword_names(group) if n in keywords})
                for group in OPTION_GROUPS
            )
        )


OPTION_GROUPS: tuple[Any, ...] = (TextFormat, WordFilter, Neighbours, Resources)
"""The groups, in the order of the fields of `CountingOptions`."""

ENCODING_OPTIONS = ("encoding", "encoding_errors")
"""Options that apply to lists of words, too, and to tables of pairs."""

FILE_ONLY_OPTIONS = ("format", "field", "comment", "lenient")
"""Options that apply to files, not to sentences from Python."""

TEXT_ONLY_OPTIONS = (
    *("format", "normalise", "phrases"),
    *ENCODING_OPTIONS,
    *("comment", "lenient"),
)
"""Options that apply to text, not to corpora of integers."""


def keyword_names(*groups: Any) -> tuple[str, ...]:
    """Return the names of the options of some groups."""
    return tuple(option.name for group in groups for option in fields(group))


def keyword_defaults(
    keywords: Mapping[str, Any] | None = None, *, without: Iterable[str] = ()
) -> dict[str, Any]:
    """Return the values of all options by name: keywords over defaults.

    Parameters
    ----------
    keywords : mapping, optional
        Options given, by name.
    without : iterable of str
        Options that are not accepted.

    Raises
    ------
    TypeError
        If a keyword is not an option, or one that is not accepted.
    """
    options = {option.name: option.default for option in _option_fields(without)}
    for name, value in (keywords or {}).items():
        if name not in options:
            raise TypeError(f"got an unexpected keyword argument {name!r}")
        options[name] = value
    return options


def with_keywords(*, without: Iterable[str] = ()) -> Callable[[Function], Function]:
    """Return a decorator that puts all options into a function's signature.

    The function itself takes ``**options``. The signature is for `help`, for notebooks,
    and for scikit-learn, which reads the names of parameters from it.

    Parameters
    ----------
    without : iterable of str
        Options that the function does not accept.
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
                option.name,
                inspect.Parameter.KEYWORD_ONLY,
                default=option.default,
                annotation=option.type,
            )
            for option in _option_fields(without)
        ]
        decorated: Any = function
        decorated.__signature__ = signature.replace(parameters=[*own, *added])
        return function

    return decorate


def _option_fields(without: Iterable[str]) -> Iterator[Field[Any]]:
    """Yield the fields of all groups, except those that are not accepted."""
    for group in OPTION_GROUPS:
        yield from (option for option in fields(group) if option.name not in without)


def _set(options: Any, name: str, value: Any) -> None:
    """Set an attribute of a frozen dataclass, while it is initialised."""
    object.__setattr__(options, name, value)
