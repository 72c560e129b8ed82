"""The conversation as data: what was asked, what the network made of it, and how both are told to the page.

A turn is what `predict` gives, with the name of the model and the threshold it was judged at, so that the turns of
two models can stand in one conversation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rnn_demo.analysis.nearest import nearest
from rnn_demo.limits import MAX_QUESTION, check_text
from rnn_demo.tasks.qa import QA, answers_so_far, refusal
from rnn_demo.ui.session import Models, called, is_own
from rnn_demo.ui.widgets.widget import dump

MAX_TURNS = 50

Turn = dict[str, Any]


def turn_of(models: Models, name: str, text: str, threshold: float) -> Turn:
    """One turn with the model of this name; ValueError, in a sentence, for a text that is no question."""
    question = check_text(text).strip()
    if len(question) > MAX_QUESTION:
        raise ValueError(
            f"the question has {len(question):,} characters; at most {MAX_QUESTION} are read, so shorten it"
        )
    return _turns(models, name, [question], threshold)[0]


def rejudged(models: Models, turns: Sequence[Turn], name: str, threshold: float) -> list[Turn]:
    """The same turns, those with the model of this name judged at another threshold."""
    questions = [turn["input"] for turn in turns if turn["model"] == name]
    again = iter(_turns(models, name, questions, threshold))
    return [next(again) if turn["model"] == name else turn for turn in turns]


def _turns(models: Models, name: str, questions: Sequence[str], threshold: float) -> list[Turn]:
    told = QA().predict(models.get(name), questions, threshold) if questions else []
    return [{**turn, "model": name, "threshold": threshold} for turn in told]


def said(turn: Turn) -> str:
    """What the network says in one turn."""
    if turn["known"]:
        return turn["answer"]
    unknown = ", ".join(turn["unknown_words"][:8])
    return "I don't know." + (f" I have never seen: {unknown}." if unknown else "")


def conversation(turns: Sequence[Turn], chosen: int = -1, notice: str = "") -> str:
    """The data of the conversation as the page draws it; `chosen` is the turn that stands explained beside it."""
    return dump({
        "turns": [
            {
                "asked": turn["input"],
                "said": said(turn),
                "known": turn["known"],
                "confidence": turn["confidence"],
                "model": called(turn["model"]),
                "own": is_own(turn["model"]),
                "maybe": turn.get("did_you_mean"),
            }
            for turn in turns
        ],
        "chosen": chosen % len(turns) if turns else None,
        "notice": notice,
    })  # fmt: skip


def explanation(models: Models, turn: Turn | None) -> str:
    """The data of the picture beside the conversation: how the network read the question of this turn."""
    if turn is None:
        return dump({})
    model, question = models.get(turn["model"]), turn["input"]
    one_way = not model.architecture.bidirectional
    return dump(turn | {
        "tokens": model.vocabulary.tokenize(question),
        "letters": model.architecture.letters > 0,
        "refusal": refusal(model, question),
        "so_far": answers_so_far(model, question, turn["threshold"]) if one_way else [],
    })  # fmt: skip


def neighbour(models: Models, turn: Turn | None) -> str:
    """The data of what stands under the picture: the taught question that the model reads most like this one."""
    known = models.taught(turn["model"]) if turn and models.has(turn["model"]) else None
    if turn is None or known is None:
        return dump({})
    found = nearest(models.get(turn["model"]), turn["input"], known)
    return dump({"question": found.example.text, "answer": found.example.label, "cosine": found.cosine})
