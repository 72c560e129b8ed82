"""Exhibits in the page: every one has two lines, is chosen with one click, and says what was seen."""

from __future__ import annotations

import json
from collections.abc import Generator

import gradio as gr
import pytest
from helpers.inline_pool import InlinePool

from rnn_demo.data.json_text import strict_json
from rnn_demo.experiments.lab.exhibits import EXHIBITS, Exhibit, ExhibitRun, Observation, Point
from rnn_demo.ui.lab.exhibits.part import CARDS, about_of, build, payloads, setting_of, unlock
from rnn_demo.ui.lab.visitor_runs import Visitors
from rnn_demo.ui.models import Models
from rnn_demo.ui.viewer.static_files import words


def test_every_exhibit_has_a_title_and_two_lines_that_say_what_to_see() -> None:
    assert list(CARDS) == list(EXHIBITS)
    assert len(EXHIBITS) == 8
    blocks = words("lab/exhibits").split("\n## ")[1:]
    assert [len(block.strip().splitlines()) for block in blocks] == [3] * 8
    for name, (title, lines) in CARDS.items():
        assert about_of(name) == f"#### {title}\n\n{lines}"
    assert about_of(None) == ""


@pytest.mark.parametrize("name", EXHIBITS)
def test_the_curves_grow_and_the_end_says_what_was_seen(name: str) -> None:
    events = [
        Point("one", 1, 50.0),
        Point("other", 1, 20.0),
        Point("one", 2, 60.0),
        Observation("This was seen.", True),
    ]
    pictures = list(payloads(ExhibitRun(name), ([event] for event in events)))
    for picture in pictures:
        json.loads(strict_json({key: value for key, value in picture.items() if key != "results"}))
    (drawn,) = pictures[-1]["charts"]
    assert [(line["name"], len(line["points"])) for line in drawn["lines"]] == [("one", 2), ("other", 1)]
    assert pictures[-1]["status"].startswith("This was seen. (")
    assert pictures[0]["status"].endswith(f"1 of {EXHIBITS[name].most}.")


def test_what_did_not_happen_is_said_and_so_is_a_stop() -> None:
    (*_, last) = payloads(ExhibitRun("dead"), [[Point("one", 1, 5.0), Observation("Nothing died.", False)]])
    assert "With this seed it did not happen as described above" in last["status"]
    (*_, last) = payloads(ExhibitRun("dead"), [[Point("one", 1, 5.0)]])
    assert last == {"status": "Stopped before its end: nothing was seen."}


def test_a_choice_is_checked() -> None:
    assert setting_of("bias", 3.0) == ExhibitRun("bias", 3)
    with pytest.raises(ValueError, match="no exhibit is chosen; click one of the eight"):
        setting_of(None, 0)
    with pytest.raises(ValueError, match="seed must be a whole number"):
        setting_of("bias", -1)
    with pytest.raises(ValueError, match="unknown name 'mystery'; choose one of explosion, vanishing"):
        setting_of("mystery", 0)


def test_while_an_exhibit_runs_no_other_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(seed: int) -> Generator[Point, None, Observation]:
        yield Point("one", 1, 5.0)
        return Observation("It ran.", True)

    monkeypatch.setitem(EXHIBITS, "dead", Exhibit(run, "units (%)"))
    with gr.Blocks(analytics_enabled=False) as page:
        build(Visitors(Models(), InlinePool()))
    (train,) = (event for event in page.fns.values() if event.name == "train")
    (name,) = (component for component in train.outputs if isinstance(component, gr.Radio))
    assert train.fn is not None
    first, *others = train.fn(gr.Request(), "dead", 0)
    assert first[name]["interactive"] is False
    assert not any(name in update for update in others)
    (after,) = (event for event in page.fns.values() if event.name == "unlock")
    assert after.outputs == [name]
    assert unlock().interactive
