"""Browsers of 2022 draw everything: no script and no style uses what came later to one of the large ones.

Chrome 108, Firefox 108 and Safari 16.2 are the last of that year; MDN's tables say since when each has a feature.
"""

from __future__ import annotations

import re

import pytest

from rnn_demo.ui.viewer.static_files import CSS, SCRIPTS, script

YOUNG_SCRIPT = {
    "change array by copy": r"\.(?:toReversed|toSorted|toSpliced|with)\(",
    "grouping": r"\b(?:Object|Map)\.groupBy\(",
    "set methods": r"\.(?:union|intersection|difference|symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(",
    "iterator helpers": r"\.(?:values|keys|entries)\(\)\.(?:map|filter|take|drop|reduce|toArray|forEach|some|find)\(",
    "from async": r"Array\.fromAsync\(",
    "promises": r"Promise\.(?:withResolvers|try)\(",
    "whole text": r"\.(?:isWellFormed|toWellFormed)\(",
    "lookbehind, which Safari has since 16.4": r"\(\?<[=!]",
    "flag v of patterns": r"[(=]\s?/[^/\n]+/[dgimsuy]*v",
    "import maps and attributes": r"\bimport\b[^;\n]*\bwith\s*\{",
    "popover and dialogs": r"\.(?:showPopover|hidePopover|togglePopover|requestClose)\(|popover=",
    "visibility": r"\.checkVisibility\(",
    "view transitions": r"startViewTransition|@starting-style",
    "canvas off the page, which Safari has since 16.4": r"\bOffscreenCanvas\b",
    "idle callbacks, which Safari lacks": r"(?<!globalThis\.)requestIdleCallback|requestIdleCallback\(",
    "moving nodes": r"\.moveBefore\(",
    "private checks and decorators": r"^\s*@\w+",
    "using": r"\busing\s+\w+\s*=",
    "clones and last matches, new in 2022 itself": r"\bstructuredClone\(|\.findLast(?:Index)?\(",
}
YOUNG_STYLE = {
    "nesting": r"\{[^{}]*&|\{[^@{}]*\{",
    "color-mix": r"color-mix\(",
    "wide gamut": r"\b(?:oklch|oklab|lch|lab|color)\(",
    "relative colours": r"\(from ",
    ":has, which Firefox has since 121": r":has\(",
    "container queries": r"@container|container-type",
    "subgrid": r"subgrid",
    "scope and starting style": r"@scope|@starting-style",
    "text wrap": r"text-wrap",
    "light-dark": r"light-dark\(",
    "anchors and popovers": r"anchor-name|position-anchor|:popover-open",
    "scroll animations": r"animation-timeline|scroll-timeline",
    "field-sizing": r"field-sizing",
    "dynamic units": r"\b\d+[sld]v[hw]\b",
    "properties": r"@property",
}
# What would be found: an example of each, so that no pattern is dead.
EXAMPLES = {
    "change array by copy": "xs.toSorted()",
    "grouping": "Map.groupBy(xs, f)",
    "set methods": "a.union(b)",
    "iterator helpers": "m.values().map(f)",
    "from async": "Array.fromAsync(x)",
    "promises": "Promise.withResolvers()",
    "whole text": "text.isWellFormed()",
    "lookbehind, which Safari has since 16.4": "/(?<=a)b/",
    "flag v of patterns": "x.replace(/[a--b]/v, y)",
    "import maps and attributes": 'import x from "y" with { type: "json" }',
    "popover and dialogs": "node.showPopover()",
    "visibility": "node.checkVisibility()",
    "view transitions": "document.startViewTransition()",
    "canvas off the page, which Safari has since 16.4": "new OffscreenCanvas(1, 1)",
    "idle callbacks, which Safari lacks": "requestIdleCallback(f)",
    "moving nodes": "a.moveBefore(b)",
    "private checks and decorators": "@bound",
    "using": "using file = open()",
    "clones and last matches, new in 2022 itself": "xs.findLast(f)",
    "nesting": ".a { color: red; & b { color: blue } }",
    "color-mix": ".a { color: color-mix(in srgb, red, blue) }",
    "wide gamut": ".a { color: oklch(1 2 3) }",
    "relative colours": ".a { color: rgb(from red r g b) }",
    ":has, which Firefox has since 121": ".a:has(b) {}",
    "container queries": "@container (width > 1px) {}",
    "subgrid": ".a { grid: subgrid }",
    "scope and starting style": "@scope (.a) {}",
    "text wrap": ".a { text-wrap: balance }",
    "light-dark": ".a { color: light-dark(a, b) }",
    "anchors and popovers": ".a { anchor-name: --b }",
    "scroll animations": ".a { animation-timeline: scroll() }",
    "field-sizing": ".a { field-sizing: content }",
    "dynamic units": ".a { height: 100dvh }",
    "properties": "@property --a {}",
}


def found(patterns: dict[str, str], text: str) -> list[str]:
    """The names of the features that a text uses."""
    return [name for name, pattern in patterns.items() if re.search(pattern, text, re.MULTILINE)]


def code(text: str) -> str:
    """A script without its comments."""
    return re.sub(r"^\s*//[^\n]*|\s//\s[^\n]*", "", text, flags=re.MULTILINE)


def style(text: str) -> str:
    """A style sheet without comments, and with the rules of its media queries outside them."""
    bare = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"@(?:media|supports|keyframes)[^{]*\{((?:[^{}]*\{[^{}]*\})*)\s*\}", r"\1", bare)


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_script_uses_what_browsers_learnt_after_2022(name: str) -> None:
    assert found(YOUNG_SCRIPT, code(script(name))) == []


@pytest.mark.parametrize("path", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_no_style_uses_what_browsers_learnt_after_2022(path) -> None:
    assert found(YOUNG_STYLE, style(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_of_them_would_be_found(name: str) -> None:
    assert name in found(YOUNG_SCRIPT | YOUNG_STYLE, EXAMPLES[name])


def test_every_feature_has_an_example() -> None:
    assert {*EXAMPLES} == {*YOUNG_SCRIPT, *YOUNG_STYLE}
