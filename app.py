"""Start the demo in a browser: python app.py

GRADIO_SERVER_PORT and GRADIO_SERVER_NAME say where it listens. It sends nothing anywhere.
"""

from __future__ import annotations

import os

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # before Gradio is imported
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

from rnn_demo.ui.page import LAUNCH, build_page

demo = build_page()

if __name__ == "__main__":
    demo.launch(**LAUNCH)
