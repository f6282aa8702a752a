"""Figures that commands draw to files."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from brownclust._validation import must_be, needs_extra

if TYPE_CHECKING:
    from matplotlib.figure import Figure

PLOT_ENDINGS = (".png", ".pdf", ".svg")
DOTS_PER_INCH = 150

_WITHOUT_DATE: dict[str, dict[str, Any]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None},
}
"""So that the same figure gives the same bytes."""


def check_plot_path(name: str, path: str) -> None:
    """Raise a usage error unless the end of a file's name is a format of plots."""
    if not path.endswith(PLOT_ENDINGS):
        rule = f"a file that ends in one of {', '.join(PLOT_ENDINGS)}"
        raise click.UsageError(must_be(name, rule, path))


def import_pyplot(what: str) -> Any:
    """Return ``matplotlib.pyplot``, which draws to files only.

    Parameters
    ----------
    what : str
        What needs it.

    Raises
    ------
    ImportError
        If it is not installed; the message says how to install it.
    """
    try:
        import matplotlib as mpl
    except ImportError:
        raise ImportError(needs_extra(what, "matplotlib", "plot")) from None
    mpl.use("agg")
    from matplotlib import pyplot as plt

    return plt


def save_figure(figure: "Figure", path: str, **options: Any) -> list[str]:
    """Write a figure to a file, in the format that the end of its name says.

    Parameters
    ----------
    figure : Figure
        A figure of pyplot; it is closed.
    path : str
        The file.
    **options : object
        More for Matplotlib.

    Returns
    -------
    list of str
        Characters that no installed font has.
    """
    from matplotlib import pyplot as plt

    from brownclust._atomic import atomic_write

    format = path.rpartition(".")[2]
    buffer = io.BytesIO()
    with _missing_characters() as missing:
        figure.savefig(
            buffer,
            format=format,
            dpi=DOTS_PER_INCH,
            metadata=_WITHOUT_DATE.get(format),
            **options,
        )
    plt.close(figure)
    with atomic_write(path, "wb") as file:
        file.write(buffer.getvalue())
    return missing


@contextmanager
def _missing_characters() -> Iterator[list[str]]:
    """Collect characters that Matplotlib warns of."""
    missing: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield missing
    for warning in caught:
        words = str(warning.message).split()
        if words[:1] == ["Glyph"]:
            character = chr(int(words[1]))
            if character not in missing:
                missing.append(character)
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )
