"""A fault of ours is logged whole under a number, which is all that a visitor reads of it."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest
from gradio.exceptions import InvalidPathError
from helpers import asynchronous

from rnn_demo.ui import gradio_compat
from rnn_demo.ui.server.faults import LONGEST_LINE, MOST_LINES, report


def test_the_log_has_the_traceback_under_the_number_that_the_visitor_reads(caplog: pytest.LogCaptureFixture) -> None:
    try:
        {}["what a visitor\nsent"]
    except KeyError as error:
        sentence = report(error)
    (number,) = re.findall(r"\d{6}", sentence)
    lines = caplog.text.splitlines()
    assert "KeyError" not in sentence
    assert "KeyError" in lines[-1]
    assert __file__ in caplog.text
    assert all(f"fault {number}: " in line for line in lines), "a visitor can forge a line of the log"


def test_a_fault_never_fills_the_log(caplog: pytest.LogCaptureFixture) -> None:
    report(ValueError("a" * 10**6 + "\nb" * 10**5))
    assert len(caplog.text) < 2 * LONGEST_LINE * MOST_LINES


def told(error: Exception, monkeypatch: pytest.MonkeyPatch) -> gr.Error:
    """What becomes of an error in a function of the page."""

    async def fail(**options: Any) -> None:
        raise error

    monkeypatch.setattr(gradio_compat, "_call", fail)
    with pytest.raises(gr.Error) as raised:
        asynchronous.run(gradio_compat.call_in_plain_words(app=SimpleNamespace()))
    return raised.value


def test_no_sentence_of_python_reaches_a_visitor(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for error in (
        AttributeError("'NoneType' object has no attribute 'strip'"),
        KeyError(None),
        TypeError("unhashable"),
    ):
        raised = told(error, monkeypatch)
        assert re.fullmatch(r"something went wrong .* quote the number \d{6}", raised.message)
        assert (raised.print_exception, str(error) in caplog.text) == (False, True)
    refused = told(InvalidPathError("Cannot move /etc/passwd to the gradio cache dir"), monkeypatch)
    assert refused.message == gradio_compat.NOT_UPLOADED


def test_a_sentence_of_ours_is_passed_on_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = gr.Error("the text is empty", print_exception=False)
    assert told(ours, monkeypatch) is ours


def test_a_wrong_value_of_a_choice_is_neither_logged_nor_sent_whole(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Gradio's own sentence, of a real component."""
    with pytest.raises(gr.Error) as gradios:
        gr.Radio(["a", "b"]).preprocess("A" * 200_000)
    assert len(gradios.value.message) > 200_000, "Gradio cuts it itself now"
    assert gradios.value.print_exception
    raised = told(gradios.value, monkeypatch)
    assert (len(raised.message), raised.print_exception, caplog.text) == (gradio_compat.LONGEST_REFUSAL, False, "")
