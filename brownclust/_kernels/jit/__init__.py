"""The door to Numba: the only modules that know how it works inside.

- `private_numba`, `mode`: what is used of Numba that it does not document, a check that
  this is as we know it, and the switch that does without
- `compilation`, `cache`, `clock`: decorators of kernels, compiled code on disk, and how
  long compiling takes
- `whole_program`, `typing_memory`: what is changed of Numba's compiler, for less to
  compile
- `record`, `record_type`: many arrays as one argument of a kernel
- `intrinsics`, `llvm_intrinsics`: what NumPy has no words for
"""
