"""Networks for the page's engine: the weights of one as the browser fetches them, once, and what it reads of a text.

    GET  gradio_api/networks/NAME                     the network, as ui/viewer/network.py describes it
    POST gradio_api/networks/NAME  {"text": "..."}    the tokens of a text and their embeddings

Where the vocabulary is small, as one of letters is, the network comes with all embeddings. A browser keeps it and asks
whether it is still the same one. What is refused is refused in a sentence, {"error": ...}.
"""

from __future__ import annotations

import gzip
import json
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import sentence
from rnn_demo.limits import MAX_SENT_NETWORK_BYTES, MAX_TRACE_TOKENS
from rnn_demo.network.model import SequenceModel
from rnn_demo.tasks import TASKS
from rnn_demo.ui.models import Models, is_own
from rnn_demo.ui.server.fairness import Call, Gate, address_of
from rnn_demo.ui.viewer.network import NetworkDescription, TokenDescription, describe_network, describe_tokens

PREFIX = "gradio_api/networks"  # Gradio's own, the only one that the front server of a Space passes on
SMALL_VOCABULARY = 1_000  # tokens, which are sent with the network
MOST_KEPT = 16  # networks, packed; then the least recently used goes
AT_ONCE = 2  # requests; of the others, addresses take turns


class SentNetwork(NetworkDescription):
    """A network with the embeddings of all its tokens, where it is `whole`, or of none; `version` tells it apart."""

    whole: bool
    version: str


class ReadText(TokenDescription):
    """A text as the network reads it: its tokens in their order, `cut` of which were too many."""

    read: list[str]
    cut: int


@dataclass(frozen=True, eq=False)
class Packed:
    """A network as JSON, compressed, and the version that the browser asks for."""

    content: bytes
    version: str


@dataclass(eq=False)
class Networks:
    """What the page fetches of `models`; of checkpoints, what was fetched last is kept."""

    models: Models = field(default_factory=Models)
    _packed: OrderedDict[str, tuple[SequenceModel, Packed]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _gate: Gate = field(default_factory=lambda: Gate(AT_ONCE))

    def network(self, name: str) -> Packed:
        """The network of this name; ValueError, in a sentence, for an unknown one or one that no page can run."""
        model = self.models.get(name)
        with self._lock:  # a class that opens the same network packs it once
            kept = self._packed.get(name)
            if kept is None or kept[0] is not model:
                kept = model, packed(self.models.title(name), name, model)
                if not is_own(name):
                    self._packed[name] = kept
            if name in self._packed:
                self._packed.move_to_end(name)
            while len(self._packed) > MOST_KEPT:
                self._packed.popitem(last=False)
        return kept[1]

    def text(self, name: str, text: object) -> ReadText:
        """What the network of this name reads of a text; ValueError where it reads nothing, in a sentence."""
        model = self.models.get(name)
        model.check_reads_text()
        check_weights(model)
        whole = model.vocabulary.tokens_of(text)
        read = whole[:MAX_TRACE_TOKENS]
        tokens = describe_tokens(model, list(dict.fromkeys(read)))
        return {**tokens, "read": read, "cut": len(whole) - len(read)}

    async def answer(self, request: Request) -> Response:
        """The answer to either of the two requests, once it is its turn."""
        name = request.path_params["name"]
        body = await request.body()
        try:
            async with self._gate.passing(Call(address_of(request.client), str(id(request)))):
                if request.method == "POST":
                    return JSONResponse(await run_in_threadpool(self.text, name, text_in(body)))
                sent = await run_in_threadpool(self.network, name)
        except ValueError as error:
            return JSONResponse({"error": sentence(error)}, 400 if request.method == "POST" else 404)
        cache = "no-store" if is_own(name) else "no-cache"  # the latter: keep it, and ask whether it is still this one
        headers = {"Cache-Control": cache, "ETag": f'W/"{sent.version}"', "Vary": "Accept-Encoding"}
        if sent.version in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(gzip.decompress(sent.content), media_type="application/json", headers=headers)
        return Response(sent.content, media_type="application/json", headers=headers | {"Content-Encoding": "gzip"})


def packed(title: str, name: str, model: SequenceModel) -> Packed:
    """A network as it travels. ValueError, in a sentence, where the engine cannot run it or it is too large."""
    check_weights(model)
    task = TASKS.get(model.task)
    whole = len(model.vocabulary) <= SMALL_VOCABULARY and not model.vocabulary.spells  # words that it spells never end
    tokens = model.vocabulary.tokens[2:] if whole else ()
    about = (task.question or task.title) if task else ""
    description = describe_network(model, name, tokens, title, about)
    version = sha256(strict_json(description).encode()).hexdigest()[:12]
    sent: SentNetwork = {**description, "whole": whole, "version": version}
    return Packed(gzip.compress(strict_json(sent).encode(), 6, mtime=0), version)


def check_weights(model: SequenceModel) -> None:
    """Refuse a network whose recurrent layers and head are too large for a page; ValueError says by how much."""
    weights = [*model.rnn.parameters(), *model.head.parameters()]
    size, most = (bytes / 2**20 for bytes in (sum(4 * weight.numel() for weight in weights), MAX_SENT_NETWORK_BYTES))
    if size > most:
        raise ValueError(
            f"the weights of this network have {size:.1f} MiB; at most {most:.0f} MiB run in the page, "
            "so choose a smaller network"
        )


def text_in(body: bytes) -> object:
    """The text in a request; ValueError where there is none."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        content = None
    if not isinstance(content, dict) or "text" not in content:
        raise ValueError('the request must be JSON like {"text": "Ivan"}')
    return content["text"]


NETWORKS = Networks()  # of the page; its models are those of `build_page`

ROUTES = [Route(f"/{PREFIX}/{{name}}", NETWORKS.answer, methods=["GET", "POST"])]
