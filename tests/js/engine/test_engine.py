"""The engine in the page computes what torch does: every cell, depth, direction, pooling and shipped checkpoint."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch
from helpers.node_scripts import needs_node, run_node

from rnn_demo.analysis.trace import record
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network import recurrence
from rnn_demo.network.cells import CELLS, Cell, Quantity
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.ui.contracts import TracePayload
from rnn_demo.ui.viewer.handout import in_base85
from rnn_demo.ui.viewer.network import describe_network
from rnn_demo.ui.viewer.payload import payload
from rnn_demo.zoo import checkpoint

pytestmark = needs_node
VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")
HELD = 1e-5
TEXTS = {
    "letters": "dvořák",
    "accented_letters": "Dvořák-Ṁ",
    "characters": "hello!",
    "reviews": "It isn't bad at all, and the ending is a delight!",
    "posts": "It isn't bad at all :-) sooo good!!! 9/10 @ann",
    "plain_words": "Who is the author of Hamlet?",
    "spaced_words": "what is the capital of france",
}


def model_of(cell: str, labels: int = 5, **options: Any) -> SequenceModel:
    torch.manual_seed(0)
    architecture = Architecture(cell, 6, embedding_size=5, **options)
    return SequenceModel(architecture, VOCABULARY, [f"label {k}" for k in range(labels)]).eval()


def case(model: SequenceModel, text: str) -> dict[str, Any]:
    tokens = model.vocabulary.tokenize(text)
    return {"network": describe_network(model, "one", list(dict.fromkeys(tokens))), "tokens": tokens}


def whole_case(model: SequenceModel, text: str) -> dict[str, Any]:
    """The same with the tokens of the vocabulary alone, like a text that is typed into a handout."""
    network = describe_network(model, "one", model.vocabulary.tokens[2:])
    return {"network": network, "tokens": model.vocabulary.tokenize(text)}


def check(model: SequenceModel, text: str, found: dict[str, Any]) -> float:
    """Hold what the engine made of a text to the trace of torch; the largest difference between their numbers."""
    trace = record(model, text)
    sent = payload(trace, "one", model)
    assert set(found["keys"]) == set(TracePayload.__annotations__)
    pairs = [(found["x"], trace.x)]
    assert [(layer["layer"], layer["direction"]) for layer in found["layers"]] == [
        (layer.layer, layer.direction) for layer in trace.layers
    ]
    for layer, there in zip(found["layers"], trace.layers, strict=True):
        expected = {"a_ih": there.a_ih, "a_hh": there.a_hh, **there.quantities}
        assert set(layer["arrays"]) == set(expected)
        pairs += [(layer["arrays"][name], values) for name, values in expected.items()]
        suffix = "_reverse" if there.direction == "backward" else ""
        G = len(model.cell.gates)
        weights = recurrence.weights_of(model.rnn, there.layer, suffix)
        for name, weight in zip(recurrence.PARAMETERS, weights, strict=True):
            rows = weight.detach().reshape(G, -1, *weight.shape[1:])[:, 1].numpy()
            np.testing.assert_array_equal(np.array(layer["unit"][name], dtype=np.float32), rows.ravel())
    worst = max(float(np.abs(np.array(numbers) - there.ravel()).max()) for numbers, there in pairs)
    assert worst < HELD
    np.testing.assert_allclose(found["probabilities"], trace.probabilities, atol=HELD)
    for mine, other in zip(found["answers"], sent["answers"], strict=True):
        assert [share for _, share in mine] == pytest.approx([share for _, share in other], abs=1.01e-4)
        assert mine[0][0] == other[0][0] or mine[0][1] == pytest.approx(mine[1][1], abs=1e-3)
    head, other_head = found["head"], sent["head"]
    assert {name: head[name] for name in ("pooling", "features", "output", "count", "temperature")} == {
        name: other_head[name]  # type: ignore[literal-required]
        for name in ("pooling", "features", "output", "count", "temperature")
    }
    for t, answers in enumerate(found["answers"]):
        if [name for name, _ in answers] != [name for name, _ in sent["answers"][t]]:
            continue  # two labels about as probable
        assert head["logits"][t] == pytest.approx(other_head["logits"][t], abs=3e-5)
        for parts, others in zip(head["parts"][t], other_head["parts"][t], strict=True):
            assert parts == pytest.approx(others, abs=3e-5)
    assert head["log_sum"] == pytest.approx(other_head["log_sum"], abs=3e-5)
    assert found["undecided"] == sent["undecided"]
    if sent["attention"] is None:
        assert found["attention"] is None
    else:
        assert found["attention"] == pytest.approx(sent["attention"], abs=HELD)
    words = ("title", "cell", "piece", "asks", "reads", "input", "prior")
    lists = json.loads(json.dumps(sent))  # as the page is sent it
    for name in (*words, "tokens", "unknown", "answered", "advice"):
        assert found[name] == lists[name], name
    return worst


@pytest.mark.parametrize("cell", CELLS)
def test_every_depth_direction_and_pooling_of_a_cell_is_computed_as_torch_does(cell: str) -> None:
    models = [
        model_of(cell, num_layers=layers, bidirectional=both, pooling=pooling)
        for layers in (1, 3)
        for both in (False, True)
        for pooling in POOLINGS
    ]
    models += [model_of(cell, per_step=True, input="one_hot"), model_of(cell, labels=2, output="sigmoid")]
    models += [model_of(cell, letters=64)]
    for model, found in zip(
        models, run_node("engine/run_networks.mjs", {"cases": [case(m, "ivaň!") for m in models]}), strict=True
    ):
        check(model, "ivaň!", found)


@pytest.mark.parametrize("name", checkpoint.available())
def test_every_shipped_checkpoint_is_computed_as_torch_does(name: str) -> None:
    model = checkpoint.open_checkpoint(name)
    text = TEXTS[model.vocabulary.tokenizer]
    (found,) = run_node("engine/run_networks.mjs", {"cases": [case(model, text)], "repeat": 20})
    print(f"{name}: largest difference {check(model, text, found):.1e}, {found['milliseconds']:.2f} ms")


@pytest.mark.parametrize("text", ["Ivanov", "Ǹǫṁë", "Łæß", "Ж", "Иванов", "Mª", "Ｂob", "李", "O’Neill 7", "zzzzzz"])
def test_a_typed_name_is_read_by_its_letters_without_accents_and_in_no_other_alphabet(text: str) -> None:
    model = checkpoint.open_checkpoint("names")
    (found,) = run_node("engine/run_networks.mjs", {"cases": [whole_case(model, text)]})
    check(model, text, found)


def test_the_rule_of_a_network_says_which_answers_are_none() -> None:
    """Of names and of two labels, after texts as short as one token, where some answers are improbable."""
    for name in ("names", "sentiment"):
        model = checkpoint.open_checkpoint(name)
        texts = [token for token in model.vocabulary.tokens[2:60:3] if token.strip()]
        cases = [case(model, text) for text in texts]
        sent = [payload(record(model, text), "one", model)["undecided"] for text in texts]
        assert {True, False} <= {is_undecided for steps in sent for is_undecided in steps}
        assert [found["undecided"] for found in run_node("engine/run_networks.mjs", {"cases": cases})] == sent


def test_an_equation_that_cannot_be_read_is_refused_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    class HalfRNN(Cell):
        title, gates, state = "half RNN", ("u",), ("h",)
        quantities = (Quantity("h", "hidden state", r"h_t = \frac{h_{t-1}}{2}", (-1, 1)),)

    monkeypatch.setitem(CELLS, "half", HalfRNN)
    with pytest.raises(ValueError, match="the equation of h in the cell 'half' cannot be read as a tree"):
        describe_network(model_of("half"), "one", [])


def test_numbers_in_base85_are_the_same_numbers() -> None:
    model = model_of("lstm")
    with torch.no_grad():
        model.head.bias.copy_(model.head.bias.half())  # 5 of 2 bytes: no whole number of fours
    given = case(model, "dvořák")
    packed = {**given, "network": in_base85(given["network"])}
    assert packed["network"]["head"]["bias"]["type"] == "float16"
    plain, found = run_node("engine/run_networks.mjs", {"cases": [given, packed]})
    assert {**plain, "milliseconds": 0} == {**found, "milliseconds": 0}
    assert "<" not in json.dumps([layer["weight_hh"] for layer in packed["network"]["layers"]])
