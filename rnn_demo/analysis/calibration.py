"""A reliability diagram: of the answers given with a certain confidence, what fraction is right?

Drawn as SVG for the model card from the bins that `metrics.reliability` counted: bars on the diagonal are a model
that is right as often as it says (DeGroot & Fienberg 1983; Guo et al. 2017, figure 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MIN_EXAMPLES = 1_000  # with fewer of them the bins say little
_LEFT, _TOP, _SIDE = 56, 40, 300  # where the square of the diagram lies, in pixels


def worth_showing(measured: dict[str, dict[str, Any]]) -> tuple[str, list[dict[str, Any]]] | None:
    """The part with the most examples and its bins, or None where even those are too few."""
    parts = [(scores["examples"], part) for part, scores in measured.items() if scores.get("reliability")]
    examples, part = max(parts, default=(0, ""))
    return (part, measured[part]["reliability"]) if examples >= MIN_EXAMPLES else None


def table(bins: Sequence[dict[str, Any]]) -> str:
    """The bins as a Markdown table."""
    rows = (
        f"| {b['above']:.2f} to {b['to']:.2f} | {b['examples']:,} | {b['confidence']:.3f} | {b['accuracy']:.3f} |"
        for b in bins
    )
    return "\n".join(["| confidence | examples | mean confidence | accuracy |", "|---|---|---|---|", *rows])


def diagram(title: str, bins: Sequence[dict[str, Any]]) -> str:
    """The bins as an SVG picture: a bar for each, as high as its accuracy; the diagonal is what they should reach."""
    low = min((b["above"] for b in bins), default=0.0)
    most = max((b["examples"] for b in bins), default=1)
    bottom, middle = _TOP + _SIDE, _LEFT + _SIDE / 2

    def x(value: float) -> float:
        return round(_LEFT + _SIDE * (value - low) / (1 - low), 1)

    def y(value: float) -> float:
        return round(_TOP + _SIDE * (1 - (value - low) / (1 - low)), 1)

    def bar(b: dict[str, Any]) -> str:
        top = y(max(low, b["accuracy"]))
        return (
            f'<rect x="{x(b["above"])}" y="{top}" width="{x(b["to"]) - x(b["above"]) - 2:.1f}" '
            f'height="{bottom - top:.1f}" fill="#0072b2" opacity="{0.35 + 0.65 * b["examples"] / most:.2f}">'
            f"<title>{b['examples']:,} answers, {b['accuracy']:.1%} right</title></rect>"
        )

    ticks = [low + (1 - low) * n / 5 for n in range(6)]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_LEFT + _SIDE + 24} {bottom + 56}" '
        'font-family="sans-serif" font-size="12" role="img">',
        f"<title>{title}</title>",
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="14">{title}</text>',
        *map(bar, bins),
        f'<path d="M{x(low)} {y(low)} L{x(1)} {y(1)}" stroke="#d55e00" stroke-dasharray="5 4" fill="none"/>',
        f'<path d="M{_LEFT} {_TOP} V{bottom} H{_LEFT + _SIDE}" stroke="black" fill="none"/>',
        *(f'<text x="{x(t)}" y="{bottom + 18}" text-anchor="middle">{t:.2f}</text>' for t in ticks),
        *(f'<text x="{_LEFT - 8}" y="{y(t) + 4:.1f}" text-anchor="end">{t:.2f}</text>' for t in ticks),
        f'<text x="{middle}" y="{bottom + 42}" text-anchor="middle">confidence of the answer</text>',
        f'<text transform="translate(16 {_TOP + _SIDE / 2}) rotate(-90)" text-anchor="middle">accuracy</text>',
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
