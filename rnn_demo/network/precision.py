"""Which numbers a device can compute with."""

from __future__ import annotations

import functools

import torch
from torch import nn


@functools.cache
def has_kernel(dtype: torch.dtype, device: torch.device) -> bool:
    """Whether the device runs torch's recurrent layers in `dtype`: a CPU without AVX-512 refuses bfloat16.

    Found out by trying, and without a draw from the random generator.
    """
    lstm = nn.LSTM(1, 1, device="meta").to_empty(device=device)
    try:
        with torch.inference_mode(), torch.autocast(device.type, dtype):
            lstm(torch.zeros(1, 1, 1, device=device))
    except RuntimeError:
        return False
    return True
