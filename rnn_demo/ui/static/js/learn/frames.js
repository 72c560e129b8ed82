// What is around the steps: the list of lessons, the end of one, and the sheet for a class.

import { linkWithin } from "../core/browser.js";
import { createNode } from "../core/dom.js";
import { answeredIn, keepSentence, sentenceOf } from "./progress.js";
import { paragraph, runNodes } from "./runs.js";

const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

const items = (texts, go) => texts.map((runs) => createNode("li", {}, ...runNodes(runs, go)));

// How many questions have been answered, of how many.
export const doneOf = (done, all, words) => `${done ? `${done} ${words.of} ` : ""}${all} ${words.questions}`;

// All lessons, each with what has been done of it; `open(lesson, step)` opens one.
export function courseNodes({ words, lessons }, last, { open, forget }) {
  const cards = lessons.map(({ number, title, about, minutes, questions }) => {
    const done = answeredIn(number, questions),
      all = sum(questions);
    const button = createNode("a", { href: linkWithin({ tab: "learn", lesson: number }), class: "learn-card" });
    button.append(
      createNode("strong", {}, `${number}. ${title}`),
      createNode("span", {}, about),
      createNode("small", {}, `${minutes} ${words.minutes} · ${doneOf(done, all, words)}`),
    );
    if (done === all) button.dataset.done = "";
    button.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(number, 1);
    });
    return createNode("li", {}, button);
  });
  const nodes = [createNode("h2", { tabindex: "-1" }, words.heading), createNode("p", {}, words.intro)];
  if (last) {
    const resume = createNode("button", { type: "button", class: "learn-main" }, `${words.resume} ${last[0]}`);
    resume.addEventListener("click", () => open(...last));
    const clear = createNode("button", { type: "button", class: "learn-plain" }, words.forget);
    clear.addEventListener("click", forget);
    nodes.push(createNode("div", { class: "learn-tools" }, resume, clear));
  }
  return [...nodes, createNode("ol", { class: "learn-list" }, ...cards)];
}

// The end of a lesson: a sentence of one's own, what to remember, an experiment, and what comes next.
export function endingNodes({ number, ending }, words, { go, open, openSheet, following }) {
  const field = createNode("textarea", { rows: 3, id: `learn-say-${number}` }, sentenceOf(number));
  field.addEventListener("input", () => keepSentence(number, field.value));
  const label = createNode("label", { for: field.getAttribute("id"), class: "learn-say" }, ...runNodes(ending.say, go));
  const heading = (text) => createNode("h3", {}, text);
  const nodes = [
    label,
    field,
    createNode("p", { class: "rnn-quiet" }, words.say_hint),
    heading(words.remember),
    createNode("ul", { "data-terms": "" }, ...items(ending.remember, go)),
    heading(words.experiment),
    paragraph(ending.experiment, go),
  ];
  const tools = createNode("div", { class: "learn-tools" });
  if (following) {
    const said = `${words.next_lesson}: ${following.title}`,
      next = createNode("button", { type: "button", class: "learn-main" }, said);
    next.addEventListener("click", () => open(following.number, 1));
    tools.append(next);
  }
  const sheet = createNode("button", { type: "button", class: "learn-plain" }, words.sheet);
  sheet.addEventListener("click", openSheet);
  tools.append(sheet);
  return [...nodes, tools];
}

// The questions of a lesson to print, and on the last page the answers.
export function sheetNodes({ number, title, say, questions }, words, close) {
  const go = () => {};
  const asked = questions.map(({ question }) => {
    const choices = items(
      question.choices.map((choice) => choice.words),
      go,
    );
    const lines = question.blanks.map((line) =>
      createNode("li", {}, question.kind === "curve" ? `${line} ______` : line.split("[]").join("____")),
    );
    return createNode(
      "li",
      {},
      ...question.asks.map((runs) => paragraph(runs, go)),
      ...(choices.length ? [createNode("ul", { class: "learn-boxes" }, ...choices)] : []),
      ...(lines.length ? [createNode("ul", {}, ...lines)] : []),
      ...(choices.length || lines.length ? [] : [createNode("p", {}, "______________")]),
    );
  });
  const solved = questions.map(({ answer, because }) =>
    createNode("li", {}, createNode("strong", {}, ...runNodes(answer, go)), " ", ...runNodes(because, go)),
  );
  const solvedTitle = createNode("h2", {}, words.sheet_answers),
    answers = createNode("div", { class: "learn-answers" }, solvedTitle, createNode("ol", {}, ...solved));
  const print = createNode("button", { type: "button", class: "learn-main" }, words.print);
  print.addEventListener("click", () => globalThis.print());
  const back = createNode("button", { type: "button", class: "learn-plain" }, words.close);
  back.addEventListener("click", close);
  return [
    createNode("div", { class: "learn-tools learn-no-print" }, print, back),
    createNode("h2", { tabindex: "-1" }, `${words.lesson} ${number}: ${title}`),
    createNode("p", {}, `${words.sheet_name}: ______________________`),
    createNode("ol", { class: "learn-asked" }, ...asked),
    createNode("p", {}, ...runNodes(say, go)),
    answers,
  ];
}
