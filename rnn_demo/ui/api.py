"""The public API: what `predict --json` and `trace --json` print, for programs. Everything else is private."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import gradio as gr

from rnn_demo.analysis.trace import record
from rnn_demo.limits import check_question, check_text
from rnn_demo.tasks import TASKS
from rnn_demo.ui.gradio_compat import api
from rnn_demo.ui.models import Models
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES


def publish(models: Models) -> None:
    """Add /ask, /sentiment, /trace and /models to the page that is being built."""

    def ask(question: str) -> dict[str, Any]:
        """Answer a question of at most 500 characters, or say "I don't know".

        Returns {"input", "answer" (null for "I don't know"), "known", "confidence", "top", "unknown_words",
        "did_you_mean" (a corrected question, or null), "would_answer" (the answer to that)}.
        """
        return _predict(models, "qa", question, check_question)

    def sentiment(text: str) -> dict[str, Any]:
        """Say whether a text is positive or negative, and what the network thought after each word.

        Returns {"input", "label", "probability" (that of positive, even beside "label": "negative"),
        "words": [{"word", "running" (the probability after it), "contribution" (log odds), "known"}]}.
        """
        return _predict(models, "sentiment", text, check_text)

    def trace(model: str, text: str) -> dict[str, Any]:
        """Every number that a model computes while it reads a text, step by step.

        `model` is one of /models. Returns {"checkpoint", "cell", "tokens", "x" (T, E), "layers", "labels", "logits"}.
        """
        try:
            return record(models.get(model), text).to_dict(model)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    def list_models() -> list[dict[str, Any]]:
        """The trained models: [{"name", "title", "task", "cell", "hidden_size", "parameters", "examples", ...}]."""
        return [describe(name) for name in models.names()]

    api(ask, api_name="ask")
    api(sentiment, api_name="sentiment")
    api(trace, api_name="trace")
    api(list_models, api_name="models")


def _predict(models: Models, name: str, text: str, check: Callable[[object], str]) -> dict[str, Any]:
    try:
        model = models.get(name, task=name)
        return TASKS[model.task].predict(model, [check(text)])[0]
    except ValueError as error:
        raise gr.Error(str(error), print_exception=False) from None


def describe(name: str) -> dict[str, Any]:
    """A checkpoint in a few words, from its metrics.json; its weights are not loaded."""
    metrics = checkpoint.metrics(checkpoint.find(name))
    recipe = RECIPES.get(name)
    architecture = metrics.get("architecture")
    architecture = architecture if isinstance(architecture, dict) else {}
    return {
        "name": name,
        "title": recipe.title if recipe else name,
        "task": metrics.get("task", ""),
        "cell": architecture.get("cell", ""),
        "hidden_size": architecture.get("hidden_size", 0),
        "parameters": metrics.get("parameters", 0),
        "examples": list(recipe.examples) if recipe else [],
        "measured": metrics.get("measured", {}),
    }
