import assert from "node:assert/strict";
import { test } from "node:test";

test("Gradio's styles apply once the first frame is there, and nothing else changes", async () => {
  const later = { rel: "preload" };
  globalThis.document = { querySelectorAll: (selector) => (selector === "link.later[rel=preload]" ? [later] : []) };
  await import("../../../rnn_demo/ui/static/js/landing/styles.js");
  delete globalThis.document;
  assert.equal(later.rel, "stylesheet");
});
