"""Any RNN, LSTM or GRU of torch can be traced, and the numbers are those that it computes itself."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import json
import re
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
@pytest.mark.parametrize("with_state", [False, True])
def test_the_last_layer_is_what_the_module_returns(name, layers, both, bias, with_state):
    torch.manual_seed(0)
    module = MODULES[name](num_layers=layers, bidirectional=both, bias=bias)
    x, H = torch.randn(T, 3), 5
    states = [torch.randn(layers * (1 + both), H) for _ in range(2 if name == "lstm" else 1)]
    hx = (tuple(states) if name == "lstm" else states[0]) if with_state else None
    result = rnn_demo.trace(module, x, hx=hx)
    expected = module(x, hx)[0].detach().numpy()  # (T, D*H)
    last = np.concatenate([layer.quantities["h"] for layer in result.layers[-(1 + both) :]], axis=1)
    np.testing.assert_allclose(last, expected, atol=1e-6)
    assert result.cell == name
    assert len(result.layers) == layers * (1 + both)
    for number, layer in enumerate(result.layers):
        for state, values in layer.initial.items():
            expected_state = states["hc".index(state)][number].numpy() if with_state else np.zeros(H)
            np.testing.assert_array_equal(values, expected_state)


@pytest.mark.parametrize("batch_first", [False, True])
def test_a_batch_of_one_is_read_in_the_layout_of_the_module(batch_first):
    module, x = nn.GRU(3, 5, batch_first=batch_first), torch.randn(T, 3)
    batch = x[None] if batch_first else x[:, None]
    np.testing.assert_array_equal(rnn_demo.trace(module, batch).x, x.numpy())


def test_a_head_answers_after_each_step_and_its_answers_have_names():
    module, head, x = nn.RNN(3, 5), nn.Linear(5, 2), torch.randn(T, 3)
    result = rnn_demo.trace(module, x, tokens="abcdef", head=head, labels=["down", "up"])
    np.testing.assert_allclose(result.logits, head(module(x)[0]).detach().numpy(), atol=1e-6)
    assert result.tokens == tuple("abcdef")
    assert result.labels == ("down", "up")
    assert result.probabilities.sum(axis=1) == pytest.approx(np.ones(T))


def test_the_module_is_as_it_was_and_double_precision_is_read_in_double():
    module = nn.LSTM(3, 5, num_layers=2, dropout=0.5).double()
    before = {name: value.clone() for name, value in module.state_dict().items()}
    one, other = (rnn_demo.trace(module, torch.ones(T, 3)) for _ in range(2))
    np.testing.assert_array_equal(one.layers[-1].quantities["h"], other.layers[-1].quantities["h"])
    assert module.training
    assert all(value.equal(before[name]) for name, value in module.state_dict().items())


def test_the_states_of_an_lstm_may_come_as_a_list_in_any_precision_and_as_a_batch_of_one():
    module, x, h, c = nn.LSTM(3, 5), torch.randn(T, 3), torch.randn(1, 5), torch.randn(1, 5)
    expected = rnn_demo.trace(module, x, hx=(h, c)).layers[0].quantities["h"]
    for hx in ([h, c], [h[:, None], c[:, None]], (h.double(), c.requires_grad_())):
        np.testing.assert_array_equal(rnn_demo.trace(module, x, hx=hx).layers[0].quantities["h"], expected)


def test_deep_modules_in_double_precision_are_read_in_double_throughout():
    torch.manual_seed(0)
    module, x = nn.LSTM(3, 5, num_layers=4, bidirectional=True).double(), torch.randn(T, 3).double()
    inputs = []
    rnn_demo.trace(module, x, head=lambda h: inputs.append(h) or h)
    torch.testing.assert_close(inputs[0], module(x)[0], rtol=0, atol=1e-14)


class Dropping(nn.Module):
    """A head with a submodule that drops out, and statistics that training would change."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Dropout(0.9), nn.BatchNorm1d(5).eval(), nn.BatchNorm1d(5), nn.Linear(5, 2))

    def forward(self, h):
        return self.layers(h)


@pytest.mark.parametrize("wrap", ["module", "method", "closure", "partial", "object"])
def test_a_head_answers_without_dropout_and_keeps_its_mode_and_its_statistics(wrap):
    head = Dropping()

    class Caller:
        def __init__(self):
            self.inner = head

        def __call__(self, h):
            return self.inner(h)

    ways = {
        "module": head,
        "method": head.forward,
        "closure": lambda h: head(h),
        "partial": functools.partial(nn.Module.__call__, head),
        "object": Caller(),
    }
    modes = [part.training for part in head.modules()]
    before = {name: value.clone() for name, value in head.state_dict().items()}
    module, x = nn.GRU(3, 5), torch.randn(T, 3)
    one, other = (rnn_demo.trace(module, x, head=ways[wrap]).logits for _ in range(2))
    np.testing.assert_array_equal(one, other)
    assert [part.training for part in head.modules()] == modes
    assert all(value.equal(before[name]) for name, value in head.state_dict().items())


def test_a_head_that_fails_keeps_its_mode_too():
    head = nn.Sequential(nn.Dropout(0.5), nn.Linear(7, 2))
    with pytest.raises(ValueError, match="cannot read h"):
        rnn_demo.trace(nn.GRU(3, 5), torch.ones(T, 3), head=head)
    assert all(part.training for part in head.modules())


@pytest.mark.parametrize("x", [torch.ones(T, 3, dtype=torch.int64), torch.ones(T, 3, requires_grad=True).half()])
def test_whole_numbers_other_precisions_and_gradients_are_taken_as_input(x):
    module = nn.GRU(3, 5)
    expected = rnn_demo.trace(module, torch.ones(T, 3)).layers[0].quantities["h"]
    np.testing.assert_array_equal(rnn_demo.trace(module, x).layers[0].quantities["h"], expected)


def test_steps_and_answers_without_names_are_numbered_and_nothing_is_unknown():
    result = rnn_demo.trace(nn.GRU(3, 5), torch.ones(2, 3), head=torch.tanh)
    assert (result.tokens, result.labels) == (("x1", "x2"), ("0", "1", "2", "3", "4"))
    assert (result.unknown, result.temperature, result.cut, result.attention) == ((), 1.0, 0, None)
    without = rnn_demo.trace(nn.GRU(3, 5), torch.ones(2, 3))
    assert without.labels == ()
    assert without.logits.shape == without.probabilities.shape == (2, 0)


def test_probabilities_of_infinite_logits_are_not_numbers_and_nothing_is_warned_of(recwarn):
    result = rnn_demo.trace(nn.GRU(3, 5), X, head=lambda h: h + torch.inf)
    assert np.isnan(result.probabilities).all()
    assert not recwarn.list


def test_tokens_and_labels_may_be_numbers_arrays_or_tensors():
    result = rnn_demo.trace(
        nn.GRU(3, 5), torch.ones(2, 3), tokens=torch.tensor([7, 8]), head=nn.Linear(5, 2), labels=np.array([0, 1])
    )
    assert (result.tokens, result.labels) == (("7", "8"), ("0", "1"))


X, PACKED = torch.ones(T, 3), nn.utils.rnn.pack_sequence([torch.ones(T, 3)])


class Whole(nn.Module):
    def __init__(self, count=1):
        super().__init__()
        self.encoder = nn.ModuleList([nn.Sequential(nn.Linear(3, 3), nn.LSTM(3, 5)) for _ in range(count)])


def fails(error):
    """A head that raises the error."""

    def head(h):
        raise error

    return head


@pytest.mark.parametrize(
    ("module", "says"),
    [
        (nn.Linear(3, 5), "^an nn.RNN, nn.LSTM or nn.GRU can be traced, got torch.nn.modules.linear.Linear$"),
        (
            torch.ao.nn.quantized.dynamic.LSTM(3, 5),
            r"torch.ao.nn.quantized.*LSTM; .* the one it was made from$",
        ),
        (torch.ao.nn.quantizable.LSTM(3, 5), r"torch.ao.nn.quantizable.*LSTM"),
        (nn.LSTMCell(3, 5), "LSTMCell; load its weights .* in _l0 there$"),
        (nn.Sequential(nn.LSTM(3, 5)), r"; it contains module\[0\]: trace that$"),
        (Whole(), r"contains module\.encoder\[0\]\[1\]: trace that$"),
        (Whole(2), r"contains module\.encoder\[0\]\[1\], module\.encoder\[1\]\[1\]: trace one of them$"),
        (Whole(7), r"contains (module\.encoder\[[0-4]\]\[1\](, |: )){5}trace one of them$"),
        (nn.ModuleDict({"my rnn": nn.GRU(3, 5)}), r"contains module\['my rnn'\]: trace that$"),
        (nn.DataParallel(nn.LSTM(3, 5)), r"DataParallel; it contains module\.module: trace that$"),
        (torch.compile(nn.LSTM(3, 5)), r"contains module\._orig_mod: trace that$"),
        (torch.jit.script(nn.LSTM(3, 5)), "ScriptModule; trace the module that was scripted$"),
        (nn.LSTM, "the class torch.nn.modules.rnn.LSTM; create an instance of it first$"),
        (None, "got NoneType$"),
    ],
)
def test_an_untraceable_module_is_named_with_a_hint(module, says):
    with pytest.raises(TypeError, match=says):
        rnn_demo.trace(module, X)


@pytest.mark.parametrize(
    ("module", "x", "options", "error", "says"),
    [
        (nn.LSTM(3, 5, proj_size=2), X, {}, ValueError, "proj_size=2 .*; trace one with proj_size=0$"),
        (nn.LSTM(3, 5, device="meta"), X, {}, ValueError, "^the module is on the meta .*; give it memory .* first$"),
        (nn.GRU(3, 5), [[1.0, 2.0, 3.0]], {}, TypeError, "^x must be a tensor, got list; torch.as_tensor"),
        (nn.GRU(3, 5), PACKED, {}, TypeError, r"^x is a PackedSequence; .*unpack_sequence\(x\)\[0\]$"),
        (nn.GRU(3, 5), X.to_sparse(), {}, TypeError, r"x.to_dense\(\)$"),
        (nn.GRU(3, 5), X.to_sparse_csr(), {}, TypeError, r"x.to_dense\(\)$"),
        (nn.GRU(3, 5), X.to("meta"), {}, TypeError, "; give it real values; tensors on the meta device have none$"),
        (nn.GRU(3, 5), X.to(torch.complex64), {}, TypeError, "complex64; use x.real"),
        (nn.GRU(3, 5), torch.quantize_per_tensor(X, 0.1, 0, torch.qint8), {}, TypeError, "x.dequantize"),
        (nn.GRU(3, 5), torch.nested.nested_tensor([X]), {}, TypeError, "x.unbind"),
        (nn.GRU(3, 5), torch.ones(T, 4), {}, ValueError, r"^x must be one sequence \(T, 3\) .* got \(6, 4\)$"),
        (nn.GRU(3, 5), torch.ones(4), {}, ValueError, r"got \(4,\)$"),
        (nn.GRU(3, 5), torch.ones(3, 0), {}, ValueError, r"got \(3, 0\)$"),
        (nn.GRU(3, 5), torch.ones(3, 2, 4), {}, ValueError, r"got \(3, 2, 4\)$"),
        (nn.GRU(3, 5), torch.ones(0, 2, 3), {}, ValueError, r"got \(0, 2, 3\)$"),
        (nn.GRU(3, 5), torch.ones(3, T), {}, ValueError, r"got \(3, 6\); if its columns .* x\.T$"),
        (nn.GRU(3, 5), torch.ones(T, 2, 3), {}, ValueError, r"batches \(T, B, I\), .* 2 sequences: .* x\[:, 0\]$"),
        (
            nn.GRU(3, 5, batch_first=True),
            torch.ones(2, T, 3),
            {},
            ValueError,
            r"batches \(B, T, I\), .* 2 sequences: trace one, as x\[0\]$",
        ),
        (nn.GRU(3, 5), torch.ones(0, 3), {}, ValueError, r"T >= 1, got \(0, 3\)$"),
        (nn.GRU(3, 5), torch.ones(3), {}, ValueError, r"got \(3,\); for a single step make it x\[None\]$"),
        (nn.GRU(1, 5), torch.ones(T), {}, ValueError, r"got \(6,\); make it x\[:, None\]$"),
        (nn.GRU(3, 5), X, {"tokens": "abc"}, ValueError, "6 steps and there are 3 tokens"),
        (nn.GRU(3, 5), X, {"tokens": 5}, TypeError, "^tokens must be a list of names, got int$"),
        (nn.GRU(3, 5), X, {"hx": torch.ones(2, 5)}, ValueError, r"^hx must be h_0 \(1, 5\), got \(2, 5\)$"),
        (nn.GRU(3, 5, bidirectional=True), X, {"hx": torch.ones(1, 5)}, ValueError, r"h_0 \(2, 5\)"),
        (nn.GRU(3, 5), X, {"hx": torch.ones(1, 2, 5)}, ValueError, r"2 sequences: take those of one, as h\[:, 0\]$"),
        (nn.GRU(3, 5), X, {"hx": torch.ones(1, 1, 4)}, ValueError, r"got \(1, 1, 4\)$"),
        (nn.LSTM(3, 5), X, {"hx": torch.ones(1, 5)}, ValueError, r"\[h_0 \(1, 5\), c_0 \(1, 5\)\], got \(1, 5\)$"),
        (nn.LSTM(3, 5), X, {"hx": [torch.ones(1, 4)] * 2}, ValueError, r"got \(1, 4\), \(1, 4\)$"),
        (nn.LSTM(3, 5), X, {"hx": []}, ValueError, "got nothing$"),
        (nn.LSTM(3, 5), X, {"hx": [[0.0] * 5] * 2}, TypeError, "^hx must be a tensor, got list"),
        (nn.LSTM(3, 5), X, {"labels": ["a", "b"]}, ValueError, "^labels name .*, and there is no head; .* no labels$"),
        (nn.GRU(3, 5), X, {"head": nn.Linear(5, 3), "labels": ["a"]}, ValueError, "3 answers and there are 1 labels"),
        (nn.GRU(3, 5), X, {"head": nn.Linear(5, 3), "labels": 3}, TypeError, "^labels must be a list .* got int$"),
        (nn.GRU(3, 5), X, {"head": nn.Linear(7, 3)}, ValueError, r"nn\.Linear\(5, 3\)$"),
        (nn.GRU(3, 5), X, {"head": nn.Linear(5, 3).double()}, ValueError, r"head\.to\(torch\.float32\)"),
        (nn.GRU(3, 5), X, {"head": nn.Linear(5, 3, device="meta")}, ValueError, "on meta"),
        (nn.GRU(3, 5), X, {"head": lambda h: nn.Linear(5, 2)(h)[:, None]}, ValueError, r"it returns \(6, 1, 2\)$"),
        (nn.GRU(3, 5), X, {"head": lambda h: h[1:]}, ValueError, r"it returns \(5, 5\)$"),
        (nn.GRU(3, 5), X, {"head": lambda h: h[-1], "labels": "abcde"}, ValueError, r"it returns \(5,\)$"),
        (nn.GRU(3, 5), X, {"head": fails(KeyError("key"))}, ValueError, r"it raises KeyError \('key'\)$"),
        (nn.GRU(3, 5), X, {"head": fails(OSError())}, ValueError, r"it raises OSError \(OSError\)$"),
        (nn.GRU(3, 5), X, {"head": fails(OSError("one\ntwo"))}, ValueError, r"it raises OSError \(one\)$"),
        (nn.GRU(3, 5), X, {"head": lambda h: h.numpy()}, TypeError, "it returns numpy.ndarray$"),
        (nn.GRU(3, 5), X, {"head": lambda h: h.to(torch.complex64)}, TypeError, "it returns torch.complex64$"),
        (nn.GRU(3, 5), X, {"head": lambda h: h.to("meta")}, TypeError, "it returns torch.float32$"),
        (nn.GRU(3, 5), X, {"head": nn.Identity}, TypeError, "it returns torch.nn.modules.linear.Identity$"),
        (nn.GRU(3, 5), X, {"head": "linear"}, TypeError, r"module or a function of h \(T, 5\), got str$"),
    ],
)
def test_what_cannot_be_traced_is_refused_with_what_is_allowed(module, x, options, error, says):
    with pytest.raises(error, match=says) as refusal:
        rnn_demo.trace(module, x, **options)
    assert "\n" not in str(refusal.value)
    assert refusal.value.__suppress_context__ or refusal.value.__context__ is None


def strictly(text):
    """JSON as a browser reads it, without NaN and Infinity."""
    return json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))


def test_numbers_that_are_not_finite_are_null_in_json_empty_in_csv_and_the_trace_says_where_they_begin():
    module, x = nn.RNN(3, 5, nonlinearity="relu"), torch.ones(T, 3)
    head = nn.Linear(5, 2)
    assert rnn_demo.trace(module, x, head=head).first_bad_step is None
    x[2, 0] = torch.nan
    result = rnn_demo.trace(module, x, head=head)
    assert result.first_bad_step == 2
    content = strictly(result.to_json("mine"))
    assert content["x"][2] == [None, 1.0, 1.0]
    assert content["logits"][1] == result.logits[1].tolist()
    assert content["logits"][2] == [None, None]
    rows = list(csv.DictReader(io.StringIO(result.to_csv())))
    assert [row["value"] == "" for row in rows] == [int(row["step"]) >= 2 for row in rows]
    assert np.isnan(result.probabilities[2:]).all()


def test_a_state_that_grows_without_bound_is_bad_from_the_step_where_it_overflows():
    module = nn.RNN(1, 1, nonlinearity="relu", bias=False)
    with torch.no_grad():
        module.weight_ih_l0.fill_(1)
        module.weight_hh_l0.fill_(1e10)
    h = module(torch.ones(9, 1))[0]
    result = rnn_demo.trace(module, torch.ones(9, 1))
    assert result.first_bad_step == int((~h.isfinite()).nonzero()[0, 0]) == 4


@pytest.mark.parametrize(("suffix", "step"), [("_l0", 0), ("_l0_reverse", T - 1), ("_l1_reverse", T - 1)])
def test_in_the_backward_direction_it_begins_with_the_token_that_is_read_first(suffix, step):
    module = nn.GRU(3, 5, num_layers=2, bidirectional=True)
    with torch.no_grad():
        getattr(module, f"bias_hh{suffix}")[0] = torch.inf
        getattr(module, f"bias_ih{suffix}")[0] = -torch.inf
    assert rnn_demo.trace(module, X).first_bad_step == step


def test_a_long_sequence_is_cut_and_the_trace_says_how_much():
    result = rnn_demo.trace(nn.RNN(1, 2), torch.ones(MAX_TRACE_TOKENS + 7, 1))
    assert len(result.tokens) == MAX_TRACE_TOKENS
    assert result.cut == 7


def test_in_a_notebook_a_trace_is_a_frame_with_its_numbers_and_no_token_is_markup():
    bad = "</script><img src=x onerror=alert(1)>"
    markup = trace(nn.LSTM(3, 5), torch.ones(2, 3), tokens=[bad, "b"])._repr_html_()
    assert markup.startswith('<iframe srcdoc="')
    assert markup.count("<") == 2
    document = unescape(re.search(r'srcdoc="([^"]*)"', markup).group(1))
    assert bad not in document
    (data,) = re.findall(r'<script type="application/json" id="trace">(.*?)</script>', document, re.S)
    assert json.loads(data)["tokens"] == [bad, "b"]
