// The reading of a text: the verdict, every word coloured by the verdict so far or by its contribution, and a curve.

import { contributionChart } from "../../charts/contribution_chart.js";
import { verdictCurve } from "../../charts/verdict_curve.js";
import { setAddress } from "../../core/browser.js";
import { createNode, redrawOnResize } from "../../core/dom.js";
import { count, listed, percent, shortened, signed } from "../../core/text.js";
import { chartMenu } from "../../picture/charts.js";
import { howOftenRight } from "../how_right.js";
import { shade, soFar, tint, verdict, wordStrip } from "./review.js";

const COLOURS = {
  running: ["verdict so far", "the verdict after each word"],
  gradients: ["contribution", "what each word adds, by integrated gradients"],
  omission: ["leave one out", "what changes without the word"],
  pooling: ["where it looks", "which words the head reads, by max pooling"],
};
// What the numbers of a word are, in each view.
const MEANINGS = {
  running:
    "Colour and curve: the probability of positive after each word, from what the network had read so far. Blue is " +
    "above 50%, orange below.",
  gradients:
    "Colour and bars: what each word adds to the verdict on the whole text, in log odds, by integrated gradients. " +
    "Blue counts towards positive, orange towards negative.",
  omission:
    "Colour and bars: how much lower the log odds of positive are if the text is read without the word. Blue spoke " +
    "for positive, orange for negative.",
  pooling:
    "The head reads the last state, the mean of all, and the largest value that each unit had at any word (max " +
    "pooling). Shade and bars: the share of the units that had it at this word. Attention would learn such shares.",
};
const MOST = 4; // of the words that count most are named

export function draw(root, data, page) {
  if (!data.words) return;
  writeAddress(page, data.input);
  const headline = verdict(data);
  if (!data.caution && !data.undecided)
    headline.querySelector(".rnn-sure").append(" ", howOftenRight("sentiment-calibration"));
  root.append(headline);
  if (data.caution) root.append(createNode("p", { class: "rnn-caution" }, data.caution.why));
  if (data.truth) root.append(createNode("p", { class: "rnn-quiet rnn-truth" }, truthOf(data)));
  if (data.remark) root.append(createNode("p", { class: "rnn-quiet rnn-truth" }, data.remark));
  if (data.paragraphs.length) root.append(createNode("p", { class: "rnn-quiet rnn-truth" }, partsOf(data)));
  if (!data.words.length) return;

  const { words } = data,
    answers = { running: { values: null } };
  const picture = createNode("div");
  let how = "running",
    here = data.changes[0]?.step ?? words.length - 1, // it opens on the word that changed the verdict most
    moveCursor = () => {};
  const detail = createNode("p", { class: "rnn-detail" }),
    largest = createNode("p", { class: "rnn-quiet rnn-turns" }),
    note = createNode("p", { class: "rnn-quiet rnn-note", "data-terms": "", "aria-live": "polite" }),
    unknown = words.filter((word) => !word.known).length;
  const strip = wordStrip(words, {
    label: "The words. Use the arrow keys to move between them.",
    strength: (t) => soFar(words[t]),
    onWord: showWord,
  });
  function showWord(t) {
    here = t;
    detail.replaceChildren(...sentence(words, t, how, answers[how]?.values));
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
    const most = Math.max(1e-9, ...(values ?? []).map(Math.abs));
    strip.recolour(
      how === "running" ? (t) => soFar(words[t]) : (t) => (values ? values[t] / most : 0),
      how === "pooling" ? shade : tint,
    );
    note.textContent = error ?? `${MEANINGS[how]}${summary ? ` ${summary}` : ""} Point at a word to see its numbers.`;
    strip.node.dataset.colour = how;
    drawPicture();
    showWord(here);
  }
  // The curve or the bars of the view, and under them in words what stands out there.
  function drawPicture() {
    const values = answers[how]?.values,
      changes = values ? countMost(words, values) : data.changes.map((one) => ({ ...one, word: words[one.step].word }));
    largest.replaceChildren(...inWords(changes, how));
    largest.hidden = !changes.length;
    if (words.length < 2 || (how !== "running" && !values)) return picture.replaceChildren();
    const { fontFamily: font } = getComputedStyle(page.element);
    const ends = `from ${percent(words[0].running)} to ${percent(data.probability)} positive`;
    const isShare = how === "pooling";
    const label = values
      ? `${COLOURS[how][1]}: ${isShare ? "share" : "log odds"} of each of ${words.length} words`
      : `the verdict after each of ${words.length} words, ${ends}`;
    const series = [{ p: words.map((word) => word.running), x: words.map((_, t) => t) }];
    const options = { changes, label, font, onWord: showWord };
    const drawing = (width, more) =>
      values
        ? contributionChart(width, { ...options, values, isShare, ...more })
        : verdictCurve(width, { ...options, series, columns: words.length, ...more });
    const holder = redrawOnResize(
      (width) => {
        const made = drawing(width);
        moveCursor = made.moveCursor;
        moveCursor(here);
        return made.node;
      },
      (width) => drawing(width, { tall: 0.46 * width }).node,
    );
    const title = () => `“${shortened(data.input, 110)}”: ${percent(data.probability)} positive`;
    const link = () => ({ tab: "sentiment", text: data.input.slice(0, 2000) });
    picture.replaceChildren(holder, chartMenu(holder, { title, name: "verdict", link }));
    holder.fit();
  }
  root.append(chooser(recolour), strip.node);
  if (unknown) root.append(createNode("p", { class: "rnn-quiet" }, dashed(unknown)));
  root.append(detail, picture, largest, note);
  recolour("running");
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

// What a word did, in parts: its own letters are not to be translated or explained.
export function sentence(words, t, how, values) {
  const word = words[t];
  const [before, after] = [percent(beforeWord(word)), percent(word.running)];
  const from = t ? before : `${before} before any word`;
  const change = before === after ? `${after} positive, as before` : `from ${from} to ${after} positive`;
  const write = how === "pooling" ? (share) => `${percent(share)} of the units` : (by) => `${signed(by)} in log odds`;
  const more = values ? `${write(values[t])} (${COLOURS[how][0]})` : change;
  const unknown = word.known ? "" : " (unknown)";
  return [`Word ${t + 1} of ${count(words.length)}, `, quoted(word.word), `${unknown}: ${more}`];
}

const quoted = (word) => createNode("span", { translate: "no" }, `“${word}”`);

// The words that count most in a view, the largest first.
export function countMost(words, values) {
  const order = [...values.keys()].sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]));
  return order.slice(0, MOST).map((step) => ({ step, by: values[step], word: words[step].word }));
}

// The probability before a word, from what the word did to the log odds.
const beforeWord = ({ running, contribution }) => 1 / (1 + ((1 - running) / running) * Math.exp(contribution));

function inWords(changes, how) {
  if (!changes.length) return [];
  const parts = changes.flatMap(({ word, by, step }, k) => [
    k ? ", " : "",
    quoted(shortened(word)),
    ` (word ${step + 1}) ${how === "pooling" ? percent(by) : signed(by)}`,
  ]);
  const unit = how === "pooling" ? "" : ", in log odds",
    what = how === "running" ? "Biggest changes of the probability" : `Largest in “${COLOURS[how][0]}”${unit}`;
  return [`${what}: `, ...parts, "."];
}

const dashed = (unknown) =>
  `Dashed: ${count(unknown)} ${unknown === 1 ? "word that is" : "words that are"} not in the network’s vocabulary.`;

// What the network makes of each paragraph alone, which tells why it is wrong about the whole.
export function partsOf({ paragraphs, label, truth }) {
  const parts = listed(paragraphs.map((share) => percent(share))),
    shares = `Read by themselves, its ${paragraphs.length} paragraphs are ${parts} positive`;
  const same = paragraphs.filter((p) => (p >= 0.5 ? "positive" : "negative") === label).length;
  if (!truth || truth === label || same === paragraphs.length) return `${shares}.`;
  return `${shares}: ${same} of ${paragraphs.length} sound ${label} to it, and the rest does not outweigh them.`;
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
