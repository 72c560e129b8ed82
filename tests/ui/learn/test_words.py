"""Words of lessons: equations as trees, runs, and numbers that are filled in."""

from __future__ import annotations

import pytest

from rnn_demo.ui.learn import maths
from rnn_demo.ui.learn.inline import filled, link, runs


@pytest.mark.parametrize(
    ("latex", "said"),
    [
        ("h_t", "h_t"),
        (r"h_t = \tanh(W_{ih} x_t)", "h_t = tanh (W_ih x_t)"),
        ("h_{t-1}", "h_{t − 1}"),
        (r"\frac{\partial L}{\partial h_1}", "(∂L) / (∂h_1)"),
        ("x^2", "x^2"),
        (r"L = -\log p", "L = −log p"),
        ("(1 - z) - 1", "(1 − z) − 1"),
        ("-1", "−1"),
        ("W_{hh}^T", "W_hh^T"),
        (r"1 - z_t \odot n", "1 − z_t ⊙ n"),
        (r"\text{onehot}_t", "onehot_t"),
        (r"\tilde{h}_t", "h_t"),
    ],
)
def test_an_equation_is_read_and_said(latex: str, said: str) -> None:
    assert maths.plain(maths.parse(latex)) == said


@pytest.mark.parametrize(
    ("latex", "says"),
    [("h_{t", "never closes"), ("h}", "never opened"), ("_t", "nothing before it"), ("h_", "ends after"),
     (r"\frac{1}", "ends where"), (r"\unheard x", "not set here"), (r"\text x", "without braces")],
)  # fmt: skip
def test_an_equation_that_cannot_be_set_is_refused(latex: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        maths.parse(latex)


def test_scripts_stand_over_one_another() -> None:
    assert maths.parse("W_h^2") == ["row", ["both", ["var", "W"], ["var", "h"], ["word", "2"]]]


def test_a_text_is_cut_into_runs() -> None:
    assert runs("See **this**, *that* and `code` in [the lab](?tab=lab&part=race).") == [
        "See ",
        {"kind": "strong", "words": "this"},
        ", ",
        {"kind": "em", "words": "that"},
        " and ",
        {"kind": "code", "words": "code"},
        " in ",
        {"words": "the lab", "link": {"tab": "lab", "part": "race"}},
        ".",
    ]
    assert runs("$h_t$")[0] == {"maths": ["row", ["sub", ["var", "h"], ["var", "t"]]], "plain": "h_t"}
    assert runs("<b>never markup</b>") == ["<b>never markup</b>"]


@pytest.mark.parametrize("address", ["https://example.org", "tab=lab", "?lesson=1", "javascript:alert(1)"])
def test_a_link_leads_into_the_page(address: str) -> None:
    with pytest.raises(ValueError, match="leads into the page"):
        link(address)


def test_a_number_is_filled_in_or_missed() -> None:
    assert filled("It is [[p]].", {"p": "5%"}) == "It is 5%."
    with pytest.raises(ValueError, match=r"\[\[q\]\] is not among what was computed: p"):
        filled("It is [[q]].", {"p": "5%"})
