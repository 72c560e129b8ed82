"""The JSON that Python sends to networks beside each other (beside/*.js), as in ui/contracts.py."""

from __future__ import annotations

from typing import TypedDict


class Score(TypedDict):
    """The share of examples of a test that a network answers rightly."""

    accuracy: float
    examples: int
    test: str


class OtherNetwork(TypedDict):
    """A network of the same task: its cell and size in words, and what was measured of it."""

    name: str
    title: str
    about: str
    score: Score | None


class Twins(TypedDict):
    """A text and the same one with a word changed; `same` says that the change should not matter."""

    text: str
    twin: str
    shows: str
    same: bool


class Others(TypedDict, total=False):
    """What can be put beside a network, or `error` says why nothing can.

    `opposites` are pairs of words, `people` lists of names that may stand for each other.
    """

    networks: list[OtherNetwork]
    twins: list[Twins]
    opposites: list[list[str]]
    people: list[list[str]]
    error: str
