// The words of a lesson: runs of text, marks, equations and links, made by Python (ui/learn/inline.py, maths.py).

import { linkWithin } from "../core/browser.js";
import { createNode } from "../core/dom.js";

const TAGS = { code: "code", strong: "strong", em: "em" };

// `go(link)` opens a link within the page.
export const runNodes = (runs, go) => runs.map((run) => runNode(run, go));

export const paragraph = (runs, go, attributes = {}) =>
  createNode("p", { "data-terms": "", ...attributes }, ...runNodes(runs, go));

function runNode(run, go) {
  if (typeof run === "string") return run;
  if (run.maths) return equation(run);
  if (run.link) return linkNode(run, go);
  return createNode(TAGS[run.kind], {}, run.words);
}

// A link that opens its place within the page, or in a window of its own where the visitor asks for one.
export function linkNode({ words, link }, go, attributes = {}) {
  const node = createNode("a", { href: linkWithin(link), class: "rnn-link", ...attributes }, words);
  node.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    go(link);
  });
  return node;
}

const equation = ({ maths, plain }) =>
  createNode("span", { class: "rnn-maths", role: "img", "aria-label": plain, translate: "no" }, mathsNode(maths));

const SPACED = new Set([..."=+−·⊙×≈<>≤≥≠→∈"]);

// A tree of an equation as nested elements.
export function mathsNode([kind, ...parts]) {
  const inner = () => parts.filter(Array.isArray).map(mathsNode);
  const box = (name, ...nodes) => createNode("span", { class: `rnn-maths-${name}` }, ...nodes);
  if (kind === "var") return createNode("i", {}, parts[0]);
  if (kind === "word") return box("word", parts[0]);
  if (kind === "sign") return SPACED.has(parts[0]) ? box("sign", parts[0]) : box("mark", parts[0]);
  if (kind === "row") return createNode("span", {}, ...inner());
  const [base, ...scripts] = inner();
  if (kind === "sub") return createNode("span", {}, base, createNode("sub", {}, ...scripts));
  if (kind === "sup") return createNode("span", {}, base, createNode("sup", {}, ...scripts));
  if (kind === "both") {
    const [low, high] = scripts;
    return createNode("span", {}, base, box("both", createNode("span", {}, high), createNode("span", {}, low)));
  }
  if (kind === "over") return box("over", base, createNode("span", {}, parts[1]));
  return box("frac", createNode("span", {}, base), createNode("span", {}, ...scripts));
}
