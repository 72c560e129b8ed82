"""A network on a GPU reads, answers, explains and writes as the same network does on the CPU."""

import copy

import numpy as np
import pytest
import torch
from helpers.samples import LABELS, POOLED, SENTENCES, SHAPES, examples_of, small_model
from torch import nn

from rnn_demo.analysis.attribution import influence, integrated_gradients, log_odds_without
from rnn_demo.analysis.gradient_flow import flow
from rnn_demo.analysis.metrics import evaluate
from rnn_demo.analysis.nearest import index_examples, nearest
from rnn_demo.analysis.trace import record, trace
from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS
from rnn_demo.tasks import TASKS
from rnn_demo.training.free_running import generate
from rnn_demo.zoo import checkpoint

CLOSE = {"rtol": 1e-3, "atol": 1e-4}  # a GPU adds in another order, and by default multiplies with fewer digits


def both(model):
    """The model, and a copy of it on the GPU."""
    return model, copy.deepcopy(model).to("cuda")


@pytest.mark.parametrize(("cell", "layers", "bidirectional"), SHAPES)
def test_a_trace_is_that_of_the_cpu(cell, layers, bidirectional):
    here, there = (
        record(m, SENTENCES[0]) for m in both(small_model(cell, num_layers=layers, bidirectional=bidirectional))
    )
    np.testing.assert_allclose(there.logits, here.logits, **CLOSE)
    for one, other in zip(there.layers, here.layers, strict=True):
        for name, values in other.quantities.items():
            np.testing.assert_allclose(one.quantities[name], values, **CLOSE)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_a_module_of_torch_is_traced_where_it_is(kind):
    torch.manual_seed(0)
    module, x = kind(3, 5, batch_first=True), torch.randn(4, 3)
    here, there = trace(module, x), trace(copy.deepcopy(module).cuda(), x.cuda())
    np.testing.assert_allclose(there.layers[0].quantities["h"], here.layers[0].quantities["h"], **CLOSE)


@pytest.mark.parametrize(("cell", "pooling", "bidirectional"), POOLED)
def test_texts_are_answered_as_on_the_cpu(cell, pooling, bidirectional):
    here, there = (
        m.probabilities(SENTENCES) for m in both(small_model(cell, pooling=pooling, bidirectional=bidirectional))
    )
    np.testing.assert_allclose(there, here, **CLOSE)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("options", [{}, {"bidirectional": True, "num_layers": 2}, {"pooling": "attention"}])
def test_an_answer_is_explained_as_on_the_cpu(cell, options):
    tokens = SENTENCES[0].split()
    here, there = both(small_model(cell, **options))
    for explain in (influence, integrated_gradients):
        one, other = explain(here, tokens), explain(there, tokens)
        for name in ("grad_x", "attributions"):
            if hasattr(one, name):
                np.testing.assert_allclose(getattr(other, name), getattr(one, name), **CLOSE)
    spans = [(k, k + 1) for k in range(len(tokens))]
    np.testing.assert_allclose(
        log_odds_without(there, tokens, spans, LABELS[0]), log_odds_without(here, tokens, spans, LABELS[0]), **CLOSE
    )
    one, other = (flow(model, tokens, LABELS[0]) for model in (here, there))
    np.testing.assert_allclose(other.grad_h[0], one.grad_h[0], **CLOSE)
    assert there.device.type == "cuda"


@pytest.mark.parametrize("name", checkpoint.available())
def test_a_shipped_network_gives_the_answers_of_the_cpu(name):
    here, there = both(checkpoint.load(checkpoint.find(name)))
    task = TASKS[here.task]
    texts = [example.text for example in examples_of(here.task)[:40]]
    np.testing.assert_allclose(there.logits(texts), here.logits(texts), rtol=1e-2, atol=1e-2)
    one, other = task.predict(here, texts), task.predict(there, texts)
    for mine, theirs in zip(one, other, strict=True):
        assert {key: value for key, value in mine.items() if isinstance(value, str)} == {
            key: value for key, value in theirs.items() if isinstance(value, str)
        }
    record(there, texts[0])


def test_a_network_is_measured_and_compared_with_what_it_was_taught():
    model = checkpoint.load(checkpoint.find("qa")).to("cuda")
    examples = [example for example in examples_of("qa") if example.label in model.labels][:50]
    assert evaluate(model, examples)["accuracy"] > 0.9
    assert nearest(model, examples[3].text, index_examples(model, examples)).example.label == examples[3].label


def test_a_network_writes_what_it_writes_on_the_cpu():
    here, there = both(checkpoint.load(checkpoint.find("hello")))
    assert generate(there, "h", 40, 0.0) == generate(here, "h", 40, 0.0)


@pytest.mark.parametrize("T", [1, 17, 300])
@pytest.mark.parametrize("cell", [name for name, cell in CELLS.items() if not cell.gates_see_state])
def test_a_scan_is_the_loop_of_the_cpu(cell, T):
    torch.manual_seed(0)
    rnn, x = recurrence.SteppedRNN(CELLS[cell], 4, 5, 1), torch.randn(3, T, 4)
    loop = recurrence.unroll(CELLS[cell], x, recurrence.weights_of(rnn, 0))["h"]
    torch.testing.assert_close(copy.deepcopy(rnn).cuda()(x.cuda())[0].cpu(), loop, atol=1e-5, rtol=0)
