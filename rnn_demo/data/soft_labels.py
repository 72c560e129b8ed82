"""What a teacher said of texts that nobody has labelled: how probable it is that each is positive, and no text.

A teacher may be a program that this one does not bring along (`tools/teacher`); its labels are enough to learn from it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import safetensors.numpy
from safetensors import SafetensorError, safe_open

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.data.csv_files import DataError
from rnn_demo.data.tokens import mended_review

FILE = "teacher.safetensors"
REVIEWS, SENTENCES = "reviews", "sentences"  # the two lists of texts in it
SHARE = 0.5  # of the sentences
STEPS = 256  # a probability is kept in one byte
SHORTEST, LONGEST = 4, 40  # words of a sentence
_END = re.compile(r"(?<=[.!?])[\"')]*\s+(?=[\"'(]*[A-Z])")


def sentences(texts: Sequence[str], share: float = SHARE) -> list[str]:
    """A share of the sentences of texts, each once, in order; the same ones whenever they are asked for.

    Those of fewer than `SHORTEST` or more than `LONGEST` words are left out.
    """
    found: dict[str, None] = {}
    for text in texts:
        for sentence in _END.split(mended_review(text)):
            if SHORTEST <= len(sentence.split()) <= LONGEST and _place(sentence) < share:
                found[" ".join(sentence.split())] = None
    return list(found)


def _place(text: str) -> float:
    """A number from 0 to 1 that depends on the text alone."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8], "big") / 2**64


def save(path: Path, labels: Mapping[str, tuple[Sequence[str], np.ndarray]]) -> None:
    """Write the probabilities (N,) of N texts under each name: one byte for a text, and a hash of all of them."""
    tensors, digests = {}, {}
    for name, (texts, probabilities) in labels.items():
        tensors[name] = np.clip(np.floor(np.asarray(probabilities) * STEPS), 0, STEPS - 1).astype(np.uint8)
        digests[name] = digest(texts)
    write_whole(path, safetensors.numpy.save(tensors, digests))


def load(path: Path, name: str, texts: Sequence[str]) -> np.ndarray:
    """The probabilities of these texts, (N,); DataError if the file is damaged or was made for others."""
    try:
        with safe_open(path, "np") as file:
            made_for = (file.metadata() or {}).get(name)
            steps = file.get_tensor(name) if made_for else None
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise DataError(f"{path.name} is damaged ({error}); make it again with python -m tools.teacher") from None
    if steps is None or made_for != digest(texts) or len(steps) != len(texts):
        raise DataError(f"{path.name} was made for other texts than {name}; make it again with python -m tools.teacher")
    return (steps.astype(np.float64) + 0.5) / STEPS


def digest(texts: Sequence[str]) -> str:
    """A hash of all texts in their order."""
    total = hashlib.sha256()
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        total.update(b"%d:" % len(content) + content)
    return total.hexdigest()
