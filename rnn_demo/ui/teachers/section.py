"""For teachers: pictures that are ready for a slide, each with a link to where it comes alive."""

from __future__ import annotations

import gradio as gr

from rnn_demo.figures.drawing.ready import FURTHER_LINKS, LESSON_PICTURES
from rnn_demo.ui.teachers.contracts import ReadyPicture, ReadyPictures
from rnn_demo.ui.teachers.pictures import PICTURES, picture_url
from rnn_demo.ui.viewer.static_files import words
from rnn_demo.ui.widgets.widget import widget

TITLE = "For teachers: ready pictures for slides"
NAME = "teachers"  # in a link, ?tab=teachers


def build() -> gr.Accordion:
    """The section below all tabs; a link opens it."""
    with gr.Accordion(TITLE, open=False, elem_id=NAME) as section:
        gr.Markdown(words("teachers/section"))
        widget("teachers", "teachers-pictures", value())
    return section


def value() -> ReadyPictures:
    """What the page draws: a card for each picture."""
    texts = captions()
    pictures: list[ReadyPicture] = [
        {
            "name": name,
            "title": texts[name][0],
            "words": texts[name][1],
            "source": picture_url(name),
            "link": link,
            "further": [{"title": title, "link": each} for title, each in FURTHER_LINKS.get(name, {}).items()],
        }
        for name, link in LESSON_PICTURES.items()
        if name in PICTURES
    ]
    return {"pictures": pictures}


def captions() -> dict[str, tuple[str, str]]:
    """The title and what to say of each picture: the parts of `pictures.md`, by the names in their headings."""
    parts = (part.partition("\n") for part in words("teachers/pictures").split("## ")[1:])
    pairs = ((heading.partition(": "), text.strip()) for heading, _, text in parts)
    return {name.strip(): (title.strip(), " ".join(text.split())) for (name, _, title), text in pairs}
