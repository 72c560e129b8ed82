"""The stress test counts what a network gets wrong as its definitions say, with the page's own probabilities."""

import numpy as np
import pytest
from helpers.samples import small_model

from rnn_demo.analysis import stress as suite
from rnn_demo.analysis.stress import line, positive_probabilities, score, stress
from rnn_demo.data.sentences.capabilities import PARTS, Capability, Case, capabilities, cases
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import checkpoint


def scored(kind, *judged):
    """The score of cases given as (label, probabilities of positive)."""
    made = [Case(tuple(f"text {n}.{m}" for m in range(len(p))), label) for n, (label, p) in enumerate(judged)]
    return score(Capability("one", "area", kind, {}), made, [np.array(p) for _, p in judged])


def test_a_label_is_right_from_one_half_on_and_no_opinion_is_between_the_thirds():
    cases_ = [("positive", [0.5]), ("positive", [0.49]), ("negative", [0.49]), ("negative", [0.5])]
    cases_ += [("", [0.34]), ("", [0.66]), ("", [0.3]), ("", [0.7])]
    made = scored("MFT", *cases_)
    assert (made["cases"], made["failures"]) == (8, 4)
    assert made["example"]["expected"] == "neither"
    assert made["example"]["probabilities"] in ([0.3], [0.7])


def test_an_invariance_fails_where_the_probability_moves_or_an_opinion_changes_sides():
    made = scored(
        "INV",
        ("positive", [0.9, 0.82, 0.95]),
        ("positive", [0.9, 0.79, 0.9]),
        ("positive", [0.52, 0.48]),
        ("", [0.52, 0.48]),
    )
    assert (made["failures"], made["flips"]) == (2, 1)
    assert made["example"] == {
        "texts": ["text 1.0", "text 1.1"],
        "probabilities": [0.9, 0.79],
        "expected": "the same verdict",
    }


def test_a_direction_fails_where_the_second_text_moves_the_other_way():
    made = scored("DIR", ("positive", [0.5, 0.41]), ("positive", [0.5, 0.39]), ("negative", [0.5, 0.61]))
    assert made["failures"] == 2
    assert made["example"]["expected"].startswith("not less ")


def test_what_is_all_right_has_no_example():
    made = scored("MFT", ("positive", [0.9]))
    assert made["example"] is None
    assert line(made) == "one (MFT): 1 of 1 right"


def test_the_worst_failure_is_the_example():
    made = scored("MFT", ("negative", [0.6]), ("negative", [0.95]), ("negative", [0.7]))
    assert made["example"] == {"texts": ["text 1.0"], "probabilities": [0.95], "expected": "negative"}
    assert line(made) == "one (MFT): 0 of 3 right; should be negative: 'text 1.0' 0.95"


def test_the_probabilities_are_those_that_the_page_shows():
    model = small_model()
    model.settings["temperature"] = 1.7
    texts = ["a great film", "not bad at all", "it is bad"]
    shown = [answer["probability"] for answer in TASKS["sentiment"].predict(model, texts)]
    assert positive_probabilities(model, texts) == pytest.approx(shown, abs=1e-6)


@pytest.mark.parametrize("part", ["validation", "test"])
def test_a_report_has_every_capability_and_adds_up(part):
    report = stress(small_model(), part, count=6)
    assert [row["name"] for row in report["capabilities"]] == [each.name for each in capabilities()]
    assert report["cases"] == sum(row["cases"] for row in report["capabilities"])
    assert report["failures"] == sum(row["failures"] for row in report["capabilities"]) > 0
    for row in report["capabilities"]:
        assert 0 <= row["failures"] <= row["cases"] == 6
        assert (row["example"] is None) == (row["failures"] == 0)


def test_a_failure_can_be_read_again():
    model = checkpoint.open_checkpoint("sentiment")
    for row in stress(model, count=20)["capabilities"]:
        if failure := row["example"]:
            assert positive_probabilities(model, failure["texts"]) == pytest.approx(failure["probabilities"], abs=1e-3)
            made = cases(next(each for each in capabilities() if each.name == row["name"]), "test", 20, suite.SEED)
            assert any(set(failure["texts"]) <= set(case.texts) for case in made)


def test_only_networks_with_opinions_are_stressed():
    with pytest.raises(ValueError, match="has no opinions"):
        stress(checkpoint.open_checkpoint("names"))
    with pytest.raises(ValueError, match=f"choose one of {', '.join(PARTS)}"):
        stress(small_model(), "exam")


def test_the_report_beside_the_weights_is_theirs():
    folder = checkpoint.find("sentiment")
    report = suite.stored(checkpoint.metrics(folder))
    again = stress(checkpoint.load(folder), report["part"], report["cases_each"], report["seed"])
    say = "python -m rnn_demo stress sentiment --save, then python -m tools.rewrite_cards and tools.readme_tables"
    assert [row["name"] for row in report["capabilities"]] == [row["name"] for row in again["capabilities"]], say
    for before, now in zip(report["capabilities"], again["capabilities"], strict=True):
        assert before["cases"] == now["cases"], say
        assert abs(before["failures"] - now["failures"]) <= 2, say  # a probability may lie on the edge
