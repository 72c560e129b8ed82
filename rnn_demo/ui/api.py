"""The public API: what `predict --json` and `trace --json` print, for programs. Everything else is private."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

import gradio as gr

from rnn_demo.experiments.workers import Pool
from rnn_demo.limits import MAX_CHARACTERS, check_question, check_text
from rnn_demo.ui.gradio_compat import JsonAnswer, api
from rnn_demo.ui.long_work import LONG_REVIEW, LONG_TEXT, prediction_json, trace_json, worked_out
from rnn_demo.ui.models import Models, is_own
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.recipes import RECIPES


def publish(models: Models, pool: Pool) -> None:
    """Add /ask, /sentiment, /trace and /models to the page that is being built."""

    def ask(question: str) -> dict[str, Any] | JsonAnswer:
        """Answer a question of at most 500 characters, or say "I don't know".

        Returns {"input", "answer" (null for "I don't know"), "known", "confidence", "reason" (why it refuses, where it
        learnt that, or null), "top", "unknown_words", "did_you_mean" (a corrected question, or null), "would_answer"
        (the answer to that)}.
        """
        return JsonAnswer(prediction_json(models.get("qa", task="qa"), check_question(question)))

    def sentiment(text: str) -> dict[str, Any] | JsonAnswer:
        """Say whether a text is positive or negative, and what the network thought after each word.

        Returns {"input", "label", "probability" (that of positive, even beside "label": "negative"),
        "words": [{"word", "running" (the probability after it), "contribution" (log odds), "known"}]}.
        """
        model = models.get("sentiment", task="sentiment")
        return JsonAnswer(worked_out(prediction_json, pool, "sentiment", model, check_text(text), longest=LONG_REVIEW))

    def trace(model: str, text: str) -> dict[str, Any] | JsonAnswer:
        """Every number that a model computes while it reads a text, step by step.

        `model` is one of /models. Returns {"checkpoint", "cell", "tokens", "x" (T, E), "layers", "labels", "logits"}.
        """
        network = models.get(model)
        longest = MAX_CHARACTERS if is_own(model) else LONG_TEXT
        return JsonAnswer(
            worked_out(partial(trace_json, name=model), pool, model, network, check_text(text), longest=longest)
        )

    def list_models() -> list[dict[str, Any]]:
        """The trained models: [{"name", "title", "task", "cell", "hidden_size", "parameters", "examples", ...}]."""
        return [describe(name) for name in models.names()]

    api(refusing(ask), api_name="ask")
    api(refusing(sentiment), api_name="sentiment")
    api(refusing(trace), api_name="trace")
    api(list_models, api_name="models")


def refusing(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with its refusals in a sentence."""

    @wraps(function)
    def answer(*values: Any) -> Any:
        try:
            return function(*values)
        except ValueError as error:
            raise gr.Error(str(error), print_exception=False) from None

    return answer


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
