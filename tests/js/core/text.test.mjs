import assert from "node:assert/strict";
import { test } from "node:test";
import * as text from "../../../rnn_demo/ui/static/js/core/text.js";

test("a share is a whole percentage, and never quite none or all", () => {
  assert.deepEqual([0, 0.001, 0.005, 0.5, 0.995, 1].map((share) => text.percent(share)), [
    "0%",
    "<1%",
    "<1%",
    "50%",
    ">99%",
    "100%",
  ]);
  assert.equal(text.percent(NaN), "not a number");
  assert.equal(text.percent(null), "not a number");
  assert.deepEqual(
    [0, 0.0004, 0.494, 0.9996, 1].map((share) => text.percent(share, 1)),
    ["0.0%", "<0.1%", "49.4%", ">99.9%", "100.0%"],
  );
});

test("a number is written in about three digits", () => {
  const written = [0, 0.0003, 0.25, 12.34, 140.4, 20000].map(text.shortNumber);
  assert.deepEqual(written, ["0.00", "3e-4", "0.25", "12.3", "140", "2e4"]);
  for (const value of [null, NaN, Infinity]) assert.equal(text.shortNumber(value), "not a number");
});

test("powers of ten, signs and thousands", () => {
  assert.deepEqual([-12, 0, 1, 3].map(text.powerOfTen), ["10⁻¹²", "1", "10", "10³"]);
  assert.deepEqual([0.256, -1.5, 0, -0.004].map(text.signed), ["+0.26", "−1.50", "0.00", "0.00"]);
  assert.deepEqual(["-0.00", "-0", "-1.20", "3"].map(text.minus), ["0.00", "0", "−1.20", "3"]);
  assert.equal(text.count(1234567), "1,234,567");
});

test("what an SVG file cannot hold is replaced by a sign", () => {
  assert.equal(text.printable("a\u0000b\n"), "a\u2400b\u240a");
  assert.equal(text.printable("\ud800 \ufffe 😀"), "\ufffd \ufffd 😀");
  assert.equal(text.tokenText(" "), "␣");
  assert.equal(text.tokenText("\t"), "\u2409");
});

test("a text is cut between letters, never inside one", () => {
  assert.equal(text.shortened("😀".repeat(20), 5), "😀😀😀😀…");
  assert.equal(text.shortened("four", 4), "four");
  assert.equal(text.fitted("forget gate", 64), "forget ga…");
  assert.equal(text.fitted("forget gate", 1), "f…");
});

test("words are wrapped into lines, none of them lost", () => {
  const words = "the network reads one word after the other";
  const lines = text.wrapped(words, 12);
  assert.equal(lines.join(" "), words);
  assert.ok(lines.every((line) => line.length <= 12));
  assert.deepEqual(text.wrapped("incomprehensibilities", 5), ["incomprehensibilities"]);
});
