"""The handlers of the page as plain functions, and the public API over a real client."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from rnn_demo.analysis.trace import record
from rnn_demo.tasks import TASKS
from rnn_demo.ui import api
from rnn_demo.ui.page import TABS, build_page
from rnn_demo.ui.sentiment import tab as sentiment_tab
from rnn_demo.ui.session import Models
from rnn_demo.zoo import checkpoint


@pytest.fixture(scope="module")
def models() -> Models:
    return Models()


def test_every_tab_has_a_title_and_builds() -> None:
    page = build_page()
    assert [tab.TITLE for tab in TABS.values()] == ["QA chat", "Sentiment", "Hidden states", "Training lab"]
    assert page.blocks


def test_building_the_page_loads_no_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "load", lambda folder: pytest.fail(f"{folder} was loaded"))
    build_page()


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
def test_the_reading_of_a_bad_text_is_a_sentence(models: Models, text: str, says: str) -> None:
    assert says in json.loads(sentiment_tab.reading(models, text))["notice"]


def test_the_running_verdict_ends_in_the_verdict(models: Models) -> None:
    read = json.loads(sentiment_tab.reading(models, "I expected to hate it, and I was wonderfully surprised."))
    assert read["words"][-1]["running"] == pytest.approx(read["probability"], abs=1e-6)


def test_models_are_described_without_being_loaded() -> None:
    described: dict[str, Any] = {name: api.describe(name) for name in checkpoint.available()}
    assert described["names"]["cell"] == "lstm"
    assert (
        described["names"]["measured"]["test"]["accuracy"] > described["names"]["measured"]["test"]["majority_baseline"]
    )


def test_the_api_returns_what_predict_returns(models: Models, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
    client = Client(server, verbose=False, analytics_enabled=False)
    answer = client.predict("What is the capital of France?", api_name="/ask")
    assert answer == TASKS["qa"].predict(models.get("qa"), ["What is the capital of France?"])[0]
    reading = client.predict("Not bad!", api_name="/sentiment")
    assert reading == TASKS["sentiment"].predict(models.get("sentiment"), ["Not bad!"])[0]
    trace = record(models.get("hello"), "hell").to_dict("hello")
    assert client.predict("hello", "hell", api_name="/trace") == trace
    assert {model["name"] for model in client.predict(api_name="/models")} == set(checkpoint.available())
    public = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(public) == {"/ask", "/sentiment", "/trace", "/models"}
    for arguments, name in (
        ((" ",), "/ask"),
        (("",), "/sentiment"),
        (("nope", "x"), "/trace"),
        (("../x", "x"), "/trace"),
    ):
        with pytest.raises(AppError, match=r"empty|there is no checkpoint"):
            client.predict(*arguments, api_name=name)
