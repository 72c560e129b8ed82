"""What other devices forbid or charge for, imposed on the CPU."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

import rnn_demo

PACKAGE = str(Path(rnn_demo.__file__).parent)
# What asks a tensor for its numbers, or for a shape that depends on them: a program that calls it waits for the GPU.
WAITS = {"item", "tolist", "cpu", "numpy", "nonzero", "__bool__", "__int__", "__float__", "__index__", "masked_select"}
MASKED = {"__getitem__", "__setitem__", "index_put", "index_put_"}


class CountedWaits(TorchFunctionMode):
    """Within it, `places` are the lines of the package, "file:line", that would wait for a GPU."""

    def __init__(self) -> None:
        super().__init__()
        self.places: list[str] = []

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name = getattr(function, "__name__", "")
        if name in WAITS or (
            name in MASKED and any(map(is_mask, args[1] if isinstance(args[1], tuple) else args[1:2]))
        ):
            frame = sys._getframe(1)
            if frame.f_code.co_filename.startswith(PACKAGE):
                self.places.append(f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}")
        return function(*args, **(kwargs or {}))


def is_mask(index: object) -> bool:
    return isinstance(index, Tensor) and index.dtype == torch.bool


class AppleGPU(TorchFunctionMode):
    """Within it there are no numbers in double precision, and no copy that is not waited for, as on Apple's GPU."""

    def __torch_function__(
        self, function: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        if (kwargs or {}).get("non_blocking"):
            raise TypeError("a copy that is not waited for may be of memory that is free again")
        result = function(*args, **(kwargs or {}))
        if isinstance(result, Tensor) and result.dtype == torch.float64:
            raise TypeError("Cannot convert a MPS Tensor to float64 dtype as the MPS framework doesn't support float64")
        return result
