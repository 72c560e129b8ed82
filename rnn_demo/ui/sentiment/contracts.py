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
    """How many cases of a capability failed, and the worst of them; `kind` is MFT, INV or DIR."""

    name: str
    kind: str
    cases: int
    failures: int
    example: FailedCase | None


class CapabilityArea(TypedDict):
    """Capabilities that belong together."""

    title: str
    rows: list[CapabilityRow]


class Capabilities(TypedDict):
    """The stored report of a stress test."""

    cases: int
    failures: int
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
