"""Numbers, lists, quotations and errors as a reader likes to see them."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence


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


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


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
