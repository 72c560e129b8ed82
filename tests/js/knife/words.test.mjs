// What surgery says: of edits, of the unit that it opens on, of values beyond what is usual, of the detective's search.

import assert from "node:assert/strict";
import { test } from "node:test";

const folder = "../../../rnn_demo/ui/static/js/knife";
const { edit, editsAsText, editsFromText, editsInForce } = await import(`${folder}/edits.js`);
const { beyondInWords, openingInWords, titleInWords } = await import(`${folder}/words.js`);
const { findingsInWords } = await import(`${folder}/findings.js`);
const { colourOfAnswer, placesFor } = await import(`${folder}/plot.js`);
const { unitsAtOnce } = await import(`${folder}/operation.js`);
const network = { depth: 1, layers: [{}] };

test("the title of a picture says what was done, or which unit is shown", () => {
  const unit = { quantity: "c", unit: 118, layer: 0, direction: "forward" },
    whole = edit({ quantity: "c", first: 2, last: 3, source: "a bad film", sourceFirst: 1 });
  assert.equal(titleInWords(network, [], unit), "c of unit 119");
  assert.equal(
    titleInWords(network, [whole], unit),
    "the whole vector c, steps 3 to 4: taken from steps 2 to 3 of “a bad film”",
  );
  const held = edit({ ...unit, value: -0.5 });
  assert.match(titleInWords(network, [held, whole, held], unit), /^c of unit 119, step 1: held at −0\.5; .*; 1 more$/);
});

test("an edit that a later one overrules is not in force, and is not said to be beyond", () => {
  const far = edit({ quantity: "c", unit: 3, value: 1.29, first: 1, last: 2 }),
    over = edit({ quantity: "c", unit: 3, value: 0, first: 0, last: 5 }),
    part = edit({ quantity: "c", value: 0, first: 2, last: 5 });
  assert.deepEqual(editsInForce([far, over]), [over]);
  assert.deepEqual(editsInForce([far, part]), [far, part]); // step 2 is left
  assert.deepEqual(editsInForce([over, far]), [over, far]);
  assert.deepEqual(editsInForce([far, { ...over, quantity: "h" }, { ...over, layer: 1 }, { ...over, unit: 4 }]).length, 4);
  const range = () => ({ low: -1, high: 1 });
  assert.match(beyondInWords([far], range, "texts"), /1\.29 is beyond/);
  assert.equal(beyondInWords([far, over], range, "texts"), "");
});

test("a source stands in a link as it was typed, but for what parts edits", () => {
  const source = "5% more; not a bad ~ film!",
    edits = [edit({ quantity: "c", first: 2, last: 2, source, sourceFirst: 1 })],
    text = editsAsText(edits);
  assert.equal(text, "c@3-3~5%25 more%3B not a bad ~ film!.2");
  assert.deepEqual(editsFromText(text), { edits, wrong: [] });
  assert.equal(editsFromText("c@3-3~not%20bad.2").edits[0].source, "not bad"); // links of before
});

test("surgery says whether any unit alone turns the answer", () => {
  const effect = (after, logOdds) => ({ before: 0, after, logOdds }),
    labels = ["positive", "negative"],
    found = [{ unit: 4, effect: effect(0, -1.5) }, { unit: 2, effect: effect(0, 0.2) }];
  const most = "Unit 5 is shown: cut to 0, it moves positive most (−1.50 in log odds).";
  assert.equal(
    openingInWords(labels, "c", found, effect(1, -9), true),
    `${most} No single unit of c turns the answer; the whole vector c does.`,
  );
  assert.match(openingInWords(labels, "c", found, effect(0, -2), true), /turns the answer, nor does the whole vector\.$/);
  assert.equal(openingInWords(labels, "c", found, effect(1, -9), false), most); // not all were tried
  const turning = [{ unit: 4, effect: effect(1, -1.5) }];
  assert.equal(openingInWords(labels, "c", turning, effect(1, -9), true), most);
});

test("few units are cut unasked where each takes long", () => {
  const of = (hidden) => unitsAtOnce({ hidden, layers: [{}], cell: { gates: ["i", "f", "g", "o"] } }, 8);
  assert.equal(of(32), 32);
  assert.ok(of(512) < 512);
  assert.equal(of(4096), 8);
});

test("the detective's search is summed up with what was found", () => {
  const counts = { corpus: "118 texts", features: 51, units: 512, nothing: 12 };
  assert.match(findingsInWords(counts), /^51 features were looked for in 118 texts\. 500 of the 512 units follow/);
  assert.match(findingsInWords({ ...counts, nothing: 0 }), /All 512 units follow at least one/);
});

test("words have room for a space between them, and letters need little", () => {
  const stepOf = (tokens) => placesFor(300, tokens, [-1, 1]).step;
  assert.equal(stepOf(Array(20).fill("wonderfully")), 68);
  assert.equal(stepOf(Array(20).fill("film")), 44);
  assert.equal(stepOf([..."abcdefghijklmnop"]), 30);
});

test("negative and positive have their own colours", () => {
  assert.deepEqual(["negative", "Italian", "positive"].map(colourOfAnswer), ["is-negative", "answer-1", "is-positive"]);
});
