// Networks from the server: the weights of one are fetched once, the embeddings of a text's words when it is read.

import { addTokens, openNetwork, readTokens } from "./network.js";
import { formsOf, isCutHere, refusalOf, tokensForTrace } from "./vocabulary.js";

const MOST_NETWORKS = 8, // kept; then the least recently used goes
  PATIENCE = 30000; // milliseconds

const networks = new Map(); // promises by the name of the checkpoint

// The address of a network beside that of the scripts, wherever the page itself is.
const addressOfNetwork = (checkpoint) =>
  new URL(`../../../networks/${encodeURIComponent(checkpoint)}`, import.meta.url).href;

// What the server answers; an Error whose message is a sentence where it refuses, or does not answer.
async function ask(what, address, options = {}) {
  const impatience = new AbortController(),
    timer = setTimeout(() => impatience.abort(), PATIENCE);
  try {
    const answer = await fetch(address, { ...options, signal: impatience.signal }),
      content = await answer.json();
    if (answer.ok) return content;
    throw Object.assign(new Error(content.error ?? `the server answered ${answer.status}`), { isRefusal: true });
  } catch (error) {
    if (error.isRefusal) throw error;
    throw new Error(`${what} did not arrive; check the connection and try again.`);
  } finally {
    clearTimeout(timer);
  }
}

async function fetchNetwork(checkpoint) {
  const description = await ask(`The weights of “${checkpoint}”`, addressOfNetwork(checkpoint));
  return openNetwork(description, (token) => formsOf(description.cut_by, token));
}

// The network of a checkpoint for `readTokens`; a promise, the same one whoever asks. It fails with a sentence.
export function loadNetwork(checkpoint) {
  const kept = networks.get(checkpoint) ?? fetchNetwork(checkpoint);
  networks.delete(checkpoint);
  networks.set(checkpoint, kept); // as the last one used
  if (networks.size > MOST_NETWORKS) networks.delete(networks.keys().next().value);
  kept.catch(() => networks.get(checkpoint) === kept && networks.delete(checkpoint)); // the next time it may arrive
  return kept;
}

const readings = new WeakMap(); // of each network: {tokens, cut} by text, of those that the server cut

// The tokens of a text, which the network can read from then on: {tokens, cut}, `cut` being how many are left out.
// A promise; it fails with a sentence. Only a network without the embeddings of all its words asks the server.
export async function tokensFor(network, text) {
  if (network.whole && isCutHere(network.cut_by)) return tokensForTrace(network.cut_by, text);
  const refusal = refusalOf(text);
  if (refusal) throw new Error(refusal);
  if (!readings.has(network)) readings.set(network, new Map());
  const known = readings.get(network);
  if (!known.has(text)) {
    const address = addressOfNetwork(network.words.checkpoint),
      request = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }) };
    const { read, cut, ...words } = await ask("The embeddings of the words", address, request);
    if (addTokens(network, words)) known.clear(); // there was no room left, and others were dropped
    known.set(text, { tokens: read, cut });
  }
  return known.get(text);
}

// The trace of a text, as `readTokens` makes it; a promise, which fails with a sentence.
export async function readText(network, text, options = {}) {
  const { tokens, cut } = await tokensFor(network, text);
  return readTokens(network, tokens, { cut, ...options });
}
