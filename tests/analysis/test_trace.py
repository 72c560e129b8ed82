"""A trace holds the numbers that the network itself computes, in rows that belong to the tokens."""

import csv
import io
import json

import numpy as np
import pytest
import torch
from helpers.samples import POOLED, SENTENCES, SHAPE_IDS, SHAPES, small_model

from rnn_demo.analysis.trace import record
from rnn_demo.limits import MAX_TRACE_TOKENS
from rnn_demo.network.cells import CELLS
from rnn_demo.zoo import checkpoint

TEXT = SENTENCES[-1]


def test_text_is_traced_token_by_token():
    trace = record(small_model(), "It is NOT bad, zorgle")
    assert trace.tokens == ("it", "is", "not", "bad", ",", "zorgle")
    assert trace.unknown == ("zorgle",)
    assert trace.cut == 0


@pytest.mark.parametrize(("cell", "layers", "bidirectional"), SHAPES, ids=SHAPE_IDS)
@torch.inference_mode()
def test_h_of_every_layer_and_direction_is_what_the_fused_kernel_computes(cell, layers, bidirectional):
    model = small_model(cell, num_layers=layers, bidirectional=bidirectional)
    trace = record(model, TEXT)
    H, directions = model.architecture.hidden_size, model.architecture.directions
    assert [(layer.layer, layer.direction) for layer in trace.layers] == [
        (layer, direction) for layer in range(layers) for direction in ("forward", "backward")[:directions]
    ]
    for depth in range(1, layers + 1):  # torch hands out only the last layer, so stop at each in turn
        if CELLS[cell].fused is None:
            pytest.skip("a cell without one of torch's kernels has nothing to be compared with")
        fused = CELLS[cell].fused(4, H, depth, batch_first=True, bidirectional=bidirectional)
        fused.load_state_dict({name: model.rnn.state_dict()[name] for name in fused.state_dict()})
        h = fused(model.embed(torch.tensor([model.encode(TEXT)])))[0][0]  # (T, D*H): row t belongs to token t
        for direction in range(directions):
            traced = trace.layers[(depth - 1) * directions + direction].quantities["h"]
            np.testing.assert_allclose(traced, h[:, direction * H : (direction + 1) * H], atol=1e-5)


@pytest.mark.parametrize(("cell", "pooling", "bidirectional"), POOLED)
def test_the_last_row_of_the_logits_is_the_answer_of_the_model(cell, pooling, bidirectional):
    model = small_model(cell, pooling=pooling, bidirectional=bidirectional, num_layers=2)
    np.testing.assert_allclose(record(model, TEXT).logits[-1], model.logits([TEXT])[0], atol=1e-5)


@torch.inference_mode()
def test_the_logits_of_a_per_step_head_are_its_answers():
    model = small_model(per_step=True)
    ids = torch.tensor([model.encode(TEXT)])
    expected = model(ids, torch.tensor([ids.shape[1]]))[0]
    np.testing.assert_allclose(record(model, TEXT).logits, expected, atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_the_sums_are_the_weights_times_the_input_and_the_state_before(cell):
    model = small_model(cell, bidirectional=True)
    trace, state = record(model, TEXT), {n: w.numpy() for n, w in model.rnn.state_dict().items()}
    G, H, T = len(CELLS[cell].gates), model.architecture.hidden_size, len(trace.tokens)
    for layer, suffix, before in zip(trace.layers, ("", "_reverse"), (-1, 1), strict=True):
        h = layer.quantities["h"]
        h_before = np.roll(h, -before, axis=0)
        h_before[0 if before == -1 else -1] = layer.initial["h"]
        a_ih = trace.x @ state[f"weight_ih_l0{suffix}"].T + state[f"bias_ih_l0{suffix}"]
        np.testing.assert_allclose(layer.a_ih, a_ih.reshape(T, G, H), atol=1e-5)
        if f"weight_hh_l0{suffix}" not in state:
            assert not CELLS[cell].gates_see_state
            assert not layer.a_hh.any()
            continue
        a_hh = h_before @ state[f"weight_hh_l0{suffix}"].T + state[f"bias_hh_l0{suffix}"]
        np.testing.assert_allclose(layer.a_hh, a_hh.reshape(T, G, H), atol=1e-5)


@pytest.mark.parametrize("cell", CELLS)
def test_every_array_has_the_shape_that_the_design_gives_it(cell):
    model = small_model(cell, num_layers=2, bidirectional=True)
    trace = record(model, TEXT)
    T, E, H, G = len(trace.tokens), 4, 5, len(CELLS[cell].gates)
    assert trace.x.shape == (T, E)
    assert trace.logits.shape == trace.probabilities.shape == (T, len(model.labels))
    for layer in trace.layers:
        assert layer.a_ih.shape == layer.a_hh.shape == (T, G, H)
        assert list(layer.quantities) == [quantity.name for quantity in CELLS[cell].quantities]
        assert {values.shape for values in layer.quantities.values()} == {(T, H)}
        assert set(layer.initial) == set(CELLS[cell].state)
        assert {values.shape for values in layer.initial.values()} == {(H,)}
        assert {a.dtype for a in (layer.a_ih, layer.a_hh, *layer.quantities.values())} == {np.dtype("float32")}


def test_probabilities_are_at_the_models_temperature():
    model = small_model()
    model.settings["temperature"] = 3.0
    np.testing.assert_allclose(record(model, TEXT).probabilities[-1], model.probabilities([TEXT])[0], atol=1e-6)


@torch.inference_mode()
def test_attention_is_there_where_the_model_pools_by_it_and_has_its_weights():
    assert record(small_model(), TEXT).attention is None
    model = small_model(pooling="attention", bidirectional=True)
    trace, ids = record(model, TEXT), torch.tensor([model.encode(TEXT)])
    lengths = torch.tensor([ids.shape[1]])
    weights = model.pooling.weights(model.states(model.embed(ids), lengths), lengths)[0]
    np.testing.assert_allclose(trace.to_dict("small")["attention"], weights, atol=1e-6)


def test_recording_reads_in_eval_mode_and_changes_nothing_in_the_model():
    model = small_model(dropout=0.5, word_dropout=0.5, num_layers=2).train()
    model.embedding.eval()
    modes = [part.training for part in model.modules()]
    before = {name: value.clone() for name, value in model.state_dict().items()}
    trace = record(model, TEXT)
    assert [part.training for part in model.modules()] == modes
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    np.testing.assert_array_equal(trace.logits, record(model.eval(), TEXT).logits)


def test_a_long_text_is_cut_and_the_cut_is_reported():
    trace = record(small_model(), "bad " * (MAX_TRACE_TOKENS + 44))
    assert (len(trace.tokens), trace.cut) == (MAX_TRACE_TOKENS, 44)


@pytest.mark.parametrize("text", ["b", "🙂", "日本", "<img onerror=x>", "${a} {{b}}", "\u200b", "\u0301"])
def test_any_text_can_be_traced(text):
    trace = record(small_model(), text)
    assert len(trace.tokens) >= 1
    assert np.isfinite(trace.logits).all()


def test_what_cannot_be_traced_is_refused():
    with pytest.raises(ValueError, match="the text is empty"):
        record(small_model(), "  ")
    with pytest.raises(ValueError, match=r"^this model reads numbers, not text; choose a checkpoint that reads text$"):
        record(small_model(input="numbers"), TEXT)


@pytest.mark.parametrize("cell", CELLS)
def test_json_holds_every_float32_exactly(cell):
    trace = record(small_model(cell, num_layers=2, bidirectional=True), TEXT)
    payload = json.loads(trace.to_json("small"))
    assert (payload["checkpoint"], payload["cell"], payload["tokens"]) == ("small", cell, list(trace.tokens))
    assert (payload["labels"], payload["temperature"]) == (list(trace.labels), trace.temperature)
    assert (payload["unknown_words"], payload["cut"]) == (list(trace.unknown), trace.cut)
    np.testing.assert_array_equal(np.array(payload["x"], np.float32), trace.x)
    np.testing.assert_array_equal(np.array(payload["logits"], np.float32), trace.logits)
    for entry, layer in zip(payload["layers"], trace.layers, strict=True):
        assert (entry["layer"], entry["direction"]) == (layer.layer, layer.direction)
        for name in ("a_ih", "a_hh"):
            np.testing.assert_array_equal(np.array(entry[name], np.float32), getattr(layer, name))
        for kind in ("quantities", "initial"):
            assert list(entry[kind]) == list(getattr(layer, kind))
            for name, values in getattr(layer, kind).items():
                np.testing.assert_array_equal(np.array(entry[kind][name], np.float32), values)


def test_json_and_csv_keep_letters_and_line_ends_as_they_are():
    trace = record(small_model(), "Zoë is bad")
    assert "zoë" in trace.to_json("small")
    assert trace.unknown == ("zoë",)
    assert "zoë" in trace.to_csv()
    assert "\r" not in trace.to_csv()


def test_csv_holds_a_row_for_each_number_exactly():
    trace = record(small_model("gru", num_layers=2, bidirectional=True), 'a "great" , film')
    rows = list(csv.DictReader(io.StringIO(trace.to_csv())))
    numbers = {
        (layer.layer, layer.direction, name, t, unit): values[t, unit]
        for layer in trace.layers
        for name, values in layer.quantities.items()
        for t, unit in np.ndindex(values.shape)
    }
    assert len(rows) == len(numbers)
    for row in rows:
        key = int(row["layer"]), row["direction"], row["quantity"], int(row["step"]), int(row["unit"])
        assert np.float32(row["value"]) == numbers[key]
        assert row["token"] == trace.tokens[key[3]]


@pytest.mark.parametrize("name", checkpoint.available())
@pytest.mark.parametrize(
    "text", ["Not good.<br /><br />Wonderful ending -lrb- really -rrb-", "it\x92s What is the capital of France?"]
)
def test_the_last_row_of_a_trace_is_the_answer_of_every_checkpoint(name, text):
    model = checkpoint.open_checkpoint(name)
    np.testing.assert_allclose(record(model, text).probabilities[-1], model.probabilities([text])[0], atol=1e-5)
