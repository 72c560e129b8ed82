"""What the page is sent to draw: complete, compact, and never markup."""

from __future__ import annotations

import base64
import dataclasses
import json

import numpy as np
import pytest
import torch
from torch import nn

from rnn_demo.analysis.trace import Trace, record, trace
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS, Cell, Quantity
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.ui.viewer.payload import READS, TEMPLATE, describe_cell, payload
from rnn_demo.ui.viewer.static_files import SCRIPTS, script
from rnn_demo.zoo import checkpoint

VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")


def model_of(cell: str, hidden_size: int = 8, **options: object) -> SequenceModel:
    torch.manual_seed(0)
    architecture = Architecture(cell, hidden_size, embedding_size=16, **options)  # type: ignore[arg-type]
    return SequenceModel(architecture, VOCABULARY, ["Russian", "Czech"]).eval()


def unpacked(array: dict[str, object]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(str(array["data"])), dtype="<f4").reshape(array["shape"])


def test_what_a_network_answers_but_has_never_read_is_told_from_what_it_does_not_know() -> None:
    sent = payload(record(checkpoint.open_checkpoint("hello"), "hello!"), "hello")
    assert (sent["unknown"], sent["answered"]) == (["o", "!"], ["o"])


def test_between_two_answers_that_are_about_as_probable_there_is_no_verdict_as_in_sentiment() -> None:
    trace = record(model_of("gru"), "ivan")
    trace.logits[:] = [[0, np.log(share / (1 - share))] for share in (0.41, 0.59, 0.61, 0.39)]
    assert payload(trace, "names")["undecided"] == [True, True, False, False]
    several = dataclasses.replace(trace, labels=(*trace.labels, "French"), logits=np.zeros((4, 3), dtype=np.float32))
    assert not any(payload(several, "names")["undecided"])


def names_model() -> SequenceModel:
    return SequenceModel(Architecture("gru", 8), VOCABULARY, ["Czech", "Greek", "Polish"], "names").eval()


def test_a_language_below_forty_percent_is_no_answer() -> None:
    model = names_model()
    trace = record(model, "ivan")
    trace.logits[:] = np.log([[0.39, 0.31, 0.3], [0.41, 0.3, 0.29], [0.3, 0.31, 0.39], [0.2, 0.2, 0.6]])
    assert payload(trace, "names", model)["undecided"] == [True, False, True, False]


def test_the_share_before_any_letter_is_sent_where_the_network_says_it() -> None:
    model = names_model()
    assert payload(record(model, "ivan"), "names", model)["prior"] == {}
    model.settings = {"prior of Czech": 0.25, "prior of Greek": 0.25, "prior of Polish": 0.5}
    assert payload(record(model, "ivan"), "names", model)["prior"] == {"Czech": 0.25, "Greek": 0.25, "Polish": 0.5}


def test_a_name_in_another_alphabet_comes_with_advice() -> None:
    model = names_model()
    assert "Latin letters" in payload(record(model, "иван"), "names", model)["advice"]
    assert payload(record(model, "ivan"), "names", model)["advice"] == ""


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_page_gets_the_numbers_of_the_trace(cell: str, layers: int, bidirectional: bool) -> None:
    trace = record(model_of(cell, num_layers=layers, bidirectional=bidirectional), "ivan")
    sent = payload(trace, "names")
    np.testing.assert_array_equal(unpacked(sent["x"]), trace.x)
    for layer, there in zip(trace.layers, sent["layers"], strict=True):
        np.testing.assert_array_equal(unpacked(there["a_hh"]), layer.a_hh)
        for name, values in layer.quantities.items():
            np.testing.assert_array_equal(unpacked(there["quantities"][name]), values)
    assert [best[0][0] for best in sent["answers"]] == [trace.labels[k] for k in trace.logits.argmax(axis=1)]


def test_forty_tokens_of_an_lstm_with_64_units_are_under_400_kilobytes() -> None:
    assert len(strict_json(payload(record(model_of("lstm", 64), "abcdefghij" * 4), "names"))) < 400_000


def test_a_new_cell_is_described_without_a_change_here() -> None:
    class Leaky(Cell):
        title, gates, state = "leaky", ("u",), ("h",)
        quantities = (
            Quantity(
                "u",
                "new content",
                r"u_t = \tanh(W_{iu} x_t + b_{iu} + W_{hu} h_{t-1} + b_{hu})",
                (-1, 1),
                ("a_ih.u", "a_hh.u"),
            ),
            Quantity("h", "hidden state", r"h_t = \frac{u_t + h_{t-1}}{2}", None, ("u", "h_prev")),
        )

    described = describe_cell(Leaky)
    assert described["quantities"][0]["tree"]["textbook"][0] == "tanh"
    assert described["quantities"][1]["tree"]["pytorch"] is None  # too hard to read: shown without its numbers


def test_the_template_and_the_scripts_leave_no_place_for_text_to_become_markup() -> None:
    assert "${" not in TEMPLATE
    assert "{{" not in TEMPLATE
    code = "\n".join(map(script, SCRIPTS))
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert danger not in code.replace("evaluate(", "")


def test_no_script_names_a_cell() -> None:
    code = "\n".join(map(script, SCRIPTS)).lower()
    assert not any(f'"{name}"' in code for name in CELLS)


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_page_says_what_the_head_reads(pooling: str) -> None:
    model = model_of("gru", pooling=pooling)
    sent = payload(record(model, "ivan"), "names", model)
    assert READS[pooling] in sent["reads"]
    assert (sent["asks"], sent["piece"]) == ("answer so far", "letter")


def test_a_head_at_every_step_is_asked_for_the_next_letter() -> None:
    model = model_of("gru", per_step=True)
    sent = payload(record(model, "ivan"), "hello", model)
    assert (sent["asks"], READS["per-step"] in sent["reads"]) == ("next letter", True)


# --- numbers that are none -----------------------------------------------------------------------------------------


def refuse(constant: str) -> None:
    raise AssertionError(f"{constant} is not JSON")


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("pooling", ["last", "attention"])
def test_a_trace_with_nan_is_valid_json_and_names_the_step(bad: float, pooling: str) -> None:
    model = model_of("gru", pooling=pooling)
    with torch.no_grad():
        model.embedding.weight[model.vocabulary.encode(["c"])] = bad
    sent = json.loads(strict_json(payload(record(model, "abca"), "names", model)), parse_constant=refuse)
    assert sent["broken"].startswith("From step 3 on, the input is not a number")
    if pooling == "last":  # by attention every answer depends on every score
        assert [len(answer) for answer in sent["answers"]] == [2, 2, 0, 0]
    assert np.isfinite(unpacked(sent["layers"][0]["quantities"]["h"])[:2]).all()


def test_in_a_backward_layer_the_steps_before_are_named() -> None:
    model = model_of("rnn_tanh", bidirectional=True)
    with torch.no_grad():
        model.rnn.weight_hh_l0_reverse[0, 0] = float("nan")
    assert payload_of(model)["broken"].startswith("Up to step 4, the hidden state of layer 1 is not a number")
    assert payload_of(model_of("rnn_tanh"))["broken"] == ""


def test_where_every_state_is_finite_the_quantity_that_is_not_is_named() -> None:
    lstm, x = nn.LSTM(3, 4), torch.ones(5, 3)
    unbounded = (torch.zeros(1, 4), torch.full((1, 4), float("inf")))
    assert broken(trace(lstm, x, hx=unbounded)).startswith("From step 1 on, the cell state is not a number")
    with torch.no_grad():
        lstm.weight_ih_l0.fill_(1e38)
    x[3] = 1e5
    assert broken(trace(lstm, x)).startswith("From step 4 on, W_ih x + b_ih is not a number")
    x[3] = 1
    assert broken(trace(lstm, x)) == ""


def broken(recorded: Trace) -> str:
    assert np.isfinite(recorded.layers[0].quantities["h"]).all()
    return payload(recorded, "mine")["broken"]


def payload_of(model: SequenceModel) -> dict[str, object]:
    return payload(record(model, "ivan"), "names", model)
