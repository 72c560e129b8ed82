"""Start the demo in a browser: python app.py

GRADIO_SERVER_PORT and GRADIO_SERVER_NAME say where it listens. It sends nothing anywhere.
"""

from __future__ import annotations

from rnn_demo.ui.environment import prepare

prepare()

from rnn_demo.ui.page import LAUNCH, build_page  # noqa: E402

demo = build_page()

if __name__ == "__main__":
    demo.launch(**LAUNCH)
