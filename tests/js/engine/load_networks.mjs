// Load networks without a server. In: {cases: [{checkpoint, text, network, words}], failures: {name: answer}}, where
// `network` and `words` are what the server sends; out: {cases: what was read, failures: sentences}.

import { readFileSync } from "node:fs";

const { loadNetwork, readText } = await import("../../../rnn_demo/ui/static/js/engine/loading.js");
const { cases, failures } = JSON.parse(readFileSync(0, "utf8"));
const asked = [];
let answers = {};

globalThis.fetch = async (address, { method = "GET", body, signal }) => {
  asked.push(`${method} ${decodeURIComponent(address.split("/").at(-1))}`);
  if (!(signal instanceof AbortSignal)) throw new Error("nothing ends the wait");
  const { status, content } = answers[method === "GET" ? "network" : "words"];
  if (!status) throw new TypeError("Failed to fetch");
  if (method === "POST" && typeof JSON.parse(body).text !== "string") throw new Error("no text");
  return { ok: status === 200, status, json: async () => JSON.parse(content) };
};

const read = [];
for (const { checkpoint, text, network, words } of cases) {
  answers = { network: { status: 200, content: network }, words: { status: 200, content: words } };
  asked.length = 0;
  const [opened, again] = await Promise.all([loadNetwork(checkpoint), loadNetwork(checkpoint)]);
  const trace = await readText(opened, text);
  const second = await readText(again, text);
  const { h } = trace.layers.at(-1).quantities;
  const same = second.layers.at(-1).quantities.h.values.every((value, k) => value === h.values[k]);
  read.push({ asked: [...asked], tokens: trace.tokens, unknown: trace.unknown, cut: trace.cut, h: [...h.values], same });
}

const sentences = {};
for (const [name, answer] of Object.entries(failures)) {
  answers = { network: answer, words: answer };
  const why = async (promise) => promise.then(() => "", ({ message }) => message);
  sentences[name] = [await why(loadNetwork(name)), await why(loadNetwork(name))];
}
const known = await loadNetwork(cases.at(-1).checkpoint);
answers = { words: { status: 0 } };
const ofWords = [];
for (const text of ["  ", "a".repeat(50001), "never read before"])
  ofWords.push(await readText(known, text).then(() => "", ({ message }) => message));
process.stdout.write(JSON.stringify({ cases: read, failures: sentences, ofWords, asked }));
