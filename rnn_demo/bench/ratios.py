"""Every speed and size that the project promises, each measured against a peer in the same run.

Two things that are compared take turns (A, B, A, B, ...) and their medians are divided, so that a busy or a slow
machine weighs on both alike. No result is stored here: the peer is in the code, and it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rnn_demo.bench.footprint import app_start, checkpoint_size, memory
from rnn_demo.bench.page import next_tabs, page_bytes, page_open
from rnn_demo.bench.questions import many_questions, one_answer, own_rows, qa_training
from rnn_demo.bench.reviews import many_reviews, one_review, padded_vs_packed, review_step
from rnn_demo.bench.training import lab_loop, qa_fast, race_on_one_core, race_on_two_cores, step_overhead
from rnn_demo.data.csv_files import DataError

BENCHES: dict[str, Callable[[], dict[str, Any]]] = {
    "qa_fast": qa_fast,
    "step_overhead": step_overhead,
    "lab_loop": lab_loop,
    "padded_vs_packed": padded_vs_packed,
    "review_step": review_step,
    "one_review": one_review,
    "many_reviews": many_reviews,
    "qa_training": qa_training,
    "own_rows": own_rows,
    "one_answer": one_answer,
    "many_questions": many_questions,
    "race_on_one_core": race_on_one_core,
    "race_on_two_cores": race_on_two_cores,
    "app_start": app_start,
    "checkpoint_size": checkpoint_size,
    "memory": memory,
    "page_open": page_open,
    "page_bytes": page_bytes,
    "next_tabs": next_tabs,
}
SHORT = ("qa_fast", "step_overhead", "one_review", "checkpoint_size", "page_bytes")  # half a minute


def run(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Run benchmarks by their names, and yield a row for each: name, measured, unit, promise, detail.

    Where a browser or a checkpoint is needed and not there, the row has the key `missing` instead of the last four.
    """
    for name in names:
        try:
            yield {"name": name, **BENCHES[name]()}
        except DataError as error:
            yield {"name": name, "missing": str(error)}
