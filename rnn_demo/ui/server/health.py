"""Whether the server answers, for a monitor: nothing is loaded and nothing is computed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from rnn_demo import __version__


async def health(request: Request) -> Response:
    """The version, and that all is well."""
    return JSONResponse({"status": "ok", "version": __version__}, headers={"Cache-Control": "no-store"})


# The second is for a Space, whose front server passes on nothing but Gradio's own prefix.
ROUTES = [Route("/health", health), Route("/gradio_api/health", health)]
