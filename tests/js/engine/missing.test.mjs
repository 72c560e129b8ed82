// What a handout says of words that it lacks.

import assert from "node:assert/strict";
import { test } from "node:test";

const { missingSentence } = await import("../../../rnn_demo/ui/static/js/handout/missing.js");
const network = { total: 23998, words: { piece: "word" } };

test("a word that a handout lacks is named, with how it is read", () => {
  assert.equal(missingSentence([], network), "");
  assert.equal(
    missingSentence(["hated"], network),
    "This file does not know “hated”: it reads it as <UNK>, so its answer may differ from the app’s. The app knows 23,998 words.",
  );
  const many = [..."abcdefghijk"];
  assert.match(missingSentence(many, network), /“g”, “h” and 3 more: it reads them as <UNK>/);
});
