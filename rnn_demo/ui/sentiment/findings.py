"""What a report of the stress test says: a finding about each area, and the capabilities, the worst ones first."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import starmap

from rnn_demo.analysis.stress import MOVED, Report, Score
from rnn_demo.data.sentences.capabilities import GROUPS
from rnn_demo.data.wording import listed, percent, quoted
from rnn_demo.ui.sentiment.contracts import Capabilities, CapabilityArea, CapabilityRow

POINTS = f"{100 * MOVED:g} percentage points"
RULES = {
    "MFT": "the right verdict is known",
    "INV": f"the verdict should stay the same, within {POINTS}",
    "DIR": f"the verdict should not move the wrong way by more than {POINTS}",
}


def capabilities(report: Report) -> Capabilities:
    """The report as the page shows it; areas and the capabilities of each are sorted by their share of failures."""
    scores: dict[str, list[Score]] = {}
    for score in report["capabilities"]:
        scores.setdefault(score["area"], []).append(score)
    areas = sorted(starmap(area, scores.items()), key=lambda area: share(*area["rows"]), reverse=True)
    return {"summary": summary(areas), "areas": areas}


def area(title: str, scores: Sequence[Score]) -> CapabilityArea:
    """An area with what was found in it, in words, and the worst failure of its worst capability."""
    rows = sorted(map(shown, scores), key=share, reverse=True)
    title = title.replace(", with one", ", with an opinion")  # its other half may stand far away
    return {"title": title, "finding": finding(rows), "example": rows[0]["example"], "rows": rows}


def shown(score: Score) -> CapabilityRow:
    """A capability as the page has it: of a way to divide people into groups, the title of the area says the rest."""
    name = score["name"]
    for prefix in GROUPS.values():
        name = name.removesuffix(f", {prefix}")
    rule = RULES.get(score["kind"], score["kind"])
    cases, failures, example = score["cases"], score["failures"], score["example"]
    return {"name": name, "rule": rule, "cases": cases, "failures": failures, "example": example}


def counts(*rows: CapabilityRow) -> tuple[int, int]:
    """How many cases there are, and how many of them failed."""
    return sum(row["cases"] for row in rows), sum(row["failures"] for row in rows)


def share(*rows: CapabilityRow) -> float:
    """The share of their cases that failed."""
    cases, failures = counts(*rows)
    return failures / max(cases, 1)


def finding(rows: Sequence[CapabilityRow]) -> str:
    """How much it gets wrong in an area, where most often, and the rule there; an example follows the colon."""
    cases, failures = counts(*rows)
    if not failures:
        return f"It gets all {cases:,} right."
    result = f"It gets {failures:,} of {cases:,} wrong ({percent(share(*rows))})"
    rule = rows[0]["rule"]
    if len(rows) == 1:
        return f"{result}. {rule[:1].upper()}{rule[1:]}:"
    worst = [quoted(row["name"]) for row in rows if share(row) == share(rows[0])]
    where, each = ("There", "") if len(worst) == 1 else (f"In {worst[0]}", " each")
    return f"{result}, most often {listed(worst)} ({percent(share(rows[0]))}{each}). {where}, {rule}:"


def summary(areas: Sequence[CapabilityArea]) -> str:
    """How much it gets wrong of everything, and in which areas most and least often."""
    every = [row for area in areas for row in area["rows"]]
    cases, failures = counts(*every)
    if not failures:
        return f"It got all {cases:,} right."
    total = f"It got {failures:,} of {cases:,} wrong, {percent(share(*every))}"
    first, last = (share(*area["rows"]) for area in (areas[0], areas[-1]))
    if first == last:
        return f"{total}."
    most, least = f"{quoted(areas[0]['title'])} ({percent(first)})", f"{quoted(areas[-1]['title'])} ({percent(last)})"
    return f"{total}: most often in {most}, least often in {least}."
