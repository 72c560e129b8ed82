"""How a value shows itself in a notebook.

The drawing stands on the last shelf and the value on an earlier one, so the package's face, which sees all shelves,
hands the drawing down: `html["Trace"]` makes the HTML of a Trace.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

html: dict[str, Callable[[Any], str]] = {}
