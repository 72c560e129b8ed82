// The reading of a text: the verdict, every word coloured by the verdict so far or by its contribution, and a curve.

import { verdictCurve } from "../charts/verdict_curve.js";
import { setAddress } from "../core/browser.js";
import { createNode, redrawOnResize } from "../core/dom.js";
import { count, percent, shortened, signed } from "../core/text.js";
import { soFar, verdict, wordStrip } from "./review.js";

const COLOURS = {
  running: ["verdict so far", "the verdict after each word"],
  gradients: ["contribution", "what each word adds, by integrated gradients"],
  omission: ["leave one out", "what changes without the word"],
};

export function draw(root, data, page) {
  if (!data.words) return;
  writeAddress(page, data.input);
  root.append(verdict(data));
  if (data.caution) root.append(createNode("p", { class: "rnn-caution" }, data.caution.why));
  if (data.truth) root.append(createNode("p", { class: "rnn-quiet rnn-truth" }, truthOf(data)));
  if (!data.words.length) return;

  const { words } = data,
    answers = { running: { values: null } };
  let how = "running",
    moveCursor = () => {};
  const detail = createNode("p", { class: "rnn-detail" }),
    note = createNode("p", { class: "rnn-quiet rnn-note", "aria-live": "polite" });
  const strip = wordStrip(words, {
    label: "The words. Use the arrow keys to move between them.",
    strength: (t) => soFar(words[t]),
    onWord: showWord,
  });
  function showWord(t) {
    detail.textContent = sentence(words, t, COLOURS[how][0], answers[how]?.values);
    strip.markWord(t);
    moveCursor(t);
  }
  async function recolour(choice) {
    how = choice;
    if (!(how in answers)) {
      note.textContent = "Reading the text again…";
      const answer = await page.server.explain({ text: data.input, how }).catch(() => null);
      if (answer) answers[how] = answer; // otherwise it can be requested again
      if (how !== choice) return; // the reader has moved on to another colour
    }
    const { values, summary, error } = answers[how] ?? { error: "No reply; please try again." };
    const largest = Math.max(1e-9, ...(values ?? []).map(Math.abs));
    strip.recolour(how === "running" ? (t) => soFar(words[t]) : (t) => (values ? values[t] / largest : 0));
    note.textContent = error ?? legend(words, how, summary);
    strip.node.dataset.colour = how;
  }
  root.append(chooser(recolour), strip.node, detail);
  if (words.length > 1) {
    const ends = `from ${percent(words[0].running)} to ${percent(data.probability)} positive`;
    const label = `the verdict after each of ${words.length} words, ${ends}`;
    const series = [{ p: words.map((word) => word.running), x: words.map((_, t) => t) }];
    const turns = data.turns.map((turn) => ({ ...turn, word: words[turn.step].word }));
    const { fontFamily: font } = getComputedStyle(page.element);
    root.append(
      redrawOnResize((width) => {
        const drawing = verdictCurve(width, { series, columns: words.length, turns, label, font, onWord: showWord });
        moveCursor = drawing.moveCursor;
        return drawing.node;
      }),
    );
    if (turns.length) root.append(createNode("p", { class: "rnn-quiet rnn-turns" }, inWords(turns)));
  }
  root.append(note);
  recolour("running");
  // It opens on the word that changed the verdict most, where that is in sight.
  const turn = data.turns[0]?.step ?? words.length - 1;
  detail.textContent = sentence(words, turn, "", null);
  if (strip.node.querySelector(`[data-step="${turn}"]`)) showWord(turn);
}

// The segmented control: real radio buttons, for the sake of arrow keys and screen readers.
function chooser(choose) {
  const group = createNode("fieldset", { class: "rnn-segments" }, createNode("legend", {}, "Colour of the words"));
  for (const [how, [name, title]] of Object.entries(COLOURS)) {
    const button = createNode("input", { type: "radio", name: "rnn-colour", value: how, class: "rnn-segment" });
    button.checked = how === "running";
    button.addEventListener("change", () => choose(how));
    group.append(createNode("label", { title }, button, createNode("span", {}, name)));
  }
  return group;
}

export function sentence(words, t, how, values) {
  const word = words[t];
  const [before, after] = [percent(beforeWord(word)), percent(word.running)];
  const change = before === after ? `${after} positive, as before` : `from ${before} to ${after} positive`;
  const more = values ? `; ${how} ${signed(values[t])} in log odds` : "";
  const unknown = word.known ? "" : " (unknown)";
  return `word ${t + 1} of ${count(words.length)}, “${word.word}”${unknown}: ${change}${more}`;
}

// The probability before a word, from what the word did to the log odds.
const beforeWord = ({ running, contribution }) => 1 / (1 + ((1 - running) / running) * Math.exp(contribution));

function inWords(turns) {
  const [first, ...rest] = turns.map(({ word, by, step }) => [`“${shortened(word)}” (word ${step + 1})`, signed(by)]);
  const others = rest.map(([word, by]) => `, ${word} by ${by}`).join("");
  const what = rest.length ? "changes" : "change";
  return `The biggest ${what}: ${first[0]} changed the probability of positive by ${first[1]}${others}.`;
}

function legend(words, how, summary) {
  const unknown = words.filter((word) => !word.known).length;
  const dashed = unknown ? ` Dashed: ${count(unknown)} unknown to the network.` : "";
  const colour =
    how === "running"
      ? "Colour: the verdict after each word."
      : `${summary} Blue counts towards positive, orange towards negative.`;
  return colour + " Point at a word to see its numbers." + dashed;
}

function truthOf({ truth, label }) {
  return truth === label
    ? `A human reader would say ${truth}, too.`
    : `A human reader would say ${truth}; the network is wrong here.`;
}

// The address names the text, so that it can be shared. Not the first time: a link has just been followed, or the text
// is the first example. A text that is too long for an address is left out of it.
function writeAddress({ element, memory }, text) {
  if (memory.hasText) setAddress(element, text.length <= 2000 ? { tab: "sentiment", text } : { tab: "sentiment" });
  memory.hasText = true;
}
