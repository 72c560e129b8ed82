// A text that the network has read: the verdict, and the words coloured by a number each.

import { createNode } from "../../core/dom.js";
import { count, percent } from "../../core/text.js";

const FOLD = { wide: 90, narrow: 40 }; // how many words of a long text are shown at first
const MIDDLE = 10,
  STRONGEST = 5; // of the levels of the signed scale, 0 to 20
const WORTH = 1.5; // a text is folded only if it is longer than this many times the fold

// The headline: the verdict and how sure it is, or a warning in its place.
export function verdict(data) {
  const sure = data.label === "positive" ? data.probability : 1 - data.probability;
  const meter = createNode(
    "span",
    { class: "rnn-meter", role: "img", "aria-label": `probability of positive ${percent(data.probability)}` },
    createNode("span", { class: "rnn-meter-mark" }),
  );
  meter.firstChild.style.left = 100 * data.probability + "%";
  const doubt = data.caution?.headline ?? (data.undecided ? "undecided" : "");
  const headline = doubt
    ? createNode("strong", { class: "rnn-label" }, doubt)
    : createNode("strong", { class: `rnn-label rnn-${data.label}` }, data.label);
  const how = doubt ? `${percent(data.probability)} positive` : `${percent(sure)} sure`;
  return createNode(
    "div",
    { class: "rnn-verdict" },
    headline,
    createNode("span", { class: "rnn-sure", "data-terms": "" }, how),
    createNode(
      "span",
      { class: "rnn-scale" },
      createNode("span", {}, "negative"),
      meter,
      createNode("span", {}, "positive"),
    ),
  );
}

// The sign is the hue, the size (0 to 1) the strength; never so strong that the text on it is hard to read.
export function tint(value) {
  const level = Math.round(STRONGEST * Math.max(-1, Math.min(1, value)));
  return level ? `var(--rnn-v${MIDDLE + level})` : "transparent";
}

// The same for a share, 0 to 1, which is on neither side.
export const shade = (share) => `rgba(100, 116, 139, ${(0.5 * share).toFixed(2)})`;

export const soFar = (word) => 2 * word.running - 1;

// The words, as a single tab stop within which the arrow keys move. `strength(t)` tints word t, `onWord(t)` is called
// with the word that is hovered over or focused, `mark(t)` adds a class. A long text is folded until expanded.
export function wordStrip(words, { label, strength, onWord, mark = () => "", upto = 0 }) {
  const strip = createNode("div", { class: "rnn-words", role: "list", "aria-label": label, translate: "no" });
  const holder = createNode("div", { class: "rnn-text" }, strip);
  const marks = [];
  let here = 0,
    paint = tint;
  function add(until) {
    for (let t = marks.length; t < until; t++) {
      const word = words[t];
      const kind = ["rnn-word", word.known ? "" : "rnn-unknown", mark(t)].filter(Boolean).join(" ");
      marks.push(
        createNode("span", { class: kind, role: "listitem", tabindex: t === 0 ? 0 : -1, "data-step": t }, word.word),
      );
      if (!word.known) marks[t].setAttribute("aria-label", `${word.word}, unknown to the network`);
      marks[t].style.setProperty("--tint", paint(strength(t)));
      strip.append(marks[t]);
    }
  }
  function focus(t) {
    marks[here].tabIndex = -1;
    here = Math.max(0, Math.min(marks.length - 1, t));
    marks[here].tabIndex = 0;
    marks[here].focus();
  }
  const first = Math.max(innerWidth < 640 ? FOLD.narrow : FOLD.wide, upto);
  if (words.length > WORTH * first) {
    add(first);
    const all = createNode("button", { type: "button", class: "rnn-more" }, `Show all ${count(words.length)} words`);
    const rest = createNode("span", { class: "rnn-quiet rnn-rest" }, "…");
    strip.append(rest);
    all.addEventListener("click", () => {
      all.remove();
      rest.remove();
      add(words.length);
      focus(first);
    });
    holder.append(all);
  } else {
    add(words.length);
  }
  const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
  strip.addEventListener("keydown", (event) => {
    if (!(event.key in steps) || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    focus(here + steps[event.key]);
  });
  for (const kind of ["mouseover", "focusin", "click"]) {
    strip.addEventListener(kind, (event) => {
      const word = event.target.closest("[data-step]");
      if (!word) return;
      if (kind === "focusin") here = Number(word.dataset.step);
      onWord(Number(word.dataset.step));
    });
  }
  return {
    node: holder,
    recolour(value, colour = tint) {
      [strength, paint] = [value, colour];
      marks.forEach((node, t) => node.style.setProperty("--tint", paint(strength(t))));
    },
    markWord(t) {
      marks.forEach((node, k) => node.classList.toggle("rnn-here", k === t));
    },
  };
}
