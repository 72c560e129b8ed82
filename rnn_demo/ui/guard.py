"""What stands before the page's server: a request that is too large or makes no sense gets an answer that says so.

Gradio answers a request that it cannot make sense of, such as a call without its argument, as if the server were
broken (500), and takes in a body of any size.
"""

from __future__ import annotations

from typing import Any

from gradio.route_utils import FnIndexInferError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rnn_demo.limits import MAX_REQUEST_BYTES

UPLOADS = ("/gradio_api/upload", "/upload")  # Gradio holds these to MAX_UPLOAD_BYTES while they arrive
TOO_LARGE = f"a request may have at most {MAX_REQUEST_BYTES // 2**20} MiB; send less"
# What Gradio raises over a bad request.
NONSENSE = (FnIndexInferError, TypeError, KeyError, AttributeError, ValueError, RecursionError)


class Guard:
    """Refuses what is too large (413), and what Gradio fails over before it has begun to answer (400)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        read, begun = 0, False

        async def counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > MAX_REQUEST_BYTES and not scope["path"].rstrip("/").endswith(UPLOADS):
                raise HTTPException(413, TOO_LARGE)
            return message

        async def noticed(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, counted, noticed)
        except NONSENSE as error:
            if begun:
                raise
            said = f"the request cannot be understood ({type(error).__name__}: {str(error)[:200]}); see /?view=api"
            await JSONResponse({"error": said}, 400)(scope, receive, send)


# Gradio sends its scripts compressed, and the page itself, with all that we draw, as it is.
SERVER: dict[str, Any] = {
    "middleware": [Middleware(Guard), Middleware(GZipMiddleware, minimum_size=2_000, compresslevel=6)]
}
