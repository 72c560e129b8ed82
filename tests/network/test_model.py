"""A model answers each sequence as if it were alone, and is the same after it was saved and loaded."""

import numpy as np
import pytest
import safetensors.torch
import torch
from helpers.samples import EXAMPLES, LABELS, LENGTHS, POOLED, SENTENCES, VOCABULARY, small_batch, small_model
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from rnn_demo.analysis.trace import record
from rnn_demo.network import model
from rnn_demo.network.cells import CELLS, Cell, Quantity
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.padding import by_length
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.training import Epoch, TrainingConfig, train


@pytest.mark.parametrize(("cell", "pooling", "bidirectional"), POOLED)
@torch.inference_mode()
def test_a_padded_batch_gives_what_the_packed_one_gives(cell, pooling, bidirectional):
    model = small_model(cell, pooling=pooling, bidirectional=bidirectional, num_layers=2)
    ids, lengths = small_batch()
    if CELLS[cell].fused is None:
        pytest.skip("packed sequences need one of torch's kernels, and this cell has none")
    packed = pack_padded_sequence(model.embed(ids), lengths, batch_first=True, enforce_sorted=False)
    h = pad_packed_sequence(model.rnn(packed)[0], batch_first=True)[0]
    torch.testing.assert_close(model(ids, lengths), model.head_logits(model.pooling(h, lengths)), atol=1e-6, rtol=0)


@pytest.mark.parametrize(("cell", "pooling", "bidirectional"), POOLED)
@torch.inference_mode()
def test_a_sequence_gets_the_same_answer_alone_and_in_a_batch(cell, pooling, bidirectional):
    model = small_model(cell, pooling=pooling, bidirectional=bidirectional)
    ids, lengths = small_batch()
    alone = [model(ids[row : row + 1, :length], torch.tensor([length])) for row, length in enumerate(LENGTHS)]
    torch.testing.assert_close(model(ids, lengths), torch.cat(alone), atol=1e-6, rtol=0)


@torch.inference_mode()
def test_a_per_step_head_answers_each_step_as_it_does_alone():
    model = small_model(per_step=True)
    ids, lengths = small_batch()
    together = model(ids, lengths)  # (B, T, C)
    assert together.shape == (len(LENGTHS), max(LENGTHS), len(LABELS))
    for row, length in enumerate(LENGTHS):
        alone = model(ids[row : row + 1, :length], torch.tensor([length]))
        torch.testing.assert_close(together[row, :length], alone[0], atol=1e-6, rtol=0)


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("bidirectional", [False, True])
@torch.inference_mode()
def test_pooling_so_far_at_the_last_step_is_pooling(pooling, bidirectional):
    model = small_model(pooling=pooling, bidirectional=bidirectional)
    for length in LENGTHS:
        h = torch.randn(1, length, model.architecture.hidden_size * model.architecture.directions)
        whole = model.pooling(h, torch.tensor([length]))
        assert whole.shape == (1, model.pooling.size)
        torch.testing.assert_close(model.pooling.so_far(h)[:, -1], whole, atol=1e-6, rtol=0)


@pytest.mark.parametrize("output", ["softmax", "sigmoid"])
@pytest.mark.parametrize("pooling", POOLINGS)
@torch.inference_mode()
def test_answers_so_far_are_those_to_the_features_so_far_whichever_way_round_they_are_multiplied(pooling, output):
    model = small_model(pooling=pooling, output=output)
    h = torch.randn(3, 9, model.architecture.hidden_size)
    torch.testing.assert_close(model.logits_so_far(h), model.head_logits(model.pooling.so_far(h)), atol=1e-6, rtol=0)


@pytest.mark.parametrize("pooling", POOLINGS)
@torch.inference_mode()
def test_running_answers_of_a_forward_network_are_the_answers_to_each_beginning(pooling):
    model = small_model(pooling=pooling)
    ids, lengths = small_batch((6,))
    beginnings = [model(ids[:, :t], torch.tensor([t])) for t in range(1, 7)]
    torch.testing.assert_close(model.running_logits(ids, lengths)[0], torch.cat(beginnings), atol=1e-6, rtol=0)


@torch.inference_mode()
def test_attention_weights_sum_to_one_and_are_zero_on_padding():
    model = small_model(pooling="attention")
    ids, lengths = small_batch()
    weights = model.pooling.weights(model.states(model.embed(ids), lengths), lengths)
    torch.testing.assert_close(weights.sum(1), torch.ones(len(LENGTHS)))
    for row, length in enumerate(LENGTHS):
        assert (weights[row, length:] == 0).all()
        assert (weights[row, :length] > 0).all()


@torch.inference_mode()
def test_attention_so_far_survives_scores_that_are_far_apart():
    pooling = small_model(pooling="attention").pooling
    pooling.score = nn.Linear(5, 1, bias=False)
    pooling.score.weight.fill_(100.0)
    h = torch.linspace(-1, 1, 20)[None, :, None].expand(1, 20, 5)
    assert pooling.so_far(h).isfinite().all()
    assert pooling.so_far(h).dtype == torch.float32
    torch.testing.assert_close(pooling.so_far(-h), (-h[:, :1]).expand(-1, 20, -1))  # the first score stays the highest


@torch.inference_mode()
@pytest.mark.parametrize("length", [1, 2, 7, 64, 300])
def test_attention_so_far_is_the_average_under_the_weights_of_the_steps_so_far(length):
    torch.manual_seed(length)
    pooling = small_model(pooling="attention").pooling
    h = 10 * torch.randn(2, length, 5)
    scores = pooling.score(h).double().squeeze(-1)
    expected = torch.stack(
        [(scores[:, : t + 1].softmax(1)[..., None] * h[:, : t + 1]).sum(1) for t in range(length)], dim=1
    )
    torch.testing.assert_close(pooling.so_far(h).double(), expected, atol=1e-5, rtol=0)


@torch.inference_mode()
@pytest.mark.parametrize("pooling", [*POOLINGS, "per_step"])
@pytest.mark.parametrize("options", [{}, {"letters": 10}, {"output": "sigmoid"}, {"input": "one_hot"}])
def test_a_model_is_refused_just_above_the_most_parameters(pooling, options, monkeypatch):
    options = options | ({"per_step": True} if pooling == "per_step" else {"pooling": pooling})
    count = sum(weight.numel() for weight in small_model(**options).parameters())
    monkeypatch.setattr(model, "MAX_PARAMETERS", count)
    small_model(**options)
    monkeypatch.setattr(model, "MAX_PARAMETERS", count - 1)
    with pytest.raises(ValueError, match=f"would have {count:,} parameters"):
        small_model(**options)


def test_the_three_inputs_read_tokens_one_hot_rows_and_numbers():
    ids, lengths = small_batch()
    embedding, one_hot = small_model(), small_model(input="one_hot")
    assert one_hot.embed(ids).shape == (*ids.shape, len(VOCABULARY))
    assert torch.equal(one_hot.embed(ids).argmax(-1), ids)
    numbers = small_model(input="numbers")
    numbers.load_state_dict({n: w for n, w in embedding.state_dict().items() if not n.startswith("embedding")})
    torch.testing.assert_close(numbers(embedding.embed(ids), lengths), embedding(ids, lengths))


@torch.inference_mode()
def test_a_sigmoid_output_gives_the_sigmoid_of_its_one_number():
    model = small_model(output="sigmoid")
    ids, lengths = small_batch()
    logits = model(ids, lengths)
    number = model.head(model.pooling(model.states(model.embed(ids), lengths), lengths))
    torch.testing.assert_close(logits.softmax(-1)[:, 1:], number.sigmoid())


def test_dropout_and_word_dropout_act_in_training_alone():
    model, (ids, lengths) = small_model(dropout=0.5, word_dropout=0.5), small_batch()
    assert torch.equal(model(ids, lengths), model(ids, lengths))
    model.train()
    assert not torch.equal(model(ids, lengths), model(ids, lengths))


def test_text_dropout_makes_whole_texts_unknown_and_leaves_the_others():
    model, (ids, _) = small_model(text_dropout=0.5, input="one_hot").train(), small_batch((7,) * 400)
    read = model.embed(ids).argmax(-1)
    unknown = (read == 1).all(1)
    assert 0.4 < unknown.float().mean() < 0.6
    assert torch.equal(read[~unknown], ids[~unknown])


def test_word_dropout_makes_words_unknown_and_leaves_padding():
    model, (ids, _) = small_model(word_dropout=0.5, input="one_hot").train(), small_batch((50, 20))
    read = model.embed(ids).argmax(-1)
    assert torch.equal(read == 0, ids == 0)
    assert set(read[read != ids].tolist()) == {1}


def test_texts_are_answered_in_the_order_they_were_given():
    model = small_model()
    together = model.logits(SENTENCES, batch_size=2)
    np.testing.assert_allclose(together, np.concatenate([model.logits([text]) for text in SENTENCES]), atol=1e-6)


def test_a_text_without_a_token_is_read_as_one_unknown_token():
    assert small_model().encode(" \t ") == [1]
    assert np.isfinite(small_model().probabilities(["", "  "])).all()


def test_temperature_flattens_the_probabilities_and_keeps_the_answer():
    model = small_model()
    cold = model.probabilities(SENTENCES)
    model.settings["temperature"] = 4.0
    warm = model.probabilities(SENTENCES)
    assert (warm.max(1) <= cold.max(1)).all()
    assert (warm.argmax(1) == cold.argmax(1)).all()


def test_batches_by_length_hold_every_row_once():
    sequences = [[1] * length for length in (5, 1, 4, 4, 2, 9, 3)]
    rows = [row for rows, *_ in by_length(sequences, 3) for row in rows]
    assert sorted(rows) == list(range(len(sequences)))
    for rows, ids, lengths in by_length(sequences, 3):
        assert lengths.tolist() == [len(sequences[row]) for row in rows]
        assert ids.sum(1).tolist() == lengths.tolist()


# --- saving and loading -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", CELLS)
def test_a_saved_model_is_the_same_when_it_is_loaded(cell, tmp_path):
    model = small_model(cell, bidirectional=True, pooling="attention")
    model.settings["threshold"] = 0.25
    model.save_pretrained(tmp_path)
    loaded = SequenceModel.from_pretrained(tmp_path)
    assert loaded.config() == model.config()
    assert loaded.vocabulary == model.vocabulary
    assert loaded.architecture == model.architecture
    np.testing.assert_array_equal(loaded.logits(SENTENCES), model.logits(SENTENCES))


def test_any_text_survives_in_the_vocabulary(tmp_path):
    strange = ("é", "É", "日", "🙂", "\\n", "\n", '"', "</s>", "\u2028", "nul\x00l")
    vocabulary = type(VOCABULARY)("characters", ("<PAD>", "<UNK>", *strange))
    model = SequenceModel(Architecture("gru", 3), vocabulary, ("Zürich", 'a "b"'))
    model.save_pretrained(tmp_path)
    loaded = SequenceModel.from_pretrained(tmp_path)
    assert (loaded.vocabulary, loaded.labels) == (model.vocabulary, model.labels)


def test_saved_recurrent_weights_can_be_loaded_into_a_plain_lstm(tmp_path):
    model = small_model("lstm", num_layers=2, bidirectional=True)
    model.save_pretrained(tmp_path)
    saved = safetensors.torch.load_file(tmp_path / "model.safetensors")
    plain = nn.LSTM(4, 5, num_layers=2, bidirectional=True, batch_first=True)
    plain.load_state_dict({name: saved[f"rnn.{name}"] for name in plain.state_dict()})
    ids, lengths = small_batch((6, 6))
    x = model.embed(ids)
    torch.testing.assert_close(plain(x)[0], model.states(x, lengths))


# --- a cell of one's own ----------------------------------------------------------------------------------------


class LeakyRNN(Cell):
    """A cell that nobody has written a kernel for: half of the old state stays."""

    title = "leaky RNN"
    gates = ("h",)
    state = ("h",)
    quantities = (Quantity("h", "hidden state", r"h_t = \frac{1}{2} h_{t-1} + \ldots", (-1, 1), ("a_ih.h", "a_hh.h")),)

    @staticmethod
    def step(a_ih, a_hh, state):
        return {"h": 0.5 * state["h"] + 0.5 * torch.tanh((a_ih + a_hh).squeeze(-2))}


@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_new_cell_without_a_kernel_trains_saves_and_is_traced(monkeypatch, tmp_path, bidirectional):
    monkeypatch.setitem(CELLS, "leaky", LeakyRNN)
    model = small_model("leaky", bidirectional=bidirectional, num_layers=2)
    events = list(train(model, EXAMPLES, (), TrainingConfig(learning_rate=0.05, epochs=30, device="cpu")))
    losses = [event.loss for event in events if isinstance(event, Epoch)]
    assert losses[-1] < losses[0] / 2
    trace = record(model, SENTENCES[0])
    np.testing.assert_allclose(trace.logits[-1], model.logits([SENTENCES[0]])[0], atol=1e-6)
    model.save_pretrained(tmp_path)
    loaded = SequenceModel.from_pretrained(tmp_path)
    np.testing.assert_array_equal(loaded.logits(SENTENCES), model.logits(SENTENCES))


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("cell", "gur"),
        ("input", "words"),
        ("pooling", "median"),
        ("output", "tanh"),
        ("hidden_size", 0),
        ("hidden_size", 5.0),
        ("hidden_size", True),
        ("hidden_size", 10**6),
        ("embedding_size", -1),
        ("num_layers", 0),
        ("num_layers", 9),
        ("dropout", 1.0),
        ("dropout", -0.1),
        ("dropout", "half"),
        ("dropout", float("nan")),
        ("word_dropout", 1),
        ("text_dropout", -0.1),
    ],
)
def test_an_architecture_refuses_nonsense_and_names_it(option, value):
    with pytest.raises(ValueError, match=rf"{option}.*{value}"):
        Architecture(**({"cell": "gru", "hidden_size": 8} | {option: value}))


def test_a_model_refuses_labels_that_its_output_cannot_tell_apart():
    with pytest.raises(ValueError, match="at least 2 labels"):
        small_model(labels=("only",))
    with pytest.raises(ValueError, match="a sigmoid output chooses between 2 labels, got 3"):
        small_model(labels=("a", "b", "c"), output="sigmoid")


def only_without_memory(layer):
    assert layer.weight.is_meta


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize("cell", CELLS)
def test_a_model_that_is_too_large_is_refused_before_memory_is_taken(monkeypatch, cell, pooling):
    for layer in ("Embedding", "LSTM", "GRU", "RNN"):
        monkeypatch.setattr(nn, layer, None)
    monkeypatch.setattr(nn.Linear, "reset_parameters", only_without_memory)
    giant = {"hidden_size": 4096, "embedding_size": 1, "bidirectional": True, "num_layers": 2}
    with pytest.raises(ValueError, match="at most 50,000,000 are allowed"):
        small_model(cell, pooling=pooling, **giant)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_a_state_that_grows_without_bound_does_not_grow_on_padding(pooling):
    model = small_model("rnn_relu", pooling=pooling)
    with torch.no_grad():  # a real token holds the state at 0, on padding it would double from step to step
        model.rnn.weight_hh_l0.copy_(2 * torch.eye(len(model.rnn.weight_hh_l0)))
        model.rnn.weight_ih_l0.fill_(1)
        model.rnn.bias_ih_l0.fill_(1)
        model.embedding.weight[2].fill_(-10)
    ids = torch.full((2, 250), 2)
    lengths = torch.tensor([3, 250])
    together, alone = model(ids, lengths)[:1], model(ids[:1, :3], lengths[:1])
    torch.testing.assert_close(together, alone)
    together.sum().backward()
    assert all(weight.grad.isfinite().all() for weight in model.parameters() if weight.grad is not None)
