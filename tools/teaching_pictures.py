"""The ready pictures of the page and of docs/teaching.md, drawn by the command that a teacher would use.

python -m tools.teaching_pictures [NAME]...  # draw them, or those that are named, again, and write docs/teaching.md
python -m tools.teaching_pictures --check    # exit with 1 if the document is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path

from rnn_demo.figures.drawing.files import save
from rnn_demo.figures.drawing.ready import LESSON_PICTURES, page_link
from rnn_demo.ui.teachers.pictures import FOLDER
from rnn_demo.ui.teachers.section import captions
from tools.teaching_lessons import section

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "teaching.md"
HEAD = """# Teaching with rnn_demo

"""
READY = """## Ready pictures

Ready pictures for a lecture, in the order of the lessons. Each is an SVG of 1920 x 1080 with its title and its source
inside, drawn by the command below it, in plain SVG 1.1. The page has them at its end, under
*For teachers* (`/?tab=teachers`), and its other pictures under *Save picture*.

    python -m rnn_demo figure VIEW [CHECKPOINT TEXT] --out FILE

FILE ends in `.svg`, in `.html` (a page by itself; figures can be pointed at) or in `.png`, which needs a Chrome or
Chromium and `pip install ".[png]"`. VIEW is one of these, a figure of *Hidden states* (`"heat map"`, `answers`, `path`,
`updates`, `memory`, `tokens`, `"integrated gradients"`), or `cell`, which draws the cell of one network with its
equations. Without CHECKPOINT and TEXT each picture has its own.
"""


def document() -> str:
    """The text of docs/teaching.md."""
    texts, folder = captions(), Path("..") / FOLDER.relative_to(ROOT)
    parts = [HEAD + section(), READY]
    for name in LESSON_PICTURES:
        title, words = texts[name]
        image = f"![{title}]({(folder / f'{name}.svg').as_posix()})"
        command = f"    python -m rnn_demo figure {name} --out {name}.svg"
        parts.append(f"### {title}\n\n{words}\n\n{image}\n\n{command}\n\nLive on the page: `{page_link(name)}`.\n")
    return "\n".join(parts)


def main() -> None:
    if "--check" in sys.argv:
        sys.exit(0 if DOCUMENT.read_text(encoding="utf-8") == document() else f"run python -m {__spec__.name}")
    FOLDER.mkdir(exist_ok=True)
    for name in sys.argv[1:] or LESSON_PICTURES:
        print(save(name, None, None, FOLDER / f"{name}.svg").name)
    DOCUMENT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
