"""The page fetches the weights of a network once, the embeddings of a text's words alone, and says what is missing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers.node_scripts import needs_node, run_node
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rnn_demo.analysis.trace import record
from rnn_demo.ui.server.networks import PREFIX, ROUTES
from rnn_demo.zoo.checkpoint import open_checkpoint

pytestmark = needs_node
CLIENT = TestClient(Starlette(routes=ROUTES))
TEXTS = {
    "names": "Dvořák",
    "hello": "hell no!",
    "qa": "who wrote hamlit",  # an unknown word is read by its letters
    "sentiment": "It isn't bad at all, and zzyzx!",
}
FAILURES = {
    "offline": {"status": 0},
    "no JSON": {"status": 502, "content": "<html>bad gateway"},
    "unknown": {"status": 404, "content": '{"error": "There is no such checkpoint; choose another one."}'},
}


def sent(name: str, text: str) -> dict[str, Any]:
    network = CLIENT.get(f"/{PREFIX}/{name}")
    words = CLIENT.post(f"/{PREFIX}/{name}", json={"text": text})
    return {"checkpoint": name, "text": text, "network": network.text, "words": words.text}


def test_what_is_loaded_computes_what_torch_does_and_is_fetched_once() -> None:
    found = run_node(
        "engine/load_networks.mjs",
        {"cases": [sent(name, text) for name, text in TEXTS.items()], "failures": FAILURES},
    )
    for (name, text), read in zip(TEXTS.items(), found["cases"], strict=True):
        trace = record(open_checkpoint(name), text)
        assert read["tokens"] == list(trace.tokens)
        assert read["unknown"] == list(trace.unknown)
        assert np.abs(np.array(read["h"]) - trace.layers[-1].quantities["h"].ravel()).max() < 1e-5
        assert read["same"]
        assert read["asked"] == [f"GET {name}", *([f"POST {name}"] if name in ("qa", "sentiment") else [])]
    arrive = "The weights of “{}” did not arrive; check the connection and try again."
    assert found["failures"] == {
        "offline": [arrive.format("offline")] * 2,
        "no JSON": [arrive.format("no JSON")] * 2,
        "unknown": ["There is no such checkpoint; choose another one."] * 2,
    }
    assert found["asked"].count("GET offline") == 2  # the next time it may arrive
    assert found["ofWords"] == [
        "The text is empty; write at least one word or letter.",
        "The text has more than 50,000 characters; shorten it.",
        "The embeddings of the words did not arrive; check the connection and try again.",
    ]


@pytest.mark.parametrize("name", ["names", "sentiment"])
def test_a_browser_keeps_a_network_and_asks_whether_it_is_the_same(name: str) -> None:
    first = CLIENT.get(f"/{PREFIX}/{name}")
    tag, size = first.headers["etag"], int(first.headers["content-length"])
    assert first.headers["content-encoding"] == "gzip"
    assert size < {"names": 420_000, "sentiment": 1_200_000}[name]
    assert CLIENT.get(f"/{PREFIX}/{name}", headers={"If-None-Match": tag}).status_code == 304
    plain = CLIENT.get(f"/{PREFIX}/{name}", headers={"Accept-Encoding": "identity"})
    assert plain.json() == first.json()
    assert first.json()["version"] in tag
