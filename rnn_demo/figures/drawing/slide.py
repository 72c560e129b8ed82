"""A picture for a slide: 1920 x 1080, a title above, a source below, and the drawing as large as it can be between."""

from __future__ import annotations

from dataclasses import dataclass

from rnn_demo.figures.drawing import svg

WIDTH, HEIGHT, EDGE = 1920, 1080, 60
ROOM = 0.88 * (WIDTH - 2 * EDGE)  # for a title, whose letters are bold
MOST_ENLARGED = 4.5


@dataclass(frozen=True)
class Drawing:
    """Elements of SVG in a box of their own, from (0, 0) to (width, height)."""

    content: str
    width: float
    height: float


@dataclass(frozen=True)
class Slide:
    """What a picture says: its title, what it shows, and where it comes from. `alt` describes it in a sentence."""

    title: str
    source: str
    drawing: Drawing
    alt: str = ""

    def svg(self) -> str:
        """The whole file."""
        size = 46 if len(svg.wrapped(self.title, ROOM, 46)) <= 2 else 36
        headline = svg.wrapped(self.title, ROOM, size)[:3]
        notes = svg.wrapped(self.source, WIDTH - 2 * EDGE, 24)[:3]
        parts = [
            svg.element("title", svg.escaped(svg.bare(self.alt or self.title))),
            svg.rect(0, 0, WIDTH, HEIGHT, "#ffffff"),
        ]
        parts += [
            svg.text(EDGE, 50 + size * 0.7 + k * size * 1.2, line, size, weight=600) for k, line in enumerate(headline)
        ]
        parts += [
            svg.text(EDGE, HEIGHT - 36 - 32 * (len(notes) - 1 - k), line, 24, fill=svg.FAINT)
            for k, line in enumerate(notes)
        ]
        top, bottom = 70 + len(headline) * size * 1.2, HEIGHT - 76 - 32 * len(notes)
        room = (WIDTH - 2 * EDGE, bottom - top)
        scale = min(MOST_ENLARGED, room[0] / self.drawing.width, room[1] / self.drawing.height)
        x = EDGE + (room[0] - scale * self.drawing.width) / 2
        y = top + (room[1] - scale * self.drawing.height) / 2
        parts.append(svg.moved(x, y, self.drawing.content, scale=scale))
        return svg.element(
            "svg",
            *(f"{part}\n" for part in parts),
            xmlns="http://www.w3.org/2000/svg",
            width=WIDTH,
            height=HEIGHT,
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
        )
