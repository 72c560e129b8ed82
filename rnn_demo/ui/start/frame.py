"""The first frame: what the page's HTML holds before any script has run.

It is the heading, the tabs as links, and on the first tab the reading of a sentence as it stands after the first word.
The script landing/landing.js takes it over as it is, and moves it into the tab once Gradio has built that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from rnn_demo.data.wording import percent
from rnn_demo.figures import palette
from rnn_demo.tasks.sentiment import is_undecided
from rnn_demo.ui.scripts import PRELOAD, PRELOAD_LATER, script_url
from rnn_demo.ui.start.reading import MODEL, TEXT, FirstReading, shipped_reading
from rnn_demo.ui.viewer.static_files import CSS
from rnn_demo.zoo.recipes import RECIPES

LANDING = Template(Path(__file__).with_name("landing.html").read_text(encoding="utf-8"))
LEARNS = "characters"  # the recipe that "See it learn" starts
CARDS = {
    "lessons": {"tab": "learn", "lesson": "1"},
    "remember": {"tab": "states", "model": MODEL, "text": TEXT},
    "learn": {"tab": "lab", "part": "train", "recipe": LEARNS},  # the script presses Start there
    "forget": {"tab": "lab", "part": "gradient"},
}
SHORT_TITLES = {"states": "States", "lab": "Lab", "qa": "Chat"}  # seen on a phone; screen readers say the whole ones
PLACEHOLDER = "I expected nothing, and I loved it."


def landing_frame(titles: Mapping[str, tuple[str, str]], opened: str, theme: str, heading: str) -> str:
    """The HTML that stands before Gradio's own; `titles` says of each tab by name its title and what one does there.

    `opened` is the name of a tab. `theme` is "light", "dark" or "" for that of the visitor's system.
    """
    is_first = opened == next(iter(titles))
    links = "".join(
        f'<a href="?tab={name}"{" aria-current=page" if name == opened else ""}>'
        f"{escape(title)}<small>{escape(subtitle)}</small></a>"
        for name, (title, subtitle) in titles.items()
    )
    waits = "" if is_first else f' data-waits="{opened}"'  # until Gradio has opened that tab
    return (
        f"<style>{styles()}</style>"
        f'<div class="landing-frame" data-theme="{theme}"{waits}><div class="first-heading">{heading}</div>'
        f'<nav class="first-tabs" aria-label="Tabs">{links}</nav>'
        f"{landing(shipped_reading(), titles, hidden=not is_first)}</div>"
        f'<link rel="modulepreload" href="{script_url("landing/reading.js")}">'
        f'<script type="module" src="{script_url("landing/landing.js")}"></script>'
        f'<script src="{script_url("landing/styles.js")}"></script>'  # not a module: the page waits for it
        f"{PRELOAD_LATER if is_first else PRELOAD}"
    )


def styles() -> str:
    """The styles of the first frame, which come before those that Gradio fetches."""
    light, dark = palette.css_variables(palette.LIGHT), palette.css_variables(palette.DARK)
    colours = (
        f".landing-frame{{{light}}}@media(prefers-color-scheme:dark){{.landing-frame{{{dark}}}}}"
        f".landing-frame[data-theme=light]{{{light}}}.landing-frame[data-theme=dark]{{{dark}}}"
    )
    return colours + (CSS / "landing.css").read_text(encoding="utf-8") + short_titles_css()


def short_titles_css() -> str:
    """On a phone all tabs stand in one row, in this frame and on the page that follows it."""
    rules = ""
    for name, title in SHORT_TITLES.items():
        tab = f':is(.first-tabs a[href="?tab={name}"],#tabs>.tab-wrapper button[role=tab][data-tab-id="{name}"])'
        rules += (
            f'{tab}{{font-size:0!important}}{tab}::before{{content:"{title}"!important;content:"{title}"/""!important;'
        )
        rules += "display:inline!important;font-size:.875rem!important;color:inherit!important}"
    return f"@media(max-width:480px){{{rules}}}"


def landing(reading: FirstReading, titles: Mapping[str, tuple[str, str]], hidden: bool) -> str:
    """The reading, the box for the visitor's own sentence, and the ways on, each with the tab that it opens."""
    steps = [step(reading, t) for t in range(len(reading["words"]))]
    return LANDING.substitute(
        hidden=" hidden" if hidden else "",
        title=escape(title(reading)),
        described=escape(described(reading)),
        count=len(steps),
        steps="\n".join(steps),
        outcome=outcome(reading["words"][0], reading["positive"][0]),
        lesson=escape(lesson(reading)),
        key=escape(key(reading)),
        placeholder=escape(PLACEHOLDER),
        recipe=escape(RECIPES[LEARNS].title),
        own_in=escape(titles["sentiment"][0]),
        **{card: escape(urlencode(link)) for card, link in CARDS.items()},
        **{f"{card}_in": escape(titles[link["tab"]][0]) for card, link in CARDS.items()},
    )


def step(reading: FirstReading, t: int) -> str:
    """The column of one word: the verdict after it, the state, the word. Only the first one has been read."""
    word, positive = reading["words"][t], reading["positive"][t]
    cells = "".join(f'<i style="background:var(--rnn-v{level(value)})"></i>' for value in reading["state"][t])
    side = "positive" if positive >= 0.5 else "negative"
    return (
        f'<div class="landing-step{" read now" if t == 0 else ""}" data-said="{verdict(positive)}">'
        f'<span class="landing-verdict landing-{side}" style="--size:{2 * abs(positive - 0.5):.3f}">'
        f"<i></i><b>{percent(positive)}</b></span>"
        f'<span class="landing-state">{cells}</span>'
        f'<span class="landing-word" translate="no">{escape(word)}</span></div>'
    )


def level(value: float) -> int:
    """The colour of a value from -1 to 1, as a number of the palette."""
    return round((value + 1) / 2 * (palette.LEVELS - 1))


def verdict(positive: float) -> str:
    """What a probability of positive says."""
    if is_undecided(positive):
        return "undecided"
    return "positive" if positive > 0.5 else "negative"


def outcome(word: str, positive: float) -> str:
    """The verdict after a word, as HTML."""
    leaning = verdict(positive)
    return (
        f'After “<span class="landing-after" translate="no">{escape(word)}</span>”: '
        f'<strong class="landing-{leaning}">{leaning}</strong>, '
        f'<span class="landing-share">{percent(positive)}</span> positive'
    )


def title(reading: FirstReading) -> str:
    """What is to be seen: the word that moved the verdict most, and whether it turned it round."""
    t = turning_point(reading)
    before, after = reading["positive"][t - 1], reading["positive"][t]
    turns = (before - 0.5) * (after - 0.5) < 0 and not is_undecided(after)
    does = "changes its mind" if turns else "begins to doubt"
    return f"A network reads a sentence and {does} at “{reading['words'][t]}”"


def turning_point(reading: FirstReading) -> int:
    """The step, after the first, that moved the probability of positive furthest."""
    return max(range(1, len(reading["words"])), key=lambda t: abs(change(reading["positive"], t)))


def change(positive: Sequence[float], t: int) -> float:
    """By how much step t moved the probability of positive."""
    return positive[t] - positive[t - 1]


def lesson(reading: FirstReading) -> str:
    """What the sentence shows about memory: the same word, read in two states."""
    words, positive = reading["words"], reading["positive"]
    first = words.index("good")
    second = words.index("good", first + 1)
    percents = [round(100 * share) for share in positive]  # as at the bars
    up, down = (percents[t] - percents[t - 1] for t in (first, second))
    return (
        f"The first “good” moves the verdict by {up:+d} points, the second by {down:+d}: ".replace("-", "−")
        + f"the network reads it in another state, after “{words[turning_point(reading)]}”."
    )


def key(reading: FirstReading) -> str:
    """What the squares and the bars are."""
    return (
        f"Squares: {len(reading['units'])} of the {reading['hidden_size']} numbers of its state, orange below zero, "
        "blue above. Bars: how probable “positive” is after each word; near 50% it is undecided."
    )


def described(reading: FirstReading) -> str:
    """The whole reading in words."""
    steps = ", ".join(
        f"{word} {percent(share)}" for word, share in zip(reading["words"], reading["positive"], strict=True)
    )
    end = verdict(reading["positive"][-1])
    return f"An LSTM reads “{reading['text']}” word by word. Positive after each word: {steps}. In the end: {end}."
