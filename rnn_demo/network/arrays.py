"""NumPy arrays: what leaves the network to be looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float32]


def as_array(tensor: Tensor) -> Array:
    """The same numbers as float32 on the CPU, without a gradient."""
    array: Array = tensor.detach().float().cpu().numpy()
    return array


def as_arrays(tensors: Sequence[Tensor]) -> list[Array]:
    """Many tensors of one device as float32, by a single transfer from it."""
    import torch

    numbers = as_array(torch.cat([tensor.detach().float().flatten() for tensor in tensors]))
    ends = np.cumsum([tensor.numel() for tensor in tensors])
    parts = np.split(numbers, ends[:-1])
    return [part.reshape(tensor.shape) for part, tensor in zip(parts, tensors, strict=True)]


def softmax(logits: NDArray[Any]) -> NDArray[Any]:
    """Probabilities over the last axis; the largest logit is subtracted first, so that exp cannot overflow."""
    e = logits - logits.max(axis=-1, keepdims=True)
    np.exp(e, out=e)  # in place, because there may be thousands of texts and of answers
    e /= e.sum(axis=-1, keepdims=True)
    return e


def principal_directions(values: Array) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Finite values (N, H), centred, with their principal directions, (min(N, H), H), and the variance along each."""
    centred = values.astype(float) - (values.mean(axis=0, dtype=float) if len(values) else 0)
    _, sizes, directions = np.linalg.svd(centred, full_matrices=False)
    return centred, directions, sizes**2
