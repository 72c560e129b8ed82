import assert from "node:assert/strict";
import { test } from "node:test";
import { picture } from "../../../rnn_demo/ui/static/js/glossary/pictures.js";
import { findTerms, makePattern, placeBeside } from "../../../rnn_demo/ui/static/js/glossary/terms.js";
import { Node, install } from "../dom.mjs";

install();

const ENTRIES = [
  { name: "gate", forms: ["gates"] },
  { name: "forget gate", forms: ["forget-gate"] },
  { name: "W_hh", forms: [] },
  { name: "σ", forms: ["sigma"] },
  { name: "C++ (1)", forms: [] },
];
const find = (text, used = new Set()) =>
  findTerms(text, makePattern(ENTRIES), used).map(({ start, stop, name }) => [text.slice(start, stop), name]);

test("a term is found in any form and any case, as a whole word, the longest one first", () => {
  assert.deepEqual(find("Gates open."), [["Gates", "gate"]]);
  assert.deepEqual(find("the forget  gate and other gates"), [
    ["forget  gate", "forget gate"],
    ["gates", "gate"],
  ]);
  assert.deepEqual(find("the forget-gate bias"), [["forget-gate", "forget gate"]]);
  assert.deepEqual(find("investigate a gateway, a sub-gate and gate_2"), []);
  assert.deepEqual(find("W_hh σ"), [
    ["W_hh", "W_hh"],
    ["σ", "σ"],
  ]);
  assert.deepEqual(find("Is C++ (1) a pattern?"), [["C++ (1)", "C++ (1)"]]);
});

test("each term is found at its first use alone, also from text to text", () => {
  const used = new Set();
  assert.equal(find("a gate, a gate", used).length, 1);
  assert.deepEqual(find("gates and sigma", used), [["sigma", "σ"]]);
});

test("the box stays in the window, above its term where there is no room below", () => {
  const room = { width: 390, height: 844 },
    size = { width: 320, height: 200 };
  assert.deepEqual(placeBeside({ left: 20, top: 100, bottom: 120 }, size, room), { x: 20, y: 126 });
  assert.deepEqual(placeBeside({ left: 300, top: 100, bottom: 120 }, size, room), { x: 62, y: 126 });
  assert.deepEqual(placeBeside({ left: 2, top: 700, bottom: 720 }, size, room), { x: 8, y: 494 });
});

test("pictures show the numbers of their descriptions", () => {
  const bars = picture("bars Paris 0.8, Rome 0.2");
  assert.ok(bars instanceof Node);
  assert.match(bars.textContent, /Paris.*Rome/);
  const widths = bars.children.filter(({ tag }) => tag === "rect").map((bar) => Number(bar.attributes.width));
  assert.ok(Math.abs(widths[0] / widths[1] - 4) < 1e-9);
  assert.equal(picture("cells a 1 0; b . x").children.filter(({ tag }) => tag === "rect").length, 4);
  assert.equal(picture("nothing of the kind"), null);
  assert.equal(picture(""), null);
});
