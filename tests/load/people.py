"""Who comes to a class: those who ask, read and look, and those who train, teach and upload meanwhile.

Every answer of `/ask`, `/sentiment` and `/trace` is compared with what the model says by itself.
"""

from __future__ import annotations

import csv
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

from load.page import Page, Refused
from load.scene import Scene

from rnn_demo.analysis.trace import record
from rnn_demo.tasks import TASKS
from rnn_demo.zoo import build, checkpoint, recipes

THINK = (1.0, 9.0)  # seconds between two calls of a visitor
REST = (2.0, 10.0)  # seconds between two trainings, lessons or files
LESSON_ROWS, FILE_ROWS = 30, 10_000
LAB: dict[str, float] = {}  # settings of trainings that are not the first that the lab offers
NAMES = ("Ivan", "Hiroshi", "Pierre", "Giovanni", "O'Brien", "Müller", "Nguyen", "Papadopoulos")
FULL = "come back in a few minutes"  # in the sentence that a queue is too long
TRAINED, TAUGHT, JUDGED, READ = "trained", "taught", "file judged", "file to teach read"  # in the log


@dataclass(frozen=True)
class Call:
    """One call of the API and what must come back."""

    name: str
    data: list[Any]
    expected: Callable[[Any], bool]


@cache
def calls() -> list[Call]:
    """Questions, texts and names with the answers of the same models in this process."""
    qa, sentiment, names = (checkpoint.open_checkpoint(name) for name in ("qa", "sentiment", "names"))
    questions = random.Random(0).sample([e.text for e in build.read_examples(recipes.RECIPES["qa"], None)], 60)
    answers = [(q, TASKS["qa"].predict(qa, [q])[0]) for q in questions]
    verdicts = [(text, TASKS["sentiment"].predict(sentiment, [text])[0]) for text in sentences(60)]
    traces = [(name, {"tokens": list(record(names, name).tokens)}) for name in NAMES * 7]
    return [
        *(Call("ask", [question], same("answer", answer)) for question, answer in answers),
        *(Call("sentiment", [text], same("label", verdict)) for text, verdict in verdicts),
        *(Call("trace", ["names", name], same("tokens", trace)) for name, trace in traces),
    ]


def same(key: str, expected: dict[str, Any]) -> Callable[[Any], bool]:
    return lambda answer: isinstance(answer, dict) and answer.get(key) == expected[key]


def sentences(number: int) -> list[str]:
    """The first texts of the sentences that come with the program."""
    file = Path(__file__).parents[2] / "rnn_demo" / "data" / "files" / "sentiment_sentences.csv"
    return [example.text for example in TASKS["sentiment"].read(file)][:number]


@cache
def file_of_texts() -> bytes:
    """A CSV file of texts to be judged."""
    texts, table = sentences(500), io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["text", "label"])
    writer.writerows([f"{texts[k % len(texts)]} ({k})", "positive"] for k in range(FILE_ROWS))
    return table.getvalue().encode()


@cache
def file_of_questions() -> bytes:
    """A CSV file of questions and answers to be taught."""
    lines = (f"Who looks after room {k}?,Visitor {k % 50}\n" for k in range(FILE_ROWS))
    return ("question,answer\n" + "".join(lines)).encode()


def prepare() -> None:
    """Compute beforehand what is computed once, so that no visitor is held up by it."""
    calls(), file_of_texts(), file_of_questions()


async def answer(scene: Scene, page: Page, dice: random.Random) -> None:
    """Ask a question, read a text or look at a trace."""
    call = dice.choice(calls())

    async def act() -> bool:
        return call.expected(await page.call(call.name, call.data))

    await scene.note(f"/{call.name}", act)


async def ask(scene: Scene, page: Page, dice: random.Random) -> None:
    """Get an answer, and think about it."""
    await answer(scene, page, dice)
    await scene.think(dice, *THINK)


async def train(scene: Scene, page: Page, dice: random.Random) -> None:
    """Train the first network that the lab offers, with a seed of one's own, and wait until it is in the table."""

    async def act() -> bool:
        await page.press("lab-start", lab_seed=dice.randrange(1_000), **LAB)
        return bool(unless_full(shown(page, "lab-view")).get("over"))

    await scene.note(TRAINED, act)
    await scene.think(dice, *REST)


async def teach(scene: Scene, page: Page, dice: random.Random) -> None:
    """Teach a table in the QA tab's panel, and wait in the queue for it."""
    rows = "\n".join(f"Who looks after room {k}?; Visitor {dice.randrange(9)}" for k in range(LESSON_ROWS))

    async def act() -> bool:
        await page.press("qa-start", qa_rows=rows)
        return "It knows" in str(unless_full(shown(page, "qa-lesson")).get("result"))

    await scene.note(TAUGHT, act)
    await scene.think(dice, *REST)


async def upload(scene: Scene, page: Page, dice: random.Random) -> None:
    """Upload a file of questions and wait until it is read, then one of texts and wait for all verdicts."""
    for what, act in ((READ, read), (JUDGED, judge)):
        await scene.note(what, partial(act, page))
        await scene.think(dice, *REST)


async def judge(page: Page) -> bool:
    file = await page.upload("texts.csv", file_of_texts())
    await page.press("sentiment-upload", "upload", sentiment_upload=file)
    return bool(shown(page, "sentiment-file-view").get("summary"))


async def read(page: Page) -> bool:
    file = await page.upload("questions.csv", file_of_questions())
    await page.press("qa-upload", "upload", qa_upload=file)
    return "can be taught" in str(shown(page, "qa-lesson").get("checked"))


def unless_full(state: dict[str, Any]) -> dict[str, Any]:
    """What is shown, unless it is that nobody else can wait; then `Refused`."""
    if FULL in str(state):
        raise Refused(FULL)
    return state


def shown(page: Page, elem_id: str) -> dict[str, Any]:
    """What a widget of the page shows."""
    return dict(json.loads(page.values[page.layout.ids[elem_id]] or "{}"))
