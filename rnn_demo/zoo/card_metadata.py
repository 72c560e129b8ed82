"""The front matter of a model card: what the Hugging Face Hub reads of licence, data sets, task and results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from huggingface_hub import EvalResult, ModelCardData

LANGUAGE = {"qa": "en", "qa-own": "en", "qa-notebook": "en", "sentiment": "en"}  # by task; names are of many languages
PIPELINE = {
    "characters": "text-generation",
    "series": "time-series-forecasting",
}  # by task; every other task is the classification of a text
SCORES = {  # score -> the Hub's type of metric, its name, and how it was computed
    "accuracy": ("accuracy", "accuracy", None),
    "macro_f1": ("f1", "macro-F1", {"average": "macro"}),
    "loss": ("loss", "cross-entropy (nats)", None),
    "calibration_error": ("expected_calibration_error", "expected calibration error", {"bins": 15}),
    "perplexity": ("perplexity", "perplexity", None),
}


ERRORS = {  # of forecasts
    "accuracy": ("accuracy", "share of steps nearer than the naive forecast", None),
    "loss": ("loss", "Huber loss (of scaled values)", None),
    "mae": ("mae", "mean absolute error", None),
    "mase": ("mase", "mean absolute scaled error", None),
}


@dataclass(frozen=True)
class Dataset:
    """A data set as the Hub names it: its id there or, of one that is not there, the name of its file."""

    kind: str
    name: str
    split: str


KNOWN = {  # parts of the metrics that are public tests, or our own
    "imdb_test": Dataset("stanfordnlp/imdb", "IMDb", "test"),
    "sst2_dev": Dataset("stanfordnlp/sst2", "SST-2", "validation"),
    "sentences": Dataset("sentiment_sentences", "our own difficult sentences", "test"),
}
HUB_IDS = {"imdb": "stanfordnlp/imdb", "sst": "stanfordnlp/sst2"}  # by the beginning of a file's name


def front_matter(name: str, metrics: dict[str, Any]) -> str:
    """The YAML between the two lines of dashes, without them."""
    task, cell = metrics["task"], metrics["architecture"]["cell"]
    data = ModelCardData(
        language=LANGUAGE.get(task),
        license="mit",
        library_name="rnn_demo",
        tags=["recurrent-neural-network", cell.replace("_", "-"), task],
        datasets=hub_datasets(metrics) or None,
        metrics=sorted({kind for part in metrics["measured"].values() for kind in _types(part)}),
        pipeline_tag=PIPELINE.get(task, "text-classification"),
        model_name=name,
        eval_results=list(results(metrics)),
    )
    return data.to_yaml()


def hub_datasets(metrics: dict[str, Any]) -> list[str]:
    """The ids of the public data sets, of those that the Hub has, that a checkpoint learnt from."""
    stages = [metrics, metrics.get("pretraining", {}), *metrics.get("teaching", [])]
    files = [file for stage in stages for key in ("data", "labelled") for file in stage.get(key, ())]
    return list(dict.fromkeys(known for file in files for start, known in HUB_IDS.items() if file.startswith(start)))


def results(metrics: dict[str, Any]) -> Iterator[EvalResult]:
    """Each score of each part as the Hub's `model-index` has it; of the training set its split is "train"."""
    pipeline = PIPELINE.get(metrics["task"], "text-classification")
    for part, scores in metrics["measured"].items():
        data = KNOWN.get(part) or _own(metrics, part)
        known = SCORES | (ERRORS if metrics["task"] == "series" else {})
        for key, (kind, title, how) in known.items():
            if key in scores:
                yield EvalResult(
                    task_type=pipeline,
                    dataset_type=data.kind,
                    dataset_name=data.name,
                    dataset_split=data.split,
                    metric_type=kind,
                    metric_name=title,
                    metric_value=round(scores[key], 4),
                    metric_args=how,
                )


def _own(metrics: dict[str, Any], part: str) -> Dataset:
    """The part of the checkpoint's own data; "recall" is the training set."""
    file = next(iter(metrics.get("data", ())), "examples of its task")
    return Dataset(file.partition(".")[0], file, "train" if part == "recall" else part)


def _types(scores: dict[str, Any]) -> Iterator[str]:
    return (kind for key, (kind, _, _) in SCORES.items() if key in scores)
