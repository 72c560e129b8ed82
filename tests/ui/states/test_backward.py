"""What the page says of gradients: the stepper's backward pass, and NumPy's beside torch's."""

from __future__ import annotations

import base64
import re

import numpy as np
import pytest
import torch

from rnn_demo.analysis.backward_pass import backward_pass
from rnn_demo.analysis.trace import record
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS
from rnn_demo.network.fresh_weights import with_fresh_weights
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.states import numpy_gradients
from rnn_demo.ui.states.backward import gradients_of
from rnn_demo.ui.states.numpy_and_torch import from_torch, gradients_in_words
from rnn_demo.ui.states.traces import Traces

LETTERS = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")
LABELS = ["Russian", "Czech", "French"]


def kept(model: SequenceModel) -> tuple[Traces, str]:
    models = Models()
    return Traces(models), models.keep(OwnModel(model))


def model_of(cell: str, **options: object) -> SequenceModel:
    torch.manual_seed(0)
    return SequenceModel(Architecture(cell, 8, embedding_size=6, **options), LETTERS, LABELS).eval()  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("weights", ["trained", "fresh"])
def test_what_is_sent_are_the_gradients_of_the_networks_answer(cell: str, weights: str) -> None:
    model = model_of(cell, num_layers=2, bidirectional=True, pooling="mean")
    traces, name = kept(model)
    sent = gradients_of(traces, {"checkpoint": name, "text": "ivanov", "weights": weights})
    answer = model.labels[int(record(model, "ivanov").logits[-1].argmax())]
    assert sent["label"] == answer
    assert sent["labels"][0] == answer
    read = model if weights == "trained" else with_fresh_weights(model)
    passed = backward_pass(read, tuple("ivanov"), answer)
    assert sent["loss"] == passed.loss
    for layer, ours in zip(sent["layers"], passed.layers, strict=True):
        for state, total in ours.total.items():
            data = np.frombuffer(base64.b64decode(layer["total"][state]["data"]), dtype="<f4").reshape(total.shape)
            np.testing.assert_allclose(data, total, rtol=1e-6, atol=1e-30)
            np.testing.assert_allclose(layer["norms"][state], np.linalg.norm(total, axis=1))
            np.testing.assert_allclose(layer["carried"][state], np.linalg.norm(ours.carried[state], axis=1))
        np.testing.assert_allclose(layer["above"]["h"], np.linalg.norm(ours.above, axis=1))


@pytest.mark.parametrize("pooling", [*POOLINGS, "per-step"])
def test_the_sentence_says_where_the_loss_enters(pooling: str) -> None:
    options = {"per_step": True} if pooling == "per-step" else {"pooling": pooling}
    traces, name = kept(model_of("gru", **options))
    sent = gradients_of(traces, {"checkpoint": name, "text": "anna", "weights": "trained", "answer": "Czech"})
    entered = [bool(length) for length in sent["layers"][0]["above"]["h"]]
    straight = pooling not in ("last", "per-step")
    assert ("straight into every step" in sent["says"]) == (straight and pooling != "max")
    if pooling != "max":  # there, only where a unit has its largest value
        assert entered[-1]
        assert all(entered[:-1]) == any(entered[:-1]) == straight
    assert sent["says"].startswith(f"The loss is L = −log p(“Czech”) = {sent['loss']:.2g} after the last token")


def test_a_sure_answer_is_said_to_have_small_gradients() -> None:
    model = model_of("lstm")
    with torch.no_grad():
        model.head.bias += torch.tensor([20.0, 0, 0])
    traces, name = kept(model)
    place = {"checkpoint": name, "text": "anna", "weights": "trained"}
    assert "The network is sure of it" in gradients_of(traces, place)["says"]
    other = gradients_of(traces, place | {"answer": "French"})
    assert "sure of it" not in other["says"]
    assert "not what the network answers" in other["says"]


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"checkpoint": "gone"}, "gone"),
        ({"weights": "golden"}, "choose one of trained, fresh"),
        ({"answer": "<b>Dutch</b>"}, "Unknown label “<b>Dutch</b>”"),
        ({"text": " "}, "The text is empty"),
        ({"text": "a" * 60_000}, "at most 50,000"),
    ],
)
def test_what_cannot_be_followed_is_refused_in_a_sentence(wrong: dict[str, str], says: str) -> None:
    traces, name = kept(model_of("gru"))
    sent = gradients_of(traces, {"checkpoint": name, "text": "anna", "weights": "trained"} | wrong)
    assert list(sent) == ["error"]
    assert says in sent["error"]


def test_a_network_that_diverged_is_sent_in_strict_json() -> None:
    model = model_of("rnn_relu")
    with torch.no_grad():
        model.rnn.weight_hh_l0.fill_(torch.inf)
    traces, name = kept(model)
    sent = gradients_of(traces, {"checkpoint": name, "text": "anna", "weights": "trained"})
    assert sent["loss"] is None
    assert "not a number" in sent["says"]
    strict_json(sent)


# --- NumPy beside torch -----------------------------------------------------------------------------------------


def letter_model() -> SequenceModel:
    torch.manual_seed(1)
    vocabulary = Vocabulary.build(["hello"], "characters")
    architecture = Architecture("rnn_tanh", 8, input="one_hot", per_step=True)
    return SequenceModel(architecture, vocabulary, list("ehlo")).eval()


def test_numpys_gradients_are_those_of_autograd_and_the_page_says_so() -> None:
    model = letter_model()
    trace, network = record(model, "hello"), from_torch(model)
    assert network is not None
    comparison = numpy_gradients.compare_gradients(network, model, trace)
    assert comparison.targets[:-1] == ("e", "l", "l", "o")
    targets = torch.tensor([[model.labels.index(target) for target in comparison.targets]])
    logits = model(torch.tensor([model.encode("hello")]), torch.tensor([5]))
    loss = torch.nn.functional.cross_entropy(logits[0], targets[0])
    grads = torch.autograd.grad(loss, [dict(model.named_parameters())[name] for name in numpy_gradients.NAMES.values()])
    for name, grad in zip(numpy_gradients.NAMES, grads, strict=True):
        np.testing.assert_allclose(comparison.numpy[name], grad.numpy(), atol=1e-6)
        np.testing.assert_allclose(comparison.torch[name], grad.numpy(), atol=1e-7)
    assert 0 < comparison.largest_difference < 1e-6
    words = gradients_in_words(network, model, trace)
    assert f"**{comparison.largest_difference:.1e}**" in words
    for name, values in comparison.numpy.items():
        if name != "h":
            assert f"| {name} | " in words
            assert f"{np.linalg.norm(values):.6f}" in words
    assert len(re.findall(r"^\| \d+ \| NumPy", words, re.M)) == 5


def test_a_network_that_answers_at_every_step_has_a_loss_at_every_step_whose_letter_it_can_answer() -> None:
    model = letter_model()
    model.task = "characters"
    traces, name = kept(model)
    sent = gradients_of(traces, {"checkpoint": name, "text": "hexel", "weights": "trained", "answer": "o"})
    assert sent["targets"] == ["e", None, "e", "l", "o"]
    shares = record(model, "hexel").probabilities
    expected = [
        -np.log(shares[t][model.labels.index(target)]) if target else None for t, target in enumerate(sent["targets"])
    ]
    assert sent["losses"] == pytest.approx(expected, abs=1e-6)
    assert sent["loss"] == pytest.approx(sum(loss for loss in expected if loss is not None))
    assert [bool(length) for length in sent["layers"][0]["above"]["h"]] == [True, False, True, True, True]


def test_a_letter_that_the_network_cannot_answer_has_no_loss() -> None:
    model = letter_model()
    network = from_torch(model)
    assert network is not None
    assert gradients_in_words(network, model, record(model, "hex")) == (
        "“x” is not among the network's answers, so there is no loss for it."
    )
