"""The directions of a checkpoint's training examples, in a file beside its weights.

To compute them takes seconds, for which the first visitor would wait. Of many examples a part is kept. The file says
what it was made from: an index of other weights or of another table, or a damaged one, is passed over, and the
directions are computed anew.
"""

from __future__ import annotations

import copy
import json
import logging
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from safetensors import SafetensorError

from rnn_demo.analysis.nearest import ExampleIndex, directions, index_examples
from rnn_demo.limits import MAX_CHECKPOINT_BYTES, MAX_INDEX_BYTES
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import Example
from rnn_demo.zoo.checkpoint import INDEX

NAME = "directions"  # of the tensor (N, F)
# float16 keeps 11 bits: a direction, of length 1, is off by at most 2**-11. The rest is for numbers that differ between
# processors in their last bits.
ROUNDING = 2**-11 + 1e-5
HEADER = 4096  # bytes that a file has beside its numbers, at most
SAMPLE = 64  # examples that are read again, to see whether the program still reads as it did


# Fields of an architecture that are younger than the index that ships: left out where they change nothing.
YOUNGER = (("memoryless", False),)


def thinned(model: SequenceModel, examples: Sequence[Example]) -> tuple[Example, ...]:
    """As many of the examples as fit into `MAX_INDEX_BYTES`: the first of each label, and others evenly."""
    most = (MAX_INDEX_BYTES - HEADER) // (2 * model.head.in_features)  # two bytes a number
    if len(examples) <= most:
        return tuple(examples)
    firsts = {example.label: row for row, example in reversed([*enumerate(examples)])}
    others = sorted({*range(len(examples))} - {*firsts.values()})
    places = np.linspace(0, len(others) - 1, max(0, most - len(firsts))).astype(int)
    rows = [*firsts.values(), *(others[place] for place in places)]
    return tuple(examples[row] for row in sorted(rows)[:most])


def pack(model: SequenceModel, examples: Sequence[Example]) -> bytes:
    """The directions of the examples as a safetensors file, in float16; ValueError if there are no examples."""
    reader = copy.deepcopy(model).cpu().eval()  # a GPU may round more than float16 does
    numbers = index_examples(reader, examples).directions.astype(np.float16)  # (N, F)
    facts = made_from(reader, examples) | {"numbers": _digest(numbers.tobytes())}
    return safetensors.numpy.save({NAME: numbers}, facts)


def made_from(model: SequenceModel, examples: Sequence[Example]) -> dict[str, str]:
    """A digest of the network that reads, its words and weights, and one of the table of texts and answers."""
    config: dict[str, Any] = dict(model.config())
    architecture = {name: value for name, value in config["architecture"].items() if (name, value) not in YOUNGER}
    network = [json.dumps([architecture, config["vocabulary"]]).encode()]
    for name, weight in model.state_dict().items():
        network += [name.encode(), weight.cpu().numpy().tobytes()]
    rows = [[example.text, example.label] for example in examples]
    return {"network": _digest(*network), "examples": _digest(json.dumps(rows).encode())}


def _digest(*parts: bytes) -> str:
    """One digest of several parts; which part ends where has its say in it."""
    return sha256(b"".join(sha256(part).digest() for part in parts)).hexdigest()


def stored_index(folder: Path, model: SequenceModel, examples: Sequence[Example]) -> ExampleIndex | None:
    """The index in a checkpoint folder; None if there is none, or if it does not fit the model and the examples."""
    if not (folder / INDEX).is_file():
        return None
    try:
        numbers = _read(folder / INDEX, model, examples)
    except (ValueError, OSError, KeyError, TypeError, AttributeError, RecursionError, SafetensorError) as error:
        logging.getLogger(__name__).warning("%s/%s is not used: %s", folder.name, INDEX, str(error)[:160])
        return None
    return ExampleIndex(tuple(examples), numbers, ROUNDING)


def _read(file: Path, model: SequenceModel, examples: Sequence[Example]) -> NDArray[np.float32]:
    """The directions in a file; ValueError says why they are not those of the examples, any other error is damage."""
    if file.stat().st_size > MAX_CHECKPOINT_BYTES:
        raise ValueError(f"it is over {MAX_CHECKPOINT_BYTES // 2**20} MiB")
    content = file.read_bytes()
    array = safetensors.numpy.load(content)[NAME]
    facts = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])["__metadata__"]
    for part, digest in made_from(model, examples).items():
        if facts[part] != digest:
            raise ValueError(f"it was made from another {part}; train the checkpoint again")
    shape = (len(examples), model.head.in_features)
    if array.dtype != np.float16 or array.shape != shape:
        raise ValueError(f"it holds {array.dtype} {array.shape}, expected float16 {shape}")
    if facts["numbers"] != _digest(array.tobytes()) or not np.isfinite(array).all():
        raise ValueError("its numbers are damaged")
    numbers = array.astype(np.float32)
    rows = np.linspace(0, len(examples) - 1, SAMPLE).astype(int)
    again = directions(model, [examples[row].text for row in rows])
    if not (np.linalg.norm(numbers[rows] - again, axis=1) <= ROUNDING).all():
        raise ValueError("the program no longer reads the examples as it did when this was made")
    return numbers
