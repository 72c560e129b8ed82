// The head: logits, probabilities, and the answers that are shown after each step.

import { dot } from "./arithmetic.js";

const BEST = 3, // answers for each step
  HEAD_DIGITS = 5; // of the numbers of the head, after the point

const roundedTo = (value, digits) => (Number.isFinite(value) ? Number(value.toFixed(digits)) : null);

// What each pooled vector adds to the logit of label c at step t, and last its bias.
function termsOfLogit({ head, output }, pooled, t, c) {
  const row = output === "sigmoid" ? c - 1 : c; // of one output: the logit of the second label; the first one's is 0
  if (row < 0) return pooled.map(() => 0).concat(0);
  let from = row * head.weight.width;
  const parts = pooled.map(({ values, width }) => {
    from += width;
    return dot(head.weight.values, from - width, values, t * width, width);
  });
  return [...parts, head.bias.values[row]];
}

// The logits of all labels after step t, with their parts.
export function answersAfter(network, pooled, t) {
  const parts = network.labels.map((_, c) => termsOfLogit(network, pooled, t, c)),
    logits = parts.map((terms) => Math.fround(terms.reduce((total, term) => total + term, 0)));
  const scaled = logits.map((logit) => logit / network.temperature),
    highest = Math.max(...scaled),
    powers = scaled.map((logit) => Math.exp(logit - highest)),
    whole = powers.reduce((total, power) => total + power, 0),
    shares = powers.map((power) => power / whole);
  const order = [...shares.keys()].sort((a, b) => shares[b] - shares[a] || a - b);
  const best = Number.isFinite(whole) ? order.slice(0, BEST) : [];
  return { parts, logits, shares, best, log: highest + Math.log(whole) };
}

// The part of a trace that comes from the head.
export function readHead(network, pooled, T) {
  const steps = Array.from({ length: T }, (_, t) => answersAfter(network, pooled, t)),
    { labels, temperature, output } = network;
  return {
    answers: steps.map(({ best, shares }) => best.map((c) => [labels[c], roundedTo(shares[c], 4)])),
    undecided: steps.map(({ shares }) => Math.max(...shares) < network.least),
    head: {
      pooling: network.pooling,
      features: network.head.weight.width,
      output,
      temperature,
      count: labels.length,
      logits: steps.map(({ best, logits }) => best.map((c) => roundedTo(logits[c], HEAD_DIGITS))),
      parts: steps.map(({ best, parts }) => best.map((c) => parts[c].map((part) => roundedTo(part, HEAD_DIGITS)))),
      log_sum: steps.map(({ best, log }) => (best.length ? roundedTo(log, 7) : null)),
    },
  };
}
