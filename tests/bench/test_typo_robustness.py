"""What is counted is what the model answers to questions with a slip; refusals are not asked."""

from rnn_demo.bench import typo_robustness
from rnn_demo.data.slips import SLIPS
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import REFUSAL


def test_the_share_right_is_that_of_the_answers_and_refusals_are_not_asked():
    examples = [Example("capital france", "Paris"), Example("currency japan", "Yen"), Example("hello there", REFUSAL)]
    task = TASKS["qa"]
    vocabulary = task.vocabulary(examples, task.tokenizer, None, 1)
    model = SequenceModel(Architecture("gru", 4), vocabulary, ["Paris", "Yen", REFUSAL], "qa").eval()
    model.settings["threshold"] = 0.0
    scores = typo_robustness.evaluate_slips(model, examples)
    assert scores["slips"] == 2
    assert scores["slips_right"] == scores["slips_right_at_once"] + scores["slips_right_as_meant"]
    assert set(scores["by_kind"]) == set(SLIPS)
    assert scores == typo_robustness.evaluate_slips(model, examples)
    model.settings["threshold"] = 1.0
    assert typo_robustness.evaluate_slips(model, examples)["slips_right"] == 0
