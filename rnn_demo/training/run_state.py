"""The state of an interrupted training run: all that its next step depends on, in one safetensors file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.network.model import SequenceModel

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


def fingerprint(model: SequenceModel, options: dict[str, Any], data: Iterable[str]) -> dict[str, Any]:
    """What a run must have in common with the snapshot that it resumes: architecture, options and a hash of its data.

    `data` are all the texts and labels that the run depends on, in order.
    """
    digest = hashlib.sha256()
    for text in (*model.vocabulary.tokens, *model.labels, *data):
        content = text.encode("utf-8", "surrogatepass")
        digest.update(b"%d:" % len(content) + content)
    architecture = {f"architecture.{name}": value for name, value in vars(model.architecture).items()}
    return architecture | options | {"data": digest.hexdigest()}


def save(path: Path, parts: dict[str, dict[str, Tensor]], run: dict[str, Any], facts: dict[str, Any]) -> None:
    """Write a snapshot, whole or not at all: tensors by part and name, the fingerprint of the run, and other facts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"{part}.{name}": value.detach().cpu().contiguous().clone()
        for part, values in parts.items()
        for name, value in values.items()
    }
    # Progress may hold an infinity, such as the best loss before the first epoch: this JSON is Python's own.
    write_whole(path, safetensors.torch.save(tensors, {"run": json.dumps(run), "facts": json.dumps(facts)}))


def load(path: Path, run: dict[str, Any]) -> Snapshot:
    """The snapshot of the run with this fingerprint; ValueError if it is damaged or of another run."""
    try:
        with safe_open(path, "pt") as file:
            previous, facts = (json.loads(file.metadata()[key]) for key in ("run", "facts"))
            # Copied, because a tensor in the file's memory may lie at any address, where kernels round differently.
            tensors = {name: file.get_tensor(name).clone() for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is damaged ({error}); delete it to start again") from None
    present = json.loads(json.dumps(run))
    option = next((name for name in present if present[name] != previous.get(name)), None)
    if option is not None:
        name = option.removeprefix("architecture.")
        difference = "other data" if name == "data" else f"{name} {previous.get(option)!r}, not {present[option]!r}"
        raise ValueError(
            f"{path} belongs to a run with {difference}; resume it with the same options and data, "
            "or delete it to start again"
        )
    return Snapshot(tensors, facts)


def random_state(device: torch.device) -> dict[str, Tensor]:
    """The states of torch's global random generators: the CPU's, and those of the device where dropout draws."""
    states = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        states |= {f"cuda{number}": state for number, state in enumerate(torch.cuda.get_rng_state_all())}
    elif device.type == "mps":
        states["mps"] = torch.mps.get_rng_state()
    return states


def restore_random_state(states: dict[str, Tensor]) -> None:
    """Set torch's global random generators to what `random_state` returned."""
    torch.set_rng_state(states["cpu"])
    if cuda := [state for name, state in states.items() if name.startswith("cuda")]:
        torch.cuda.set_rng_state_all(cuda)
    if "mps" in states:
        torch.mps.set_rng_state(states["mps"])


def optimizer_state(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """What an optimizer remembers of each parameter, by number and name: "3.exp_avg"."""
    return {
        f"{number}.{name}": value
        for number, memory in optimizer.state_dict()["state"].items()
        for name, value in memory.items()
        if isinstance(value, Tensor)
    }


def restore_optimizer(optimizer: torch.optim.Optimizer, memory: dict[str, Tensor]) -> None:
    """Give an optimizer of the same parameters the memory that `optimizer_state` returned."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, value in memory.items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": state})
