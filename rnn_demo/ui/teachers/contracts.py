"""The JSON that Python sends to the section of ready pictures (widgets/teachers.js), as in ui/contracts.py."""

from __future__ import annotations

from typing import TypedDict


class FurtherLink(TypedDict):
    title: str
    link: dict[str, str]


class ReadyPicture(TypedDict):
    """A picture for a slide: the address of its SVG, what to say of it, and the parameters of where it comes alive.

    `further` has a link to each of several networks, where the picture shows as many.
    """

    name: str
    title: str
    words: str
    source: str
    link: dict[str, str]
    further: list[FurtherLink]


class ReadyPictures(TypedDict):
    pictures: list[ReadyPicture]
