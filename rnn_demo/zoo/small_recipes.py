"""Recipes that are done while one watches: their data are small and come with the program."""

from __future__ import annotations

from rnn_demo.network.model import Architecture
from rnn_demo.tasks import MEMORY, Making
from rnn_demo.training.config import TrainingConfig
from rnn_demo.zoo.recipe import OURS, Recipe

SMALL: dict[str, Recipe] = {
    "characters": Recipe(
        "Next character: a nursery rhyme",
        "characters",
        ("rhyme.txt",),
        OURS,
        Architecture("gru", 64, input="one_hot", per_step=True),
        TrainingConfig(learning_rate=0.004, batch_size=8, epochs=150, clip_norm=1.0, max_tokens=64, keep="last"),
        examples=("hello ", "the water "),
    ),
    "surnames": Recipe(
        "Surnames of eight languages",
        "names",
        ("surnames.csv",),
        OURS,
        Architecture("gru", 48, embedding_size=16, pooling="concat", dropout=0.2),
        TrainingConfig(learning_rate=0.01, batch_size=32, epochs=40, clip_norm=1.0, seed=1),
        examples=("Yamamoto", "Papadakis", "Kowalska", "Ricciardi"),
    ),
    "facts": Recipe(
        "90 facts, as the QA notebook learns its own",
        "qa-notebook",
        ("facts.csv",),
        OURS,
        Architecture("rnn_tanh", 64, embedding_size=50),
        TrainingConfig(learning_rate=1e-3, batch_size=1, epochs=20, seed=1),
        examples=("What is the capital of France?", "Which bird is the largest?"),
    ),
    "turns": Recipe(
        "Sentiment of short sentences",
        "sentiment",
        ("turns.csv",),
        OURS,
        Architecture("lstm", 32, embedding_size=32, pooling="mean", dropout=0.2),
        TrainingConfig(learning_rate=5e-3, batch_size=64, epochs=8, clip_norm=1.0),
        examples=("The film was not bad.", "I expected to love it, but it was a mess."),
    ),
    **{
        name: Recipe(
            task.title,
            name,
            (),
            "made by the program itself",
            Architecture("lstm", 32, embedding_size=16, per_step=task.per_step),
            TrainingConfig(learning_rate=0.01, batch_size=64, epochs=20, clip_norm=1.0),
            making=Making(),
            examples=tuple(example.text for example in task.make(3, distance=8, seed=0)),
        )
        for name, task in MEMORY.items()
    },
}
