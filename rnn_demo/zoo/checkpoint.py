"""A checkpoint is a folder: config.json, model.safetensors, metrics.json and README.md, the model card.

It is what `PyTorchModelHubMixin` writes, so the same folder can be pushed to the Hugging Face Hub and loaded
from there. A folder appears whole or not at all: it is written beside its place and then moved there.
"""

from __future__ import annotations

import ctypes
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
from safetensors import SafetensorError, safe_open

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_CHECKPOINT_BYTES, MAX_CONFIG_BYTES
from rnn_demo.network.model import Architecture, SequenceModel

FOLDER = Path(os.environ.get("RNN_DEMO_CHECKPOINTS", Path(__file__).parents[2] / "checkpoints"))
CONFIG, WEIGHTS, METRICS, CARD = "config.json", "model.safetensors", "metrics.json", "README.md"
COMPARISON, PICTURE = "comparison.json", "reliability.svg"  # what only some checkpoints have
FILES = {CONFIG, WEIGHTS, METRICS, CARD, COMPARISON, PICTURE}
STORAGE = {"float32": torch.float32, "float16": torch.float16}
KINDS = ("F32", "F16", "BF16")  # the names of such numbers in a file of weights
_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


class CheckpointError(ValueError):
    """A checkpoint that is missing or damaged; the message says which, and what to do."""


def available() -> list[str]:
    """The names of the checkpoints in the folder, in alphabetical order. Nothing is loaded."""
    if not FOLDER.is_dir():
        return []
    return sorted(path.parent.name for path in FOLDER.glob(f"[!.]*/{CONFIG}"))  # .name-xyz: half written


def find(name: str) -> Path:
    """The folder of a checkpoint, by its name among `available()`."""
    if name not in available():
        have = ", ".join(available()) or "none yet: train one with python -m rnn_demo train hello"
        raise CheckpointError(f"there is no checkpoint {name[:60]!r}; choose one of {have}")
    return FOLDER / name


def open_checkpoint(reference: str, hub: bool = False) -> SequenceModel:
    """Load by name, by path, or, where the caller allows it, by the id of a repository on the Hub."""
    return load(locate(reference, hub))


def locate(reference: str, hub: bool = False) -> Path:
    """The folder of a checkpoint given by name, by path, or, if allowed, by the id of a repository on the Hub."""
    if reference in available():
        return find(reference)
    if Path(reference).is_dir():
        return Path(reference)
    if hub and _HUB_ID.fullmatch(reference) and not Path(reference).parent.exists():
        return _download(reference)
    return find(reference)


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
            f"there is no checkpoint {repository!r} here, and the Hub did not give it ({type(error).__name__}); "
            "check the name and the network"
        ) from None


def load(folder: Path) -> SequenceModel:
    """The model of a checkpoint folder, ready to answer. CheckpointError says what is wrong with the folder."""
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
    except (SafetensorError, RuntimeError, OSError, ValueError) as error:
        raise CheckpointError(
            f"{folder.name}/{WEIGHTS} is damaged or does not fit {CONFIG} ({_line(error)}); restore the file"
        ) from None
    return model.eval()


def _weights(file: Path, model: SequenceModel) -> dict[str, torch.Tensor]:
    """The weights that a model asks for. The file's own list of them is compared first; then they are read."""
    wanted = {name: tuple(weight.shape) for name, weight in model.state_dict().items()}
    with safe_open(file, "pt") as opened:
        stated = {name: tuple(opened.get_slice(name).get_shape()) for name in opened.keys()}  # noqa: SIM118
        wrong = [name for name in wanted | stated if wanted.get(name) != stated.get(name)]
        if wrong:
            first = wrong[0]
            raise ValueError(f"{first} is {stated.get(first, 'not there')}, wanted is {wanted.get(first, 'none')}")
        kinds = {opened.get_slice(name).get_dtype() for name in wanted}
        if not kinds <= set(KINDS):
            raise ValueError(f"weights are {' and '.join(sorted(kinds))}; {', '.join(KINDS)} are read")
        weights = {name: opened.get_tensor(name).float() for name in wanted}
    strange = [name for name, values in weights.items() if not values.isfinite().all()]
    if strange:
        raise ValueError(f"{strange[0]} holds values that are not numbers")
    return weights


def metrics(folder: Path) -> dict[str, Any]:
    """What was measured when the checkpoint was made; empty if nothing was."""
    return _read_json(folder / METRICS)


def settings(folder: Path) -> dict[str, Any]:
    """The numbers chosen after training, such as the threshold, without loading any weights."""
    found = _read_json(folder / CONFIG).get("settings")
    numbers = found.items() if isinstance(found, dict) else ()
    return {name: value for name, value in numbers if isinstance(value, (int, float)) and math.isfinite(value)}


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
    """What a JSON file holds; ValueError if it is none, or holds half of a character, which could never be sent."""
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
    """Where the run that makes a checkpoint is kept until it is done: a hidden folder beside it.

    A run that was stopped is gone on with where `resume` says so; else it is refused, for it may be hours of work.
    """
    kept = folder.absolute().with_name(f".{folder.absolute().name}.run")
    if kept.exists() and not resume:
        raise CheckpointError(
            f"a run that was stopped is kept in {folder.parent / kept.name}; "
            "give --resume to go on with it, or delete it to start again"
        )
    return kept


def round_to(model: SequenceModel, storage: str) -> None:
    """Make every weight a number that `storage` can hold, so that what is measured is what is saved."""
    for weight in model.parameters():
        weight.data = weight.data.to(STORAGE[storage]).to(weight.dtype)


def save(
    model: SequenceModel,
    folder: Path,
    measured: dict[str, Any],
    card: str,
    storage: str = "float32",
    picture: str = "",
) -> Path:
    """Write a whole checkpoint folder, replacing one of the same name; return the folder.

    Loading makes every weight float32 again, however it was stored. A comparison with other models stays.
    """
    check_place(folder)
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        (work / CARD).write_text(card, encoding="utf-8")
        if picture:
            (work / PICTURE).write_text(picture, encoding="utf-8")
        if (folder / COMPARISON).is_file():
            shutil.copyfile(folder / COMPARISON, work / COMPARISON)
        (work / METRICS).write_text(json.dumps(measured, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        model.save_pretrained(work, config=model.config())
        weights = {name: weight.to(STORAGE[storage]) for name, weight in model.state_dict().items()}
        safetensors.torch.save_file(weights, work / WEIGHTS, {"format": "pt"})
        for path in work.iterdir():
            path.chmod(0o644)
            with path.open("rb") as file:
                os.fsync(file.fileno())
        work.chmod(0o755)
        if folder.exists() and not _swapped(work, folder):
            old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent))
            folder.rename(old / folder.name)
            work.rename(folder)
            shutil.rmtree(old)
        elif not folder.exists():
            work.rename(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _swapped(one: Path, other: Path) -> bool:
    """Let two folders take each other's place in one step, so that there is no moment without either.

    Linux alone can do it, from glibc 2.28 on; False where it cannot be done.
    """
    current, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of renameat2(2)
    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return bool(rename(current, os.fsencode(one), current, os.fsencode(other), exchange) == 0)


def _line(error: Exception) -> str:
    """What an error says, in one line short enough for a sentence; torch's own headline says nothing."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if not line.startswith("Error(s) in loading")), type(error).__name__)[:160]
