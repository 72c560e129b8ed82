"""The handlers of the page as plain functions, and the public API over a real client."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest
from helpers.inline_pool import InlinePool
from helpers.serving import API, call, send

from rnn_demo.analysis.trace import record
from rnn_demo.experiments.workers import Pool
from rnn_demo.tasks import TASKS
from rnn_demo.ui import api
from rnn_demo.ui.models import Models
from rnn_demo.ui.page import LAUNCH, TABS, build_page, prepare_answers
from rnn_demo.ui.sentiment import tab as sentiment_tab
from rnn_demo.zoo import checkpoint


@pytest.fixture(scope="module")
def models() -> Models:
    return Models()


def test_every_tab_has_a_title_and_builds() -> None:
    page = build_page()
    tabs = [part["props"] for part in page.config["components"] if part["type"] == "tabitem"]
    titles = [tab["label"] for tab in tabs if tab.get("id") in TABS]
    in_order = ["Start", "Sentiment", "Hidden states", "Training lab", "QA chat"]  # of learning
    assert [title for title in titles if title in in_order] == in_order
    assert titles == [tab.TITLE for tab in TABS.values()]


def test_the_public_api_waits_for_nothing_but_itself_and_cannot_be_called_past_the_queue() -> None:
    page = build_page()
    lanes = [function.concurrency_id for function in page.fns.values()]
    public = [function for function in page.fns.values() if function.api_name in ("ask", "sentiment", "trace")]
    assert [lanes.count(function.concurrency_id) for function in public] == [1, 1, 1]
    assert page.api_open is False
    waiting = 22  # trainings, which wait in the lab's own line
    assert LAUNCH["max_threads"] >= 2 * waiting + 4 * len(public)


def test_building_the_page_loads_no_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "load", lambda folder: pytest.fail(f"{folder} was loaded"))
    build_page()


def test_the_first_visitor_finds_the_models_read(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded, started, original = [], [], checkpoint.load
    monkeypatch.setattr(checkpoint, "load", lambda folder: (loaded.append(folder.name), original(folder))[1])
    monkeypatch.setattr(Pool, "warm_up", lambda pool: started.append(pool))
    models, pool = Models(), Pool()
    prepare_answers(models, pool)
    assert loaded == ["sentiment", "qa"]
    assert started == [pool]
    assert models.get("qa") is models.get("qa")
    assert len(loaded) == 2


def test_what_is_copied_for_every_visitor_holds_no_object_of_ours() -> None:
    """Gradio copies the page's settings whenever somebody opens it; a bound method there takes its object along."""

    def leaves(value: Any) -> Iterator[Any]:
        inside = value.values() if isinstance(value, dict) else value
        if isinstance(value, dict | list | tuple):
            for part in inside:
                yield from leaves(part)
        else:
            yield value

    strange = [leaf for leaf in leaves(build_page().config) if not isinstance(leaf, str | int | float | None)]
    assert [leaf for leaf in strange if not isinstance(leaf, FunctionType)] == []


def test_a_model_is_read_from_disk_once(models: Models) -> None:
    assert models.get("hello") is models.get("hello")


def test_a_damaged_checkpoint_is_one_sentence_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text("{", encoding="utf-8")
    (tmp_path / "broken" / "model.safetensors").write_bytes(b"\0")
    (tmp_path / "hello").symlink_to(checkpoint.find("hello"))
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    models = Models()
    with pytest.raises(ValueError, match=r"broken/config\.json is damaged"):
        models.get("broken")
    assert models.get("hello").task == "characters"


@pytest.mark.parametrize(
    ("text", "says"), [("", "The text is empty"), (" \n", "The text is empty"), ("x" * 50_001, "at most 50,000")]
)
def test_reading_a_bad_text_gives_a_one_line_error(models: Models, text: str, says: str) -> None:
    assert says in sentiment_tab.reading_and_notice(models, InlinePool(), text)[1].value


def test_the_running_verdict_ends_in_the_verdict(models: Models) -> None:
    read = sentiment_tab.reading(models, "I expected to hate it, and I was wonderfully surprised.", InlinePool())
    assert read["words"][-1]["running"] == pytest.approx(read["probability"], abs=1e-6)


def test_models_are_described_without_being_loaded() -> None:
    described: dict[str, Any] = {name: api.describe(name) for name in checkpoint.available()}
    assert described["names"]["cell"] == "lstm"
    assert (
        described["names"]["measured"]["test"]["accuracy"] > described["names"]["measured"]["test"]["majority_baseline"]
    )


def test_the_api_returns_what_predict_returns(models: Models, server: str) -> None:
    host, question, review = server.removeprefix("http://"), "What is the capital of France?", "Not bad!"
    assert call(host, "ask", [question]) == ("complete", TASKS["qa"].predict(models.get("qa"), [question]))
    assert call(host, "sentiment", [review]) == (
        "complete",
        TASKS["sentiment"].predict(models.get("sentiment"), [review]),
    )
    assert call(host, "trace", ["hello", "hell"]) == (
        "complete",
        [record(models.get("hello"), "hell").to_dict("hello")],
    )
    assert {model["name"] for model in call(host, "models", [])[1][0]} == set(checkpoint.available())
    public = json.loads(send(host, "GET", f"{API}/info")[1])["named_endpoints"]
    assert set(public) == {"/ask", "/sentiment", "/trace", "/models"}
