"""What kind of machine this is, and settings for long training runs, made before torch is imported."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # glibc's malloc.h


def prepare_process() -> None:
    """Let waiting threads sleep, and keep freed memory for the next step.

    By default each thread of torch spins while it waits for the others, which on a busy machine takes the time that
    they need; and large arrays are returned to the system after each step and requested again.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(_TOP_PAD, 64 * 2**20)


def is_zero_gpu(environment: Mapping[str, str] = os.environ) -> bool:
    """Is this a Space with ZeroGPU? It lends a GPU to one call at a time, and torch claims everywhere to have one."""
    return environment.get("SPACES_ZERO_GPU", "").lower() in ("1", "t", "true")
