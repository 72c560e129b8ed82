// Marks the terms of the glossary in the page's own words: a button each, at its first use in a panel.
// Texts of visitors are never looked at: only what is listed here is, and in it nothing that must not be translated.

import { createNode } from "../core/dom.js";
import { findTerms } from "./terms.js";

// Texts in Markdown, the lines under Gradio's fields, and what a widget offers with the attribute `data-terms`.
const OWN_WORDS = "[data-testid=markdown], .info-text, [data-terms]";
const PANEL = "[role=tabpanel], .gr-accordion";
const FOREIGN = ".learn:not([lang=en])"; // lessons in another language: the glossary is in English
const NOT_HERE = "a, button, code, pre, textarea, input, select, svg, h1, h2, h3, .katex, [translate=no], .rnn-term";

const lastTexts = new WeakMap(); // of each element: its text when it was last looked at

// All that is new on the page since the last time.
export function markPage(root, pattern) {
  const termsOf = new Map(); // the terms that each panel has
  for (const element of root.querySelectorAll(OWN_WORDS)) {
    const words = element.textContent;
    if (element.closest(FOREIGN)) continue;
    if (lastTexts.get(element) === words) continue;
    const panel = element.closest(PANEL) ?? root;
    if (!termsOf.has(panel)) {
      const own = [...panel.querySelectorAll(".rnn-term")].filter((term) => (term.closest(PANEL) ?? root) === panel);
      termsOf.set(panel, new Set(own.map((term) => term.dataset.entry)));
    }
    markTerms(element, pattern, termsOf.get(panel));
    lastTexts.set(element, element.textContent);
  }
}

// The terms in one element that `earlier` does not have yet.
export function markTerms(element, pattern, earlier) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT),
    texts = [];
  while (walker.nextNode()) texts.push(walker.currentNode);
  for (const node of texts) {
    if (node.parentElement.closest(NOT_HERE)) continue;
    // From the end, so that the first part remains the same node, for the script that wrote it.
    for (const { start, stop, name } of findTerms(node.data, pattern, earlier).reverse()) {
      const term = node.splitText(start);
      term.splitText(stop - start);
      const button = createNode("button", { type: "button", class: "rnn-term", "data-entry": name });
      term.replaceWith(button);
      button.append(term);
      keepTogether(button);
    }
  }
}

// No line begins with the sign that ends a clause: a button alone would be broken from it.
function keepTogether(button) {
  const rest = button.nextSibling,
    sign = rest?.data?.match(/^[.,;:?!)”’]+/)?.[0];
  if (!sign) return;
  rest.splitText(sign.length);
  const whole = createNode("span", { class: "rnn-unbroken" });
  button.replaceWith(whole);
  whole.append(button, rest);
}
