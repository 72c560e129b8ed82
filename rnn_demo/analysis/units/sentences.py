"""A report on units as text: a line for each unit that follows something, and one for the others."""

from __future__ import annotations

from collections.abc import Iterator

from rnn_demo.analysis.units import Finding, Passage, Report
from rnn_demo.data.json_text import strict_json
from rnn_demo.data.wording import percent, shortened

ARROWS = {"forward": "", "backward": " ←"}


def report_as_text(report: Report, checkpoint: str, corpus: str, most: int, as_json: bool) -> str:
    """The report as the command prints it: for people, or all of it as JSON."""
    return strict_json(report.to_dict(checkpoint, corpus)) if as_json else "\n".join(lines(report, most))


def lines(report: Report, most: int) -> Iterator[str]:
    """What was read, the units with the best evidence, and how many follow nothing."""
    yield f"{report.texts:,} texts, {report.tokens:,} tokens, {len(report.features)} features"
    evident = [finding for finding in report.findings if finding.verdict != "nothing"]
    for finding in evident[:most]:
        yield line(finding)
    left_out = len(evident) - most
    if left_out > 0:
        yield f"and {left_out:,} more; --most {len(evident)} lists all of them"
    nothing = len(report.findings) - len(evident)
    yield f"{nothing:,} of {len(report.findings):,} follow none of the features better than a shuffled one is followed"


def line(finding: Finding) -> str:
    """The unit, what it follows, its score beside the bar, what its loss does, and where it is strongest."""
    score = f"r {finding.score:+.2f}" if finding.auc is None else f"AUC {(abs(finding.score) + 1) / 2:.2f}"
    bar = f"{finding.bar:.2f}" if finding.auc is None else f"{(finding.bar + 1) / 2:.2f}"
    place = f"layer {finding.layer}{ARROWS[finding.direction]} {finding.quantity} {finding.unit}"
    falling = ", falling" if finding.score < 0 else ""
    words = f"{place}: {finding.verdict} {finding.title}{falling}, {score} (shuffled: at most {bar})"
    if finding.lost is not None:
        words += f"; without it {percent(finding.lost.changed)} of the answers there change"
        words += f", {percent(finding.control.changed)} elsewhere" if finding.control is not None else ""
    strongest = finding.top if finding.score >= 0 else finding.bottom
    return f"{words}; {'highest' if finding.score >= 0 else 'lowest'} at {in_brackets(strongest[0])}"


def in_brackets(passage: Passage) -> str:
    """The tokens around, the one in question in brackets: the film is [not] bad."""
    between = "" if all(len(token) == 1 for token in passage.tokens) else " "
    marked = [f"[{token}]" if t == passage.at else token for t, token in enumerate(passage.tokens)]
    return shortened(repr(between.join(marked))[1:-1], 60)
