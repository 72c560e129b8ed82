"""The page's scripts as the browser fetches them: ES modules, as they are in static/js/, at a URL of their own.

The URL holds the version of all scripts, so a browser may keep them for ever and still sees an update. It begins
with Gradio's own prefix, the only one that the front server of a Space passes on to Python.
"""

from __future__ import annotations

import json

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from rnn_demo.data.json_text import strict_json
from rnn_demo.ui.viewer import glossary
from rnn_demo.ui.viewer.static_files import SCRIPTS, VERSION, script

PREFIX = "gradio_api/scripts"
# Folders whose modules are fetched when a visitor asks for what they do, or never by the page.
WHEN_ASKED_FOR = ("glossary/", "engine/", "handout/", "beside/", "knife/", "learn/", "widgets/learn/")


def script_url(name: str) -> str:
    """Where a module is, relative to the page."""
    return f"{PREFIX}/{VERSION}/{name}"


def importing(name: str) -> str:
    """The JavaScript expression that imports a module, wherever the page itself is."""
    return f'import(new URL("{script_url(name)}", document.baseURI))'


def calling(name: str, function: str, *arguments: str) -> str:
    """The JavaScript function that calls an exported one of a module, as the `js` of an event takes it.

    It is called with the `arguments`, or with the inputs of the event where there are none.
    """
    parameters = json.dumps(arguments)[1:-1] if arguments else "...inputs"
    return f"async (...inputs) => (await {importing(name)}).{function}({parameters})"


def serve(request: Request) -> Response:
    """One of the modules in the folder, or the glossary; nothing else is there to be had."""
    name = request.path_params["name"]
    if name not in SCRIPTS and name != glossary.FILE:
        return PlainTextResponse("there is no such script", 404)
    current = request.path_params["version"] == VERSION  # else the page is older than the server: do not keep this
    cache = "public, max-age=31536000, immutable" if current else "no-cache"
    if name == glossary.FILE:
        content, kind = strict_json(glossary.payload()), "application/json"
    else:
        content, kind = script(name), "text/javascript"
    return Response(content, media_type=kind, headers={"Cache-Control": cache})


ROUTES = [Route(f"/{PREFIX}/{{version}}/{{name:path}}", serve)]


def links(relation: str) -> str:
    """A link to each module that a tab needs when it is opened, as HTML."""
    return "\n".join(
        f'<link rel="{relation}" href="{script_url(name)}">'
        for name in SCRIPTS
        if name != "stepper/notebook.js" and not name.startswith(WHEN_ASKED_FOR)
    )


# The browser learns what it will need, so that no module waits until another has been read: at once where a link opens
# a tab; on the first tab later, by landing/landing.js, because that tab needs none of them.
PRELOAD, PRELOAD_LATER = links("modulepreload"), links("later")
# What is at work on the whole page, whatever tab is open.
START = "".join(
    f'<script type="module" src="{script_url(name)}"></script>' for name in ("core/classroom.js", "picture/start.js")
)
