// Learn: words and pictures become elements as text, and a link hides what it names.

import assert from "node:assert/strict";
import { test } from "node:test";
import { install } from "../dom.mjs";

install();
const folder = "../../../rnn_demo/ui/static/js";
const { hiddenBy } = await import(`${folder}/core/classroom.js`);
const { mathsNode, runNodes } = await import(`${folder}/learn/runs.js`);
const { picture } = await import(`${folder}/learn/pictures.js`);
const progress = await import(`${folder}/learn/progress.js`);
const { answeredIn, isStepDone, keepLanguage, keepOutcome, keepSentence, keptLanguage, forgetAll, outcomeOf, sentenceOf } =
  progress;
const { languageMenu, languageOf } = await import(`${folder}/learn/languages.js`);
const { questionNode } = await import(`${folder}/learn/question.js`);

const tags = (node) => [node.tag, ...node.children.flatMap(tags)].filter(Boolean);

test("a link hides tabs and parts by their names, and nothing that is no name", () => {
  assert.deepEqual(hiddenBy("heading, LAB"), [
    "#heading, .first-heading",
    'button[data-tab-id="lab"], .first-tabs a[href="?tab=lab"]',
  ]);
  assert.deepEqual(hiddenBy('a"]{},b c,<b>,'), []);
});

test("text stays text, whatever is in it", () => {
  const [text, code] = runNodes(["<b>bold</b>", { kind: "code", words: "<i>" }], () => {});
  assert.equal(text, "<b>bold</b>");
  assert.equal(code.tag, "code");
  assert.equal(code.textContent, "<i>");
});

test("an equation is nested elements", () => {
  const node = mathsNode(["row", ["sub", ["var", "h"], ["var", "t"]], ["sign", "="], ["frac", ["word", "1"], ["word", "2"]]]);
  assert.equal(node.textContent, "ht=12");
  assert.deepEqual(tags(node).filter((tag) => tag !== "span"), ["i", "sub", "i"]);
});

test("a grid has a row for each unit, what may be chosen is a button, and a column is outlined", () => {
  const view = {
    kind: "grid",
    label: "states",
    columns: [
      { name: "h", top: "e 97%" },
      { name: "e", top: "l 98%" },
    ],
    tops: "answer so far",
    rows: ["unit 1"],
    values: [[-0.5, 0.25]],
    scale: 1,
    digits: 2,
    outlined: 1,
  };
  let chosen = null;
  const node = picture(view, {}, { kind: "word", choose: (k) => (chosen = k) });
  const buttons = [];
  const visit = (each) => {
    if (each.tag === "button") buttons.push(each);
    each.children.forEach(visit);
  };
  visit(node);
  assert.equal(buttons.length, 2);
  buttons[1].listeners.click[0]?.({}) ?? buttons[1].listeners.click({});
  assert.equal(chosen, 1);
  assert.match(node.textContent, /answer so far.*−0\.50/);
  assert.deepEqual(node.querySelectorAll(".learn-outlined").map(({ textContent }) => textContent), ["e", "l 98%", "0.25"]);
  const rows = [];
  const byRow = picture(view, {}, { kind: "unit", choose: (k) => rows.push(k) });
  byRow.querySelectorAll(".learn-outlined")[2].send("click");
  assert.deepEqual(rows, [0]);
});

test("a chain has a box for each token and a name for each state, the first one included", () => {
  const node = picture({ kind: "chain", label: "hi", tokens: ["h", "i"], states: ["h₀", "h₁", "h₂"] }, {});
  const texts = node.all().filter(({ tag }) => tag === "text");
  assert.deepEqual(texts.map(({ textContent }) => textContent), ["h₀", "h₁", "h₂", "f, W", "h", "f, W", "i"]);
  assert.equal(node.all().filter(({ tag }) => tag === "rect").length, 2);
});

test("where nothing is said to an answer, that is said, and another one may be given", async () => {
  const question = { kind: "choose", asks: [], choices: [{ key: "a", words: ["A"] }] };
  const words = { failed: "This did not arrive.", show: "Show the answer", choose: "Choose" };
  const ask = async () => {
    throw new Error("offline");
  };
  const node = questionNode(question, { words, go() {}, done() {}, ask });
  node.given("a");
  assert.equal(node.getAttribute("aria-busy"), "true");
  await new Promise(setImmediate);
  assert.match(node.textContent, /This did not arrive\.$/);
  assert.equal(node.getAttribute("aria-busy"), null);
});

test("a question that is over comes back with what was given and why it is right", async () => {
  const question = { kind: "number", asks: [], unit: "" };
  const words = { show: "Show the answer", number: "Your number", check: "Check" };
  const judged = { right: true, said: ["Right."], because: ["7 letters."], answer: ["7"], view: null, marked: [] };
  let reply = null;
  const about = { words, go() {}, ask: async () => judged, done: (_outcome, told) => (reply = told) };
  const first = questionNode(question, about);
  first.given("7");
  await new Promise(setImmediate);
  const again = questionNode(question, { ...about, former: reply });
  assert.match(again.textContent, /Right\.7 letters\.$/);
  assert.equal(again.all().find(({ tag }) => tag === "input").value, "7");
});

test("what was done is counted, and a right answer stays right", () => {
  forgetAll();
  keepOutcome(1, 1, 0, "right");
  keepOutcome(1, 1, 0, "shown");
  keepOutcome(1, 2, 1, "shown");
  assert.equal(outcomeOf(1, 1, 0), "right");
  assert.equal(answeredIn(1, [1, 2]), 2);
  assert.deepEqual([isStepDone(1, 1, 1), isStepDone(1, 2, 2), isStepDone(1, 3, 0)], [true, false, false]);
  keepSentence(1, "my words");
  assert.equal(sentenceOf(1), "my words");
  forgetAll();
  assert.equal(answeredIn(1, [1, 2]), 0);
});

test("the language is the link's, else the chosen one, else the browser's, else English", () => {
  const available = ["en", "es"];
  assert.equal(languageOf(available, { link: "es", chosen: "en", browser: ["en"] }), "es");
  assert.equal(languageOf(available, { link: "xx", chosen: "es", browser: ["es"] }), "en");
  assert.equal(languageOf(available, { link: "", chosen: "en", browser: ["es-ES"] }), "en");
  assert.equal(languageOf(available, { link: "", chosen: null, browser: ["fr-FR", "es-MX", "en"] }), "es");
  assert.equal(languageOf(available, { link: "", chosen: "xx", browser: ["fr"] }), "en");
  assert.equal(languageOf(available, { link: "ES-mx" }), "es");
});

test("the menu names each language in its own words, says which one it is, and changes to another", () => {
  const spoken = [];
  const node = languageMenu({ en: { name: "English" }, es: { name: "Español" } }, "es", "Idioma", (language) =>
    spoken.push(language),
  );
  const links = node.all().filter(({ tag }) => tag === "a");
  assert.deepEqual(links.map((link) => [link.textContent, link.attributes.lang]), [["English", "en"], ["Español", "es"]]);
  assert.deepEqual(links.map((link) => link.attributes["aria-current"]), [undefined, "true"]);
  assert.match(links[0].attributes.href, /\?lang=en$/);
  for (const link of links) link.send("click");
  assert.deepEqual(spoken, ["en"]);
});

test("a language that was chosen stays when the progress is forgotten", () => {
  keepLanguage("es");
  keepOutcome(1, 1, 0, "right");
  forgetAll();
  assert.equal(keptLanguage(), "es");
  assert.equal(outcomeOf(1, 1, 0), undefined);
});
