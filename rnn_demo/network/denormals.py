"""Small numbers are zero: a gradient that vanishes must not cost time.

Below 1.2e-38 a float32 loses its digits one by one: it is denormal, and on Intel processors a product with it takes a
hundred times as long (`bench --only vanishing_step` measures it). The processor has a switch for it in every thread. On
Linux a thread has the setting of the one that started it, those of OpenMP included; so importing this module, which
everything does that runs a network, sets it for all threads that begin later. Elsewhere each computation sets it.
"""

from __future__ import annotations

import torch


def flush_denormals() -> bool:
    """From now on the calling thread takes denormal numbers as zero; False where the processor has no such switch."""
    return torch.set_flush_denormal(True)


flush_denormals()
