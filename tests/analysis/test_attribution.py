"""Explanations: gradients against autograd and finite differences, integrated ones against their sum."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from rnn_demo.analysis.attribution import influence, integrated_gradients, log_odds_without, probed_states
from rnn_demo.analysis.trace import record
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS

TOKENS = tuple("ivanov")


def model_of(cell: str, **options: object) -> SequenceModel:
    torch.manual_seed(3)
    architecture = Architecture(cell, 7, embedding_size=5, **options)  # type: ignore[arg-type]
    labels = ["no", "yes"] if options.get("output") == "sigmoid" else ["Russian", "Czech", "French"]
    return SequenceModel(architecture, Vocabulary.build(["abcdefghinostv"], "letters"), labels).eval()


def log_odds(model: SequenceModel, h: torch.Tensor, number: int) -> torch.Tensor:
    """log p / (1 - p) of one label, (B,), where the last layer's states are h (B, T, D*H)."""
    p = model.logits_so_far(h)[:, -1].softmax(-1)[:, number]
    return torch.logit(p)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_gradient_of_x_is_that_of_the_fused_kernel(cell: str, bidirectional: bool) -> None:
    model = model_of(cell, num_layers=2, bidirectional=bidirectional, pooling="mean")
    result = influence(model, TOKENS, "Czech")
    x = torch.tensor(result.x)[None].requires_grad_()
    lengths = torch.tensor([len(TOKENS)])
    logits = model.head_logits(model.pooling(model.states(x, lengths), lengths))[0]
    score = logits[1] - torch.stack([logits[0], logits[2]]).logsumexp(0)
    np.testing.assert_allclose(result.grad_x, torch.autograd.grad(score, x)[0][0].numpy(), atol=1e-5)
    assert result.log_odds == pytest.approx(float(score.detach()), abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_of_h_is_a_finite_difference_through_all_later_steps(cell: str) -> None:
    model = model_of(cell, num_layers=2).double()
    result = influence(model, TOKENS, "Russian")
    x = torch.tensor(result.x, dtype=torch.float64)[None]
    for layer in range(2):
        for t, unit in ((0, 3), (4, 6)):
            scores = []
            for nudge in (-1e-5, 1e-5):
                probes = [torch.zeros(len(TOKENS), 7, dtype=torch.float64) for _ in range(2)]
                probes[layer][t, unit] = nudge
                with torch.no_grad():
                    scores.append(float(log_odds(model, probed_states(model, x, probes), 0)))
            assert result.grad_h[layer][t, unit] == pytest.approx((scores[1] - scores[0]) / 2e-5, abs=1e-5)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_gradient_of_the_states_that_the_head_reads_is_the_heads_own(cell: str, bidirectional: bool) -> None:
    model = model_of(cell, bidirectional=bidirectional, pooling="last")
    result = influence(model, TOKENS, "Russian")
    weight, p = model.head.weight.detach(), record(model, "".join(TOKENS)).probabilities[-1]
    others = p[1:] / p[1:].sum()
    expected = (weight[0] - others[0] * weight[1] - others[1] * weight[2]).numpy()  # d log odds / d features
    np.testing.assert_allclose(result.grad_h[0][-1], expected[:7], atol=1e-5)
    assert (result.step, result.label) == (len(TOKENS) - 1, "Russian")
    if bidirectional:  # the backward direction ends at the first token
        np.testing.assert_allclose(result.grad_h[1][0], expected[7:], atol=1e-5)


def test_a_layer_without_a_say_has_a_gradient_of_zero() -> None:
    model = model_of("gru", num_layers=2, bidirectional=True, pooling="last")
    with torch.no_grad():
        model.head.weight[:, 7:] = 0  # of the last layer's backward direction
    forward, backward = influence(model, TOKENS, "Czech").grad_h[2:]
    assert forward.any()
    assert backward.shape == forward.shape
    assert not backward.any()


@pytest.mark.parametrize("cell", ["rnn_tanh", "lstm"])
def test_integrated_gradients_take_the_middle_of_each_part_of_the_way(cell: str) -> None:
    model = model_of(cell, pooling="mean")
    fine = integrated_gradients(model, TOKENS, "Czech", step=3, points=1024)
    result = integrated_gradients(model, TOKENS, "Czech", step=3, points=16)
    assert (result.label, result.step) == ("Czech", 3)
    assert result.difference == pytest.approx(fine.difference, abs=1e-6)
    assert abs(result.gap) < 2e-4  # off the middle it is ten times as large
    np.testing.assert_allclose(result.attributions, fine.attributions, atol=2e-4)
    assert not result.attributions[4:].any()


@pytest.mark.parametrize("pooling", POOLINGS)
def test_h_after_the_explained_step_has_no_say(pooling: str) -> None:
    result = influence(model_of("gru", pooling=pooling), TOKENS, step=2)
    assert result.grad_h[0][:3].any()
    assert not result.grad_h[0][3:].any()
    assert not result.grad_x[3:].any()


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("pooling", POOLINGS)
def test_integrated_gradients_add_up_to_the_difference_that_reading_made(cell: str, pooling: str) -> None:
    result = integrated_gradients(model_of(cell, pooling=pooling), TOKENS, points=200)
    assert abs(result.gap) < 0.02 * max(0.1, abs(result.difference))


def test_integrated_gradients_agree_with_captum() -> None:
    attr = pytest.importorskip("captum.attr")
    model = model_of("lstm", pooling="mean")
    mine = integrated_gradients(model, TOKENS, "French", points=200)
    x = torch.tensor(influence(model, TOKENS).x)[None]
    oracle = attr.IntegratedGradients(lambda x: log_odds(model, probed_states(model, x), 2))
    np.testing.assert_allclose(mine.attributions, oracle.attribute(x, n_steps=200).sum(-1)[0].numpy(), atol=1e-4)


@pytest.mark.parametrize("label", ["no", "yes"])
def test_both_labels_of_a_sigmoid_have_gradients_of_opposite_sign(label: str) -> None:
    model = model_of("lstm", output="sigmoid")
    one, other = influence(model, TOKENS, label), influence(model, TOKENS, {"no": "yes", "yes": "no"}[label])
    assert one.grad_x.any()
    np.testing.assert_allclose(one.grad_x, -other.grad_x, atol=1e-6)


def test_the_explained_label_is_the_answer_unless_one_is_named() -> None:
    model = model_of("lstm", per_step=True)
    trace = record(model, "ivanov")
    for step in (0, 5):
        assert influence(model, trace.tokens, step=step).label == trace.labels[trace.logits[step].argmax()]


def test_what_cannot_be_explained_is_refused_in_a_sentence() -> None:
    model = model_of("gru")
    with pytest.raises(ValueError, match="unknown label 'Dutch'; choose one of Russian"):
        influence(model, TOKENS, "Dutch")
    with pytest.raises(ValueError, match="step must be from 0 to 5, got 6"):
        influence(model, TOKENS, step=6)
    with pytest.raises(ValueError, match=r"^there is no token to explain; give at least one$"):
        influence(model, ())
    with pytest.raises(ValueError, match=r"choose one of Russian, Czech, French$"):
        influence(model, TOKENS, "Dutch")
    with pytest.raises(ValueError, match=r"^the model is in training mode, .*; call model.eval\(\) first$"):
        integrated_gradients(model.train(), TOKENS)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("options", [{"pooling": "attention"}, {"per_step": True}, {"bidirectional": True}])
def test_leaving_out_is_reading_the_rest_alone(cell: str, options: dict[str, object]) -> None:
    model = model_of(cell, **options)
    spans = [(6, 6), (0, 1), (2, 4), (5, 6)]
    odds = log_odds_without(model, TOKENS, spans, "Czech")
    for (start, stop), result in zip(spans, odds.tolist(), strict=True):
        rest = TOKENS[:start] + TOKENS[stop:]
        assert result == pytest.approx(influence(model, rest, "Czech").log_odds, abs=1e-5)
    with pytest.raises(ValueError, match="nothing left to read"):
        log_odds_without(model, TOKENS, [(0, 6)], "Czech")
    with pytest.raises(ValueError, match="unknown label 'Dutch'"):
        log_odds_without(model, TOKENS, spans, "Dutch")
