"""The ready pictures as the browser fetches them: SVG files that `python -m rnn_demo figure` has drawn."""

from __future__ import annotations

from hashlib import sha256

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rnn_demo.ui.viewer.static_files import UI

FOLDER = UI / "static" / "pictures"
PICTURES = {path.stem: path for path in sorted(FOLDER.glob("*.svg"))}
PREFIX = "gradio_api/pictures"  # Gradio's own, the only one that the front server of a Space passes on
VERSION = sha256(b"\0".join(path.read_bytes() for path in PICTURES.values())).hexdigest()[:12]


def picture_url(name: str) -> str:
    """Where a picture is, relative to the page; browsers may keep it for ever."""
    return f"{PREFIX}/{VERSION}/{name}.svg"


def serve(request: Request) -> Response:
    """One of the pictures; nothing else is there to be had."""
    name = request.path_params["name"]
    if name not in PICTURES:
        return PlainTextResponse("there is no such picture", 404)
    current = request.path_params["version"] == VERSION
    cache = "public, max-age=31536000, immutable" if current else "no-cache"
    return Response(PICTURES[name].read_bytes(), media_type="image/svg+xml", headers={"Cache-Control": cache})


ROUTES = [Route(f"/{PREFIX}/{{version}}/{{name}}.svg", serve)]
