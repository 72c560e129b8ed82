"""The recipes: every checkpoint is made by the one of its name, and a new one is listed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from rnn_demo.data import soft_labels
from rnn_demo.network.model import Architecture
from rnn_demo.tasks import MEMORY, Making
from rnn_demo.tasks.series import Forecasting
from rnn_demo.training.config import TrainingConfig
from rnn_demo.training.language_model import Pretraining
from rnn_demo.training.self_training import SelfTraining
from rnn_demo.zoo.recipe import OURS, Recipe

SHIPPED = Path(__file__).parents[1] / "data" / "files"  # the data that come with the program
IMDB = (
    "IMDb reviews (Maas et al., ACL 2011; no licence stated, for research and teaching), phrases and sentences of the "
    "Stanford Sentiment Treebank (Socher et al., EMNLP 2013; no licence stated), reviews that people revised so that "
    "their label flips (Kaushik et al., ICLR 2020; Apache-2.0), and our own sentences by capability (MIT)"
)
NAMES = (
    "18 lists of surnames from spro/practical-pytorch (MIT), without duplicates, and first names and further surnames "
    "that come with the program: from the lists of Faker (MIT, copyright 2012 Daniele Faraglia), in Latin letters, and "
    "our own (MIT)"
)
NOTEBOOK = "the QA notebook's 90 questions, rishu1947-ops/Q-A_model_using_RNN (no licence stated)"

_NAMES = Recipe(
    "Names: which language?",
    "names",
    ("names.csv.gz",),
    NAMES,
    Architecture("lstm", 128, embedding_size=48, pooling="concat", dropout=0.2, text_dropout=0.02),
    TrainingConfig(
        learning_rate=6e-3,
        schedule="cosine",
        batch_size=256,
        epochs=8,
        clip_norm=1.0,
        average=0.998,
        keep="last",
        seed=1,
    ),
    further=("names_more.csv",),
    storage="float16",
    purpose="an LSTM; the other three are put beside it",
    examples=(
        *("Giovanni", "Ivan", "Hiroshi", "Pierre", "Müller", "Tolstoy"),
        *("Kowalski", "Papadopoulos", "O'Hagan", "Schuster"),
    ),
    truths=(
        *("Italian", "Russian", "Japanese", "French", "German", "Russian"),
        *("Polish", "Greek", "Irish", "German"),
    ),
)

_NOTEBOOK_QA = Recipe(
    "The QA notebook, as it was",
    "qa-notebook",
    ("100_Unique_QA_Dataset.csv",),
    NOTEBOOK,
    Architecture("rnn_tanh", 64, embedding_size=50),
    TrainingConfig(learning_rate=1e-3, batch_size=1, epochs=20, seed=1),
    purpose="the notebook's questions by heart, trained as it did",
    examples=("What is the capital of France?", "What planet our solar system?"),
    truths=("Paris", ""),
)

# What the small models of sentiment have in common, beside each other and in the table of `compare`: each is made in
# minutes, without pretraining.
SMALL_SENTIMENT: dict[str, Any] = {
    "hidden_size": 128,
    "embedding_size": 64,
    "learning_rate": 2e-3,
    "epochs": 2,
    "max_tokens": 200,
    "average": 0.0,
    "warmup": 0.0,
}
# One thing is changed in each. In the mean, each word is but one part in the length of the text, and so learns slowly.
SMALL_CHANGES: dict[str, tuple[str, dict[str, Any]]] = {
    "bag": ("a bag of words", {"cell": "rnn_tanh", "memoryless": True, "pooling": "mean", "learning_rate": 2e-2}),
    "rnn": ("a plain RNN", {"cell": "rnn_tanh"}),
    "gru": ("a GRU", {"cell": "gru"}),
    "lstm": ("an LSTM", {"cell": "lstm"}),
}

# At 20 steps most of the tasks that need memory are not learnt within 20 epochs; at these they are.
DISTANCES = {"recall": 10, "adding": 10, "parity": 8, "copy": 4}

SELF_TRAINING = TrainingConfig(
    optimizer="adamw",  # without a decay it is Adam, in one pass over the weights
    learning_rate=1e-3,
    schedule="cosine",
    warmup=0.05,
    batch_size=64,
    epochs=2,
    clip_norm=1.0,
    average=0.998,
    max_tokens=300,
    consistency=2.0,
    precision="bfloat16",
)
_TAUGHT = SelfTraining(
    ("imdb_unsup.csv.gz",),
    SELF_TRAINING,
    labelled=("capabilities.csv",) * 2 + ("sst2_train.csv.gz", "cad_train.csv.gz"),
    teacher=soft_labels.FILE,
    edited=0.1,
)


PARTS = ("architecture", "training", "making", "forecasting")


def with_options(recipe: Recipe, options: Mapping[str, Any]) -> Recipe:
    """The recipe with some fields of its architecture, training, making or forecasting replaced.

    ValueError for a field that none of them has, or for a value that is out of range.
    """
    parts = {name: value for name in PARTS if (value := getattr(recipe, name))}
    unknown = set(options).difference(*map(vars, parts.values()))
    if unknown:
        raise ValueError(f"the recipe for {recipe.task} has no option {min(unknown)!r}; leave it out")
    changes = {name: {key: options[key] for key in vars(value) if key in options} for name, value in parts.items()}
    return replace(recipe, **{name: replace(value, **changes[name]) for name, value in parts.items()})


RECIPES: dict[str, Recipe] = {
    "hello": Recipe(
        "hello: hell -> ello",
        "characters",
        ("hello.txt",),
        OURS,
        Architecture("rnn_tanh", 8, input="one_hot", per_step=True),
        TrainingConfig(learning_rate=0.01, epochs=100, max_tokens=64),
        purpose="the tutorial's, to follow by hand",
        notation="textbook",
        examples=("hell",),
        truths=("o",),
    ),
    "qa": Recipe(
        "Questions and answers",
        "qa",
        ("qa.csv",),
        OURS,
        Architecture("gru", 192, embedding_size=128, letters=8192, pooling="max", word_dropout=0.1, dropout=0.2),
        TrainingConfig(
            optimizer="adamw",
            weight_decay=0.1,
            learning_rate=0.01,
            schedule="cosine",
            batch_size=256,
            epochs=10,
            clip_norm=1.0,
            keep="last",
        ),
        indexed=True,
        purpose="the QA chat's own: many facts, and “I don't know”",
        examples=("What is the capital of France?", "Who painted the Mona Lisa?", "What is the capital of Wakanda?"),
        truths=("Paris", "Leonardo da Vinci", "I don't know"),
    ),
    "qa-own": Recipe(
        "Questions of your own",
        "qa-own",
        ("questions.csv",),
        "a visitor's own",
        Architecture("gru", 64, embedding_size=64, pooling="max"),
        TrainingConfig(learning_rate=0.02, batch_size=128, epochs=60, clip_norm=1.0, target_loss=0.02, keep="last"),
        examples=("What is the capital of France?",),
    ),
    "sentiment": Recipe(
        "Sentiment of reviews and sentences",
        "sentiment",
        ("imdb_train.csv.gz", "sst_phrases_train.csv.gz"),
        IMDB,
        Architecture(
            "lstm", 256, embedding_size=160, pooling="concat", word_dropout=0.1, text_dropout=0.01, dropout=0.4
        ),
        replace(SELF_TRAINING, warmup=0.1, epochs=4, max_tokens=400),
        pretraining=Pretraining(("imdb_train.csv.gz", "imdb_unsup.csv.gz"), epochs=2),
        teaching=(
            _TAUGHT,
            replace(_TAUGHT, training=replace(SELF_TRAINING, epochs=3, max_tokens=400), longest=400),
        ),
        tests={"imdb_test": "imdb_test.csv.gz", "sst2_dev": "sst2_dev.csv.gz", "sentences": "sentiment_sentences.csv"},
        max_vocabulary=24_000,
        min_count=2,
        tokenizer="posts",
        storage="float16",
        stressed=True,
        purpose="the Sentiment tab's own: reviews and everyday opinions",
        examples=(
            "I expected to hate it, and I was wonderfully surprised.",
            "Despite a great cast, it is a failure.",
            "The acting is superb but the story is dull.",
            "I hate it.",
        ),
        truths=("positive", "negative", "negative", "negative"),
    ),
    "names": _NAMES,
    "names-gru": replace(
        _NAMES,
        title="Names, read by a GRU",
        purpose="the same with fewer gates: does it do as well?",
        architecture=replace(_NAMES.architecture, cell="gru"),
    ),
    "names-rnn": replace(
        _NAMES,
        title="Names, read by a plain RNN",
        purpose="the same without gates: what do they add?",
        architecture=replace(_NAMES.architecture, cell="rnn_tanh", dropout=0.1),
        training=replace(_NAMES.training, learning_rate=3e-3, epochs=10),
    ),
    "names-deep": replace(
        _NAMES,
        title="Names, read by two layers in both directions, with attention",
        purpose="layers, both directions and attention to look into",
        architecture=Architecture(
            "gru",
            64,
            embedding_size=48,
            num_layers=2,
            bidirectional=True,
            pooling="attention",
            dropout=0.2,
            text_dropout=0.02,
        ),
        training=replace(_NAMES.training, epochs=6),
    ),
    "qa-notebook": _NOTEBOOK_QA,
    "qa-fast": replace(
        _NOTEBOOK_QA,
        title="The QA notebook's model, trained as one batch",
        purpose="the same questions, trained as one batch",
        training=TrainingConfig(learning_rate=0.03, batch_size=90, epochs=200, target_loss=10.85 / 90, seed=1),
    ),
    "sentiment-notebook": Recipe(
        "The four toy sentences",
        "sentiment",
        ("toy_sentiment.csv",),
        OURS,
        Architecture("rnn_tanh", 32, embedding_size=16, output="sigmoid"),
        TrainingConfig(learning_rate=0.02, batch_size=4, epochs=10, seed=29),
        purpose="the tutorial's toy: what too few examples teach",
        examples=("I love this movie", "This is great!"),
        truths=("positive", "positive"),
    ),
    # Trained while somebody watches: their data are small and come with the program.
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
    "facts": replace(
        _NOTEBOOK_QA,
        title="90 facts, as the QA notebook learns its own",
        purpose="",
        data=("facts.csv",),
        terms=OURS,
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
    "series": Recipe(
        "What comes next in a series?",
        "series",
        ("seasons",),  # which is made
        "made by the program itself",
        Architecture("gru", 24, embedding_size=1, input="numbers", per_step=True, output="number"),
        TrainingConfig(learning_rate=0.01, schedule="cosine", batch_size=16, epochs=120, clip_norm=1.0),
        forecasting=Forecasting(),
        examples=("21.1 22.9 23.6 22.9 22.3 20.1 18.4 16.8", "112 118 132 129 121 135 148 148 136 119 104 118"),
    ),
    **{
        name: Recipe(
            task.title,
            name,
            (),
            "made by the program itself",
            Architecture("lstm", 32, embedding_size=16, per_step=task.per_step),
            TrainingConfig(learning_rate=0.01, batch_size=64, epochs=20, clip_norm=1.0),
            making=Making(distance=DISTANCES.get(name, 20)),
            examples=tuple(example.text for example in task.make(3, distance=8, seed=0)),
        )
        for name, task in MEMORY.items()
    },
}


RECIPES |= {
    f"sentiment-small-{name}": with_options(
        replace(
            RECIPES["sentiment"],
            title=f"Sentiment, read by {reader} without pretraining",
            purpose=f"small, to be put beside the others: {reader}",
            pretraining=None,
            teaching=(),
            stressed=False,
            examples=("The film was good.", "A dull and lifeless film.", "It is not a good film."),
            truths=("positive", "negative", "negative"),  # what no bag of words can know comes last
        ),
        SMALL_SENTIMENT | change,
    )
    for name, (reader, change) in SMALL_CHANGES.items()
}


def find_recipe(name: str) -> Recipe:
    """The recipe listed under `name`; ValueError names the choices."""
    if name not in RECIPES:
        raise ValueError(f"unknown recipe {name!r}; choose one of {', '.join(RECIPES)}")
    return RECIPES[name]
