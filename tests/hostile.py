"""Texts and values that no friend would send, for every test that must shrug them off."""

from __future__ import annotations

# What a browser would act on, were it taken for markup, and what a template or a Markdown reader would.
MARKUP = (
    "<img src=x onerror=window.__hit=1>",
    "<script>window.__hit=1</script>",
    "</script><script>window.__hit=1</script>",
    "<svg onload=window.__hit=1><circle r=9 /></svg>",
    "<iframe srcdoc='<script>parent.__hit=1</script>'></iframe>",
    "<a href=javascript:window.__hit=1>link</a>",
    "javascript:window.__hit=1",
    '"><img src=x onerror=window.__hit=1>',
    "' onmouseover='window.__hit=1",
    "[link](javascript:window.__hit=1) ![picture](//example.org/p.png)",
    "${window.__hit=1} {{window.__hit=1}} {% window.__hit=1 %} `${window.__hit=1}`",
    "&lt;img src=x onerror=window.__hit=1&gt; &#60;b&#62;",
    "<!-- <![CDATA[ ]]> --><b>bold</b>",
    r"$\href{javascript:window.__hit=1}{x}$ \u003cimg src=x onerror=window.__hit=1\u003e",
    "\u202ereversed\u202c \u200b\u200d\ufeff zero \u2066isolated\u2069",
)

# What trips a program that reads texts, numbers or tables.
ODD = (
    "", " ", "\t\n\r\x0b\x0c", "\0", "a\0b", "\x85\u2028\u2029", "\ud800", "a\udfffb", "\U0010ffff", "\ufffe",
    "İıſẞ", "e\u0301" * 3, "\u0301" * 50, "👩‍👩‍👧‍👦🏳️‍🌈", "日本語", "שלום", "١٢٣", "²½Ⅷ", "ﷺ", "ꙮ", "n't 's don't",
    "-lrb-<br><BR />",
    '"', '""', "'", ",", ";", "question,answer", '"never closed\n', "=1+1", "@SUM(A1)", "+-", "\\", "%s%n{}", "../../x",
    "nan", "inf", "-0", "1e999", "9" * 400, "null", "true", "NaN", "constructor", "__proto__", "toString", "own-", "qa",
    "names", "hello", "sentiment", "states", "text", "tab", "model", "step", "What is the capital of France?", "Ivan",
)  # fmt: skip
