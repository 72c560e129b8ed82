"""What was found in a report of the stress test is said truly, whatever its numbers are."""

from __future__ import annotations

import random
import re

import pytest

from rnn_demo.analysis.stress import Report, Score, stored
from rnn_demo.data.sentences import capabilities as sentences
from rnn_demo.data.wording import percent
from rnn_demo.ui.sentiment.findings import RULES, capabilities, share
from rnn_demo.zoo import checkpoint


def scored(name: str, failures: int, area: str = "Signs", kind: str = "MFT", cases: int = 100) -> Score:
    texts, expected = {
        "MFT": ([f"A {name}."], "negative"),
        "INV": ([f"A {name}.", f"The {name}."], "the same verdict"),
        "DIR": ([f"A {name}.", f"A {name}!"], "not less positive"),
    }[kind]
    example = {"texts": texts, "probabilities": [0.9, 0.1][: len(texts)], "expected": expected} if failures else None
    return {
        "name": name,
        "area": area,
        "kind": kind,
        "cases": cases,
        "failures": failures,
        "flips": 0,
        "example": example,  # type: ignore[typeddict-item]
    }


def report_of(*scores: Score) -> Report:
    return {
        "part": "test",
        "cases_each": 100,
        "seed": 0,
        "cases": sum(score["cases"] for score in scores),
        "failures": sum(score["failures"] for score in scores),
        "capabilities": list(scores),
    }


def findings(*scores: Score) -> list[str]:
    return [area["finding"] for area in capabilities(report_of(*scores))["areas"]]


def test_the_finding_names_the_worst_capability_and_its_rule() -> None:
    assert findings(scored("smileys", 20), scored("links", 50, kind="INV")) == [
        "It gets 70 of 200 wrong (35%), most often “links” (50%). There, the verdict should stay the same, "
        "within 10 percentage points:"
    ]


def test_several_that_are_equally_bad_are_all_named() -> None:
    (said,) = findings(scored("smileys", 20, kind="DIR"), scored("links", 20), scored("scores", 3))
    assert "most often “smileys” and “links” (20% each). In “smileys”, the verdict should not move" in said


def test_a_single_capability_and_none_wrong_are_said_plainly() -> None:
    assert findings(scored("smileys", 1)) == ["It gets 1 of 100 wrong (1%). The right verdict is known:"]
    assert findings(scored("smileys", 0), scored("links", 0)) == ["It gets all 200 right."]
    assert capabilities(report_of(scored("smileys", 0)))["summary"] == "It got all 100 right."
    alike = capabilities(report_of(scored("smileys", 5), scored("names", 5, "Names")))
    assert alike["summary"] == "It got 10 of 200 wrong, 5%."


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_numbers_are_the_worst_comes_first_and_the_sentences_are_true(seed: int) -> None:
    generator = random.Random(seed)
    scores = [
        scored(f"n{k}", generator.choice((0, 1, 7, 40, 99, 100)), f"area {k % 4}", generator.choice(("MFT", "INV")))
        for k in range(generator.randint(1, 12))
    ]
    shown = capabilities(report_of(*scores))
    shares = [share(*area["rows"]) for area in shown["areas"]]
    assert shares == sorted(shares, reverse=True)
    for area in shown["areas"]:
        own = [score for score in scores if score["area"] == area["title"]]
        rows = [share(row) for row in area["rows"]]
        assert rows == sorted(rows, reverse=True)
        assert {row["name"] for row in area["rows"]} == {score["name"] for score in own}
        failures = sum(score["failures"] for score in own)
        assert area["finding"].startswith(
            f"It gets {failures:,} of {100 * len(own)} wrong" if failures else "It gets all "
        )
        worst = {score["name"] for score in own if score["failures"] == max(one["failures"] for one in own)}
        if failures and len(own) > 1:
            assert set(re.findall("“(n[0-9]+)”", area["finding"].partition(". ")[0])) == worst
            assert f"({percent(rows[0])}" in area["finding"]
        assert area["example"] == area["rows"][0]["example"]
        assert area["finding"].endswith(":") == bool(area["example"])


def test_the_report_that_ships_is_put_into_words() -> None:
    report = stored(checkpoint.metrics(checkpoint.find("sentiment")))
    assert report
    shown = capabilities(report)
    assert f"{report['failures']:,} of {report['cases']:,} wrong" in shown["summary"]
    names = [row["name"] for area in shown["areas"] for row in area["rows"]]
    assert not [name for name in names if name.endswith((", plain", ", opinion"))]
    assert set(sentences.GROUPS) <= {row["area"] for row in report["capabilities"]}
    groups = [area["title"] for area in shown["areas"] if "Groups" in area["title"]]
    assert sorted(groups) == ["Groups of people, with an opinion", "Groups of people, without an opinion"]
    assert set(RULES) == set(sentences.KINDS)
