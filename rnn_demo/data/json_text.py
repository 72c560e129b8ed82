"""JSON that every parser accepts."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np


def finite(value: Any) -> Any:
    """The value with None for every float that is infinite or not a number, at any depth; arrays become lists."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, np.ndarray):
        return value.tolist() if np.isfinite(value).all() else finite(value.tolist())
    if isinstance(value, Mapping):
        return {key: finite(part) for key, part in value.items()}
    return [finite(part) for part in value] if isinstance(value, (list, tuple)) else value


_SCRIPT = re.compile(r"<(?=script[\s>])", re.IGNORECASE)


def strict_json(value: Any, indent: int | None = None) -> str:
    """JSON as the standard has it: null where Python would write `NaN` or `Infinity`, which no browser can parse.

    A visitor's "<script>" is written as "\\u003cscript>", which is the same: Gradio warns of the former in a component.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, indent=indent, allow_nan=False)
    except ValueError:  # seldom, so the value is not copied before
        text = json.dumps(finite(value), ensure_ascii=False, indent=indent, allow_nan=False)
    return _SCRIPT.sub(r"\\u003c", text)
