"""What a stranger can ask of the page: the endpoints, the parameters of a link, and what its scripts send back."""

from __future__ import annotations

import json
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote

from fuzz.fuzz_files import PLACE, damage, damaged
from helpers.fuzzing import Target, a, json_value, sentence, short_text, strict_json, text
from helpers.inline_pool import InlinePool
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

import rnn_demo.__main__ as command_line
from rnn_demo.figures import VIEWS
from rnn_demo.ui import page
from rnn_demo.ui.gradio_compat import JsonAnswer
from rnn_demo.ui.lab import tab as lab_tab
from rnn_demo.ui.links import asks_for
from rnn_demo.ui.models import Models
from rnn_demo.ui.qa import tab as qa_tab
from rnn_demo.ui.qa import teach
from rnn_demo.ui.qa.conversation import turn_of
from rnn_demo.ui.sentiment import compare_texts, failures
from rnn_demo.ui.sentiment import tab as sentiment_tab
from rnn_demo.ui.states import figures
from rnn_demo.ui.states import tab as states_tab
from rnn_demo.ui.states.traces import Traces
from rnn_demo.zoo import checkpoint
from rnn_demo.zoo.archive import pack

MODELS = Models()
NAMES = checkpoint.available()


@cache
def endpoint(name: str) -> Any:
    """The function behind a public endpoint of the page, with its answer read."""
    function: Any = next(event.fn for event in page.build_page().fns.values() if event.api_name == name)

    def read(*values: Any) -> Any:
        answer = function(*values)
        return json.loads(answer.content) if isinstance(answer, JsonAnswer) else answer

    return read


def answered(keys: set[str]) -> Any:
    """A check that an endpoint gives an object with these keys, and one that can be sent."""

    def check(value: Any) -> None:
        assert isinstance(value, dict)
        assert keys <= set(value), set(value)
        strict_json(value)

    return check


# --- links ------------------------------------------------------------------------------------------------------

PARAMETERS = (
    "tab",
    "text",
    "model",
    "step",
    "layer",
    "direction",
    "unit",
    "view",
    "notation",
    "figure",
    "part",
    "__theme",
    "at",
    "x",
)
GOOD = {
    "tab": ("qa", "sentiment", "states", "lab"),
    "part": ("race", "gradient", "train"),
    "model": ("names", "hello", "own-x"),
    "step": ("1", "-1", "1e9"),
    "view": ("cell,unit", "whole"),
    "figure": tuple(VIEWS),
    "direction": ("backward",),
    "notation": ("textbook",),
}
parameter = st.sampled_from(PARAMETERS).flatmap(
    lambda name: st.tuples(st.just(name), st.one_of(st.sampled_from(GOOD.get(name, ("Ivan",))), short_text))
)
link = st.lists(parameter | st.tuples(short_text, short_text), max_size=6).map(
    lambda pairs: "&".join(f"{quote(k, errors='replace')}={quote(v, errors='replace')}" for k, v in pairs)
) | st.text(max_size=60)


def followed(query: str) -> Any:
    """What a link does: the tab that opens, what each tab then shows, and the figure it names."""
    given = QueryParams(parse_qsl(query, keep_blank_values=True, errors="replace"))
    arrived, opened, *_ = page.arrive(SimpleNamespace(query_params=given))  # type: ignore[arg-type]
    for name in page.TABS:
        assert isinstance(asks_for(arrived, name), bool)
    if arrived and asks_for(arrived, "qa"):
        assert len(qa_tab.values_after_question(MODELS, arrived["text"], [], "qa-fast", 0.5)) == 4
    if arrived and asks_for(arrived, "sentiment"):
        assert len(sentiment_tab.reading_and_notice(MODELS, InlinePool(), arrived["text"])) == 2
    figures.figure_to_open(opened)
    lab_tab.part_of_link(arrived)
    return states_tab.show(Traces(MODELS), states_tab.with_defaults(MODELS, opened))


def of_states(values: Any) -> None:
    """The six values of Hidden states, with a picture for a first visit and one that can be sent."""
    assert len(values) == 6
    picture = values[3]
    assert isinstance(picture, str), "nothing is drawn for a visitor who follows a link"
    picture.encode()
    assert values[5]["model"] in NAMES


# --- what scripts send --------------------------------------------------------------------------------------------


def asking(**known: tuple[Any, ...]) -> st.SearchStrategy[dict[str, Any]]:
    """A message of a script: its keys have values that are known, or any others."""
    return st.fixed_dictionaries({}, optional={k: st.sampled_from(v) | json_value for k, v in known.items()})


unit_asked = asking(checkpoint=tuple(NAMES), layer=(0, 1, 9), direction=("forward", "backward"), unit=(0, 127, -1))
explanation_asked = asking(how=("gradients", "omission"), text=("not bad", "good " * 9, ""))
typed = st.one_of(text, sentence, json_value)


def chatted(drawn: tuple[Any, Any]) -> Any:
    return turn_of(MODELS, "qa-fast", drawn[0], drawn[1])


def trained_by_typing(args: list[str]) -> Any:
    """The options of the command line as values."""
    return command_line.parse_options(args)


slot = st.sampled_from(("{good}", "{thing}", "{a|b}", "{x}", "{x 2}", " a ", " not ", "{x", "}", "{}"))
lists_line = st.sampled_from(("thing: film, soup", "x: a, <b>", "good: {x}", "", "x:", ":")) | short_text
whole_slot = st.sampled_from(("{good}", "{thing}", "{a|b}", "{x}", "{x 2}", " a ", " not "))
own_template = st.tuples(  # one that can be filled, or anything
    st.lists(whole_slot, min_size=1, max_size=4).map(" ".join),
    st.lists(st.sampled_from(("thing: film, soup", "x: a, <b>", "good: {x}")), max_size=3).map("\n".join),
    st.sampled_from(failures.EXPECTED),
) | st.tuples(
    st.lists(slot | short_text, max_size=6).map("".join) | json_value,
    st.lists(lists_line, max_size=4).map("\n".join) | json_value,
    st.sampled_from(failures.EXPECTED) | short_text,
)
option = st.sampled_from(
    ("--epochs", "--hidden-size", "--bidirectional=true", "--learning-rate", "--cell", "--x", "3", "nan")
)

TARGETS: dict[str, Target] = {
    "/ask": Target(lambda value: endpoint("ask")(value), typed, answered({"input", "answer", "known", "top"}), 8),
    "/sentiment": Target(
        lambda value: endpoint("sentiment")(value), short_text | sentence | json_value, answered({"label", "words"}), 8
    ),
    "/trace": Target(
        lambda pair: endpoint("trace")(*pair),
        st.tuples(st.sampled_from(NAMES[:4]) | json_value, typed),
        answered({"tokens", "layers", "logits"}),
        4,
    ),
    "/models": Target(lambda _: {"models": endpoint("models")()}, st.none(), answered({"models"}), 1),
    "follow a link": Target(followed, link, of_states, 12),
    "weights of a unit": Target(lambda asked: states_tab.weights_of_unit(MODELS, asked), unit_asked, strict_json, 8),
    "explain a reading": Target(
        lambda asked: sentiment_tab.explanation(MODELS, InlinePool(), asked), explanation_asked, strict_json, 2
    ),
    "one turn of the chat": Target(
        chatted, st.tuples(typed, st.floats(0, 1, allow_subnormal=False)), answered({"input", "known", "threshold"}), 8
    ),
    "a damaged saved model": Target(lambda content: teach.load_model(MODELS, saved(content))[0], damage, a(str), 4),
    "compare on the page": Target(
        lambda pair: compare_texts.comparison(MODELS, InlinePool(), "sentiment", *pair),
        st.tuples(short_text, short_text),
        strict_json,
        4,
    ),
    "a template of one's own": Target(
        lambda asked: failures.fillings(MODELS, InlinePool(), "sentiment", *asked),
        own_template,
        strict_json,
        4,
    ),
    "options typed": Target(trained_by_typing, st.lists(option | short_text, max_size=6), a(dict), 12),
}


@cache
def good_archive() -> bytes:
    return pack(MODELS.get("qa-fast"), "mine", {"task": "qa"}, "# mine\n")


def saved(marks: list[tuple[int, int]]) -> str:
    """The path of a saved model in which some bytes are others."""
    (PLACE / "mine.zip").write_bytes(damaged(good_archive(), marks))
    return str(PLACE / "mine.zip")
