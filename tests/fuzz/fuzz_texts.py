"""Functions that take a text: from the tokenizers to the networks that read it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from helpers.fuzzing import (
    Target,
    a,
    anything,
    json_value,
    long_text,
    numbers,
    sentence,
    short_text,
    strict_json,
    text,
    texts_in,
)
from hypothesis import strategies as st

from rnn_demo.analysis.nearest import index_examples, nearest
from rnn_demo.analysis.review import EXPLANATIONS, large_changes, parting
from rnn_demo.analysis.trace import Trace, record
from rnn_demo.data.csv_files import safe_cell
from rnn_demo.data.paraphrases import variants
from rnn_demo.data.spelling import corrections
from rnn_demo.data.vocabulary import TOKENIZERS, Vocabulary
from rnn_demo.limits import MAX_PARAMETERS, check_text
from rnn_demo.network import equations
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.tasks import TASKS, qa_table
from rnn_demo.tasks.base import Example, normal
from rnn_demo.tasks.qa import answers_so_far, refusal
from rnn_demo.tasks.sentiment import caution
from rnn_demo.training import TrainingConfig
from rnn_demo.zoo import checkpoint, recipes

SMALL = ("qa-fast", "hello", "sentiment-notebook", "names-rnn", "names-deep")  # quick ones, of every task
open_checkpoint = cache(checkpoint.open_checkpoint)
tokens = st.lists(st.lists(short_text.filter(bool), min_size=1, max_size=6), min_size=1, max_size=8)


def encoded(drawn: tuple[list[str], str, str]) -> list[Any]:
    """Build a vocabulary from texts and read another with it."""
    texts, other, tokenizer = drawn
    vocabulary = Vocabulary.build(texts, tokenizer, max_size=50)
    read = vocabulary.tokenize(other)
    assert all(0 <= number < len(vocabulary) for number in vocabulary.encode(read))
    assert set(vocabulary.unknown(read)) <= set(read)
    return read


def varied(questions: list[list[str]]) -> Any:
    same, other = variants(questions, rounds=1, seed=0)
    assert not {variant for variant, _ in same} & set(other)
    return [" ".join(variant) for variant in other]


def teachable(table: qa_table.QATable) -> None:
    """A table has rows that can be taught and a sentence for each of the first that cannot."""
    assert isinstance(table, qa_table.QATable)
    assert table.rows or table.problems
    assert all(0 < len(row.text) <= 500 and 0 < len(row.label) <= 64 for row in table.rows)
    strict_json([[row.text, row.label] for row in table.rows])
    texts_in(list(table.problems))


def practised(rows: list[tuple[str, str]]) -> list[str]:
    """What is practised of rows that can be taught."""
    rows = qa_table.from_text("\n".join(map("\t".join, rows))).rows
    return [example.text for example in TASKS["qa-own"].split(rows, 0).practice] if rows else []


def recorded(drawn: tuple[str, Any]) -> Trace:
    trace = record(open_checkpoint(drawn[0]), drawn[1])
    assert trace.to_csv().count("\n") > len(trace.tokens)
    return trace


def whole(trace: Trace) -> None:
    assert len(trace.tokens) == len(trace.logits) == len(trace.x)
    numbers(0, 1, *trace.probabilities.ravel().tolist())
    strict_json(trace.to_dict("x") | {"unknown_words": len(trace.unknown)})


def explained(drawn: tuple[str, str]) -> Any:
    model = open_checkpoint("sentiment-notebook")
    found = EXPLANATIONS[drawn[0]](model, drawn[1])
    assert np.isfinite(found.values).all()
    assert len(found.values) == len(model.vocabulary.tokenize(drawn[1]))
    return found.note


def predicted(drawn: tuple[str, Any]) -> Any:
    model = open_checkpoint(drawn[0])
    return TASKS[model.task].predict(model, [check_text(drawn[1])])


def read_twice(drawn: tuple[str, str]) -> Any:
    """What the page says of two readings: large changes, a caution and where they part."""
    model = open_checkpoint("sentiment-notebook")
    one, other = (reading["words"] for reading in TASKS["sentiment"].predict(model, [*map(check_text, drawn)]))
    return [large_changes(one), caution(other), parting(one, other)]


def asked(question: str) -> Any:
    """What the chat finds out about a question beside its answer."""
    model, question = open_checkpoint("qa-fast"), check_text(question)
    known = index_examples(model, [Example("Who?", "Ann"), Example("Where is it?", "There")])
    return [answers_so_far(model, question, 0.5), refusal(model, question), nearest(model, question, known).cosine]


def configured(options: dict[str, Any]) -> Any:
    """A configuration of anything; what comes out is one that may be trained."""
    return recipes.with_options(recipes.RECIPES["hello"], options)


def built(options: dict[str, Any]) -> SequenceModel:
    model = SequenceModel(Architecture(**options), Vocabulary("words", ("<PAD>", "<UNK>", "a")), ("no", "yes"))
    assert sum(weight.numel() for weight in model.parameters()) <= MAX_PARAMETERS
    return model


equation = st.lists(
    st.sampled_from(
        ("h_t", "=", "W_{hi} ", "h_{t-1}", r"\odot ", "+", "-", "(", ")", r"\tanh(", ",", "1", "0.5", r"\max(", "}")
    )
    | st.text(max_size=5),
    max_size=12,
).map("".join)
architecture = st.fixed_dictionaries(
    {"cell": st.sampled_from(("lstm", "gru")) | json_value, "hidden_size": st.integers(-1, 40) | json_value},
    optional={
        "embedding_size": st.integers(0, 40) | json_value,
        "input": st.just("one_hot") | json_value,
        "num_layers": st.integers(0, 3) | json_value,
        "bidirectional": st.booleans() | json_value,
        "dropout": st.floats(allow_subnormal=False) | json_value,
        "pooling": st.sampled_from(("max", "concat")) | json_value,
        "per_step": json_value,
        "output": st.just("sigmoid") | json_value,
    },
)
training = st.dictionaries(st.sampled_from([*TrainingConfig.__dataclass_fields__, "cell", "hidden_size"]), json_value)

TARGETS: dict[str, Target] = {
    **{f"tokenize as {name}": Target(cut, text, texts_in, 12) for name, cut in TOKENIZERS.items()},
    "build a vocabulary": Target(
        encoded, st.tuples(st.lists(short_text, max_size=5), text, st.sampled_from([*TOKENIZERS, "none"])), texts_in, 12
    ),
    "check a text": Target(check_text, anything, a(str), 12),
    "find slips": Target(lambda text: corrections(open_checkpoint("qa").vocabulary, text), sentence, texts_in, 2),
    "make a cell safe": Target(safe_cell, text, a(str), 12),
    "compare texts": Target(normal, text, a(str), 12),
    "vary questions": Target(varied, tokens, texts_in),
    "a table as typed": Target(qa_table.from_text, st.lists(text, max_size=5).map("\n".join), teachable, 12),
    "practise for a lesson": Target(practised, st.lists(st.tuples(short_text, short_text), max_size=6), texts_in),
    "read an equation": Target(equations.parse, equation, a(list), 12),
    "record a trace": Target(recorded, st.tuples(st.sampled_from(SMALL), anything), whole, 2),
    "explain a text": Target(explained, st.tuples(st.sampled_from([*EXPLANATIONS]), short_text | sentence), a(str), 2),
    "predict": Target(predicted, st.tuples(st.sampled_from(SMALL), anything), strict_json, 4),
    "compare two readings": Target(read_twice, st.tuples(text, text), strict_json, 4),
    "look into a question": Target(asked, text | sentence | long_text, strict_json, 4),
    "configure a training": Target(configured, training, a(recipes.Recipe), 6, letters=100_000),
    "build a model": Target(built, architecture, a(SequenceModel), 4, letters=100_000),
}
