"""A fault of ours: the visitor gets a number to quote, and the log has the traceback under the same number."""

from __future__ import annotations

import logging
import secrets
import traceback
from pathlib import Path
from types import CodeType

from rnn_demo.data.wording import shortened

LONGEST_LINE, MOST_LINES = 300, 80  # of what one fault may write into the log, whatever a visitor sent
QUOTE = "quote the number"  # that only a fault of ours has
LOG = logging.getLogger("rnn_demo")
_UI = Path(__file__).parents[1]
_PACKAGE = str(_UI.parent)
# Frames of these are in every traceback, wherever the fault is.
_IN_BETWEEN = {str(file) for pattern in ("server/*.py", "guard.py", "gradio_compat.py") for file in _UI.glob(pattern)}


def codes_of(error: BaseException) -> list[CodeType]:
    """The functions through which an error came, the outermost first."""
    return [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]


def is_ours(error: BaseException) -> bool:
    """Did it come through a function of this package, other than those that stand between Gradio and the network?"""
    files = {code.co_filename for code in codes_of(error)}
    return any(file.startswith(_PACKAGE) and file not in _IN_BETWEEN for file in files)


def report(error: BaseException) -> str:
    """Log a fault; return the sentence for the visitor, with the number that begins each of its lines in the log."""
    number = f"{secrets.randbelow(10**6):06}"
    lines = "".join(traceback.format_exception(error)).splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES // 2], "...", *lines[-MOST_LINES // 2 :]]
    LOG.error("\n".join(f"fault {number}: {shortened(line, LONGEST_LINE)}" for line in lines))
    return f"something went wrong on the server; try again, and if you report it, {QUOTE} {number}"
