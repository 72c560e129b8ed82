"""Programs that draw an SVG: the browser, CairoSVG and librsvg, as pictures that can be compared."""

from __future__ import annotations

import importlib
import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page

SIZE = (960, 540)


def lacks(module: str) -> str | None:
    """Why a module cannot be imported, as where the library behind it is missing; None if it can."""
    try:
        importlib.import_module(module)
    except (ImportError, OSError) as error:
        return f"{module} cannot be imported: {error}"
    return None


MISSING = {
    "CairoSVG": lacks("cairosvg"),
    "librsvg": None if shutil.which("rsvg-convert") else "rsvg-convert is missing (Debian: librsvg2-bin)",
}


def by_chromium(page: Page, svg: Path) -> np.ndarray:
    """The picture as grey values, (540, 960), 0 for black."""
    page.set_viewport_size({"width": SIZE[0], "height": SIZE[1]})
    page.goto(svg.as_uri())
    # A whole slide on a small screen.
    page.evaluate(
        """([width, height]) => {
            document.documentElement.setAttribute("width", width);
            document.documentElement.setAttribute("height", height);
        }""",
        list(SIZE),
    )
    return grey(page.screenshot())


def by_cairo(svg: Path) -> np.ndarray:
    """The same by CairoSVG."""
    import cairosvg

    return grey(cairosvg.svg2png(url=str(svg), output_width=SIZE[0], output_height=SIZE[1]))


def by_librsvg(svg: Path) -> np.ndarray:
    """The same by librsvg's rsvg-convert."""
    command = ["rsvg-convert", "-w", str(SIZE[0]), "-h", str(SIZE[1]), str(svg)]
    return grey(subprocess.run(command, check=True, capture_output=True, timeout=60).stdout)


RENDERERS = {"CairoSVG": by_cairo, "librsvg": by_librsvg}


def grey(png: bytes) -> np.ndarray:
    """A PNG on white paper as grey values from 0 to 1."""
    image = Image.open(io.BytesIO(png)).convert("RGBA")
    paper = Image.new("RGBA", image.size, "white")
    return np.asarray(Image.alpha_composite(paper, image).convert("L"), dtype=float) / 255


def coarse(picture: np.ndarray, block: int = 12) -> np.ndarray:
    """The mean of each square of pixels: letters a pixel to the side do not count, missing ones do."""
    h, w = (size - size % block for size in picture.shape)
    return picture[:h, :w].reshape(h // block, block, w // block, block).mean(axis=(1, 3))


def difference(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """How much two pictures differ where they differ most (of squares), and on average."""
    apart = np.abs(coarse(a) - coarse(b))
    return float(apart.max()), float(apart.mean())
