"""Write the pages of the Python API into build/docs, from the docstrings: python -m tools.api_pages"""

from __future__ import annotations

from pathlib import Path

import pdoc

import rnn_demo

FOLDER = Path(__file__).parents[1] / "build" / "docs"
SHELVES = ("data", "network", "tasks", "training", "analysis", "zoo", "experiments", "figures")


def write(folder: Path) -> None:
    """One HTML page for each module of the library (not of the page and the benchmarks), with an index and a search."""
    for name in rnn_demo.__all__:  # pdoc shows only what is imported already; the package imports its names lazily
        setattr(rnn_demo, name, getattr(rnn_demo, name))
    pdoc.pdoc("rnn_demo", *(f"rnn_demo.{shelf}" for shelf in SHELVES), output_directory=folder)


if __name__ == "__main__":
    write(FOLDER)
    print(FOLDER / "index.html")
