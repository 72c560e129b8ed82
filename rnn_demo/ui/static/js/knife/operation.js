// Surgery in the page: a text read untouched and with edits, what that does to the answer, and every unit in turn.
// As rnn_demo.analysis.surgery does it; a test holds both to the same numbers. Nothing here draws.

import { answersOf, lastLogits, readTokens } from "../engine/network.js";
import { holdsOf } from "./edits.js";

// The trace of some tokens with edits; `traceOf(text)` is the trace of a source.
export const patchedTrace = (network, tokens, edits, traceOf, options = {}) =>
  readTokens(network, tokens, { ...options, holdOf: holdsOf(edits, traceOf) });

// The log odds of a label, log p / (1 - p), from all logits at a temperature; exact where p is near 1.
export function logOddsOf(logits, label, temperature) {
  const others = logits.filter((_, c) => c !== label).map((logit) => logit / temperature),
    highest = Math.max(...others),
    whole = others.reduce((total, logit) => total + Math.exp(logit - highest), 0);
  return logits[label] / temperature - highest - Math.log(whole);
}

const largestOf = (values) => values.reduce((best, value, k) => (value > values[best] ? k : best), 0);

// The effect on the answer, from the logits of both runs: {before, probability, becomes, logOdds, after,
// afterProbability}, the answers by their numbers.
export function effectOf(before, after, temperature) {
  const best = largestOf(before),
    now = largestOf(after),
    odds = logOddsOf(before, best, temperature),
    newOdds = logOddsOf(after, best, temperature);
  return {
    before: best,
    probability: shareOfOdds(odds),
    becomes: shareOfOdds(newOdds),
    logOdds: newOdds - odds,
    after: now,
    afterProbability: shareOfOdds(logOddsOf(after, now, temperature)),
  };
}

const shareOfOdds = (odds) => 1 / (1 + Math.exp(-odds));

// What edits do to a text: {base, patched, shares, partsAt, effect}: the traces, of both runs the probability of every
// label after each step, and the first step at which the best answers differ, -1 where they never do.
export function operateOn(network, tokens, edits, traceOf, base = readTokens(network, tokens)) {
  const patched = patchedTrace(network, tokens, edits, traceOf),
    answers = [base, patched].map((trace) => answersOf(network, trace)),
    [before, after] = answers.map((steps) => steps.map(({ logits }) => logits));
  const partsAt = before.findIndex((logits, t) => largestOf(logits) !== largestOf(after[t])),
    shares = answers.map((steps) => steps.map((step) => step.shares));
  return { base, patched, shares, partsAt, effect: effectOf(before.at(-1), after.at(-1), network.temperature) };
}

// Units of a quantity held in turn at their values over the whole text: [{unit, effect}], those that move the answer
// most first. `values` are one for each unit of the network.
export function sweepOver(network, tokens, place, values, units = [...values.keys()]) {
  const effectOfHold = holdingIn(network, tokens, place),
    found = units.map((unit) => ({ unit, effect: effectOfHold((vector) => (vector[unit] = values[unit])) }));
  return found.sort((a, b) => Math.abs(b.effect.logOdds) - Math.abs(a.effect.logOdds) || a.unit - b.unit);
}

// The effect of the whole quantity held at 0.
export const cutWhole = (network, tokens, place) => holdingIn(network, tokens, place)((vector) => vector.fill(0));

// The effect of what `hold` does to the vector of a place at every step.
function holdingIn(network, tokens, place) {
  const known = new Map(),
    untouched = lastLogits(network, tokens, null, known);
  return (hold) => {
    const act = (t, name, vector) => name === place.quantity && hold(vector),
      holdOf = ({ layer, direction }) => (layer === place.layer && direction === place.direction ? act : null);
    return effectOf(untouched, lastLogits(network, tokens, holdOf, known), network.temperature);
  };
}

const MOST_PRODUCTS = 6e8; // of two numbers, in a sweep that nobody asked for: a second on a laptop

// How many units a sweep can cut at once without a wait.
export function unitsAtOnce({ hidden, layers, cell }, steps) {
  const products = steps * layers.length * Math.max(1, cell.gates.length) * hidden ** 2;
  return Math.min(hidden, Math.max(8, Math.floor(MOST_PRODUCTS / products)));
}
