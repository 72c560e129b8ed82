"""A fault of ours: the visitor gets a number to quote, and the log has the traceback under the same number."""

from __future__ import annotations

import logging
import secrets
import traceback

from rnn_demo.data.writing import shortened

LONGEST_LINE, MOST_LINES = 300, 80  # of what one fault may write into the log, whatever a visitor sent
LOG = logging.getLogger("rnn_demo")


def report(error: BaseException) -> str:
    """Log a fault; return the sentence for the visitor, with the number that stands before every line in the log."""
    number = f"{secrets.randbelow(10**6):06}"
    lines = "".join(traceback.format_exception(error)).splitlines()
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES // 2], "...", *lines[-MOST_LINES // 2 :]]
    LOG.error("\n".join(f"fault {number}: {shortened(line, LONGEST_LINE)}" for line in lines))
    return f"something went wrong on the server; try again, and if you report it, quote the number {number}"
