"""SVG as text: elements, letters, arrows, in nothing but SVG 1.1, which every program draws alike.

Colours are #rrggbb with an opacity of their own: PowerPoint draws `rgba()` and `transparent` black.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

INK, FAINT, LINE = "#1f2937", "#64748b", "#d4dae3"
FAMILY = "'Segoe UI', 'Noto Sans', 'DejaVu Sans', Arial, sans-serif"
SERIF = "Georgia, 'DejaVu Serif', serif"
LETTER = 0.58  # the width of a letter as a share of its height, about
_SIGNS = {code: 0x2400 + code for code in range(0x20)}  # what XML cannot hold becomes a visible symbol
_TAG = re.compile(r"(</?(?:su[bp]|i|b)>|<br\s*/?>)")
_NO_TEXT = re.compile("[\ud800-\udfff\ufffe\uffff]")


def element(tag: str, *children: str, **attributes: object) -> str:
    """An element; attributes of None are left out, `_` stands for `-`, and a trailing one is dropped."""
    pairs = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(number(value), quote=True)}"'
        for name, value in attributes.items()
        if value is not None
    )
    inside = "".join(children)
    return f"<{tag}{pairs}>{inside}</{tag}>" if inside else f"<{tag}{pairs}/>"


def number(value: object) -> str:
    """A value as an attribute has it: numbers with at most two digits after the point."""
    if isinstance(value, float) or hasattr(value, "dtype"):
        text = f"{float(value):.2f}".rstrip("0").rstrip(".")  # type: ignore[arg-type]
        return "0" if text in ("-0", "") else text
    return str(value)


def group(*children: str, **attributes: object) -> str:
    return element("g", *children, **attributes)


def moved(x: float, y: float, *children: str, scale: float = 1) -> str:
    """Children with (x, y) as their origin."""
    by = f"translate({number(float(x))} {number(float(y))})" + (f" scale({scale:.4f})" if scale != 1 else "")
    return group(*children, transform=by)


def rect(x: float, y: float, width: float, height: float, fill: str = "none", **attributes: object) -> str:
    return element("rect", x=x, y=y, width=width, height=height, fill=fill, **attributes)


def path(d: str, stroke: str = FAINT, width: float = 1.3, **attributes: object) -> str:
    return element("path", **{"d": d, "fill": "none", "stroke": stroke, "stroke_width": width, **attributes})


def polyline(points: Sequence[tuple[float, float]], stroke: str, width: float = 2, **attributes: object) -> str:
    places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    looks = {"fill": "none", "stroke": stroke, "stroke_width": width, "stroke_linejoin": "round", **attributes}
    return element("polyline", points=places, **looks)


def arrow(x1: float, y1: float, x2: float, y2: float, stroke: str = FAINT, width: float = 1.3, size: float = 5) -> str:
    """A straight line with a tip at its end."""
    length = max(1e-9, ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5)
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    bx, by = x2 - dx * size * 1.5, y2 - dy * size * 1.5
    corners = [(x2, y2), (bx - dy * size * 0.8, by + dx * size * 0.8), (bx + dy * size * 0.8, by - dx * size * 0.8)]
    tip = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return path(f"M{number(x1)} {number(y1)}L{number(bx)} {number(by)}", stroke, width) + element(
        "polygon", points=tip, fill=stroke
    )


def text(
    x: float,
    y: float,
    words: str,
    size: float = 14,
    anchor: str = "start",
    fill: str = INK,
    weight: int | None = None,
    family: str = FAMILY,
    **attributes: object,
) -> str:
    """A line of text. As in Plotly, <sub>, <sup>, <i>, <b> are read and entities are letters; <br> is a blank."""
    spans, low, styles = [], 0.0, {"i": False, "b": False}
    shift = 0.0
    for part in _TAG.split(words):
        if re.fullmatch(r"</?su[bp]>", part):
            shift = 0.0 if part[1] == "/" else (0.2 if part == "<sub>" else -0.35)
        elif re.fullmatch(r"</?[ib]>", part):
            styles[part[-2]] = part[1] != "/"
        elif part:
            letters = " " if part.startswith("<br") else html.unescape(part)
            looks = {
                "dy": size * (shift - low) if shift != low else None,
                "font_size": size * 0.72 if shift else None,
                "font_style": "italic" if styles["i"] else None,
                "font_weight": 700 if styles["b"] else None,
            }
            spans.append(
                element("tspan", escaped(letters), **looks)
                if any(v is not None for v in looks.values())
                else escaped(letters)
            )
            low = shift
    return element(
        "text",
        *spans,
        x=x,
        y=y,
        font_family=family,
        font_size=size,
        fill=fill,
        text_anchor=None if anchor == "start" else anchor,
        font_weight=weight,
        **({"xml:space": "preserve"} if len(spans) > 1 else {}),
        **attributes,
    )


def escaped(letters: str) -> str:
    """Letters as XML has them."""
    return html.escape(_NO_TEXT.sub("\ufffd", letters.translate(_SIGNS)), quote=False)


def bare(words: str) -> str:
    """A text of Plotly's without its tags."""
    return (
        html.unescape(_TAG.sub(" ", words).replace("  ", " ")) if "<br" in words else html.unescape(_TAG.sub("", words))
    )


def width_of(words: str, size: float) -> float:
    """How wide a line of text is, about."""
    return LETTER * size * len(bare(words))


def wrapped(words: str, width: float, size: float) -> list[str]:
    """Words in lines that are at most `width` wide."""
    lines = [""]
    for word in words.split(" "):
        if lines[-1] and width_of(f"{lines[-1]} {word}", size) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
