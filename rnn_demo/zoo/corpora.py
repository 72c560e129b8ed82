"""Corpora to look at units with: those that come with the program, and a file of one's own."""

from __future__ import annotations

from pathlib import Path

from rnn_demo.data.csv_files import read_text
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import MEMORY, TASKS
from rnn_demo.tasks.characters import Characters
from rnn_demo.zoo.recipes import SHIPPED

FILES = {  # of each task
    "names": "names_more.csv",
    "sentiment": "turns.csv",
    "qa": "qa.csv",
    "qa-own": "facts.csv",
    "qa-notebook": "facts.csv",
    "characters": "rhyme.txt",
}
MADE, DISTANCE = 400, 20  # texts of a task that makes its own, and their steps


def corpus(model: SequenceModel, file: Path | None = None) -> tuple[str, list[str]]:
    """The name of a corpus and its texts: of a file, or of what comes with the program for the model's task.

    Of a CSV file the texts are those of the task's column; of any other file they are its lines, or, for a network
    that reads characters and their line ends, pieces of it. ValueError where there is none, or none in the file.
    """
    task = TASKS.get(model.task)
    if file is None and model.task in MEMORY:
        examples = MEMORY[model.task].make(MADE, DISTANCE, seed=0)
        return f"{MADE} texts of the task {model.task}", [example.text for example in examples]
    if file is None:
        if model.task not in FILES:
            raise ValueError(f"no corpus comes with the program for the task {model.task!r}; give one with --corpus")
        file = SHIPPED / FILES[model.task]
    if file.suffix.lower() == ".csv":
        if task is None:
            raise ValueError(f"the task {model.task!r} is unknown, so no column can be read; give a text file")
        return file.name, task.texts(file)
    if isinstance(task, Characters):
        return file.name, [example.text for example in task.read(file)]
    lines = [line for line in read_text(file).splitlines() if line.strip()]
    if not lines:
        raise ValueError(f"{file.name} has no text; give a file with a text on each line")
    return file.name, lines
