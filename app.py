"""Start the demo in a browser: python app.py

GRADIO_SERVER_PORT and GRADIO_SERVER_NAME say where it listens. It sends nothing anywhere.
"""

from __future__ import annotations

import gc

from rnn_demo.machine import is_zero_gpu
from rnn_demo.ui.environment import prepare_environment

prepare_environment()

if __name__ != "__mp_main__":  # the processes that train import this file, too, and need no page
    if is_zero_gpu():
        import spaces  # noqa: F401  (a Space brings it; it wants to be imported before torch)

    gc.disable()  # until the page is built: its parts will live on
    from rnn_demo.ui.page import LAUNCH, build_page

    demo = build_page()

if __name__ == "__main__":
    demo.launch(**LAUNCH)
