"""The glossary: the words that the page explains where they occur, from texts/glossary.md."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rnn_demo.ui.contracts import GlossaryEntry
from rnn_demo.ui.viewer.static_files import words

FILE = "glossary.json"  # what the browser asks for, once
_ENTRY = re.compile(r"^## +(.+)$", re.MULTILINE)
_FIELD = re.compile(r"^(also|picture): *(.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Entry:
    """A term, other forms of it, a description of its picture, and its explanation."""

    name: str
    forms: tuple[str, ...]
    picture: str
    text: str


def parse(markdown: str) -> list[Entry]:
    """The entries of a glossary in Markdown; what is above the first heading is for its editors.

    ValueError for an entry without a text, and for a form that two entries claim.
    """
    parts = _ENTRY.split(markdown)[1:]
    entries, owners = [], dict[str, str]()
    for name, body in zip(map(str.strip, parts[::2]), parts[1::2], strict=True):
        fields = dict(_FIELD.findall(body))
        text = " ".join(_FIELD.sub("", body).split())
        if not text:
            raise ValueError(f"the glossary says nothing about “{name}”; write two sentences under its heading")
        forms = tuple(form.strip() for form in fields.get("also", "").split(",") if form.strip())
        for form in (name, *forms):
            owner = owners.setdefault(form.lower(), name)
            if owner != name:
                raise ValueError(f"“{form}” belongs to “{owner}” and “{name}” in the glossary; keep one of them")
        entries.append(Entry(name, forms, fields.get("picture", "").strip(), text))
    return entries


def payload() -> list[GlossaryEntry]:
    """The page's own entries as the browser gets them."""
    return [
        {"name": entry.name, "forms": list(entry.forms), "picture": entry.picture, "text": entry.text}
        for entry in parse(words("glossary"))
    ]
