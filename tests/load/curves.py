"""The memory and the temporary files of a server over time, as an SVG picture."""

from __future__ import annotations

from collections.abc import Sequence

from load.watch import Sample

from rnn_demo.figures.palette import NAMED, TEXT

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 760, 210, 64, 16, 40, 34
MIB = 2**20
Points = Sequence[tuple[float, float]]


def picture(title: str, samples: Sequence[Sample], limits: tuple[float, float], restarts: Sequence[float]) -> str:
    """Two panels, memory above and files below, in MiB over minutes.

    `limits` are theirs in MiB, and `restarts` the seconds since the beginning at which the server was stopped.
    """
    minutes = [sample.seconds / 60 for sample in samples] or [0.0]
    share = list(zip(minutes, (sample.memory / MIB for sample in samples), strict=False))
    private = list(zip(minutes, (sample.private / MIB for sample in samples), strict=False))
    files = list(zip(minutes, (sample.temporary / MIB for sample in samples), strict=False))
    stops = [seconds / 60 for seconds in restarts]
    panels = [
        panel("Memory of all processes (MiB)", {"PSS": share, "private": private}, limits[0], minutes[-1], stops),
        panel("Temporary files (MiB)", {"files": files}, limits[1], minutes[-1], stops),
    ]
    height = TOP + HEIGHT * len(panels)
    body = "".join(f'<g transform="translate(0 {TOP + HEIGHT * k})">{drawn}</g>' for k, drawn in enumerate(panels))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" '
        f'font-size="12" fill="#0f172a"><rect width="{WIDTH}" height="{height}" fill="#ffffff"/>'
        f'<text x="{LEFT}" y="24" font-size="15" font-weight="bold">{title}</text>{body}</svg>\n'
    )


def panel(title: str, curves: dict[str, Points], limit: float, minutes: float, stops: Sequence[float]) -> str:
    """One drawing with its axes, a line for each curve, one for the limit where it is near, and one for each stop."""
    highest = max((value for points in curves.values() for _, value in points), default=0.0)
    top = 1.1 * (limit if highest > limit / 3 else max(highest, 1.0))

    def x(minute: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * minute / max(minutes, 1e-9)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 30) * value / top

    parts = [f'<text x="{LEFT}" y="16" font-weight="bold">{title}</text>']
    for share in (0.0, 0.5, 1.0):
        value, place = share * top / 1.1, y(share * top / 1.1)
        parts.append(f'<path d="M {LEFT} {place:.1f} H {WIDTH - RIGHT}" stroke="{TEXT}" stroke-opacity="0.3"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{place + 4:.1f}" text-anchor="end">{value:,.0f}</text>')
    for share in (0.0, 0.5, 1.0):
        anchor = ("start", "middle", "end")[round(2 * share)]
        place, told = x(share * minutes), f"{share * minutes:.1f} min"
        parts.append(f'<text x="{place:.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="{anchor}">{told}</text>')
    if limit <= top:
        parts.append(
            f'<path d="M {LEFT} {y(limit):.1f} H {WIDTH - RIGHT}" stroke="{NAMED[1]}" stroke-dasharray="5 4"/>'
        )
    for stop in stops:
        parts.append(f'<path d="M {x(stop):.1f} 30 V {HEIGHT - BOTTOM}" stroke="{NAMED[3]}" stroke-dasharray="2 3"/>')
    for k, (name, points) in enumerate(curves.items()):
        colour = (NAMED[0], NAMED[2])[k]
        line = " ".join(f"{x(minute):.1f},{y(value):.1f}" for minute, value in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{WIDTH - RIGHT - 70 * k}" y="16" text-anchor="end" fill="{colour}">{name}</text>')
    return "".join(parts)
