"""The conversation as data: the questions, the network's answers, and their payloads for the page.

A turn is what `predict` gives for a question, with the name of the model and the threshold it was judged at, so that
turns of two models can be in one conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnn_demo.analysis.nearest import nearest
from rnn_demo.data.json_text import strict_json
from rnn_demo.limits import check_question, check_text
from rnn_demo.tasks.qa import BECAUSE, QA, answers_so_far, question_read, refusal
from rnn_demo.ui.contracts import Conversation
from rnn_demo.ui.models import Models, display_name, is_own

MAX_TURNS = 50

Turn = dict[str, Any]


def turn_of(models: Models, name: str, text: str, threshold: float) -> Turn:
    """One turn with the model of this name; ValueError, in a sentence, for a text that is no question."""
    return _turns(models, name, [check_question(check_text(text).strip())], threshold)[0]


def rejudge(models: Models, turns: Sequence[Turn], name: str, threshold: float) -> list[Turn]:
    """Judge the turns of one model at another threshold; the others are the same."""
    questions = [turn["input"] for turn in turns if turn["model"] == name]
    new_turns = iter(_turns(models, name, questions, threshold))
    return [{**turn, **next(new_turns)} if turn["model"] == name else turn for turn in turns]


def _turns(models: Models, name: str, questions: Sequence[str], threshold: float) -> list[Turn]:
    answers = QA().predict(models.get(name), questions, threshold) if questions else []
    return [{**answer, "model": name, "threshold": threshold} for answer in answers]


def reply(turn: Turn) -> str:
    """What the network says in one turn."""
    if turn["known"]:
        return turn["answer"]
    if turn.get("reason"):
        return f"{BECAUSE}{turn['reason']}."
    unknown = ", ".join(turn["unknown_words"][:8])
    return "I don't know." + (f" Not in my vocabulary: {unknown}." if unknown else "")


def conversation(turns: Sequence[Turn], selected: int = -1, notice: str = "") -> str:
    """The payload of the conversation; `selected` is the turn that is explained beside it."""
    payload: Conversation = {
        "turns": [
            {
                "question": turn["input"],
                "reply": reply(turn),
                "known": turn["known"],
                "confidence": turn["confidence"],
                "model": display_name(turn["model"]),
                "own": is_own(turn["model"]),
                "suggestion": turn.get("did_you_mean"),
            }
            for turn in turns
        ],
        "selected": selected % len(turns) if turns else None,
        "notice": notice,
        "opening": any(turn.get("opening") for turn in turns),
    }
    return strict_json(payload)


def explanation(models: Models, turn: Turn | None) -> str:
    """The payload beside the conversation: how the network read the question of this turn."""
    if turn is None:
        return strict_json({})
    model, question = models.get(turn["model"]), question_read(turn)
    reads_one_way = not model.architecture.bidirectional
    reading = {
        "tokens": model.vocabulary.tokenize(question),
        "letters": model.architecture.letters > 0,
        "refusal": refusal(model, question),
        "so_far": answers_so_far(model, question, turn["threshold"]) if reads_one_way else [],
    }
    return strict_json(turn | reading)


def neighbour(models: Models, turn: Turn | None) -> str:
    """The payload under the explanation: the taught question that the model reads most like this one."""
    if turn is None:
        return strict_json({})
    try:
        examples, model = models.examples(turn["model"]), models.get(turn["model"])
    except ValueError:  # the visitor's own model is gone, as the conversation says
        return strict_json({})
    if examples is None:
        return strict_json({})
    match = nearest(model, question_read(turn), examples)
    return strict_json(
        {
            "asked": {"model": turn["model"], "input": turn["input"]},  # another may be shown once this arrives
            "question": match.example.text,
            "answer": match.example.label,
            "cosine": match.cosine,
        }
    )
