// The glossary on the page: its entries are fetched once, and the page is looked through whenever it has changed.

import { markPage } from "./marks.js";
import { makePattern } from "./terms.js";
import { makeTip } from "./tip.js";

const PAUSE = 400; // milliseconds between two looks at a page that keeps changing

export async function start() {
  const answer = await fetch(new URL("../glossary.json", import.meta.url)).catch(() => null);
  if (!answer?.ok) return; // the page works without it
  const entries = await answer.json();
  const pattern = makePattern(entries);
  let isPlanned = false;
  function look() {
    isPlanned = false;
    markPage(document.body, pattern);
  }
  function plan() {
    if (isPlanned) return;
    isPlanned = true;
    setTimeout(() => (globalThis.requestIdleCallback ?? setTimeout)(look), PAUSE);
  }
  makeTip(entries);
  plan();
  new MutationObserver(plan).observe(document.body, { childList: true, subtree: true, characterData: true });
}
