"""Networks for the page's engine: what is refused is refused in a sentence, and own models are never kept."""

from __future__ import annotations

import asyncio
import gzip
import time
from typing import Any

import httpx
import pytest
import torch
from helpers.asynchronous import run
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from rnn_demo.data.vocabulary import Vocabulary
from rnn_demo.limits import MAX_SENT_NETWORK_BYTES
from rnn_demo.network.model import Architecture, SequenceModel
from rnn_demo.ui.models import Models, OwnModel
from rnn_demo.ui.page import LAUNCH
from rnn_demo.ui.server.networks import AT_ONCE, PREFIX, Networks, Packed

MODELS = Models()
NETWORKS = Networks(MODELS)
CLIENT = TestClient(Starlette(routes=[Route("/{name}", NETWORKS.answer, methods=["GET", "POST"])]))


def own(hidden: int, **options: Any) -> str:
    torch.manual_seed(0)
    vocabulary = Vocabulary.build(["abc"], "letters")
    model = SequenceModel(Architecture("gru", hidden, embedding_size=4, **options), vocabulary, ["yes", "no"]).eval()
    return MODELS.keep(OwnModel(model, title="mine"))


@pytest.mark.parametrize("name", ["none", "..", "names%2F..", "own-nobody"])
def test_an_unknown_network_is_refused_in_a_sentence(name: str) -> None:
    answer = CLIENT.get(f"/{name}")
    assert answer.status_code == 404
    if answer.headers["content-type"].startswith("application/json"):
        assert "choose one of" in answer.json()["error"] or "has expired" in answer.json()["error"]


@pytest.mark.parametrize(
    ("request_", "says"),
    [
        ({"json": {"text": " "}}, "The text is empty"),
        ({"json": {"text": 7}}, "Expected a string, got int"),
        ({"json": {"text": "a" * 50_001}}, "at most 50,000 are read"),
        ({"json": ["text"]}, "The request must be JSON like"),
        ({"content": b"\xff{"}, "The request must be JSON like"),
        ({"content": b"[" * 100_000}, "The request must be JSON like"),
    ],
)
def test_a_text_that_cannot_be_read_is_refused_in_a_sentence(request_: dict[str, Any], says: str) -> None:
    answer = CLIENT.post("/names", **request_)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


def test_a_long_text_is_cut_as_in_a_trace() -> None:
    read = CLIENT.post("/sentiment", json={"text": "very " * 300}).json()
    assert (len(read["read"]), read["cut"], read["tokens"]) == (256, 44, ["<UNK>", "very"])


def test_a_network_of_a_visitor_is_kept_nowhere_and_has_its_title() -> None:
    answer = CLIENT.get(f"/{own(4)}")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["words"]["title"] == "mine"
    assert not [name for name in NETWORKS._packed if name.startswith("own-")]


def test_few_networks_are_read_at_once_however_many_are_asked_for() -> None:
    inside, most = 0, 0

    class Slow(Networks):
        def network(self, name: str) -> Packed:
            nonlocal inside, most
            inside += 1
            most = max(most, inside)
            time.sleep(0.01)
            inside -= 1
            return Packed(gzip.compress(name.encode()), "1")

    async def ask_all() -> list[bytes]:
        app = Starlette(routes=[Route("/{name}", Slow(MODELS).answer)])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
            answers = await asyncio.gather(*(client.get(f"/n{k}") for k in range(12)))
        return [answer.content for answer in answers]

    assert run(ask_all()) == [f"n{k}".encode() for k in range(12)]
    assert most == AT_ONCE


def test_a_network_too_large_for_a_page_is_refused_in_a_sentence() -> None:
    answer = CLIENT.get(f"/{own(900)}")
    assert answer.status_code == 404
    assert (
        f"MiB; at most {MAX_SENT_NETWORK_BYTES // 2**20} MiB run in the page, so choose a smaller network"
        in answer.json()["error"]
    )


def test_a_network_that_reads_numbers_is_refused_before_and_after_it_was_fetched() -> None:
    name = own(4, input="numbers")
    for answer in (CLIENT.get(f"/{name}"), CLIENT.post(f"/{name}", json={"text": "abc"})):
        assert answer.json() == {"error": "This model reads numbers, not text; choose a checkpoint that reads text."}


def test_the_page_serves_networks_at_the_place_where_its_scripts_look() -> None:
    assert f"/{PREFIX}/{{name}}" in [route.path for route in LAUNCH["app_kwargs"]["routes"]]
