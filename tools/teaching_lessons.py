"""What docs/teaching.md says of the lessons, and docs/lessons.md, which says how one is written.

python -m tools.teaching_lessons            # write docs/lessons.md again, after a change of lessons, views or answers
python -m tools.teaching_lessons --check    # exit with 1 if it is out of date
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from rnn_demo.ui.learn import maths
from rnn_demo.ui.learn.answers import ANSWERS
from rnn_demo.ui.learn.course import lessons
from rnn_demo.ui.learn.views import VIEWS

ROOT = Path(__file__).parents[1]
DOCUMENT = ROOT / "docs" / "lessons.md"
IN_CLASS = """## The lessons in class

The tab *Learn* has {lessons} lessons with {questions} questions. Every question comes before its picture: people who
predict, see how far off they were, and say why, remember more than those who read and watch
([Kim, Reinecke and Hullman 2017](https://doi.org/10.1145/3025453.3025592)). So let the class answer by show of hands
first, then click, and let somebody explain the gap.

A link opens any lesson at any step, for a slide or a course page:

* `/?tab=learn&lesson=7&step=3`: lesson 7, step 3
* `&lang=es`: in Spanish; without it a link opens in the reader's own language, where there is one
* `&projector=1`: everything larger, for the last row
* `&hide=heading,tabs,teachers,next`: only the lesson. `hide` takes names of tabs (`lab`, `qa`, ...), `heading`, `tabs`
  (all of them), `teachers`, `next`, `examples`, `tools`, and `answers`, which takes the buttons *Show the answer* away.

The last step of each lesson has a *class sheet*: the questions to print (or to save as PDF from the browser's print
window), the answers on a page of their own, as the networks of this version give them.

Nothing that a pupil answers or writes leaves the browser; *Forget my progress* in the list of lessons clears it.

**20 minutes**, for people who have heard of neural networks: lesson 1 (order), then steps 1 to 3 of lesson 3 (the
hidden state). Ask by show of hands whether the state is the same after both letters *l*. End with a
sentence from the class in step 4 of lesson 1.

**45 minutes**, a first lecture on recurrent networks: lessons 3 and 4 together at the projector. “Write the steps” is
done on paper, each with their own name, before anybody clicks. Then step 2 of lesson 7: which of three fresh networks
still has a gradient? Lesson 8, step 1, is the cliffhanger for the next time.

**90 minutes**, with a computer for each pair: lessons 3, 4, 7 and 8 in pairs, 15 minutes each, stopping together at the
last question of each. In between one experiment in the lab, from the end of lesson 7 or 8. In the last ten minutes
each pair reads out its own sentence to “How does an LSTM keep something for a hundred steps?”. The class sheets of
lessons 5 and 6 are homework.

### The lessons

| lesson | minutes | questions | link |
|---|---|---|---|
{table}

[lessons.md](lessons.md) says how a lesson is changed or written.
"""
WRITING = """# Writing a lesson

A lesson is a Markdown file in `rnn_demo/ui/learn/lessons/en/`, named by its number: `03-hidden-state.md`. Change a
sentence and start the program again; that is all. What is wrong in a file is said with its line:

    .venv/bin/python -m pytest tests/ui/learn

checks every file, draws every picture, and computes every answer anew.

```
# The hidden state
minutes: 8
about: one sentence for the list of lessons

## A step: half a screen of a phone at most
A paragraph. *Italic*, **bold**, `code`, an equation $h_t$, and [a link](?tab=states&model=hello&text=hell).

view: states model=hello text=hell
link: Open it in Hidden states | ?tab=states&model=hello&text=hell&step=2
own: A word | Hiroshi

question: choose repeated_input model=hello text=hell
The network reads “l” twice. Is the state the same after both?
- same: Yes. | It also depends on the state before.
- differ: No.
because: Unit [[unit]] is [[first]] after the first and [[second]] after the second.
reveal: states model=hello text=hell

## In your own words (ending)
say: What is a hidden state?
- Three lines
- to
- remember.
experiment: Try [something](?tab=lab).
```

A line that begins with two spaces goes on with the one above. `view` draws a picture before the question, `reveal` one
after it. An argument `*` is the visitor's own text, from the line `own`.

## Questions

`question: KIND FUNCTION arguments`. KIND is `choose`, `number`, `word` (click a token of the step's picture), `unit`
(click a row of it), `curve` (sliders) or `steps` (gaps to fill in). The answer is never written down: FUNCTION computes
it from the live network, and with it each known mistake. Its lines say what is answered to a mistake:

* of `choose`: `- key: the choice | what is said if it is chosen`. The right one has no `|`; of a visitor's own text any
  may be right, so all have one.
* of the other kinds: `- key: what is said`, for each mistake that the function knows, and `- other: ...` for any other.

`[[name]]` is a number or a word that the function gives; a test says which there are. Numbers are never typed.

## Equations

`_`, `^`, `\\\\frac{}{}`, `\\\\tilde{}`, `\\\\hat{}`, `\\\\bar{}`, `\\\\text{}`, and: LATEX.

## Pictures

| view | arguments | what it shows |
|---|---|---|
VIEWS

## Answers

| answer | arguments | what it computes |
|---|---|---|
ANSWERS

A new one is a function of the networks and its arguments, in `rnn_demo/ui/learn/answers/` or `views/`, listed in the
dictionary at its end. `claims` checks each choice and insists that exactly one is true; `number` and `places` take the
right answer and the mistakes.

## Another language

[translating.md](translating.md) says how one is added. Learn is in English and in Spanish; the rest of the page is in
English for now, the glossary included.
"""


def section() -> str:
    """The part of docs/teaching.md on the lessons."""
    course = lessons()
    counts = [sum(len(step.questions) for step in lesson.steps) for lesson in course]
    rows = [
        f"| {lesson.number}. {lesson.title} | {lesson.minutes} | {count} | `/?tab=learn&lesson={lesson.number}` |"
        for lesson, count in zip(course, counts, strict=True)
    ]
    return IN_CLASS.format(lessons=len(course), questions=sum(counts), table="\n".join(rows))


def document() -> str:
    """The text of docs/lessons.md."""
    latex = ", ".join(f"`\\{name}`" for name in (*maths.GREEK, *maths.SIGNS, *maths.FUNCTIONS))
    text = WRITING.replace("\\\\", "\\").replace("LATEX", latex)
    return text.replace("VIEWS", rows_of(VIEWS)).replace("ANSWERS", rows_of(ANSWERS))


def rows_of(functions: Mapping[str, Callable[..., object]]) -> str:
    """A row for each function: its name, its arguments, the first line of its docstring."""
    rows = []
    for name, function in functions.items():
        arguments = [key for key in inspect.signature(function).parameters if key != "networks"]
        first = str(inspect.getdoc(function)).splitlines()[0]
        rows.append(f"| `{name}` | {', '.join(f'`{key}`' for key in arguments)} | {first} |")
    return "\n".join(rows)


def main() -> None:
    if "--check" in sys.argv:
        sys.exit(0 if DOCUMENT.read_text(encoding="utf-8") == document() else f"run python -m {__spec__.name}")
    DOCUMENT.write_text(document(), encoding="utf-8")


if __name__ == "__main__":
    main()
