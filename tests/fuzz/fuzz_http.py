"""The public endpoints over HTTP, against a real server: (address, argument) instead of an argument."""

from __future__ import annotations

import json
from typing import Any

from helpers.fuzzing import Target, assert_sentence, json_value, short_text
from helpers.serving import API, call, send
from hypothesis import strategies as st

NAMES = ("ask", "sentiment", "trace", "models")


def called(address: str, drawn: tuple[str, list[Any]]) -> tuple[str, Any]:
    return call(address.removeprefix("http://"), *drawn)


def event(told: tuple[str, Any]) -> None:
    """An answer, or an error with a sentence."""
    kind, data = told
    assert kind in ("complete", "error")
    if kind == "error":
        assert_sentence(data["error"])
    else:
        assert isinstance(data[0], dict | list)


def posted(address: str, drawn: tuple[str, str, Any]) -> tuple[int, bytes]:
    route, name, body = drawn
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(address.removeprefix("http://"), "POST", f"{API}/{route}/{name}", content)


def no_failure(answer: tuple[int, bytes]) -> None:
    """An answer or a refusal; Gradio's older way, /run, gives a refusal the status 500 with our sentence in it."""
    status, told = answer
    if status >= 500:
        assert_sentence(json.loads(told)["error"])


arguments = st.lists(short_text | json_value, max_size=3)
body = st.one_of(
    st.fixed_dictionaries(
        {"data": arguments | json_value}, optional={"session_hash": json_value, "fn_index": json_value}
    ),
    st.dictionaries(st.sampled_from(("question", "text", "model", "data", "x")), short_text | json_value, max_size=3),
    json_value,
    st.binary(max_size=60),
)

TARGETS: dict[str, Target] = {
    "an endpoint over HTTP": Target(called, st.tuples(st.sampled_from(NAMES), arguments), event, 3),
    "a request over HTTP": Target(
        posted, st.tuples(st.sampled_from(("call", "call/v2", "run")), st.sampled_from(NAMES), body), no_failure, 3
    ),
}
