"""The tasks a model can be trained for."""

from rnn_demo.tasks.base import Example, Split, Task
from rnn_demo.tasks.characters import Characters
from rnn_demo.tasks.memory import MEMORY, Making
from rnn_demo.tasks.names import Names
from rnn_demo.tasks.qa import QA, NotebookQA, OwnQA
from rnn_demo.tasks.sentiment import Sentiment
from rnn_demo.tasks.series import Forecasts

TASKS: dict[str, Task] = {
    "qa": QA(),
    "qa-own": OwnQA(),
    "qa-notebook": NotebookQA(),
    "sentiment": Sentiment(),
    "names": Names(),
    "characters": Characters(),
    "series": Forecasts(),
    **MEMORY,
}

__all__ = ["MEMORY", "TASKS", "Example", "Making", "Split", "Task"]
