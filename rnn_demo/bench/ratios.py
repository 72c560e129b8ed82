"""Every speed and size that the project promises, each measured against a peer in the same run.

Two things that are compared take turns (A, B, A, B, ...) and their medians are divided, so that a busy or a slow
machine weighs on both alike. No result is stored here: the peer is in the code, and it is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rnn_demo.bench import answers, footprint, page, scan, training, vanishing
from rnn_demo.bench.stopwatch import Measurement
from rnn_demo.data.csv_files import DataError
from rnn_demo.zoo.checkpoint import CheckpointError

BENCHES: dict[str, Callable[[], Measurement]] = {
    benchmark.__name__: benchmark
    for benchmark in (
        *(training.qa_fast, training.step_overhead, vanishing.bare_default, vanishing.vanishing_step),
        *(training.lab_loop, training.padded_vs_packed),
        *(training.review_step, answers.one_review, answers.many_reviews, training.qa_training, training.own_rows),
        *(answers.one_answer, answers.many_questions, training.race_on_one_core, training.race_on_two_cores),
        *(scan.scan_speed,),
        *(footprint.app_start, footprint.checkpoint_size, footprint.memory),
        *(page.page_open, page.page_built, page.first_paint, page.first_answer, page.page_bytes, page.next_tabs),
    )
}
SHORT = ("qa_fast", "step_overhead", "one_review", "checkpoint_size", "page_bytes")  # half a minute


def run(names: Sequence[str]) -> Iterator[Measurement]:
    """Run benchmarks by their names, and yield a row for each: name, measured, unit, promise, detail.

    Where a browser or a checkpoint is needed and not there, the row has the key `missing` instead of the last four.
    """
    for name in names:
        try:
            yield {"name": name, **BENCHES[name]()}
        except (DataError, CheckpointError) as error:
            yield {"name": name, "missing": str(error)}
