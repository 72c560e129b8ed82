// What cannot be held is refused in a sentence.

import assert from "node:assert/strict";
import { test } from "node:test";

const { edit, refusalOfEdit } = await import("../../../rnn_demo/ui/static/js/knife/edits.js");
const network = { cell: { quantities: [{ name: "h" }] }, layers: [{ layer: 0, direction: "forward" }], hidden: 4 };
const refusal = (fields) => refusalOfEdit(network, 5, edit({ quantity: "h", ...fields }), () => 3);

test("a step of another text is a whole one that it has", () => {
  assert.equal(refusal({ source: "Ivan", sourceFirst: 1, last: 1 }), "");
  assert.match(refusal({ source: "Ivan", sourceFirst: 0.5 }), /The other text has 3 steps, not steps 1\.5 to 1\.5;/);
  assert.match(refusal({ source: "Ivan", sourceFirst: 2, last: 1 }), /not steps 3 to 4; choose among 1 to 3\.$/);
});
