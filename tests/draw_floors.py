"""Draw the architecture from the floors that the tests hold: python tests/draw_floors.py"""

from __future__ import annotations

import textwrap
from pathlib import Path

from test_floors import FLOORS

FILE = Path(__file__).parents[1] / ".images" / "architecture.svg"
NAMES = (
    ("equations and data", "no network is run here"),
    ("networks", "what is computed, and for what"),
    ("learning and looking", "training, traces, checkpoints"),
    ("whole runs", "recipes, races, measurements"),
    ("figures", "Plotly lives here, not below"),
    ("the page", "Gradio lives here alone"),
    ("starting", "the command line and app.py"),
)
COLOURS = ("#dbe9f6", "#c6dbef", "#b0d0ea", "#fbe3c8", "#f8d3a8", "#f3c088", "#e8e8e8")
WIDTH, LEFT, LINE, GAP = 920, 280, 19, 10


def picture() -> str:
    """The floors as an SVG, the lowest at the bottom."""
    parts, y = [], 12
    for (title, note), modules, colour in reversed(list(zip(NAMES, FLOORS, COLOURS, strict=True))):
        lines = textwrap.wrap(", ".join(modules), 74, break_long_words=False, break_on_hyphens=False)
        height = max(52, LINE * len(lines) + 22)
        parts.append(f'<rect x="12" y="{y}" width="{WIDTH - 24}" height="{height}" rx="9" fill="{colour}"/>')
        parts.append(f'<text x="28" y="{y + 24}" class="title">{title}</text>')
        parts.extend(
            f'<text x="28" y="{y + 42 + 15 * k}" class="note">{line}</text>'
            for k, line in enumerate(textwrap.wrap(note, 40))
        )
        top = y + (height - LINE * len(lines)) / 2 + 14
        parts.extend(f'<text x="{LEFT}" y="{top + LINE * k:.0f}">{line}</text>' for k, line in enumerate(lines))
        y += height + GAP
    style = (
        "text{font:13px ui-monospace,Menlo,Consolas,monospace;fill:#1f2937}"
        ".title{font:600 15px system-ui,sans-serif}.note{font:12px system-ui,sans-serif;fill:#475569}"
    )
    foot = "A module imports only what stands below it, or before it on its own floor."
    size = f'width="{WIDTH}" height="{y + 28}" viewBox="0 0 {WIDTH} {y + 28}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">'
        f"<title>The floors of rnn_demo</title><style>{style}</style>"
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(parts)}'
        f'<text x="28" y="{y + 14}" class="note">{foot}</text></svg>\n'
    )


if __name__ == "__main__":
    FILE.write_text(picture(), encoding="utf-8")
