"""A picture as a file: SVG and HTML without a browser, PNG with Kaleido, which drives one.

An HTML file is a whole page: the Plotly figure that can be pointed at, or the drawing.
"""

from __future__ import annotations

import base64
import html
from pathlib import Path

import plotly.graph_objects as go

from rnn_demo.data.atomic_files import write_whole
from rnn_demo.figures.drawing import svg
from rnn_demo.figures.drawing.ready import draw, figure_of
from rnn_demo.figures.drawing.slide import HEIGHT, WIDTH, Slide
from rnn_demo.figures.figure import CONFIG

ENDS = (".svg", ".png", ".html")
NO_KALEIDO = (
    "a PNG needs Kaleido and a Chrome or Chromium, which BROWSER_PATH can name: "
    'pip install ".[png]", or choose a file that ends in .svg'
)


def save(name: str, checkpoint: str | None, text: str | None, out: Path) -> Path:
    """Draw a picture into a file, whole or not at all; ValueError where it cannot be, or for another end of a name."""
    end = out.suffix.lower()
    if end not in ENDS:
        raise ValueError(f"--out must end in {', '.join(ENDS[:-1])} or {ENDS[-1]}, got {out.name!r}")
    if not out.parent.is_dir():
        raise ValueError(f"there is no folder {str(out.parent)!r} for {out.name}; make it first, or choose another")
    figure = figure_of(name, checkpoint, text) if end == ".html" else None
    write_whole(out, interactive(figure).encode() if figure is not None else content(draw(name, checkpoint, text), end))
    return out


def content(slide: Slide, end: str) -> bytes:
    """The drawing as a file whose name has this end."""
    if end == ".png":
        return png(slide)
    return (page(slide) if end == ".html" else f"{slide.svg()}\n").encode()


def page(slide: Slide) -> str:
    """The drawing in its own page."""
    style = "body { margin: 0; background: #fff } svg { display: block; width: 100%; height: auto; max-height: 100vh }"
    head = f"<meta charset=utf-8><title>{html.escape(svg.bare(slide.title))}</title><style>{style}</style>"
    return f"<!doctype html><html lang=en>{head}<body>{slide.svg()}\n"


def interactive(figure: go.Figure) -> str:
    """A Plotly figure with all that it needs inside, on white paper."""
    figure = go.Figure(figure).update_layout(paper_bgcolor="#ffffff", plot_bgcolor="#ffffff", height=None)
    return figure.to_html(include_plotlyjs=True, config=CONFIG, default_height="100vh")


def png(slide: Slide) -> bytes:
    """The drawing as Chromium draws it, 1920 x 1080; ValueError where Kaleido or its browser is missing."""
    source = "data:image/svg+xml;base64," + base64.b64encode(slide.svg().encode()).decode()
    whole = {"x": 0, "y": 1, "sizex": 1, "sizey": 1, "xref": "paper", "yref": "paper", "sizing": "stretch"}
    figure = go.Figure(layout={"images": [{"source": source, **whole}], "margin": dict.fromkeys("lrtb", 0)})
    figure.update_xaxes(visible=False).update_yaxes(visible=False)
    try:
        return figure.to_image("png", width=WIDTH, height=HEIGHT)
    except (ValueError, RuntimeError, ImportError) as error:  # Plotly's own, without Kaleido or without its browser
        raise ValueError(NO_KALEIDO) from error
