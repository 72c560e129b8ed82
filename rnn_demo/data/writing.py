"""Files that appear whole or not at all, JSON that every parser takes, and numbers and lists as a reader likes them."""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np


def write_whole(path: Path, content: bytes) -> None:
    """Write a file in one step: it is written beside its place, forced to the disk, and then moved there."""
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force the names in a folder to the disk, on systems that can (Windows cannot open a folder)."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def finite(value: Any) -> Any:
    """The value with None in place of every float that is infinite or not a number, at any depth; arrays are lists."""
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


def shortened(text: str, most: int) -> str:
    """The text, or its first letters and an ellipsis where it has more than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"


def quoted(text: str) -> str:
    """A text in quotation marks, as the page writes them everywhere; its line ends and tabs are visible."""
    return f"“{repr(text)[1:-1]}”" if not text.isprintable() else f"“{text}”"


_REPR = re.compile(r"""(?<![\w“])(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")(?!\w)""")


def sentence(error: Exception | str) -> str:
    """An error as a sentence for a reader, with the page's quotation marks in place of a program's."""
    text = _REPR.sub(lambda match: f"“{match[1] if match[1] is not None else match[2]}”", str(error))
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def listed(names: Sequence[str]) -> str:
    """Names in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def percent(share: float, digits: int = 0) -> str:
    """A share in percent, which shows 0% and 100% only for exactly none and all: 13%, <1%, >99%; 12.8%, >99.9%."""
    least = 10.0**-digits
    if 0 < 100 * share <= least / 2:
        return f"<{least:g}%"
    return f">{100 - least:.{digits}f}%" if 100 - least / 2 <= 100 * share < 100 else f"{share:.{digits}%}"


def rounded(value: float) -> str:
    """A number in two digits: 0.052, 23, 140, 9 × 10¹⁶; NaN and infinity in a word."""
    if math.isnan(value) or math.isinf(value):
        return "NaN" if math.isnan(value) else "infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e4:
        return f"{value:.2g}" if abs(value) < 99.5 else f"{value:.0f}"
    digits, _, power = f"{value:.1e}".partition("e")
    return f"{digits.removesuffix('.0')} × 10{str(int(power)).translate(_RAISED)}"


def duration(seconds: float) -> str:
    """A time as one says it: 0.6 s, 15 s, 1 min 20 s."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return " ".join(filter(None, [f"{minutes} min" if minutes else "", f"{rest} s" if rest or not minutes else ""]))


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
