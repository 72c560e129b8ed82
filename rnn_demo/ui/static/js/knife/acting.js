// What the buttons of surgery do: edits that are made and taken back, each checked before it is made.

import { readTokens } from "../engine/network.js";
import { page } from "../stepper/state.js";
import { edit, freezing, refusalOfEdit } from "./edits.js";
import { showFindings } from "./findings.js";
import { search } from "./search.js";
import { fieldOf, rangeOf, say, shownPlace, surgery } from "./surgery.js";
import { redrawSurgery } from "./view.js";

// What reads: {loadNetwork, tokensFor}.
export const reader = async () => page.reading ?? import("../engine/loading.js");

async function tokensOfText(text) {
  const { tokensFor } = await reader();
  return (await tokensFor(surgery.network, text)).tokens;
}

// Why an edit cannot be made, in a sentence; "" where it can. Reads its source, if it has one.
export async function problemOf(each) {
  const problem = each.source ? await problemOfSource(each.source) : "";
  if (problem) return problem;
  return refusalOfEdit(surgery.network, surgery.tokens.length, each, (text) => surgery.sources.get(text).tokens.length);
}

// Read another text, unless it has been; why it cannot be, in a sentence, else "".
async function problemOfSource(text) {
  const { network, sources } = surgery;
  try {
    if (!sources.has(text)) sources.set(text, readTokens(network, await tokensOfText(text)));
    return "";
  } catch (error) {
    return error.message;
  }
}

// Make edits: all of them, or none and a sentence.
export async function make(edits) {
  const { base } = surgery;
  for (const each of edits) {
    const problem = await problemOf(each);
    if (base !== surgery.base) return; // another text was opened meanwhile
    if (problem) return say(problem);
  }
  remember();
  surgery.edits = [...surgery.edits.filter((former) => !edits.some((each) => isSamePlace(former, each))), ...edits];
  say("");
  redrawSurgery();
}

export const isSamePlace = (a, b) =>
  ["quantity", "unit", "first", "last", "layer", "direction"].every((name) => a[name] === b[name]);

export function remember() {
  surgery.past.push(surgery.edits);
  if (surgery.past.length > 100) surgery.past.shift();
}

export const ACTS = {
  undo: () => surgery.past.length && change(surgery.past.pop()),
  reset: () => surgery.edits.length && (remember(), change([])),
  hold: () => make([edit({ ...chosenPlace(), value: typedValue() })]),
  mean: () => holdAtMean(),
  all: () => make([edit({ ...chosenPlace(), unit: -1, value: typedValue() })]),
  freeze: () => {
    const edits = freezing(surgery.network, { ...chosenPlace(), unit: -1 });
    return edits.length ? make(edits) : say("This cell has no gate that keeps its state; hold h itself.");
  },
  take: () => takeFrom(surgery.unit),
  takeAll: () => takeFrom(-1),
  sweep: () => search(),
  detect: () => showFindings(),
};

export function change(edits) {
  surgery.edits = edits;
  say("");
  redrawSurgery();
}

const chosenPlace = () => ({
  ...shownPlace(),
  unit: surgery.unit,
  first: fieldOf("first").value - 1,
  last: fieldOf("last").value - 1,
});
const typedValue = () => {
  const text = fieldOf("value").value.trim().replace("−", "-").replace(",", ".");
  return text ? Number(text) : NaN;
};

// Take a unit, or with -1 the whole vector, from another text: from the chosen step, or from the last one of a text
// that is shorter, unless a visitor has typed another.
async function takeFrom(unit) {
  const [first, last] = ["intoFirst", "intoLast"].map((name) => fieldOf(name).value - 1),
    from = fieldOf("sourceFirst"),
    source = fieldOf("source").value.trim() ? fieldOf("source").value : " ";
  if (from.dataset.typed === undefined) {
    const mine = surgery.base,
      problem = await problemOfSource(source);
    if (mine !== surgery.base) return;
    if (problem) return say(problem);
    from.value = Math.max(1, Math.min(from.value, surgery.sources.get(source).tokens.length - (last - first)));
  }
  await make([edit({ ...shownPlace(), unit, first, last, source, sourceFirst: from.value - 1 })]);
}

function holdAtMean() {
  const range = rangeOf({ ...shownPlace(), unit: surgery.unit });
  if (!range) return say("The means are not known yet; they are being fetched.");
  return make([edit({ ...chosenPlace(), value: Math.fround(range.mean) })]);
}

export async function readControl() {
  const text = fieldOf("control").value.trim();
  surgery.control = null;
  if (!text) return;
  try {
    const tokens = await tokensOfText(text);
    surgery.control = { text, tokens, base: readTokens(surgery.network, tokens) };
  } catch (error) {
    say(error.message);
  }
}
