"""The handlers of the Sentiment tab as plain functions."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import gradio as gr
import numpy as np
import pytest
from helpers.inline_pool import InlinePool
from helpers.samples import COMPARISON as SAMPLE

from rnn_demo.analysis.review import EXPLANATIONS
from rnn_demo.experiments.workers import Pool
from rnn_demo.figures.palette import LIGHT
from rnn_demo.figures.verdicts import verdicts
from rnn_demo.tasks import TASKS
from rnn_demo.ui.gradio_compat import upload_folder
from rnn_demo.ui.long_work import LONG_REVIEW, LONG_TEXT
from rnn_demo.ui.models import Models
from rnn_demo.ui.sentiment import compare_texts, text_file, text_file_job
from rnn_demo.ui.sentiment import tab as sentiment_tab
from rnn_demo.ui.widgets.comparison import rows_of
from rnn_demo.ui.widgets.download import NO_ROOM
from rnn_demo.zoo import checkpoint

TEXT = "Despite a great cast, it is a failure."


@pytest.fixture(scope="module")
def models() -> Models:
    return Models()


def is_skip(value: Any) -> bool:
    """Does the value leave its component as it is?"""
    return value == gr.skip()


def read(models: Models, text: str) -> dict[str, Any]:
    return sentiment_tab.reading(models, text, InlinePool())


# --- one text -----------------------------------------------------------------------------------------------------


def test_a_reading_is_what_predict_returns_with_its_large_changes(models: Models) -> None:
    payload, predicted = read(models, TEXT), TASKS["sentiment"].predict(models.get("sentiment"), [TEXT])[0]
    assert payload["probability"] == predicted["probability"]
    assert [word["word"] for word in payload["words"]] == [word["word"] for word in predicted["words"]]
    for one, other in zip(payload["words"], predicted["words"], strict=True):
        assert one["running"] == pytest.approx(other["running"], abs=1e-6)
    assert all(0 <= change["step"] < len(payload["words"]) for change in payload["changes"])


def test_a_refused_text_leaves_the_picture_and_says_why(models: Models) -> None:
    picture, note = sentiment_tab.reading_and_notice(models, InlinePool(), " ")
    assert is_skip(picture)
    assert (note.visible, "empty" in note.value) == (True, True)
    picture, note = sentiment_tab.reading_and_notice(models, InlinePool(), TEXT)
    assert json.loads(picture) == sentiment_tab.reading(models, TEXT, InlinePool())
    assert not note.visible


def test_only_a_sample_has_a_truth_to_compare_with(models: Models) -> None:
    for sample in sentiment_tab.EXAMPLES:
        assert read(models, sample.text)["truth"] == sample.label
    assert read(models, "It was.")["truth"] is None


def test_the_samples_show_both_verdicts_and_one_is_long() -> None:
    assert {sample.label for sample in sentiment_tab.EXAMPLES} == {"positive", "negative"}
    assert max(len(sample.text.split()) for sample in sentiment_tab.EXAMPLES) > 250


@pytest.mark.parametrize("text", ["zxqv blorp", "Фильм очень скучный", "😀", "<br>"])
def test_a_text_without_a_known_word_gets_no_verdict(models: Models, text: str) -> None:
    assert read(models, text)["caution"]["headline"] == "no verdict"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Der Film war schlecht", "German"),
        ("Ce film est magnifique, j'ai adoré chaque minute.", "French"),
        ("Esta película es maravillosa y la recomiendo a todos.", "Spanish"),
    ],
)
def test_another_language_is_named_and_gets_no_verdict(models: Models, text: str, language: str) -> None:
    caution = read(models, text)["caution"]
    assert caution["headline"] == "no verdict"
    assert f"looks like {language}. The network reads English" in caution["why"]


def test_a_language_that_is_not_recognised_gets_a_guess(models: Models) -> None:
    assert "It reads English" in read(models, "Filmi oli aivan loistava, katsokaa se the end")["caution"]["why"]


def test_a_long_review_is_offered_as_a_failure_and_its_paragraphs_say_why(models: Models) -> None:
    """Read alone, three of its four paragraphs are complaints and the last is praise, which they outvote."""
    (example,) = [one for one in sentiment_tab.EXAMPLES if one.kind == "Where it fails: a long review"]
    answer = read(models, example.text)
    assert answer["label"] != example.label, "it is read rightly now: offer it as an example of a long review"
    *complaints, praise = answer["paragraphs"]
    assert len(complaints) == 3
    assert max(complaints) < 0.25
    assert praise > 0.75
    assert len(max(example.text.split("\n\n"), key=len)) > 300, "a line for each paragraph"
    assert "\n" not in example.text.replace("\n\n", "")


def test_paragraphs_are_what_stands_between_blank_lines(models: Models) -> None:
    assert sentiment_tab.paragraphs("one\ntwo") == []
    assert sentiment_tab.paragraphs("one\n \ntwo\n\n\n") == ["one", "two"]
    assert sentiment_tab.paragraphs("x\n\n" * 13) == []
    answer = read(models, "A great film.\n\nA bad film.")
    alone = TASKS["sentiment"].predict(models.get("sentiment"), ["A great film.", "A bad film."])
    assert answer["paragraphs"] == [pytest.approx(one["probability"], abs=1e-6) for one in alone]


def test_a_double_negation_is_pointed_out_with_what_was_measured(models: Models) -> None:
    measured = models.metrics("sentiment")["measured"]["sentences"]["accuracy_by_kind"]["double_negation"]
    remark = read(models, "I can't say I didn't like it.")["remark"]
    assert "“n't” and “n't”" in remark
    assert remark.endswith(f"it got {measured:.0%} of such test sentences right.")
    for text in ("It is not bad at all.", "This is not a good film, and nobody should see it.", "No. Not this one."):
        assert read(models, text)["remark"] is None


def test_english_needs_no_caution(models: Models) -> None:
    assert not [sample.kind for sample in sentiment_tab.EXAMPLES if read(models, sample.text)["caution"]]


@pytest.mark.parametrize("how", EXPLANATIONS)
def test_an_explanation_has_a_number_for_each_word(models: Models, how: str) -> None:
    payload = sentiment_tab.explanation(models, InlinePool(), {"text": TEXT, "how": how})
    assert len(payload["values"]) == len(read(models, TEXT)["words"])
    assert payload["summary"]


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"text": TEXT, "how": "magic"}, "Unknown explanation “magic”; choose one of gradients, omission, pooling."),
        ({"text": TEXT}, "Unknown explanation “None”"),
        ({"text": " ", "how": "omission"}, "The text is empty"),
        ({"how": "gradients"}, "Expected a string, got NoneType"),
        ({"text": "word " * 4000, "how": "gradients"}, "at most 3,000 are explained"),
    ],
)
def test_an_unexplainable_text_gives_a_one_line_error(models: Models, asked: dict[str, Any], says: str) -> None:
    assert says in sentiment_tab.explanation(models, InlinePool(), asked)["error"]


def test_a_long_review_is_read_and_explained_outside_the_page_with_the_same_numbers(models: Models) -> None:
    text = " ".join([TEXT] * 150)
    assert len(text) > LONG_REVIEW
    asked = {"text": text[: LONG_TEXT + 50], "how": "omission"}
    pools = (InlinePool(), Pool())
    readings = [sentiment_tab.reading(models, text, pool) for pool in pools]
    explanations = [sentiment_tab.explanation(models, pool, asked) for pool in pools]
    assert readings[0] == readings[1]
    assert explanations[0] == explanations[1]


# --- two texts ----------------------------------------------------------------------------------------------------


def test_a_comparison_holds_both_readings_and_where_they_diverge(models: Models) -> None:
    both = compare_texts.comparison(models, InlinePool(), "sentiment", "It is bad.", "It is not bad.")
    assert both["parting"] == {"start": 2, "rest": 2, "same": False}
    for part, text in (("first", "It is bad."), ("second", "It is not bad.")):
        alone = TASKS["sentiment"].predict(models.get("sentiment"), [text])[0]
        assert (both[part]["label"], both[part]["probability"]) == (alone["label"], alone["probability"])
        assert [word["word"] for word in both[part]["words"]] == [word["word"] for word in alone["words"]]


def test_a_bad_text_cannot_be_compared(models: Models) -> None:
    with pytest.raises(ValueError, match="empty"):
        compare_texts.comparison(models, InlinePool(), "sentiment", "It is bad.", "")


# --- a file of texts ----------------------------------------------------------------------------------------------


def judge(path: Path) -> list[tuple[Any, ...]]:
    return list(text_file.judge_file(InlinePool(), "sentiment", str(path)))


def test_a_file_is_judged_with_progress_and_can_be_downloaded(models: Models, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("text,label\nI loved it.,1\n,0\n=HYPERLINK(1),0\nI hate it.,0\n", encoding="utf-8")
    steps, content = [], ""
    for step in text_file.judge_file(Pool(), "sentiment", str(path)):
        steps.append(step)
        if getattr(step[2], "visible", False):
            given = step[2].constructor_args["value"]
            content = Path(given).read_text(encoding="utf-8-sig")
    assert Path(given).is_relative_to(upload_folder())  # which is emptied
    views = [json.loads(view) for view, *_ in steps]
    assert {view["total"] for view in views[:-1]} <= {3}
    last = views[-1]
    assert (last["summary"]["rows"], last["summary"]["labelled"], last["left_out"]) == (3, 3, 1)
    assert last["skipped"][0][0] == 3
    rows = list(csv.DictReader(content.splitlines()))
    assert [row["line"] for row in rows] == ["2", "4", "5"]
    assert rows[1]["text"] == "'=HYPERLINK(1)"
    alone = TASKS["sentiment"].predict(models.get("sentiment"), ["I loved it.", "I hate it."])
    assert [float(rows[k]["probability"]) for k in (0, 2)] == pytest.approx([a["probability"] for a in alone], abs=1e-4)


@pytest.mark.usefixtures("full_disk")
def test_verdicts_that_find_no_room_on_the_disk_are_shown_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("text,label\nI loved it.,1\nI hate it.,0\n", encoding="utf-8")
    view, plot, download, stop = judge(path)[-1]
    assert json.loads(view)["summary"]["rows"] == 2
    assert (plot.visible, stop.visible) == (True, False)
    assert (download.label, download.interactive) == (NO_ROOM, False)


def test_a_file_that_cannot_be_used_gets_a_sentence_and_no_results(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    ((view, plot, download, stop),) = judge(path)
    assert json.loads(view)["notice"].startswith("No verdicts: other.csv has the columns a, b;")
    assert not any(part.visible for part in (plot, download, stop))


def test_only_the_first_rows_and_a_piece_of_each_text_go_to_the_page(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("text\n" + f"{'very ' * 100}good\n" * 150, encoding="utf-8")
    view = json.loads(judge(path)[-1][0])
    assert len(view["rows"]) == text_file_job.SHOWN_ROWS
    assert {len(row["text"]) for row in view["rows"]} == {text_file_job.SHOWN_LETTERS}
    assert view["summary"]["rows"] == 150


def test_a_stopped_file_says_how_far_it_came() -> None:
    view = json.loads(text_file.stop_values('{"done": 1200, "total": 10000}')[0])
    assert view["notice"].startswith("Stopped after 1,200 of 10,000 texts.")
    for nothing in (None, "", "<b>", "[]", "7", '{"done": "x", "total": 1}', '{"done": 1}'):
        assert "Stopped." in json.loads(text_file.stop_values(nothing)[0])["notice"]


def test_the_histogram_counts_every_text_once_and_sets_the_wrong_ones_apart() -> None:
    positive = np.array([0.0, 0.04, 0.5, 0.97, 1.0], np.float32)
    figure = verdicts(positive, ["negative", "positive", "", "positive", ""], "<b>mine</b>.csv")
    right, wrong = figure.data
    assert (sum(right.y), sum(wrong.y)) == (4, 1)
    assert (right.y[0], wrong.y[0], right.y[10], right.y[19]) == (1, 1, 1, 2)
    assert [right.marker.color[k] for k in (0, 19)] == [LIGHT[1], LIGHT[3]]
    assert "&lt;b&gt;mine" in figure.layout.title.text
    assert len(verdicts(positive, [""] * 5, "mine.csv").data) == 1


# --- what order is worth ------------------------------------------------------------------------------------------


def test_the_table_of_order_is_shown_where_there_is_one(
    models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sentiment").mkdir()
    for part in checkpoint.find("sentiment").iterdir():
        if part.name != "comparison.json":
            (tmp_path / "sentiment" / part.name).symlink_to(part)
    monkeypatch.setattr(checkpoint, "FOLDER", tmp_path)
    assert rows_of(models, "sentiment") == rows_of(models, "nothing") == []
    comparison = tmp_path / "sentiment" / "comparison.json"
    comparison.write_text(json.dumps(SAMPLE), encoding="utf-8")
    assert rows_of(models, "sentiment") == SAMPLE
    comparison.write_text("{", encoding="utf-8")
    assert rows_of(models, "sentiment") == []
