"""The head as the page opens it: what is pooled, the logits and their softmax are those of the trace."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
import torch
from helpers.node_scripts import needs_node, run_node
from torch import nn

from rnn_demo.analysis.trace import Trace, record, trace
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.ui.viewer.head import best_labels, describe_head, describe_input
from rnn_demo.ui.viewer.payload import payload

VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")
LABELS = ("Russian", "Czech", "Greek", "Irish", "Dutch")


def model_of(labels: tuple[str, ...] = LABELS, **options: object) -> SequenceModel:
    torch.manual_seed(0)
    architecture = Architecture("gru", 6, embedding_size=5, **options)  # type: ignore[arg-type]
    return SequenceModel(architecture, VOCABULARY, labels, settings={"temperature": 1.7}).eval()


def check(recorded: Trace, model: SequenceModel) -> None:
    """The parts add up to the logits, and these with the sum of all make the probabilities."""
    head, best = describe_head(recorded, model), best_labels(recorded)
    for t, labels in enumerate(best):
        np.testing.assert_allclose(head["logits"][t], recorded.logits[t, labels], atol=1e-4)
        np.testing.assert_allclose([sum(part) for part in head["parts"][t]], recorded.logits[t, labels], atol=1e-4)
        shares = np.exp(np.array(head["logits"][t]) / head["temperature"] - head["log_sum"][t])
        np.testing.assert_allclose(shares, recorded.probabilities[t, labels], atol=1e-4)
    assert head["count"] == len(recorded.labels)


@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("pooling", POOLINGS)
def test_of_every_pooling_the_parts_add_up_to_the_logits(pooling: str, bidirectional: bool) -> None:
    model = model_of(pooling=pooling, bidirectional=bidirectional, num_layers=2)
    recorded = record(model, "ivanka")
    check(recorded, model)
    head = describe_head(recorded, model)
    assert head["pooling"] == pooling
    assert {len(part) for step in head["parts"] for part in step} == {4 if pooling == "concat" else 2}
    assert head["features"] == model.head.in_features


@needs_node
def test_the_page_pools_what_the_model_pools_and_comes_to_its_shares() -> None:
    models = [model_of(pooling=name, bidirectional=both, num_layers=2) for name in POOLINGS for both in (False, True)]
    models.append(model_of(per_step=True))
    traces = [record(model, "ivanka") for model in models]
    texts = [strict_json(payload(each, "x", model)) for each, model in zip(traces, models, strict=True)]
    for model, recorded, steps in zip(models, traces, run_node("parts/pooling.mjs", {"traces": texts}), strict=True):
        depth = model.architecture.num_layers - 1
        h = torch.from_numpy(
            np.concatenate([each.quantities["h"] for each in recorded.layers if each.layer == depth], axis=1)
        )
        features = (h if model.pooling is None else model.pooling.so_far(h[None])[0]).detach().numpy()
        for t, step in enumerate(steps):
            np.testing.assert_allclose(np.concatenate(step["pooled"]), features[t], atol=1e-6)
            shares = recorded.probabilities[t, best_labels(recorded)[t]]
            np.testing.assert_allclose(step["shares"], shares, atol=1e-4)


def test_a_head_at_every_step_and_one_with_a_sigmoid_are_opened_too() -> None:
    model = model_of(per_step=True)
    check(record(model, "ivan"), model)
    assert describe_head(record(model, "ivan"), model)["pooling"] == "per-step"
    model = model_of(("no", "yes"), output="sigmoid")
    recorded = record(model, "ivan")
    check(recorded, model)
    assert describe_head(recorded, model)["output"] == "sigmoid"


def test_without_its_model_a_trace_has_logits_and_no_parts() -> None:
    head = describe_head(trace(nn.GRU(3, 4), torch.randn(5, 3), head=nn.Linear(4, 6)), None)
    assert (head["pooling"], head["parts"], head["count"]) == ("", [], 6)
    assert [len(step) for step in head["logits"]] == [3] * 5
    bare = describe_head(trace(nn.GRU(3, 4), torch.randn(5, 3)), None)
    assert (bare["count"], bare["logits"]) == (0, [[]] * 5)


def test_large_logits_do_not_overflow_and_what_is_no_number_is_left_out() -> None:
    model = model_of(per_step=True)
    with torch.no_grad():
        model.head.weight *= 1e5
        model.embedding.weight[model.vocabulary.encode(["c"])] = float("nan")  # type: ignore[union-attr]
    recorded = record(model, "abca")
    head = json.loads(strict_json(describe_head(recorded, model)))
    assert math.isfinite(head["log_sum"][0])
    assert head["log_sum"][2:] == [None, None]
    assert [len(step) for step in head["parts"]] == [3, 3, 0, 0]


@pytest.mark.parametrize(
    ("options", "kind", "spells"),
    [({}, "embedding", False), ({"letters": 16}, "embedding", True), ({"input": "one_hot"}, "one_hot", False)],
)
def test_what_x_is_comes_from_the_architecture(options: dict[str, object], kind: str, spells: bool) -> None:
    recorded = record(model_of(**options), "ivan")  # type: ignore[arg-type]
    assert describe_input(recorded) == {"kind": kind, "spells": spells}
    assert describe_input(trace(nn.GRU(3, 4), torch.randn(5, 3))) == {"kind": "numbers", "spells": False}
