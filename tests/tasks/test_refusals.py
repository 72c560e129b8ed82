"""A refusal may have a reason; all refusals count together; and what is learnt is practised with slips as well."""

from __future__ import annotations

import pytest
import torch

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS, Example
from rnn_demo.tasks.qa import REFUSAL, answers_so_far, is_refusal, question_read, refusal, refusals_of

QUESTION, BECAUSE = "capital of France", f"{REFUSAL}: I cannot calculate"
TASK = TASKS["qa"]


def model_with(**logits: float) -> SequenceModel:
    """A network that gives the same logits to Paris, to "I don't know" and to a refusal with a reason, always."""
    vocabulary = Vocabulary.build([QUESTION], TASK.tokenizer)
    model = SequenceModel(Architecture("gru", 4), vocabulary, ["Paris", "Rome", REFUSAL, BECAUSE], "qa").eval()
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.copy_(torch.tensor([logits["paris"], 0.0, logits["plain"], logits["because"]]))
    return model


def test_refusals_count_together_and_none_is_offered_as_an_answer() -> None:
    model = model_with(paris=2.0, plain=1.5, because=1.5)  # Paris is likelier than each, and not than both
    (answer,) = TASK.predict(model, [QUESTION], 0.0)
    assert (answer["known"], answer["answer"], answer["reason"]) == (False, None, None)
    assert [row["answer"] for row in answer["top"]] == ["Paris", "Rome"]
    assert refusals_of(model) == (REFUSAL, BECAUSE)
    assert refusal(model, QUESTION) > answer["confidence"]
    assert not answers_so_far(model, QUESTION, 0.0)[-1]["known"]


def test_the_likeliest_refusal_gives_its_reason() -> None:
    model = model_with(paris=2.0, plain=1.5, because=3.0)
    (answer,) = TASK.predict(model, [QUESTION], 0.0)
    assert (answer["known"], answer["reason"]) == (False, "I cannot calculate")
    model.settings["threshold"] = 0.0
    assert TASK.measure(model, [Example(QUESTION, BECAUSE), Example(QUESTION, REFUSAL)])["refused"] == 1.0


def test_signs_of_which_it_knows_none_are_refused_without_a_reason() -> None:
    (answer,) = TASK.predict(model_with(paris=2.0, plain=1.5, because=3.0), ["😀🎉"], 0.0)
    assert (answer["known"], answer["reason"]) == (False, None)


def test_an_answer_that_begins_like_a_refusal_is_an_answer() -> None:
    assert is_refusal(REFUSAL)
    assert is_refusal(BECAUSE)
    assert not is_refusal("I don't know how to dance")


def test_some_of_what_is_learnt_is_practised_with_a_slip() -> None:
    examples = [Example(f"what is the capital of country number {chr(97 + n)}", f"city {n}") for n in range(20)]
    split = TASK.split(examples, 0)
    assert split.train == tuple(examples)
    assert 0 < len(split.practice) < len(examples)
    texts = {example.label: example.text for example in examples}
    for slip in split.practice:
        words = zip(slip.text.split(), texts[slip.label].split(), strict=True)
        assert sum(word != other for word, other in words) == 1
    assert split.practice == TASK.split(examples, 0).practice


@pytest.mark.parametrize(("bias", "sure"), [(9.0, True), (1.0, False)])
def test_a_slip_is_put_right_unasked_where_the_answer_would_be_sure(bias: float, sure: bool) -> None:
    vocabulary = Vocabulary.build([QUESTION], TASK.tokenizer)
    model = SequenceModel(Architecture("gru", 4), vocabulary, ["Paris", "Rome", REFUSAL], "qa").eval()
    with torch.no_grad():
        model.head.weight.zero_()
        model.head.bias.copy_(torch.tensor([bias, 0.0, 0.0]))
    (answer,) = TASK.predict(model, ["Frannce"], 0.0)
    assert (answer["did_you_mean"], answer["would_answer"]) == ("France", "Paris")
    assert (answer["known"], answer["answer"]) == ((True, "Paris") if sure else (False, None))
    assert question_read(answer) == ("France" if sure else "Frannce")
    (as_asked,) = TASK.predict(model, ["France"], 0.0)
    assert (answer["confidence"], answer["top"]) == (as_asked["confidence"], as_asked["top"])
