// Two readings, one above the other: the word at which they diverge is marked, and one chart shows both curves.

import { verdictCurve } from "../../charts/verdict_curve.js";
import { createNode, redrawOnResize } from "../../core/dom.js";
import { percent, shortened, signed } from "../../core/text.js";
import { chartMenu } from "../../picture/charts.js";
import { soFar, wordStrip } from "./review.js";

const LENGTHS =
  "The words with which both texts end are aligned; a line is broken where only the other text has words.";

export function draw(root, data, { element }) {
  if (!data.first) return;
  const { first, second, parting } = data;
  root.append(createNode("p", { class: "rnn-parting" }, difference(data)));
  root.append(readingOf("Original", first, parting, "rnn-first"), readingOf("Changed", second, parting, "rnn-second"));
  const [a, b] = [first.words.length, second.words.length];
  if (!a || !b) return;
  const middle = Math.max(a, b) - parting.rest; // words that both share at their ends are in the same column
  const column = (t, n) => (t < n - parting.rest ? t : middle + t - (n - parting.rest));
  const series = [
    [first, "rnn-first"],
    [second, "rnn-second"],
  ].map(([one, kind]) => ({
    p: one.words.map((word) => word.running),
    x: one.words.map((_, t) => column(t, one.words.length)),
    kind,
  }));
  const ends = [first, second].map(({ probability }) => percent(probability)).join(" and ");
  const label = `The verdict on both texts after each word; at the end ${ends} positive`;
  const columns = Math.max(a, b),
    divergence = parting.same ? -1 : Math.min(parting.start, columns - 1);
  const { fontFamily: font } = getComputedStyle(element);
  const curve = { series, columns, divergence, label, font };
  const holder = redrawOnResize(
    (width) => verdictCurve(width, curve).node,
    (width) => verdictCurve(width, { ...curve, tall: 0.46 * width }).node,
  );
  root.append(holder, chartMenu(holder, { title: () => difference(data), name: "two-verdicts" }));
  holder.fit();
  if (series.some(({ x }) => x.at(-1) >= x.length))
    root.append(createNode("p", { class: "rnn-quiet" }, LENGTHS));
}

function readingOf(title, data, parting, kind) {
  const detail = createNode("p", { class: "rnn-detail rnn-quiet", translate: "no" });
  const strip = wordStrip(data.words, {
    label: `${title}. Use the arrow keys to move between the words.`,
    strength: (t) => soFar(data.words[t]),
    onWord(t) {
      const { word, running } = data.words[t];
      detail.textContent = `Word ${t + 1}, “${word}”: ${percent(running)} positive so far`;
    },
    mark: (t) => (parting.same ? "" : t === parting.start ? "rnn-parts" : t < parting.start ? "rnn-shared" : ""),
    upto: parting.start + 20,
  });
  return createNode(
    "section",
    { class: "rnn-reading" },
    createNode(
      "h2",
      { class: "rnn-heading" },
      createNode("span", { class: `rnn-key ${kind}` }),
      `${title}: `,
      createNode("strong", { class: `rnn-${data.label}` }, `${percent(data.probability)} positive`),
    ),
    strip.node,
    detail,
  );
}

export function difference({ first, second, parting }) {
  if (parting.same)
    return "The network reads the same words in both, so there is nothing to compare; change or add a word.";
  const [before, after] = [first, second].map(
    (data) => data.words[parting.start] && `“${shortened(data.words[parting.start].word)}”`,
  );
  const what =
    before && after
      ? `${before} became ${after}`
      : after
        ? `the changed text continues with ${after}`
        : `the changed text ends before ${before}`;
  const where = `They diverge at word ${parting.start + 1}: ${what}.`;
  const change = second.probability - first.probability;
  const verdict =
    first.label === second.label ? "Same verdict" : `The verdict changes from ${first.label} to ${second.label}`;
  return `${where} ${verdict}; the probability of positive changes by ${signed(change)}.`;
}

let compared = null; // the text of which the second box is a copy, changed or not yet

// For the second text's box and for this panel: a reading of another text starts a new comparison. One of the same
// text changes nothing (an output that is left out stays), for the copy may already be being changed.
export function resetComparison(text) {
  if (text === compared) return [];
  compared = text;
  return [text, "{}"];
}

// For the second text's box when the panel opens: it begins as a copy of the first.
export function copyOnce(text, changed) {
  if (changed) return [];
  compared = text;
  return [text];
}
