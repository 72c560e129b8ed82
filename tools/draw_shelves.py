"""Draw the architecture, one column for each shelf, from the files themselves: python -m tools.draw_shelves"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
FILE = ROOT / ".images" / "architecture.svg"
# Every shelf in the order of imports, with its content in a few words.
SHELVES = {
    "data": "words and files",
    "network": "cells, equations",
    "tasks": "what is learnt",
    "training": "how it is learnt",
    "analysis": "looking inside",
    "zoo": "recipes, checkpoints",
    "experiments": "whole studies",
    "figures": "Plotly, only here",
    "ui": "Gradio, only here",
}
COLOURS = ("#dbe9f6", "#d0e2f3", "#c3d9ee", "#b5d0e9", "#a7c7e4", "#fbe6cd", "#f8d9b4", "#f5cc9b", "#f1bf83")
WIDTH, GAP, TOP, LINE = 132, 8, 54, 19


def modules(shelf: str) -> list[str]:
    """The names of the modules and folders on a shelf, in alphabetical order."""
    folder = ROOT / "rnn_demo" / shelf
    inside = [path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()]
    return sorted(path.stem + ("/" if path.is_dir() else "") for path in inside if path.stem != "__init__")


def picture() -> str:
    """The shelves as an SVG picture; each imports only from those to its left."""
    columns = {shelf: modules(shelf) for shelf in SHELVES}
    height = TOP + LINE * max(map(len, columns.values())) + 46
    width = len(columns) * (WIDTH + GAP) + GAP
    parts = []
    for n, (shelf, names) in enumerate(columns.items()):
        x = GAP + n * (WIDTH + GAP)
        parts.append(f'<rect x="{x}" y="8" width="{WIDTH}" height="{height - 42}" rx="9" fill="{COLOURS[n]}"/>')
        parts.append(f'<text x="{x + 10}" y="30" font-weight="bold">{shelf}/</text>')
        parts.append(f'<text x="{x + 10}" y="46" font-size="11" fill="#475569">{SHELVES[shelf]}</text>')
        parts.extend(
            f'<text x="{x + 10}" y="{TOP + 16 + LINE * row}" font-size="12">{name}</text>'
            for row, name in enumerate(names)
        )
    arrow = height - 16
    head = "m 7 -5 l -8 5 l 8 5"
    parts.append(f'<path d="M {width - 20} {arrow} H 34 {head}" fill="none" stroke="#64748b" stroke-width="2"/>')
    parts.append(
        f'<text x="{width / 2}" y="{arrow - 6}" text-anchor="middle" font-size="12" fill="#475569">imports</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-size="15" '
        f'font-family="system-ui, sans-serif" fill="#0f172a">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{"".join(parts)}</svg>\n'
    )


if __name__ == "__main__":
    FILE.write_text(picture(), encoding="utf-8")
    print(FILE.relative_to(ROOT))
