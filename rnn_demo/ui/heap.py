"""Memory that is free again goes back to the system: a training leaves many small gaps that C's library keeps."""

from __future__ import annotations

import ctypes
import gc


def give_back() -> bool:
    """Return free memory to the system, in some milliseconds; False where C's library has no such call."""
    gc.collect()
    try:
        return bool(ctypes.CDLL(None).malloc_trim(0))  # glibc's alone
    except (AttributeError, OSError, TypeError):
        return False
