"""The app, but that it keeps temporary files for KEEP_SECONDS only: nobody waits for an hour to see them go."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from rnn_demo.ui.environment import prepare_environment

prepare_environment()

if __name__ == "__main__":
    from rnn_demo.ui.server import temp_files

    temp_files.AGE = int(os.environ["KEEP_SECONDS"])

    from rnn_demo.ui.page import LAUNCH, build_page

    build_page().launch(**LAUNCH)
