"""Every limit stands in limits.py, and whoever meets it reads its number."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
from helpers.samples import small_model

from rnn_demo import limits
from rnn_demo.analysis import text_file, trace
from rnn_demo.analysis.own_template import fill_template
from rnn_demo.analysis.review import EXPLANATIONS
from rnn_demo.data import csv_files
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.experiments.run_config import check_size, configure
from rnn_demo.experiments.workers import Pool
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS, qa_table
from rnn_demo.ui import guard
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.qa.conversation import turn_of
from rnn_demo.ui.sentiment.text_file_job import results_payload
from rnn_demo.ui.server import fairness
from rnn_demo.ui.server.training_queue import TrainingQueue
from rnn_demo.zoo import archive
from rnn_demo.zoo import checkpoint as checkpoints

ALL = {name: value for name, value in vars(limits).items() if name.startswith("MAX_")}
MIB = 2**20
TEXT = (csv_files.Column("text"),)


def said(do: Callable[[], object]) -> str:
    with pytest.raises(ValueError, match=" ") as caught:
        do()
    return str(caught.value)


def crowded(queue: TrainingQueue) -> None:
    for _ in range(queue.places + limits.MAX_LAB_WAITING + 1):
        queue.join()


def file(place: Path, name: str, content: str | int) -> Path:
    """A file with this content, or as long as this without its bytes."""
    path = place / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(content if isinstance(content, str) else "text\n")
    if isinstance(content, int):
        os.truncate(path, content)
    return path


def checkpoint(place: Path, **long: int) -> Path:
    """A checkpoint in which some files are as long as is said."""
    folder = checkpoints.save(small_model(), place / "small", {}, "")
    for name, length in long.items():
        os.truncate(folder / {"config": "config.json", "weights": "model.safetensors"}[name], length)
    return folder


def too_many_judged(place: Path) -> str:
    texts = text_file.read_texts(file(place, "a.csv", "text\n" + "good\n" * (limits.MAX_JUDGED_ROWS + 1)))
    return json.dumps(results_payload(texts, np.zeros(len(texts.rows), np.float32))["remarks"])


def zip_of(place: Path) -> Path:
    import zipfile

    path = place / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("config.json", "{}")
        made.writestr("model.safetensors", bytes(limits.MAX_ARCHIVE_BYTES))
    return path


def large(place: Path) -> SequenceModel:
    return SequenceModel(Architecture("lstm", 4096, 4096), Vocabulary("words", ("<PAD>", "<UNK>")), ("a", "b"))


def typed(place: Path) -> str:
    return qa_table.from_text("a;b\n" * (limits.MAX_TYPED // 4 + 1)).problems[0]


MESSAGES: dict[str, Callable[[Path], str]] = {
    "MAX_CHARACTERS": lambda _: said(lambda: limits.check_text("a" * (limits.MAX_CHARACTERS + 1))),
    "MAX_TOKENS": lambda _: said(lambda: TASKS["sentiment"].predict(small_model(), ["," * (limits.MAX_TOKENS + 1)])),
    "MAX_EXPLAINED_TOKENS": lambda _: said(
        lambda: EXPLANATIONS["omission"](small_model(), "a " * (limits.MAX_EXPLAINED_TOKENS + 1))
    ),
    "MAX_ROWS": lambda place: said(
        lambda: csv_files.read_table(file(place, "a.csv", "text\n" + "a\n" * (limits.MAX_ROWS + 1)), TEXT).whole()
    ),
    "MAX_LINES": lambda place: said(
        lambda: csv_files.read_table(file(place, "a.csv", "\n" * (limits.MAX_LINES + 1)), TEXT)
    ),
    "MAX_JUDGED_ROWS": too_many_judged,
    "MAX_TABLE_ROWS": lambda _: qa_table.from_text(
        "".join(f"{k};a\n" for k in range(limits.MAX_TABLE_ROWS + 1))
    ).problems[0],
    "MAX_QUESTION": lambda _: said(lambda: turn_of(Models(), "qa-fast", "a " * limits.MAX_QUESTION, 0.5)),
    "MAX_TEMPLATE": lambda _: said(lambda: fill_template("{a|b}" * limits.MAX_TEMPLATE, "")),
    "MAX_LISTS": lambda _: said(lambda: fill_template("{a|b}", "a" * (limits.MAX_LISTS + 1))),
    "MAX_FILLINGS": lambda _: said(
        lambda: fill_template("{good}", f"good: {', '.join(map(str, range(limits.MAX_FILLINGS + 1)))}")
    ),
    "MAX_ANSWER": lambda _: qa_table.from_text("q;" + "a" * (limits.MAX_ANSWER + 1)).problems[0],
    "MAX_UPLOAD_BYTES": lambda place: said(
        lambda: text_file.read_texts(file(place, "a.csv", limits.MAX_UPLOAD_BYTES + 1))
    ),
    "MAX_FILE_BYTES": lambda place: said(
        lambda: csv_files.read_table(file(place, "a.csv", limits.MAX_FILE_BYTES + 1), TEXT)
    ),
    "MAX_CHECKPOINT_BYTES": lambda place: said(
        lambda: checkpoints.load(checkpoint(place, weights=limits.MAX_CHECKPOINT_BYTES + 1))
    ),
    "MAX_CONFIG_BYTES": lambda place: said(
        lambda: checkpoints.load(checkpoint(place, config=limits.MAX_CONFIG_BYTES + 1))
    ),
    "MAX_ARCHIVE_BYTES": lambda place: said(lambda: archive.unpack(zip_of(place))),
    "MAX_PARAMETERS": lambda place: said(lambda: large(place)),
    "MAX_TYPED": typed,
    "MAX_LAB_CHARACTERS": lambda _: configure(
        "characters", {}, "a rose " * (limits.MAX_LAB_CHARACTERS // 7 + 1)
    ).remarks[0],
    "MAX_LAB_PARAMETERS": lambda _: said(lambda: check_size(limits.MAX_LAB_PARAMETERS + 1, 1)),
    "MAX_LAB_WORK": lambda _: said(lambda: check_size(limits.MAX_LAB_PARAMETERS, limits.MAX_LAB_WORK)),
    "MAX_LAB_WAITING": lambda _: said(lambda: crowded(Visitors(Models(), Pool()).queue)),
    "MAX_REQUEST_BYTES": lambda _: guard.too_large(limits.MAX_REQUEST_BYTES).detail,
    "MAX_COMPONENT_BYTES": lambda _: guard.too_large(limits.MAX_COMPONENT_BYTES).detail,
    "MAX_CALLS_OF_SESSION": lambda _: fairness.SESSION_BUSY,
    "MAX_CALLS_OF_ADDRESS": lambda _: fairness.address_busy(limits.MAX_CALLS_OF_ADDRESS),
    "MAX_FILES_OF_ADDRESS": lambda _: fairness.address_busy(limits.MAX_FILES_OF_ADDRESS),
    "MAX_TRAININGS_OF_ADDRESS": lambda _: fairness.address_busy(limits.MAX_TRAININGS_OF_ADDRESS),
}
OF_THE_LAB = {
    "SECONDS": "experiments/test_live_run",
    "RUNS": "ui/lab/test_train",
    "PAUSED": "ui/lab/test_train",
    "VISITORS": "ui/lab/test_train",
    "STUDIES": "ui/lab/test_race",
    "TRAINING": "ui/lab/test_train",
    "FORECASTS": "ui/lab/series/test_part",
}  # tested there
# Held by a test each, below.
WITHOUT_MESSAGE = {"MAX_TRACE_TOKENS", "MAX_REREAD", "MAX_OWN_MODELS", "MAX_OWN_BYTES", "MAX_LESSONS_AT_ONCE"}
ELSEWHERE = {
    "MAX_CORRECTED": "data/test_spelling",
    "MAX_HANDOUT_BYTES": "ui/viewer/test_handout",
    "MAX_INDEX_BYTES": "zoo/test_example_index",
    "MAX_LENT_SECONDS": "experiments/lab/test_lent_gpu",
    "MAX_PENDING_BYTES": "ui/server/test_fairness",
    "MAX_PENDING_BYTES_OF_ADDRESS": "ui/server/test_fairness",
    "MAX_SENT_NETWORK_BYTES": "ui/server/test_networks",
    "MAX_SERIES_BYTES": "data/test_series",
    "MAX_SERIES_COLUMNS": "data/test_series",
    "MAX_STORED_BYTES": "ui/server/test_temp_files",
    "MAX_UNIT_TOKENS": "analysis/units/test_units",
    "MAX_UNREAD_BYTES": "ui/server/test_queue",
    "MAX_UNREAD_SECONDS": "ui/server/test_queue",
}


def test_every_limit_is_tested_here() -> None:
    elsewhere = ELSEWHERE | {f"MAX_LAB_{name}": file for name, file in OF_THE_LAB.items()}
    assert set(ALL) == set(MESSAGES) | WITHOUT_MESSAGE | set(elsewhere)
    for name, file in elsewhere.items():
        assert name in (Path(__file__).parent / f"{file}.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", MESSAGES)
def test_the_message_names_the_limit(name: str, tmp_path: Path) -> None:
    most = ALL[name]
    shown = f"{most // MIB:,} MiB" if name.endswith("BYTES") else f"{most:,}"
    message = MESSAGES[name](tmp_path)
    assert re.search(rf"(?<![\d,]){re.escape(shown)}(?!\d|,\d)", message), message


def test_so_many_tables_are_taught_at_once_and_the_next_visitor_waits() -> None:
    with ExitStack() as others:
        queue = TrainingQueue(limits.MAX_LESSONS_AT_ONCE)
        for _ in range(limits.MAX_LESSONS_AT_ONCE):
            assert queue.place(others.enter_context(queue.ticket())) == 0
        assert queue.place(others.enter_context(queue.ticket())) == 1


def test_a_trace_is_cut_and_says_by_how_much() -> None:
    cut = trace.record(small_model(), "a " * (limits.MAX_TRACE_TOKENS + 7))
    assert (len(cut.tokens), cut.cut) == (limits.MAX_TRACE_TOKENS, 7)


def test_quotation_marks_make_a_file_be_read_again_only_so_often(tmp_path: Path) -> None:
    path = file(tmp_path, "a.csv", "text\n" + 'a","x\n' * 5_000)
    assert "too many unclosed quotation marks" in said(lambda: csv_files.read_table(path, TEXT))


@pytest.mark.parametrize(("limit", "most", "kept"), [("MAX_OWN_MODELS", 3, 3), ("MAX_OWN_BYTES", 12_000, None)])
def test_of_visitors_models_the_one_longest_unused_is_dropped(
    monkeypatch: pytest.MonkeyPatch, limit: str, most: int, kept: int | None
) -> None:
    from rnn_demo.ui import models as ui_models

    monkeypatch.setattr(ui_models, limit, most)
    models, one = Models(), OwnModel(small_model(hidden_size=10))
    kept = kept or most // one.size
    assert 1 < kept < 8
    names = [models.keep(one) for _ in range(8)]
    assert [models.has(name) for name in names] == [False] * (8 - kept) + [True] * kept
    assert "has expired" in said(lambda: models.get(names[0]))
