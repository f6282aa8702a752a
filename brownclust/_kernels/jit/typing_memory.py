"""The types of a call of a builtin function are found once, not at each call.

For each `+` of two numbers Numba asks all that can add: times, strings, lists, sets.

Private Numba; imported by `whole_program` alone.
"""

import operator
from functools import cache
from typing import Any

from numba import types
from numba.core.typing import Context

_OPERATORS = frozenset(getattr(operator, name) for name in operator.__all__)


class _Context(Context):  # type: ignore[misc]
    """Numba's context of types, with a memory."""

    def __init__(self, original: Context) -> None:
        self.__dict__ = original.__dict__  # one registry of functions for both
        self.known_signatures: dict[Any, Any] = {}

    def resolve_function_type(self, func: Any, args: Any, kws: Any) -> Any:
        """Return the signature of a call, as Numba does."""
        is_builtin = isinstance(func, types.Function) or func in _OPERATORS
        if kws or not is_builtin:
            return super().resolve_function_type(func, args, kws)
        key = func, args
        signature = self.known_signatures.get(key)
        if signature is None:
            signature = super().resolve_function_type(func, args, kws)
            self.known_signatures[key] = signature
        return signature


@cache
def typing_context_of_kernels(original: Context) -> Context:
    """Return Numba's context, with a memory."""
    return _Context(original)
