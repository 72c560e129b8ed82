"""Tensors as NumPy arrays: what leaves the network to be looked at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[np.float32]


def as_array(tensor: Tensor) -> Array:
    """The same numbers as float32 on the CPU, without a gradient."""
    array: Array = tensor.detach().float().cpu().numpy()
    return array
