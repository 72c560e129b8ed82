"""The JSON of what a sentiment network gets wrong, as ui/contracts.py has that of the other widgets."""

from __future__ import annotations

from typing import TypedDict

# --- what a sentiment network gets wrong (widgets/sentiment/capabilities.js, widgets/sentiment/fillings.js) -------


class FailedCase(TypedDict):
    """Texts with their probabilities of positive, and what would have been right."""

    texts: list[str]
    probabilities: list[float]
    expected: str


class CapabilityRow(TypedDict):
    """How many cases of a capability failed, the worst of them, and `rule`, by which they were judged, in words."""

    name: str
    rule: str
    cases: int
    failures: int
    example: FailedCase | None


class CapabilityArea(TypedDict):
    """Capabilities that belong together, the worst first; `finding` ends with a colon where its `example` follows."""

    title: str
    finding: str
    example: FailedCase | None
    rows: list[CapabilityRow]


class Capabilities(TypedDict):
    """The stored report of a stress test, the worst area first."""

    summary: str
    areas: list[CapabilityArea]


class Filling(TypedDict):
    """A filled template, and whether its verdict is the one that its author expects; None where that is not said."""

    text: str
    probability: float
    right: bool | None


class Fillings(TypedDict):
    """All fillings of a template, and a sentence about them."""

    summary: str
    rows: list[Filling]
