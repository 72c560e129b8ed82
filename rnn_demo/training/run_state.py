"""A training run that was stopped goes on where it was: all that its next step depends on, in one safetensors file."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

SECONDS = 30.0  # between two snapshots of a run


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Tensors by name, and facts that JSON can hold, such as the number of steps done."""

    tensors: dict[str, Tensor]
    facts: dict[str, Any]

    def part(self, prefix: str) -> dict[str, Tensor]:
        """The tensors whose name starts with `prefix.`, without it."""
        return {
            name.removeprefix(f"{prefix}."): value
            for name, value in self.tensors.items()
            if name.startswith(f"{prefix}.")
        }


def save(path: Path, parts: dict[str, dict[str, Tensor]], made_for: dict[str, Any], facts: dict[str, Any]) -> None:
    """Write a snapshot, whole or not at all: tensors by part and name, the options of the run, and other facts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"{part}.{name}": value.detach().cpu().contiguous().clone()
        for part, values in parts.items()
        for name, value in values.items()
    }
    beside = path.with_name(f"{path.name}.part")
    safetensors.torch.save_file(tensors, beside, {"made_for": json.dumps(made_for), "facts": json.dumps(facts)})
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(path)


def load(path: Path, made_for: dict[str, Any]) -> Snapshot:
    """The snapshot of a run with these options; ValueError says that it is damaged or has other ones."""
    try:
        with safe_open(path, "pt") as file:
            then, facts = (json.loads(file.metadata()[key]) for key in ("made_for", "facts"))
            # Copied, because a tensor in the file's memory may lie at any address, and there kernels round otherwise.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is damaged ({error}); delete it to start again") from None
    now = json.loads(json.dumps(made_for))
    changed = [name for name in now if now[name] != then.get(name)]
    if changed:
        raise ValueError(
            f"{path} is of a run with {changed[0]} {then.get(changed[0])!r}, not {now[changed[0]]!r}; "
            "go on with the same options and data, or delete it to start again"
        )
    return Snapshot(tensors, facts)


def of_optimizer(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """What an optimizer remembers of each parameter, by number and name: "3.exp_avg"."""
    return {
        f"{number}.{name}": value
        for number, memory in optimizer.state_dict()["state"].items()
        for name, value in memory.items()
        if isinstance(value, Tensor)
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, memory: dict[str, Tensor]) -> None:
    """Give an optimizer of the same parameters the memory that `of_optimizer` read."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in memory.items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
