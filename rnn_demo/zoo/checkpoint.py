"""A checkpoint is a folder: config.json, model.safetensors, metrics.json and README.md, the model card.

The first two are as `PyTorchModelHubMixin` writes them, so a folder can be pushed to the Hugging Face Hub and loaded
from there. A checkpoint appears whole or not at all: its folder is written beside its place and then moved there.
"""

from __future__ import annotations

import json
import logging
import math
import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import safetensors.torch
import torch
from safetensors import SafetensorError

from rnn_demo.data.atomic_files import sync_folder, write_whole
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_CHECKPOINT_BYTES, MAX_CONFIG_BYTES
from rnn_demo.network.model import Architecture, SequenceModel


def _default_folder() -> Path:
    """RNN_DEMO_CHECKPOINTS, or the folder beside the package; where that is not (it was installed), ./checkpoints."""
    if named := os.environ.get("RNN_DEMO_CHECKPOINTS"):
        return Path(named).expanduser()
    beside = Path(__file__).parents[2] / "checkpoints"
    return beside if beside.is_dir() else Path("checkpoints")


FOLDER = _default_folder()
CONFIG, WEIGHTS, METRICS, CARD = "config.json", "model.safetensors", "metrics.json", "README.md"
# What only some checkpoints have.
COMPARISON, STABILITY = "comparison.json", "stability.json"
PICTURE, INDEX = "reliability.svg", "directions.safetensors"
FILES = {CONFIG, WEIGHTS, METRICS, CARD, COMPARISON, STABILITY, PICTURE, INDEX}
STORAGE = {"float32": torch.float32, "float16": torch.float16}
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class CheckpointError(ValueError):
    """A checkpoint that is missing or damaged; the message says which, and what to do."""


def available() -> list[str]:
    """The names of the checkpoints in the folder, in alphabetical order. Nothing is loaded."""
    names = {path.parent.name for path in FOLDER.glob(f"[!.]*/{CONFIG}")}  # .name-xyz is a folder half written
    return sorted(names | {path.parent.name for path in FOLDER.glob(f".*.old/*/{CONFIG}")})


def find(name: str, hub: bool = False) -> Path:
    """The folder of a checkpoint, by its name among `available()`; CheckpointError names the choices."""
    if name not in available():
        choices = f"choose one of {', '.join(available())}"
        if not available():
            choices = "train one with python -m rnn_demo train hello, or name a folder of them in RNN_DEMO_CHECKPOINTS"
        if hub:
            choices += "; or give the path of one, or the id of a repository on the Hugging Face Hub, as OWNER/NAME"
        raise CheckpointError(f"there is no checkpoint {name[:60]!r}{f' in {FOLDER}' if hub else ''}; {choices}")
    return whole(FOLDER / name)


def open_checkpoint(reference: str, hub: bool = False) -> SequenceModel:
    """The model of a checkpoint given by name, by path, or, with `hub`, by the id of a repository on the Hub.

    CheckpointError says what is wrong.
    """
    return load(locate(reference, hub))


def locate(reference: str, hub: bool = False) -> Path:
    """The folder of a checkpoint given by name, by path, or, with `hub`, by the id of a repository on the Hub."""
    if reference in available():
        return find(reference)
    if Path(reference).is_dir():
        return Path(reference)
    if hub and _HUB_ID.fullmatch(reference) and not Path(reference).parent.exists():
        return _download(reference)
    return find(reference, hub)


def whole(folder: Path) -> Path:
    """The folder; or, if a save was killed between its two renames, the previous checkpoint, which is beside it."""
    if folder.exists():
        return folder
    old = _place_of_old(folder) / folder.name
    return old if old.exists() else folder


def _place_of_old(folder: Path) -> Path:
    """Where a save puts the previous checkpoint out of its way."""
    return folder.parent / f".{folder.name}.old"


def _download(repository: str) -> Path:
    """Fetch the three files of a checkpoint, and nothing else, from the Hub."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.CRITICAL)
    try:
        return Path(snapshot_download(repository, allow_patterns=[CONFIG, WEIGHTS, METRICS]))
    except Exception as error:  # every library below has its own family of errors
        raise CheckpointError(
            f"there is no checkpoint {repository!r} here, and it could not be fetched from the Hub "
            f"({type(error).__name__}); check the name and the network"
        ) from None


def load(folder: Path) -> SequenceModel:
    """The model of a checkpoint folder, in eval mode, with float32 weights; CheckpointError says what is damaged."""
    folder = whole(folder)
    for name, most in ((CONFIG, MAX_CONFIG_BYTES), (WEIGHTS, MAX_CHECKPOINT_BYTES)):
        if not (folder / name).is_file():
            raise CheckpointError(f"the checkpoint {folder.name} has no {name}; train it again or restore the file")
        if (folder / name).stat().st_size > most:
            raise CheckpointError(f"{folder.name}/{name} is over {most // 2**20} MiB, which is not loaded")
    try:
        config = _parsed(folder / CONFIG)
        with torch.device("meta"):  # shapes without numbers: no memory is taken for weights that may not be there
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
        model.load_state_dict(_weights(folder / WEIGHTS, model), assign=True)
    except (SafetensorError, RuntimeError, OSError, ValueError, KeyError) as error:
        raise CheckpointError(
            f"{folder.name}/{WEIGHTS} is damaged or does not fit {CONFIG} ({_line(error)}); restore the file"
        ) from None
    return model.eval()


def _weights(file: Path, model: SequenceModel) -> dict[str, torch.Tensor]:
    """The weights that a model asks for, as float32; ValueError or SafetensorError if the file holds others.

    The file is read and not mapped, and each weight is copied to memory of its own: one that lay in the file would
    change when the file is overwritten, and end the process when it is truncated.
    """
    weights = safetensors.torch.load(file.read_bytes())
    shapes = {name: tuple(weight.shape) for name, weight in model.state_dict().items()}
    stored = {name: tuple(weight.shape) for name, weight in weights.items()}
    wrong = next((name for name in shapes | stored if shapes.get(name) != stored.get(name)), None)
    if wrong is not None:
        raise ValueError(f"{wrong} is {stored.get(wrong, 'not there')}, expected {shapes.get(wrong, 'none')}")
    for name, weight in weights.items():
        if weight.dtype not in (torch.float32, torch.float16, torch.bfloat16):
            raise ValueError(f"{name} is {str(weight.dtype).removeprefix('torch.')}; F32, F16, BF16 are read")
        if not weight.isfinite().all():
            raise ValueError(f"{name} holds values that are not numbers")
    return {name: weight.to(torch.float32, copy=True) for name, weight in weights.items()}


def metrics(folder: Path) -> dict[str, Any]:
    """What was measured when the checkpoint was made; empty if nothing was."""
    return _read_json(whole(folder) / METRICS)


def save_metrics(folder: Path, measured: dict[str, Any]) -> None:
    """Write what was measured of a checkpoint that is there already; its other files stay as they are."""
    write_whole(whole(folder) / METRICS, _metrics_file(measured))


def _metrics_file(measured: dict[str, Any]) -> bytes:
    return f"{strict_json(measured, indent=2)}\n".encode()


def settings(folder: Path) -> dict[str, Any]:
    """The numbers chosen after training, such as the threshold, without loading any weights."""
    stored = _read_json(whole(folder) / CONFIG).get("settings")
    numbers = stored.items() if isinstance(stored, dict) else ()
    return {name: value for name, value in numbers if isinstance(value, (int, float)) and math.isfinite(value)}


def labels(folder: Path) -> tuple[str, ...]:
    """The labels that the model chooses between, without loading any weights; none where config.json is damaged."""
    stored = _read_json(whole(folder) / CONFIG).get("labels")
    return tuple(stored) if isinstance(stored, list) and all(isinstance(label, str) for label in stored) else ()


def _read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file; empty if there is none, or if it is damaged or too large."""
    try:
        if path.stat().st_size > MAX_CONFIG_BYTES:
            return {}
        content = _parsed(path)
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _parsed(path: Path) -> Any:
    """What a JSON file holds; ValueError if it is not JSON or contains half a surrogate pair."""
    content = json.loads(path.read_text(encoding="utf-8"))
    json.dumps(content, ensure_ascii=False).encode()
    return content


def check_place(folder: Path) -> None:
    """Refuse to write a checkpoint over anything but a checkpoint or an empty folder."""
    if not folder.exists():
        return
    if not folder.is_dir() or {path.name for path in folder.iterdir()} - FILES:
        raise CheckpointError(f"{folder} holds other files; choose a new or an empty folder")


def place_of_run(folder: Path, resume: bool) -> Path:
    """The hidden folder, beside that of a checkpoint, which holds the snapshots of its run until the run is over.

    With `resume`, an interrupted run is continued, or a new one begins in an empty place; where there is nothing to
    resume but a checkpoint to overwrite, it is an error. Without `resume`, finding a run is an error: it may hold
    hours of work.
    """
    place = folder.absolute().with_name(f".{folder.absolute().name}.run")
    if place.exists() and not resume:
        raise CheckpointError(
            f"{folder.parent / place.name} holds an interrupted run; give --resume to continue it, "
            "or delete it to start again"
        )
    if resume and not place.exists() and folder.is_dir() and any(folder.iterdir()):
        raise CheckpointError(
            f"there is no interrupted run of {folder} to resume, and the checkpoint there would be overwritten; leave "
            "out --resume to train it anew, or choose another folder with --out"
        )
    return place


def round_to(model: SequenceModel, storage: str) -> None:
    """Make every weight a number that `storage` can hold, so that what is evaluated is what is saved."""
    for weight in model.parameters():
        weight.data = weight.data.to(STORAGE[storage]).to(weight.dtype)


def save(
    model: SequenceModel,
    folder: Path,
    measured: dict[str, Any],
    card: str,
    storage: str = "float32",
    picture: str = "",
    index: bytes = b"",
) -> Path:
    """Write a whole checkpoint folder, replacing one of the same name, and return it.

    `storage` is the number format of the weights on disk; loading makes them float32 again. `index` is what
    `example_index.pack` makes of the examples. A comparison that was in the folder stays there. CheckpointError if the
    folder holds other files, OSError if it cannot be written.
    """
    check_place(folder)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    weights = {name: weight.to(STORAGE[storage]).contiguous() for name, weight in model.state_dict().items()}
    contents = {
        CARD: card.encode(),
        METRICS: _metrics_file(measured),
        CONFIG: json.dumps(model.config(), sort_keys=True, indent=2).encode(),
        WEIGHTS: safetensors.torch.save(weights, {"format": "pt"}),
    }
    if picture:
        contents[PICTURE] = picture.encode()
    if index:
        contents[INDEX] = index
    for name in (COMPARISON, STABILITY):
        study = whole(folder) / name
        if study.is_file():
            contents[name] = study.read_bytes()
    _replace_folder(folder, contents)
    return folder


def _replace_folder(folder: Path, contents: dict[str, bytes]) -> None:
    """Write files into a new folder beside `folder`, and then let it take its place, so that no half is ever seen."""
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        for name, content in contents.items():
            write_whole(work / name, content)
            (work / name).chmod(0o644)
        work.chmod(0o755)
        old = _place_of_old(folder)
        if folder.exists():  # between the two renames `_whole` finds the previous checkpoint
            shutil.rmtree(old, ignore_errors=True)
            old.mkdir()
            folder.rename(old / folder.name)
        work.rename(folder)
        sync_folder(folder.parent)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _line(error: Exception) -> str:
    """What an error says, in one line short enough for a sentence; torch's own headline says nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if not line.startswith("Error(s) in loading")), type(error).__name__)[:160]
