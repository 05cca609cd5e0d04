"""The solver counts in 64 bits and leaves the JAX of the process that uses it as it finds it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import jax

P = ParamSpec("P")
R = TypeVar("R")


def in_double(function: Callable[P, R]) -> Callable[P, R]:
    """The function with 64-bit JAX while it runs, in the thread that calls it: every door of the solver, and no more.

    JAX keeps compiled code apart by this setting, so a host in 32 bits compiles and runs as before.
    """

    @wraps(function)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with jax.enable_x64(True):
            return function(*args, **kwargs)

    return inside
