"""A checkpoint is a folder: config.json, model.safetensors, metrics.json and README.md, the model card.

It is what `PyTorchModelHubMixin` writes, so the same folder can be pushed to the Hugging Face Hub and loaded
from there. A folder appears whole or not at all: it is written beside its place and then moved there.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError

from rnn_demo.limits import MAX_CHECKPOINT_BYTES
from rnn_demo.model import Architecture, SequenceModel
from rnn_demo.vocabulary import Vocabulary

FOLDER = Path(os.environ.get("RNN_DEMO_CHECKPOINTS", Path(__file__).parent.parent / "checkpoints"))
CONFIG, WEIGHTS, METRICS, CARD = "config.json", "model.safetensors", "metrics.json", "README.md"
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class CheckpointError(ValueError):
    """A checkpoint that is missing or damaged; the message says which, and what to do."""


def available() -> list[str]:
    """The names of the checkpoints in the folder, in alphabetical order. Nothing is loaded."""
    if not FOLDER.is_dir():
        return []
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{CONFIG}"))


def find(name: str) -> Path:
    """The folder of a checkpoint, by its name among `available()`."""
    if name not in available():
        have = ", ".join(available()) or "none yet: train one with python -m rnn_demo train hello"
        raise CheckpointError(f"there is no checkpoint {name!r}; choose one of {have}")
    return FOLDER / name


def open_checkpoint(reference: str, hub: bool = False) -> SequenceModel:
    """Load by name, by path, or, where the caller allows it, by the id of a repository on the Hub."""
    if reference in available():
        return load(find(reference))
    if Path(reference).is_dir():
        return load(Path(reference))
    if hub and _HUB_ID.fullmatch(reference):
        try:
            with contextlib.redirect_stdout(io.StringIO()):  # the Hub's client reports to stdout
                return SequenceModel.from_pretrained(reference).eval()
        except Exception as error:  # every library below has its own family of errors
            raise CheckpointError(f"{reference} could not be loaded from the Hub ({type(error).__name__})") from error
    return load(find(reference))


def load(folder: Path) -> SequenceModel:
    """The model of a checkpoint folder, ready to answer. CheckpointError says what is wrong with the folder."""
    for name in (CONFIG, WEIGHTS):
        if not (folder / name).is_file():
            raise CheckpointError(f"the checkpoint {folder.name} has no {name}; train it again or restore the file")
    if (folder / WEIGHTS).stat().st_size > MAX_CHECKPOINT_BYTES:
        raise CheckpointError(
            f"{folder.name}/{WEIGHTS} is over {MAX_CHECKPOINT_BYTES // 2**20} MiB, which is not loaded"
        )
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        model = SequenceModel(
            Architecture(**config["architecture"]),
            Vocabulary(**config["vocabulary"]),
            config["labels"],
            config["task"],
            config["settings"],
        )
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise CheckpointError(f"{folder.name}/{CONFIG} is damaged ({_line(error)}); restore the file") from None
    try:
        weights = safetensors.torch.load_file(folder / WEIGHTS)
        strange = [name for name, values in weights.items() if not values.isfinite().all()]
        if strange:
            raise ValueError(f"{strange[0]} holds values that are not numbers")
        model.load_state_dict(weights)
    except (SafetensorError, RuntimeError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{folder.name}/{WEIGHTS} is damaged or does not fit {CONFIG} ({_line(error)}); restore the file"
        ) from None
    return model.eval()


def metrics(folder: Path) -> dict[str, Any]:
    """What was measured when the checkpoint was made; empty if nothing was."""
    return _read_json(folder / METRICS)


def settings(folder: Path) -> dict[str, Any]:
    """The numbers chosen after training, such as the threshold, without loading any weights."""
    found = _read_json(folder / CONFIG).get("settings")
    return found if isinstance(found, dict) else {}


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def save(model: SequenceModel, folder: Path, measured: dict[str, Any], card: str, half: bool = False) -> Path:
    """Write a whole checkpoint folder, replacing one of the same name; return the folder.

    `half` stores every weight in 16 bits; give a model whose weights `round_to_half` has rounded, or they change.
    """
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        (work / CARD).write_text(card, encoding="utf-8")
        (work / METRICS).write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        model.save_pretrained(work, config=model.config())
        if half:
            halves = {name: weight.half() for name, weight in model.state_dict().items()}
            safetensors.torch.save_file(halves, work / WEIGHTS, {"format": "pt"})
        for path in work.iterdir():
            with path.open("rb") as file:
                os.fsync(file.fileno())
        work.chmod(0o755)
        if folder.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.rename(old / folder.name)
            work.rename(folder)
            shutil.rmtree(old)
        else:
            work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def round_to_half(model: SequenceModel) -> None:
    """Round every weight to 16 bits, in place, so that what is measured is what `save(..., half=True)` stores."""
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(weight.half())


def _line(error: Exception) -> str:
    """The first line of an error, short enough for a sentence."""
    line = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line[:160]
