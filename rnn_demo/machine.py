"""What a long training asks of the machine before torch is loaded: it is far faster so where others work as well."""

from __future__ import annotations

import ctypes
import os

_TRIM_THRESHOLD, _TOP_PAD, _MMAP_MAX = -1, -2, -4  # glibc's malloc.h


def settle() -> None:
    """Let threads that wait sleep, and keep freed memory for the next step.

    By default each thread of torch spins while it waits for the others, which on a machine with other work takes the
    time that the others need; and large arrays are given back to the system after each step and fetched anew.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    if mallopt is not None:
        mallopt(_MMAP_MAX, 0)
        mallopt(_TRIM_THRESHOLD, 2**31 - 1)
        mallopt(_TOP_PAD, 64 * 2**20)
