"""What is reported about a model is what its answers say."""

import numpy as np
import pytest
from helpers.samples import EXAMPLES, LABELS, small_model
from sklearn.metrics import f1_score, log_loss

from rnn_demo.analysis.metrics import calibration_error, evaluate, macro_f1, parameters, reliability
from rnn_demo.tasks import Example


@pytest.mark.parametrize("seed", range(5))
def test_macro_f1_is_that_of_scikit_learn_over_the_labels_that_occur(seed):
    rng = np.random.default_rng(seed)
    targets, predicted = rng.integers(0, 6, 50), rng.integers(0, 8, 50)
    peer = f1_score(targets, predicted, labels=np.unique(targets), average="macro", zero_division=0)
    assert macro_f1(predicted, targets) == pytest.approx(peer)


def test_a_label_that_is_never_predicted_has_an_f1_of_zero():
    assert macro_f1(np.array([0, 0]), np.array([0, 1])) == pytest.approx((2 / 3 + 0) / 2)


def test_a_model_that_is_right_as_often_as_it_says_has_no_calibration_error():
    probabilities = np.tile([0.75, 0.25], (8, 1))
    targets = np.array([0, 0, 0, 1, 0, 0, 0, 1])
    assert calibration_error(reliability(probabilities, targets)) == pytest.approx(0)


def test_calibration_error_is_the_gap_between_confidence_and_accuracy():
    sure_and_wrong = np.tile([0.9, 0.1], (10, 1))
    assert calibration_error(reliability(sure_and_wrong, np.ones(10, int))) == pytest.approx(0.9)
    half = np.concatenate([sure_and_wrong, np.tile([0.4, 0.6], (10, 1))])
    assert calibration_error(reliability(half, np.ones(20, int))) == pytest.approx((0.9 + 0.4) / 2)


@pytest.mark.parametrize("confidence", [0.5, 1.0, 1 - 1e-9, 8 / 15])
def test_every_confidence_falls_into_one_bin(confidence):
    bins = reliability(np.array([[confidence, 1 - confidence]]), np.array([1]))
    assert [part["examples"] for part in bins] == [1]
    assert bins[0]["above"] < confidence <= bins[0]["to"]
    assert calibration_error(bins) == pytest.approx(confidence)


def test_an_evaluation_agrees_with_the_answers():
    model = small_model()
    examples = [*EXAMPLES, Example("great film", "negative")]
    targets = [LABELS.index(example.label) for example in examples]
    probabilities = model.probabilities([example.text for example in examples])
    measured = evaluate(model, examples)
    assert measured["examples"] == len(examples)
    assert measured["accuracy"] == np.mean(probabilities.argmax(1) == targets)
    assert measured["loss"] == pytest.approx(log_loss(targets, probabilities), rel=1e-5)
    assert measured["majority_baseline"] == max(np.bincount(targets)) / len(targets)
    for label, recall in measured["recall_by_label"].items():
        rows = np.array(targets) == LABELS.index(label)
        assert recall == np.mean(probabilities.argmax(1)[rows] == LABELS.index(label))


def test_examples_of_a_kind_have_an_accuracy_of_their_own():
    model = small_model()
    examples = [*EXAMPLES, *(Example(e.text, e.label, kind="again") for e in EXAMPLES)]
    measured = evaluate(model, examples)
    assert set(measured["accuracy_by_kind"]) == {"", "again"}
    assert measured["accuracy_by_kind"]["again"] == evaluate(model, EXAMPLES)["accuracy"]
    assert "accuracy_by_kind" not in evaluate(model, EXAMPLES)


def test_a_per_step_model_is_measured_step_by_step():
    model = small_model(per_step=True, labels=("a", "b"))
    measured = evaluate(model, [Example("bad", "a"), Example("a great film", "aba")])
    assert (measured["examples"], measured["steps"]) == (2, 4)
    assert measured["perplexity"] == pytest.approx(np.exp(measured["loss"]))


@pytest.mark.parametrize("per_step", [False, True])
def test_labels_that_the_model_does_not_know_are_named(per_step):
    with pytest.raises(ValueError, match="does not know: x; it chooses between negative, positive"):
        evaluate(small_model(per_step=per_step), [Example("bad", "x")])


def test_no_example_at_all_is_refused():
    with pytest.raises(ValueError, match="no examples"):
        evaluate(small_model(), [])


def test_parameters_are_counted_by_hand():
    model = small_model("gru", num_layers=2, bidirectional=True)
    E, H, V = 4, 5, len(model.vocabulary)
    layers = sum(2 * 3 * (H * width + H * H + 2 * H) for width in (E, 2 * H))
    assert parameters(model) == V * E + layers + 2 * (2 * H) + 2
