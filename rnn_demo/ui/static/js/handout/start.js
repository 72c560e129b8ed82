// The handout: a network in a file, which reads whatever is typed without a server.

import { openNetwork, readTokens, weightsOfUnit } from "../engine/network.js";
import { closeSurgery, isSurgeryOpen, openSurgery } from "../knife/start.js";
import { page } from "../stepper/state.js";
import { mount } from "../stepper/stepper.js";
import { formsOf, tokensOf } from "../engine/vocabulary.js";

const MOST_TOKENS = 256; // of one trace, as in the app

const byId = (id) => document.getElementById(id);
const description = JSON.parse(byId("network").textContent);
const network = openNetwork(description, (token) => formsOf(description.cut_by, token));
const { start } = network;
let redrawTrace = () => {};
const given = { value: "" };

// What cannot be read, in a sentence; "" for a text that can.
function refusal(text) {
  if (!text.trim()) return "The text is empty; write at least one word or letter.";
  return text.length > 50000 ? "The text has more than 50,000 characters; shorten it." : "";
}

// Of which words this file has no numbers, although the whole network may.
function missingInWords(tokens) {
  const missing = [...new Set(tokens)].filter((token) => !network.rows.has(token));
  if (network.whole || !missing.length) return "";
  const names =
    missing
      .slice(0, 8)
      .map((token) => `“${token}”`)
      .join(", ") + (missing.length > 8 ? ", …" : "");
  return `This file has ${network.says}. The whole network may know what this file does not: ${names}.`;
}

function read(text, opened) {
  const why = refusal(text);
  byId("notice").textContent = why;
  if (why) return; // the last good picture stays
  const all = tokensOf(network.cut_by, text),
    tokens = all.slice(0, MOST_TOKENS);
  byId("notice").textContent = missingInWords(tokens);
  given.value = readTokens(network, tokens, { cut: all.length - tokens.length, start: { text, ...opened } });
  redrawTrace();
}

byId("own").addEventListener("submit", (event) => {
  event.preventDefault();
  read(byId("text").value, {});
});
byId("text").value = start.text;

const dark = matchMedia("(prefers-color-scheme: dark)");
const setScheme = (isDark) => document.documentElement.classList.toggle("dark", isDark);
dark.addEventListener("change", () => setScheme(dark.matches));
addEventListener("beforeprint", () => setScheme(false)); // paper is light
addEventListener("afterprint", () => setScheme(dark.matches));
setScheme(dark.matches);

read(start.text, start);
// What surgery asks for: the network, and the tokens of any text.
const reading = {
  loadNetwork: async () => network,
  async tokensFor(_, text) {
    const why = refusal(text);
    if (why) throw new Error(why);
    return { tokens: tokensOf(network.cut_by, text).slice(0, MOST_TOKENS) };
  },
};
Object.assign(page, { reading, ranges: description.ranges, surgery: { closeSurgery, isSurgeryOpen, openSurgery } });
const server = { unit_weights: async (place) => weightsOfUnit(network, place) };
mount({ element: byId("stepper"), props: given, trigger() {}, watch: (_, act) => (redrawTrace = act), server });
