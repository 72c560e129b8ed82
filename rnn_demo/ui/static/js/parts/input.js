// What x is at a step: one-hot, an embedding with its nearest words, or numbers that were given.

import { createNode } from "../core/dom.js";
import { tokenText } from "../core/text.js";
import { hasAddress, page, state } from "../stepper/state.js";
import { rowAt } from "../stepper/trace.js";

const cache = new Map(); // nearest words of a trace's tokens, by model and tokens

// The kind of the input row in one or two words, for its name.
export const inputKind = ({ input }) =>
  ({ one_hot: "one-hot", embedding: "embedding", numbers: "given numbers" })[input.kind] ?? "";

// What x_t is, in a sentence or two.
export function inputInWords(trace, t) {
  const { input, piece } = trace,
    token = tokenText(trace.tokens[t]),
    width = trace.x.width.toLocaleString("en");
  if (input.kind === "one_hot") {
    const place = 1 + rowAt(trace.x, t).findIndex((value) => value !== 0);
    const what = trace.unknown.includes(trace.tokens[t]) ? `every unknown ${piece}` : `the ${piece} “${token}”`;
    const rest = "is 1 and every other one 0. Nothing in it is learnt.";
    return `One-hot: ${width} numbers, of which number ${place}, that of ${what}, ${rest}`;
  }
  if (input.kind !== "embedding")
    return `${width} numbers given for this step. There is no vocabulary here to say more about them.`;
  const missing = `“${token}” is not in the vocabulary`;
  if (!trace.unknown.includes(trace.tokens[t]))
    return `An embedding: ${width} numbers learnt for the ${piece} “${token}”, the same ones wherever it occurs.`;
  return input.spells
    ? `${missing}: its ${width} numbers are put together from those of its pieces of 1 to 4 letters.`
    : `${missing}: it is read as <UNK>, with the ${width} numbers of every unknown ${piece}.`;
}

// The nearest words of all tokens of a trace, fetched once: stepping asks for nothing.
async function fetchNearest(trace) {
  const words = [...new Set(trace.tokens)],
    key = JSON.stringify([trace.checkpoint, words]);
  if (!cache.has(key)) {
    const { nearest, error } = await page.server.embedding_neighbours({ checkpoint: trace.checkpoint, words });
    if (error) throw new Error(error);
    cache.set(key, new Map(words.map((word, k) => [word, nearest[k]])));
  }
  return cache.get(key);
}

const bar = (cosine) =>
  createNode(
    "span",
    { class: "cosine", "aria-hidden": "true" },
    createNode("i", { style: `width:${(100 * Math.max(0, cosine)).toFixed(1)}%` }),
  );

const nearestList = (found) =>
  createNode(
    "ol",
    { class: "nearest", translate: "no" },
    ...found.map(([word, cosine]) =>
      createNode("li", {}, createNode("b", {}, tokenText(word)), bar(cosine), cosine.toFixed(2).replace("-", "−")),
    ),
  );

// Random vectors of n numbers have cosines of about ±1/√n. Only what is beyond three times that says something.
const chance = (trace) => 1 / Math.sqrt(trace.x.width);
const standOut = (trace, found) => Math.max(...found.map(([, cosine]) => cosine)) > 3 * chance(trace);

// What the nearest words are, or why they are not shown: those of letters often say nothing.
export function nearestInWords(trace, t, found) {
  const by = "by the cosine of their embeddings (1 is the same direction",
    random = `vectors of ${trace.x.width} random numbers have about ±${chance(trace).toFixed(2)})`;
  if (standOut(trace, found)) return `The nearest ${trace.piece}s, ${by}, ${random}:`;
  const most = Math.max(...found.map(([, cosine]) => cosine)).toFixed(2).replace("-", "−");
  return (
    `No other ${trace.piece} is near “${tokenText(trace.tokens[t])}”, ${by}; the largest is ${most}, ` +
    `and ${random}. What it means shows in the states, where it meets the ${trace.piece}s around it.`
  );
}

export async function drawInput(box) {
  const { trace, t } = state,
    place = createNode("div");
  box.replaceChildren(
    createNode("h2", {}, `x at step ${t + 1}: ${tokenText(trace.tokens[t])}`),
    createNode("p", {}, inputInWords(trace, t)),
    place,
  );
  if (trace.input.kind !== "embedding" || !hasAddress()) return;
  const isCurrent = () => state.trace === trace && state.t === t;
  try {
    const found = (await fetchNearest(trace)).get(trace.tokens[t]);
    if (!isCurrent()) return; // the reader has moved on
    place.append(createNode("p", { class: "note", "data-terms": "" }, nearestInWords(trace, t, found)));
    if (standOut(trace, found)) place.append(nearestList(found));
  } catch (error) {
    const why = `The nearest words could not be fetched: ${error.message}`;
    if (isCurrent()) place.append(createNode("p", { class: "note" }, why));
  }
  box.dataset.drawn = String(t); // tests wait for this
}
