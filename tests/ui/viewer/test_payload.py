"""What the page is sent to draw: complete, compact, and never markup."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from rnn_demo.analysis.trace import record
from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.cells import CELLS, Cell, Quantity
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.network.pooling import POOLINGS
from rnn_demo.ui.session import Models, Own
from rnn_demo.ui.states.numpy_side_by_side import beside, from_torch
from rnn_demo.ui.states.stepper import stepper
from rnn_demo.ui.states.tab import described, drawn, notice, shown, switched, weights_of_unit
from rnn_demo.ui.viewer.payload import READS, SCRIPTS, describe, payload
from rnn_demo.ui.viewer.static_files import script
from rnn_demo.zoo import checkpoint

VOCABULARY = Vocabulary.build(["abcdefghijklmnopqrstuvwxyz"], "letters")


def model_of(cell: str, hidden_size: int = 8, **options: object) -> SequenceModel:
    torch.manual_seed(0)
    architecture = Architecture(cell, hidden_size, embedding_size=16, **options)  # type: ignore[arg-type]
    return SequenceModel(architecture, VOCABULARY, ["Russian", "Czech"]).eval()


def unpacked(array: dict[str, object]) -> np.ndarray:
    return np.frombuffer(base64.b64decode(str(array["data"])), dtype="<f4").reshape(array["shape"])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("layers", [1, 2, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_the_page_gets_the_numbers_of_the_trace(cell: str, layers: int, bidirectional: bool) -> None:
    trace = record(model_of(cell, num_layers=layers, bidirectional=bidirectional), "ivan")
    sent = json.loads(payload(trace, "names"))
    np.testing.assert_array_equal(unpacked(sent["x"]), trace.x)
    for layer, there in zip(trace.layers, sent["layers"], strict=True):
        np.testing.assert_array_equal(unpacked(there["a_hh"]), layer.a_hh)
        for name, values in layer.quantities.items():
            np.testing.assert_array_equal(unpacked(there["quantities"][name]), values)
    assert [best[0][0] for best in sent["answers"]] == [trace.labels[k] for k in trace.logits.argmax(axis=1)]


def test_forty_tokens_of_an_lstm_with_64_units_are_under_400_kilobytes() -> None:
    assert len(payload(record(model_of("lstm", 64), "abcdefghij" * 4), "names")) < 400_000


def test_a_new_cell_is_described_without_a_change_here() -> None:
    class Leaky(Cell):
        title, gates, state = "leaky", ("u",), ("h",)
        quantities = (
            Quantity("u", "new content", r"u_t = \tanh(W_{iu} x_t + b_{iu} + W_{hu} h_{t-1} + b_{hu})", (-1, 1),
                     ("a_ih.u", "a_hh.u")),
            Quantity("h", "hidden state", r"h_t = \frac{u_t + h_{t-1}}{2}", None, ("u", "h_prev")),
        )  # fmt: skip

    described = describe(Leaky)
    assert described["quantities"][0]["tree"]["textbook"][0] == "tanh"
    assert described["quantities"][1]["tree"]["pytorch"] is None  # too hard to read: shown without its numbers


def test_the_template_and_the_scripts_leave_no_place_for_text_to_become_markup() -> None:
    view = stepper([])
    assert "${" not in view.html_template
    assert "{{" not in view.html_template
    code = "\n".join(map(script, SCRIPTS))
    for danger in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert danger not in code.replace("evaluate(", "")


def test_no_script_names_a_cell() -> None:
    code = "\n".join(map(script, SCRIPTS)).lower()
    assert not any(f'"{name}"' in code for name in CELLS)


def test_the_rows_of_a_unit_are_those_of_the_weights() -> None:
    model, models = model_of("lstm", 8, num_layers=2, bidirectional=True), Models()
    name = models.keep(Own(model))
    rows = weights_of_unit(models, {"checkpoint": name, "layer": 1, "direction": "backward", "unit": 3})
    expected = model.rnn.weight_ih_l1_reverse.detach().numpy().reshape(4, 8, 16)[:, 3]
    np.testing.assert_array_equal(unpacked(rows["weight_ih"]), expected)
    assert rows["bias_hh"]["shape"] == (4,)


@pytest.mark.parametrize(
    "wrong", [{"checkpoint": "../secret"}, {"unit": 8}, {"unit": -1}, {"layer": 2}, {"direction": "up"}, {"unit": "x"}]
)
def test_rows_that_are_not_there_are_refused_in_a_sentence(wrong: dict[str, object]) -> None:
    models = Models()
    name = models.keep(Own(model_of("gru")))
    asked = {"checkpoint": name, "layer": 0, "direction": "forward", "unit": 3} | wrong
    assert list(weights_of_unit(models, asked)) == ["error"]


def test_numpy_and_torch_agree_on_the_hello_network() -> None:
    model = model_of("rnn_tanh", 8, input="one_hot", per_step=True)
    network = from_torch(model)
    assert network is not None
    assert beside(network, record(model, "hello")).largest_difference < 1e-6
    assert from_torch(model_of("gru", per_step=True)) is None


# --- what the tab shows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("pooling", POOLINGS)
def test_the_page_says_what_the_head_reads(pooling: str) -> None:
    model = model_of("gru", pooling=pooling)
    sent = json.loads(payload(record(model, "ivan"), "names", model))
    assert READS[pooling] in sent["reads"]
    assert (sent["pooling"], sent["asks"], sent["piece"]) == (pooling, "answer so far", "letter")


def test_a_head_at_every_step_is_asked_for_the_next_letter() -> None:
    model = model_of("gru", per_step=True)
    sent = json.loads(payload(record(model, "ivan"), "hello", model))
    assert (sent["pooling"], sent["asks"]) == ("per-step", "next letter")


def test_in_trouble_all_that_is_drawn_stays() -> None:
    models, current = Models(), {"model": "names", "text": "ivan", "task": ""}
    model, text, examples, view, trouble, now = shown(models, {"model": "gone", "text": "anna"}, current)
    assert model.value == "names"
    assert (described("names"), "names") in model.choices
    assert text == examples == view == now == {"__type__": "update"}
    assert "gone" in trouble.value
    *_, trouble, now = shown(models, {"model": "gone", "text": "anna"})
    assert now["text"] == "Ivan"
    assert trouble.visible


def test_a_text_is_kept_for_a_model_of_the_same_task() -> None:
    models = Models()
    *_, now = drawn(models, {"model": "names", "text": "anna"})
    assert switched(models, "names-gru", "anna", now)["text"] == "anna"
    assert switched(models, "names-gru", "anna", {**now, "task": "qa"})["text"] == "Ivan"


def test_a_sentence_about_an_error_is_never_markup() -> None:
    shown_as = notice(ValueError("no model '<img src=x>'")).value
    assert "<img" not in shown_as
    assert "&lt;img" in shown_as


def test_the_menu_describes_models_without_loading_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    for name, made in (("one", {"cell": "lstm", "hidden_size": 128}), ("two", {"cell": "new"}), ("three", "x")):
        (tmp_path / name).mkdir()
        (tmp_path / name / checkpoint.METRICS).write_text(json.dumps({"architecture": made}))
    assert [described(name) for name in ("one", "two", "three", "four")] == [
        "one: LSTM, 128 units",
        "two",
        "three",
        "four",
    ]
