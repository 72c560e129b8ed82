"""Links into the page: the parameters of its address, and the way from one tab into Hidden states.

?tab=sentiment&text=Not+bad
?tab=states&model=names&text=Ivan&step=3
?tab=lab&recipe=surnames&cell=lstm
?tab=lab&recipe=characters&picture=overfitting
?tab=lab&part=race
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from typing import Any

import gradio as gr

Link = dict[str, str] | None  # the parameters of the link that opened the page


def parse(parameters: Mapping[str, str], tabs: Collection[str]) -> Link:
    """The parameters of a link to one of these tabs, or None.

    Capital letters in the name of a tab do not matter, nor do the `&amp;` of a link that was copied from HTML.
    """
    link = {key.removeprefix("amp;"): str(value) for key, value in parameters.items()}
    link["tab"] = link.get("tab", "").strip().lower()
    return link if link["tab"] in tabs else None


def asks_for(link: Link, tab: str) -> bool:
    """Does the link open this tab with a text?"""
    return bool(link and link["tab"] == tab and link.get("text"))


def values_of(link: Link) -> list[Any]:
    """Values for `arrived`, `opened` and the tabs that follow a link; `at` tells two equal ones apart."""
    if link is None:
        return [None, gr.skip(), gr.skip()]
    link = {**link, "at": str(time.time())}
    return [link, link if link["tab"] == "states" else gr.skip(), gr.Tabs(selected=link["tab"])]


def to_states(model: str, text: str) -> tuple[dict[str, Any], Any]:
    """Values for `opened` and the tabs that show this text in Hidden states; `at` tells two equal requests apart."""
    return {"model": model, "text": text or "", "at": time.time()}, gr.Tabs(selected="states")


def to_race() -> tuple[Link, Any]:
    """Values for `arrived` and the tabs that show the cell race; `at` tells two equal requests apart."""
    return {"tab": "lab", "part": "race", "at": str(time.time())}, gr.Tabs(selected="lab")
