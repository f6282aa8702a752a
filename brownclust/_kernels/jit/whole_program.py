"""LLVM compiles a kernel with all that it calls once, not each function by itself.

Numba optimises a function, makes machine code of it, and does both again in every
function that calls it: of a function five calls deep, five times. Here, kernels that
only kernels call stay as Numba has written them. They are linked into the kernels that
Python calls, and only these are optimised.

Private Numba; imported by `private_numba` alone.
"""

from collections.abc import Iterable
from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

from brownclust._kernels.jit.typing_memory import typing_context_of_kernels

UNUSED_PASSES = frozenset(
    {
        "with_lifting",
        "inline_closure_likes",
        "dead_branch_prune",
        "inline_overloads",
        "nopython_rewrites",
        "literal_unroll",
        "find_literally",
        "LiteralPropagation",
    }
)
"""Passes of Numba over what no kernel has: closures, sums of arrays, literal types."""

USED_OF_LIBRARIES = (
    *("_final_module", "_linking_libraries", "_shared_module", "_finalized"),
    *("_raise_if_finalized", "_get_module_for_linking", "_optimize_functions"),
    *("_optimize_final_module", "get_pointer_to_function", "finalize"),
)
"""Parts of Numba's libraries that are called or replaced here."""


class EntryLibrary(JITCodeLibrary):  # type: ignore[misc]
    """A kernel that Python calls, with all that it calls."""

    _linking_libraries: list[Any]

    def finalize(self) -> None:
        """Link in what is called, optimise, and make machine code."""
        for library in _all_of(self._linking_libraries):
            is_inner = isinstance(library, _InnerLibrary)
            module = (
                library._final_module if is_inner else library._get_module_for_linking()
            )
            self._final_module.link_in(module, preserve=True)
        self._linking_libraries = []
        super().finalize()

    def _optimize_functions(self, _module: Any) -> None:
        """Do nothing: what comes last optimises functions, too."""

    def _optimize_final_module(self) -> None:
        """Optimise, without Numba's passes for counts of references: there are none."""
        made = self._codegen._module_pass_manager()
        # The passes alone, or since Numba 0.62 with what they were built by.
        passes, *builder = made if isinstance(made, tuple) else (made,)
        passes.run(self._final_module, *builder)


class _InnerLibrary(JITCodeLibrary):  # type: ignore[misc]
    """A kernel that only kernels call: neither optimised nor made machine code."""

    _linking_libraries: list[Any]
    _shared_module: Any

    @property
    def codegen(self) -> Any:
        """What Numba calls `set_env` of."""
        return self

    def set_env(self, _name: str, _environment: Any) -> None:
        """Do nothing: only machine code has an environment."""

    def get_pointer_to_function(self, _name: str) -> int:
        """Return a null pointer: there is no machine code."""
        self._ensure_finalized()
        return 0

    def finalize(self) -> None:
        """Let several libraries, linked to each other, have a copy."""
        self._raise_if_finalized()
        for function in self._final_module.functions:
            if not function.is_declaration:
                function.linkage = "linkonce_odr"
        self._finalized = True

    def _optimize_functions(self, _module: Any) -> None:
        """Do nothing."""

    def _get_module_for_linking(self) -> Any:
        """Return a module with all that is called: for functions that are not ours."""
        if self._shared_module is None:
            module = self._final_module.clone()
            for library in _all_of(self._linking_libraries):
                module.link_in(library._get_module_for_linking(), preserve=True)
            self._shared_module = module
        return self._shared_module


def _all_of(libraries: Iterable[Any]) -> Iterable[Any]:
    """Libraries, those of the kernels that they call, and so on, each once."""
    found: dict[Any, None] = {}
    pending = list(libraries)
    while pending:
        library = pending.pop()
        if library not in found:
            found[library] = None
            if isinstance(library, _InnerLibrary):
                pending += library._linking_libraries
    return found


class _KernelCompiler(Compiler):  # type: ignore[misc]
    """Numba's compiler, without some passes, and with a library of ours."""

    library_class: type[JITCodeLibrary]

    def define_pipelines(self) -> Any:
        """Return the passes; they write to the library that is there."""
        state = self.state
        name = state.func_id.func_qualname
        state.library = self.library_class(state.targetctx.codegen(), name)
        state.library.enable_object_caching()
        state.typingctx = typing_context_of_kernels(state.typingctx)
        pipelines = super().define_pipelines()
        for pipeline in pipelines:
            pipeline.passes[:] = [
                item for item in pipeline.passes if item[0]._name not in UNUSED_PASSES
            ]
        return pipelines


class EntryCompiler(_KernelCompiler):
    """Compiles kernels that Python calls."""

    library_class = EntryLibrary


class InnerCompiler(_KernelCompiler):
    """Compiles kernels that only kernels call."""

    library_class = _InnerLibrary
