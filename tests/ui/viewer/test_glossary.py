"""The glossary: every entry can be shown, each is used on the page, and no word of the field goes unexplained."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import gradio as gr
import pytest
from helpers.node_scripts import needs_node, run_node
from starlette.applications import Starlette
from starlette.testclient import TestClient

from rnn_demo.ui.page import build_page
from rnn_demo.ui.scripts import PRELOAD, ROUTES, script_url
from rnn_demo.ui.viewer.glossary import parse, payload
from rnn_demo.ui.viewer.static_files import SCRIPTS, UI, script, words

ENTRIES = parse(words("glossary"))
# Words of the field that a first-year student need not know. Whoever uses a new one on the page writes an entry for it.
FIELD = Path(__file__).with_name("words_of_the_field.txt").read_text(encoding="utf-8").splitlines()
STRINGS = re.compile(r'"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`')


@cache
def page_text() -> str:
    """All that the page says in its own words: its Markdown, the lines under its fields, and its scripts' sentences."""
    texts = [path.read_text(encoding="utf-8") for path in UI.rglob("*.md") if path.stem != "glossary"]
    for block in build_page().blocks.values():
        if isinstance(block, gr.Code):
            continue
        config = block.get_config()
        texts += [str(config.get(key) or "") for key in ("info", "value") if isinstance(config.get(key), str)]
    for name in SCRIPTS:
        strings = ("".join(parts) for parts in STRINGS.findall(script(name)) if not name.startswith("glossary/"))
        texts += [text for text in strings if " " in text]
    texts += [text for path in UI.rglob("*.py") for text in sentences(path) if text.count(" ") > 2]
    return re.sub(r"```.*?```", "", "\n".join(texts), flags=re.DOTALL)


def sentences(path: Path) -> list[str]:
    """The strings of a module of Python that are no docstrings."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    alone = {node.value for node in nodes if isinstance(node, ast.Expr)}
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in alone
    ]


def is_used(form: str, text: str) -> bool:
    return bool(re.search(rf"(?<![\w-]){re.escape(form)}(?![\w-])", text, re.IGNORECASE))


def test_every_entry_is_used_on_the_page() -> None:
    unused = [e.name for e in ENTRIES if not any(is_used(form, page_text()) for form in (e.name, *e.forms))]
    assert not unused, f"no text of the page has {unused}: use them, or take them out of texts/glossary.md"


def test_every_word_of_the_field_on_the_page_has_an_entry() -> None:
    forms = {form.lower() for entry in ENTRIES for form in (entry.name, *entry.forms)}
    missing = [word for word in FIELD if word not in forms and is_used(word, page_text())]
    assert not missing, f"the page says {missing}: write an entry in texts/glossary.md, or a plainer word on the page"


def test_the_list_of_words_holds_what_the_glossary_explains_and_more() -> None:
    assert len(FIELD) > 100
    assert sorted({word.lower() for word in FIELD}) == FIELD, "in order, in lower case, each once"
    assert {entry.name.lower() for entry in ENTRIES} <= set(FIELD)


def test_an_entry_is_short_enough_to_be_read_at_a_glance() -> None:
    assert 25 <= len(ENTRIES) <= 80
    for entry in ENTRIES:
        sentences = re.findall(r"[.:?] (?=[A-Z“])", entry.text)
        assert 1 <= len(sentences) <= 2, f"{entry.name}: two sentences, please"
        assert len(entry.text) <= 330, entry.name
        assert entry.picture, entry.name


@needs_node
def test_every_picture_is_drawn_and_no_number_in_it_is_broken() -> None:
    descriptions = [entry.picture for entry in ENTRIES]
    answers = run_node("glossary/glossary_pictures.mjs", {"descriptions": descriptions})
    for entry, answer in zip(ENTRIES, answers, strict=True):
        assert answer["parts"] >= 2, f"{entry.name}: {entry.picture!r} draws nothing"
        assert answer["broken"] == [], entry.name


@pytest.mark.parametrize(
    ("markdown", "complaint"),
    [("## a\nalso: b\n", "nothing about “a”"), ("## a\nText.\n## b\nalso: A\nText.\n", "“A” belongs to “a” and “b”")],
)
def test_what_is_wrong_with_a_glossary_is_said(markdown: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        parse(markdown)


def test_one_request_brings_all_entries_and_a_few_kilobytes() -> None:
    client = TestClient(Starlette(routes=ROUTES))
    answer = client.get(f"/{script_url('glossary.json')}", headers={"accept-encoding": "identity"})
    assert answer.json() == payload()
    assert answer.headers["content-type"] == "application/json"
    assert "immutable" in answer.headers["cache-control"]
    assert len(answer.content) < 20_000
    assert "glossary" not in PRELOAD, "the page does not wait for it"
