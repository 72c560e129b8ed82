// Networks beside each other: columns, partings, twins and lines, without a page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { install } from "../dom.mjs";

install();

const folder = "../../../rnn_demo/ui/static/js/beside";
const { columnsOfStep, commonPairs, mergedColumns, placesRead } = await import(`${folder}/alignment.js`);
const { agreementFrom, distances, firstChange, firstParting, partingInWords, twinInWords } = await import(
  `${folder}/parting.js`
);
const { drawGutter, layOutRows } = await import(`${folder}/stage.js`);
const { changesUnread } = await import(`${folder}/view.js`);
const { changesOf, spansOf } = await import(`${folder}/twins.js`);
const { answerPoints, labelsInQuestion, memoryPoints, updatePoints } = await import(`${folder}/measures.js`);

const words = (text) => text.split(" ");

test("the same tokens stand in the same columns", () => {
  const lists = [words("a b c"), words("a b c")];
  assert.deepEqual(mergedColumns(lists), [[0, 0], [1, 1], [2, 2]]);
});

test("a word put in has a column of its own, a word changed has not", () => {
  assert.deepEqual(mergedColumns([words("is good"), words("is not good")]), [[0, 0], [-1, 1], [1, 2]]);
  assert.deepEqual(mergedColumns([words("is not good"), words("is good")]), [[0, 0], [1, -1], [2, 1]]);
  assert.deepEqual(mergedColumns([words("is good ."), words("is bad .")]), [[0, 0], [1, 1], [2, 2]]);
});

test("every token of every list has one column, in order, however the lists differ", () => {
  let seed = 7;
  const random = (n) => (seed = (seed * 16807) % 2147483647) % n;
  for (let trial = 0; trial < 300; trial++) {
    const lists = Array.from({ length: 1 + random(4) }, () => Array.from({ length: 1 + random(9) }, () => "abc"[random(3)]));
    const columns = mergedColumns(lists);
    lists.forEach((list, k) => {
      assert.deepEqual(columns.map((at) => at[k]).filter((place) => place >= 0), [...list.keys()]);
    });
    assert.ok(columns.every((at) => at.length === lists.length && at.some((place) => place >= 0)));
    const ranges = lists[0].map((_, t) => columnsOfStep(columns, t));
    assert.equal(ranges[0][0], 0);
    assert.equal(ranges.at(-1)[1], columns.length - 1);
    ranges.forEach(([from, to], t) => {
      assert.ok(from <= to);
      if (t) assert.equal(from, ranges[t - 1][1] + 1);
    });
  }
});

test("256 tokens that all differ are laid out at once", () => {
  const lists = [0, 1, 2, 3].map((k) => Array.from({ length: 256 }, (_, t) => `${k}:${t}`));
  assert.equal(mergedColumns(lists).length, 256);
  assert.deepEqual(commonPairs(["a", "b", "c"], ["b", "c", "d"]), [[1, 0], [2, 1]]);
});

const trace = (answers, undecided = []) => ({
  asks: "answer so far",
  length: answers.length,
  tokens: answers.map((_, t) => `t${t}`),
  answers: answers.map((name) => [[name, 0.8]]),
  undecided: answers.map((_, t) => undecided.includes(t)),
});
const rowOf = (name, answers, undecided) => ({ name, trace: trace(answers, undecided), read: [...answers.keys()] });
const ABOUT = { columns: [[0], [1], [2]], lists: [["x", "y", "z"]] };

test("the first step at which two decided answers differ is named, and how it ends", () => {
  const rows = [rowOf("A", ["p", "p", "p"]), rowOf("B", ["q", "q", "p"], [0]), rowOf("C", ["r", "r", "p"], [0, 1])];
  assert.equal(firstParting(rows, 3), 1);
  assert.equal(agreementFrom(rows, 3), 2);
  assert.equal(
    partingInWords(rows, ABOUT.columns, ABOUT.lists),
    "Their answers part at step 2, “y”: A says p; B q; C is undecided. From step 3, “z”, on all say p.",
  );
});

test("what reads in both directions is named apart where the others part", () => {
  const both = rowOf("D", ["p", "p", "p"]);
  both.trace.directions = 2;
  const rows = [rowOf("A", ["p", "p", "p"]), rowOf("B", ["q", "q", "p"]), both];
  assert.equal(
    partingInWords(rows, ABOUT.columns, ABOUT.lists),
    "Their answers part at step 1, “x”: A says p; B q; knowing the end already, D says p. From step 3, “z”, on all say p.",
  );
});

test("a twin with a word that its network does not know is told from one with words that it knows", () => {
  const read = (tokens, unknown, spells = false) => ({ network: { words: { input: { spells } } }, trace: { tokens, unknown } });
  const first = read(["is", "good"], []);
  assert.equal(changesUnread({ first, second: read(["is", "zorgy"], ["zorgy"]) }), true);
  assert.equal(changesUnread({ first, second: read(["is", "bad"], []) }), false);
  assert.equal(changesUnread({ first: read(["is", "good"], [], true), second: read(["is", "zorgy"], ["zorgy"]) }), false);
  assert.equal(changesUnread({ first, second: null }), false);
});

test("the names of rows and what networks they are have room, on a phone, too", () => {
  const row = (name) => ({ ...rowOf(name, ["p"]), about: "RNN (tanh), 128 units", colour: "#000" });
  const written = (name, width) => {
    const view = { rows: [row(name)], columns: [[0]], lists: [["x"]], readers: ["token"] };
    const texts = drawGutter(view, layOutRows(view, width), 0).children.map((node) => node.textContent);
    return texts.filter(Boolean);
  };
  assert.ok(written("sentiment-notebook", 1200).includes("sentiment-notebook"));
  assert.ok(written("sentiment-notebook", 1200).includes("RNN (tanh), 128 units"));
  assert.ok(written("names-deep", 380).includes("names-deep"));
  assert.ok(layOutRows({ rows: [], columns: [], lists: [] }, 380).gutter - 18 >= 8.6 * "names-deep".length);
});

test("networks that never contradict each other are said not to", () => {
  const rows = [rowOf("A", ["p", "p", "p"]), rowOf("B", ["q", "p", "p"], [0])];
  assert.equal(firstParting(rows, 3), -1);
  assert.equal(
    partingInWords(rows, ABOUT.columns, ABOUT.lists),
    "No two of them contradict each other; from step 2, “y”, on all say p.",
  );
  const open = [rowOf("A", ["p", "p", "p"]), rowOf("B", ["q", "q", "q"], [0, 1, 2])];
  assert.equal(
    partingInWords(open, ABOUT.columns, ABOUT.lists),
    "No two of them contradict each other; at the end A says p; B is undecided.",
  );
});

const reading = (name, states, shares, columns, list) => ({
  name,
  labels: ["no", "yes"],
  columns,
  list,
  read: placesRead(columns, list),
  shares,
  states: [{ width: 1, values: Float32Array.from(states) }],
  trace: trace(shares.map(([no]) => (no > 0.5 ? "no" : "yes"))),
});

test("of twins it is said where they part, what is left of the difference and of the answer", () => {
  const lists = [words("is good ."), words("is bad .")],
    columns = mergedColumns(lists);
  const first = reading("A", [0, 0.5, 0.5], [[0.5, 0.5], [0.1, 0.9], [0.1, 0.9]], columns, 0),
    second = reading("A", [0, -0.5, 0.25], [[0.5, 0.5], [0.8, 0.2], [0.6, 0.4]], columns, 1);
  assert.equal(firstChange(columns, lists), 1);
  assert.deepEqual(distances(first, second, 3), [0, 1, 0.25]);
  assert.equal(
    twinInWords(first, second, columns, lists),
    "The texts part at step 2, “good”: “good” in the text, “bad” in the twin. The difference of the states is largest " +
      "at step 2, “good”, and 25% of that is left at the end. The answer turns from yes to no; yes has 90% and 40%.",
  );
  assert.match(twinInWords(first, second, columns, lists, true), /should not matter, but moves the answer by 50\.0 points\.$/);
  assert.match(twinInWords(first, first, mergedColumns([lists[0], lists[0]]), [lists[0], lists[0]]), /same tokens/);
});

test("a word put in is “nothing” in the other text", () => {
  const lists = [words("good"), words("not good")],
    columns = mergedColumns(lists);
  const first = reading("A", [1], [[0.1, 0.9]], columns, 0),
    second = reading("A", [0.5, 2], [[0.5, 0.5], [0.2, 0.8]], columns, 1);
  assert.match(twinInWords(first, second, columns, lists), /part at “not”: nothing in the text, “not” in the twin\. The difference of the states is largest at the end\./);
});

test("tokens are found in their text, and words are changed there", () => {
  const text = "The film isn’t good.",
    tokens = ["the", "film", "is", "n't", "good", "."];
  assert.deepEqual(spansOf(text, tokens), [[0, 3], [4, 8], [9, 11], [11, 14], [15, 19], [19, 20]]);
  const options = { opposites: [["good", "bad"]], names: [["Maria", "Boris"]] };
  const twins = (t) => changesOf(text, tokens, t, options).map(({ text: twin }) => twin);
  assert.deepEqual(twins(4), ["The film isn’t bad."]); // it is negated already
  assert.deepEqual(twins(3), ["The film is good."]);
  assert.deepEqual(twins(1), []);
  const all = (sentence, t) => changesOf(sentence, sentence.toLowerCase().match(/n't|\w+(?=n't)|\w+|\./g), t, options).map((each) => each.text);
  assert.deepEqual(all("Good film.", 0), ["Bad film.", "not Good film."]);
  assert.deepEqual(all("It was good.", 2), ["It was bad.", "It was not good."]);
  assert.deepEqual(all("I can't lie.", 2), ["I can lie."]);
  assert.deepEqual(all("Maria won.", 0), ["Boris won."]);
  assert.deepEqual(
    changesOf("Ivan", [..."ivan"], 3, { letters: true }).map((each) => each.text),
    ["Iva", "Ivana", "Ivano", "Ivans"],
  );
});

test("lines have a point in each column that a network reads something in", () => {
  const columns = [[0], [-1], [1]];
  const row = {
    columns,
    list: 0,
    labels: ["no", "yes"],
    shares: [[0.25, 0.75], [0.5, 0.5]],
    trace: {
      depth: 1,
      length: 2,
      tokens: ["a", "b"],
      answers: [[["yes", 0.75]], [["no", 0.5]]],
      layers: [
        {
          layer: 0,
          back: false,
          initial: { h: { values: Float32Array.from([0, 0]) } },
          quantities: { h: { width: 2, values: Float32Array.from([3, 4, 3, 4]) } },
        },
      ],
    },
  };
  assert.deepEqual(answerPoints(row, "yes"), [[0, 75], [2, 50]]);
  assert.deepEqual(answerPoints(row, "maybe"), []);
  assert.deepEqual(updatePoints(row), [[0, Math.sqrt(12.5)], [2, 0]]);
  assert.deepEqual(memoryPoints(row, [[1, 4]]), [[0, 25], [2, 100]]);
  assert.deepEqual(labelsInQuestion([row]), ["no", "yes"]);
});
