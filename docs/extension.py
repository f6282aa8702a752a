"""What mkdocstrings is told of the package beyond what its source shows.

Options of counting are one ``**options: Unpack[…]`` in a signature: they are shown one
by one, with their defaults. Docstrings are numpydoc, whose few marks of
reStructuredText become Markdown, and whose types are shown as they are written.
"""

import inspect
import re
from importlib import import_module
from typing import Any, get_type_hints

from griffe import Extension, Function, Object, Parameter, ParameterKind

_MARKS = (
    (re.compile(r":math:`([^`]+)`"), r"$\1$"),
    (re.compile(r"(?:\\ )?:sup:`([^`]+)`"), r"<sup>\1</sup>"),
    (re.compile(r"\[(\d+)\]_"), r"[\1]"),
    (re.compile(r"^( *)\.\. \[(\d+)\] ", re.MULTILINE), r"\1\2. "),
)
_TYPE = re.compile(r"^ *[\w, ]+ : (.*)$", re.MULTILINE)


class Numpydoc(Extension):
    """Signatures with all keywords, docstrings in Markdown."""

    def on_instance(self, *, obj: Object, **_: Any) -> None:
        """Rewrite the docstring of whatever has one."""
        if obj.docstring is not None:
            text = obj.docstring.value
            for pattern, replacement in _MARKS:
                text = pattern.sub(replacement, text)
            obj.docstring.value = _TYPE.sub(_without_quotes, text)

    def on_function_instance(self, *, func: Function, **_: Any) -> None:
        """Show the keywords that ``Unpack`` stands for."""
        for shown in list(func.parameters):
            if shown.kind is ParameterKind.var_keyword and "Unpack[" in str(
                shown.annotation
            ):
                del func.parameters[shown.name]
                for keyword in _keywords(func, str(shown.annotation)):
                    func.parameters.add(keyword)


def _without_quotes(match: re.Match[str]) -> str:
    """Return the line of a parameter so that strings are not taken for names of types.

    Griffe reads a type as an expression if it is one; words between are none.
    """
    line, types = match[0], match[1]
    shown = re.sub(r"\{([^}]*)\}", r"one of \1", types).replace(' or "', ', or "')
    return line.replace(types, shown)


def _keywords(func: Function, annotation: str) -> list[Parameter]:
    from brownclust.counting.options import keyword_defaults

    module = import_module(func.module.path)
    typed = getattr(module, annotation.removeprefix("Unpack[").removesuffix("]"))
    defaults = keyword_defaults()
    return [
        Parameter(
            name,
            annotation=inspect.formatannotation(hint).replace("collections.abc.", ""),
            kind=ParameterKind.keyword_only,
            default=repr(defaults[name]),
        )
        for name, hint in get_type_hints(typed).items()
    ]
