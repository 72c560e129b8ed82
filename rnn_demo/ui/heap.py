"""Keep a server that runs for weeks small: tell the C library to hold on to little free memory.

glibc gives every thread its own heap, so a training in each of forty threads leaves gaps in forty heaps.
"""

from __future__ import annotations

import ctypes
import gc
from typing import Any

M_ARENA_MAX = -8  # glibc, malloc.h: how many heaps there may be
HEAPS = 2


def few_heaps() -> bool:
    """Let threads share a few heaps from now on; False where the C library has no such setting."""
    return bool(_call("mallopt", M_ARENA_MAX, HEAPS))


def give_back() -> bool:
    """Return free memory to the system, in a few milliseconds; False where the C library has no such call."""
    gc.collect()
    return bool(_call("malloc_trim", 0))


def _call(name: str, *arguments: int) -> Any:
    try:
        return getattr(ctypes.CDLL(None), name)(*arguments)
    except (AttributeError, OSError, TypeError):  # not glibc
        return 0
