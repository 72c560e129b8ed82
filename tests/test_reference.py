"""API.md says what the code says."""

from __future__ import annotations

import importlib

import pytest

from rnn_demo import reference


def test_the_page_is_what_the_docstrings_give():
    assert reference.FILE.read_text(encoding="utf-8") == reference.document(), "write it: python -m rnn_demo.reference"


def test_the_page_does_not_change_from_run_to_run():
    assert " at 0x" not in reference.document()


@pytest.mark.parametrize("name", reference.MODULES)
def test_what_is_public_is_explained(name):
    module = importlib.import_module(f"rnn_demo.{name}")
    silent = [
        key
        for key, thing in vars(module).items()
        if not key.startswith("_")
        and getattr(thing, "__module__", None) == module.__name__
        and callable(thing)
        and not thing.__doc__
        and not isinstance(thing, type(pytest.mark))
    ]
    assert silent == []
