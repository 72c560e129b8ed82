"""Any RNN, LSTM or GRU of torch can be traced, and the numbers are those that it computes itself."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from html import unescape

import numpy as np
import pytest
import torch
from torch import nn

import rnn_demo
from rnn_demo.analysis.trace import trace
from rnn_demo.limits import MAX_TRACE_TOKENS

MODULES = {
    "rnn_tanh": lambda **options: nn.RNN(3, 5, **options),
    "rnn_relu": lambda **options: nn.RNN(3, 5, nonlinearity="relu", **options),
    "gru": lambda **options: nn.GRU(3, 5, **options),
    "lstm": lambda **options: nn.LSTM(3, 5, **options),
}
T = 6


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize(("layers", "both", "bias"), itertools.product((1, 2), (False, True), (False, True)))
@pytest.mark.parametrize("given", [False, True])
def test_the_last_layer_is_what_the_module_returns(name, layers, both, bias, given):
    torch.manual_seed(0)
    module = MODULES[name](num_layers=layers, bidirectional=both, bias=bias)
    x, H = torch.randn(T, 3), 5
    states = [torch.randn(layers * (1 + both), H) for _ in range(2 if name == "lstm" else 1)]
    hx = (tuple(states) if name == "lstm" else states[0]) if given else None
    found = rnn_demo.trace(module, x, hx=hx)
    expected = module(x, hx)[0].detach().numpy()  # (T, D*H)
    last = np.concatenate([layer.quantities["h"] for layer in found.layers[-(1 + both) :]], axis=1)
    np.testing.assert_allclose(last, expected, atol=1e-6)
    assert found.cell == name
    assert len(found.layers) == layers * (1 + both)
    for number, layer in enumerate(found.layers):
        for state, values in layer.initial.items():
            wanted = states["hc".index(state)][number].numpy() if given else np.zeros(H)
            np.testing.assert_array_equal(values, wanted)


@pytest.mark.parametrize("batch_first", [False, True])
def test_a_batch_of_one_is_read_in_the_layout_of_the_module(batch_first):
    module, x = nn.GRU(3, 5, batch_first=batch_first), torch.randn(T, 3)
    batch = x[None] if batch_first else x[:, None]
    np.testing.assert_array_equal(rnn_demo.trace(module, batch).x, x.numpy())


def test_a_head_answers_after_each_step_and_its_answers_have_names():
    module, head, x = nn.RNN(3, 5), nn.Linear(5, 2), torch.randn(T, 3)
    found = rnn_demo.trace(module, x, tokens="abcdef", head=head, labels=["down", "up"])
    np.testing.assert_allclose(found.logits, head(module(x)[0]).detach().numpy(), atol=1e-6)
    assert found.tokens == tuple("abcdef")
    assert found.labels == ("down", "up")
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(T))


def test_the_module_is_as_it_was_and_double_precision_is_read_in_double():
    module = nn.LSTM(3, 5, num_layers=2, dropout=0.5).double()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    one, other = (rnn_demo.trace(module, torch.ones(T, 3)) for _ in range(2))
    np.testing.assert_array_equal(one.layers[-1].quantities["h"], other.layers[-1].quantities["h"])
    assert module.training
    assert all(value.equal(before[name]) for name, value in module.state_dict().items())


@pytest.mark.parametrize(
    ("module", "x", "options", "error", "says"),
    [
        (nn.Linear(3, 5), torch.ones(T, 3), {}, TypeError, "nn.RNN, nn.LSTM or nn.GRU"),
        (nn.LSTM(3, 5, proj_size=2), torch.ones(T, 3), {}, ValueError, "proj_size"),
        (nn.GRU(3, 5), [[1.0, 2.0, 3.0]], {}, TypeError, "tensor, got list"),
        (nn.GRU(3, 5), torch.ones(T, 4), {}, ValueError, r"\(T, 3\)"),
        (nn.GRU(3, 5), torch.ones(T, 2, 3), {}, ValueError, "one sequence"),
        (nn.GRU(3, 5), torch.ones(0, 3), {}, ValueError, "T >= 1"),
        (nn.GRU(3, 5), torch.ones(T, 3), {"tokens": "abc"}, ValueError, "6 steps and there are 3 tokens"),
        (nn.GRU(3, 5), torch.ones(T, 3), {"hx": torch.ones(2, 5)}, ValueError, r"h_0 \(1, 5\)"),
        (nn.LSTM(3, 5), torch.ones(T, 3), {"hx": torch.ones(1, 5)}, ValueError, "c_0"),
        (nn.GRU(3, 5), torch.ones(T, 3), {"head": nn.Linear(5, 3), "labels": ["a"]}, ValueError, "1 labels"),
    ],
)
def test_what_cannot_be_traced_is_refused_with_what_is_allowed(module, x, options, error, says):
    with pytest.raises(error, match=says):
        rnn_demo.trace(module, x, **options)


def test_a_long_sequence_is_cut_and_the_trace_says_how_much():
    found = rnn_demo.trace(nn.RNN(1, 2), torch.ones(MAX_TRACE_TOKENS + 7, 1))
    assert len(found.tokens) == MAX_TRACE_TOKENS
    assert found.cut == 7


@pytest.mark.parametrize(
    "code",
    [
        "import rnn_demo",
        "from rnn_demo.analysis.trace import record; import rnn_demo",
        "import rnn_demo.analysis.trace",
    ],
)
def test_the_package_gives_trace_in_whatever_order_it_is_imported(code):
    program = f"{code}\nimport torch\nprint(rnn_demo.trace(torch.nn.RNN(1, 2), torch.ones(3, 1)).tokens)"
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert out.strip() == "('x1', 'x2', 'x3')"


def test_the_package_alone_does_not_load_torch_and_has_no_other_names():
    program = "import rnn_demo, sys; assert 'torch' not in sys.modules; rnn_demo.nothing"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "AttributeError: module 'rnn_demo' has no attribute 'nothing'" in done.stderr


def test_in_a_notebook_a_trace_is_a_frame_with_its_numbers_and_no_token_is_markup():
    bad = "</script><img src=x onerror=alert(1)>"
    shown = trace(nn.LSTM(3, 5), torch.ones(2, 3), tokens=[bad, "b"])._repr_html_()
    assert shown.startswith('<iframe srcdoc="')
    assert shown.count("<") == 2
    document = unescape(re.search(r'srcdoc="([^"]*)"', shown).group(1))
    assert bad not in document
    (data,) = re.findall(r'<script type="application/json" id="trace">(.*?)</script>', document, re.S)
    assert json.loads(data)["tokens"] == [bad, "b"]
