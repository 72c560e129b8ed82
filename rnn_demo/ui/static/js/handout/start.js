// The handout: a network in a file, which reads whatever is typed without a server.

import { openNetwork, readTokens, weightsOfUnit } from "../engine/network.js";
import { closeSurgery, isSurgeryOpen, openSurgery } from "../knife/start.js";
import { page } from "../stepper/state.js";
import { mount } from "../stepper/stepper.js";
import { missingSentence } from "./missing.js";
import { formsOf, refusalOf, tokensForTrace } from "../engine/vocabulary.js";

const byId = (id) => document.getElementById(id);
const description = JSON.parse(byId("network").textContent);
const network = openNetwork(description, (token) => formsOf(description.cut_by, token));
const { start } = network;
let redrawTrace = () => {};
const given = { value: "" };

// Which of these this file has no numbers for, although the app may know them.
function missingInWords(tokens) {
  const missing = [...new Set(tokens)].filter((token) => !network.rows.has(token));
  return network.whole ? "" : missingSentence(missing, network);
}

function read(text, opened) {
  const why = refusalOf(text);
  byId("notice").textContent = why;
  if (why) return; // the last good picture stays
  const { tokens, cut } = tokensForTrace(network.cut_by, text);
  const trace = readTokens(network, tokens, { cut, start: { text, ...opened } }),
    missing = missingInWords(tokens);
  if (missing) trace.advice = [missing, trace.advice].filter(Boolean).join(" "); // in place of what Python would say
  given.value = trace;
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
  tokensFor: async (_, text) => tokensForTrace(network.cut_by, text),
};
Object.assign(page, { reading, ranges: description.ranges, surgery: { closeSurgery, isSurgeryOpen, openSurgery } });
const server = { unit_weights: async (place) => weightsOfUnit(network, place) };
mount({ element: byId("stepper"), props: given, trigger() {}, watch: (_, act) => (redrawTrace = act), server });
