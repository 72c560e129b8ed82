import assert from "node:assert/strict";
import { test } from "node:test";
import { keepQuietOnLeaving } from "../../../rnn_demo/ui/static/js/core/leaving.js";

test("a page that is left reports no closed connection, and everything else as ever", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const written = [],
    log = { error: (...words) => written.push(words.join(" ")) };
  const leave = {},
    firstOfAll = { capture: true }; // Gradio closes its connections in a listener of its own
  const page = {
    addEventListener(sign, act, how) {
      assert.deepEqual(how, firstOfAll);
      leave[sign] = act;
    },
  };
  keepQuietOnLeaving(page, log);
  log.error("Unexpected error", "Connection errored out.");
  for (const sign of ["beforeunload", "pagehide"]) {
    leave[sign]();
    log.error("Unexpected error", "Connection errored out.");
    log.error("AbortError: signal is aborted without reason");
    if (sign === "beforeunload") t.mock.timers.tick(10000);
  }
  log.error("a fault");
  t.mock.timers.tick(10000);
  log.error("AbortError: signal is aborted without reason");
  assert.deepEqual(written, [
    "Unexpected error Connection errored out.",
    "a fault",
    "AbortError: signal is aborted without reason",
  ]);
});
