"""The words of a lesson as runs: plain text, **bold**, *italic*, `code`, $equations$ and [links](?tab=...).

    runs("See $h_t$ in [the lab](?tab=lab).")
    # ["See ", {"maths": [...], "plain": "h_t"}, " in ", {"words": "the lab", "link": {"tab": "lab"}}, "."]

A run is a text or an object; the page puts each in as text, so nothing is ever taken for markup. `[[name]]` stands for
a number that was computed, and is replaced by `filled` before.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl

from rnn_demo.ui.learn import maths
from rnn_demo.ui.learn.contracts import Run

_MARK = re.compile(
    r"\$(?P<maths>[^$]+)\$|`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|\*(?P<em>[^*]+)\*"
    r"|\[(?P<words>[^\]\[]+)\]\((?P<address>[^)]*)\)"
)
_FACT = re.compile(r"\[\[(\w+)\]\]")


def runs(text: str) -> list[Run]:
    """A text in its runs. ValueError for an equation that cannot be set and for a link that leads elsewhere."""
    result: list[Run] = []
    at = 0
    for match in _MARK.finditer(text):
        if match.start() > at:
            result.append(text[at : match.start()])
        result.append(_run(match))
        at = match.end()
    if at < len(text):
        result.append(text[at:])
    if "$" in "".join(run for run in result if isinstance(run, str)):
        raise ValueError(f"a $ is left over in “{text}”; an equation stands between two of them")
    return result


def _run(match: re.Match[str]) -> Run:
    parts = match.groupdict()
    if parts["maths"] is not None:
        tree = maths.parse(parts["maths"])
        return {"maths": tree, "plain": maths.plain(tree)}
    if parts["address"] is not None:
        return {"words": parts["words"], "link": link(parts["address"])}
    for kind in ("code", "strong", "em"):
        if parts[kind] is not None:
            return {"kind": kind, "words": parts[kind]}
    raise AssertionError("a mark is one of these")


def link(address: str) -> dict[str, str]:
    """The parameters of a link into the page; ValueError for any other."""
    parameters = dict(parse_qsl(address.removeprefix("?")))
    if not address.startswith("?") or "tab" not in parameters:
        raise ValueError(f"a link leads into the page, such as ?tab=lab&part=race; got {address!r}")
    return parameters


def filled(text: str, facts: Mapping[str, str]) -> str:
    """A text with each [[name]] replaced by what was computed; ValueError for one that was not."""
    missing = set(names(text)) - set(facts)
    if missing:
        known = ", ".join(sorted(facts)) or "none"
        raise ValueError(f"[[{min(missing)}]] is not among what was computed: {known}")
    return _FACT.sub(lambda match: facts[match[1]], text)


def names(text: str) -> list[str]:
    """The names of all that is to be computed in a text."""
    return _FACT.findall(text)
