"""What it gets wrong: the page shows what was stored and asks nothing again, and judges a visitor's own template."""

from __future__ import annotations

import json

import pytest
from helpers.inline_pool import InlinePool

from rnn_demo.analysis import stress
from rnn_demo.limits import MAX_FILLINGS
from rnn_demo.tasks import TASKS
from rnn_demo.ui.long_work import LONG_REVIEW
from rnn_demo.ui.models import Models
from rnn_demo.ui.sentiment import failures
from rnn_demo.ui.sentiment.failures import (
    ALIKE,
    ANYTHING,
    EXPECTED,
    LISTS,
    TEMPLATE,
    is_right,
    stored_capabilities,
)
from rnn_demo.zoo import checkpoint


@pytest.fixture(scope="module")
def models() -> Models:
    return Models()


def filled(models: Models, template: str, lists: str = "", expected: str = "negative") -> failures.Fillings:
    return failures.fillings(models, InlinePool(), "sentiment", template, lists, expected)


def test_the_page_shows_what_was_stored_and_asks_nothing_again(models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stress, "stress", lambda *_: pytest.fail("the page must not run the stress test"))
    shown, report = stored_capabilities(models.metrics("sentiment")), stress.stored(models.metrics("sentiment"))
    assert shown
    assert report
    rows = [row for area in shown["areas"] for row in area["rows"]]
    assert sorted((row["cases"], row["failures"]) for row in rows) == sorted(
        (row["cases"], row["failures"]) for row in report["capabilities"]
    )
    assert len({area["title"] for area in shown["areas"]}) == len(shown["areas"])


@pytest.mark.parametrize("metrics", [{}, {"stress": None}, {"stress": 7}, {"stress": {"capabilities": []}}])
def test_without_a_report_there_is_none(metrics: dict[str, object]) -> None:
    assert stored_capabilities(metrics) is None


def test_the_template_to_begin_with_is_judged_as_predict_judges_it(models: Models) -> None:
    shown = filled(models, TEMPLATE, LISTS)
    texts = [row["text"] for row in shown["rows"]]
    assert len(texts) == 16
    assert texts[0] == "The film was not good."
    answers = TASKS["sentiment"].predict(checkpoint.open_checkpoint("sentiment"), texts)
    for row, answer in zip(shown["rows"], answers, strict=True):
        assert row["probability"] == pytest.approx(answer["probability"], abs=1e-3)
        assert row["right"] == (answer["label"] == "negative")
    right = sum(answer["label"] == "negative" for answer in answers)
    assert shown["summary"].startswith("16 fillings, from ")
    assert f"{right} of 16 " in shown["summary"]


def test_what_is_right_is_what_its_author_says() -> None:
    assert is_right(0.5, 0.1, "positive")
    assert not is_right(0.5, 0.1, "negative")
    assert is_right(0.19, 0.1, ALIKE)
    assert not is_right(0.21, 0.1, ALIKE)
    assert is_right(0.5, 0.1, ANYTHING) is None


def test_each_verdict_is_put_into_words(models: Models) -> None:
    summaries = {expected: filled(models, "It is {good|awful}.", "", expected)["summary"] for expected in EXPECTED}
    assert summaries["negative"].endswith("1 of 2 is negative, as it should be.")
    assert summaries["positive"].endswith("1 of 2 is positive, as it should be.")
    assert summaries[ALIKE].endswith("1 of 2 is within 0.1 of the first one, as it should be.")
    assert summaries[ANYTHING].startswith("2 fillings, from ")
    assert "as it should be" not in summaries[ANYTHING]


def test_markup_stays_text(models: Models) -> None:
    shown = filled(models, "<b>{x}</b>", "x: <img src=x onerror=alert(1)>")
    assert shown["rows"][0]["text"] == "<b><img src=x onerror=alert(1)></b>"
    assert json.loads(json.dumps(shown)) == shown


def test_many_long_fillings_are_judged_outside_the_page(models: Models) -> None:
    pool = InlinePool()
    calls: list[str] = []
    pool.call = lambda function, *words: calls.append(function.__name__) or function(*words)  # type: ignore[method-assign]
    words = ", ".join(f"word{n} and a good film with music and a very long plot" for n in range(8))
    shown = failures.fillings(models, pool, "sentiment", "{a} {b}", f"a: {words}\nb: {words}", "negative")
    assert len(shown["rows"]) == MAX_FILLINGS
    assert sum(len(row["text"]) for row in shown["rows"]) > LONG_REVIEW
    assert len(calls) == 1


@pytest.mark.parametrize(("template", "expected"), [("no slot", "negative"), ("{good}", "sideways")])
def test_what_cannot_be_judged_is_refused_in_a_sentence(models: Models, template: str, expected: str) -> None:
    with pytest.raises(ValueError, match=r"no slot|unknown verdict 'sideways'; choose one of negative, positive"):
        filled(models, template, expected=expected)
