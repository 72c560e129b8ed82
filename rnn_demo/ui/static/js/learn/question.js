// A question of a lesson: asked, answered, judged by Python, which computes the answer from the live network.

import { createNode } from "../core/dom.js";
import { picture } from "./pictures.js";
import { paragraph, runNodes } from "./runs.js";

// `about` is what a question needs: {words, go, ask(request), done(outcome, reply)}. The node has `given(k)`, for a
// click in the picture, and calls `about.marked(kind, places)` once the answer is known. `about.former` is the reply
// with which it was over before, [judged, given, show], as `done` was told.
export function questionNode(question, about) {
  const { words } = about;
  const reply = createNode("div", { class: "learn-reply", role: "status" });
  const node = createNode("section", { class: `learn-question learn-asks-${question.kind}` });
  const input = INPUTS[question.kind](question, about, send);
  const showButton = createNode("button", { type: "button", class: "learn-plain" }, words.show);
  showButton.addEventListener("click", () => send(null, true));
  const tools = createNode("div", { class: "learn-tools" }, ...(input.button ? [input.button] : []), showButton);
  node.append(...question.asks.map((runs) => paragraph(runs, about.go)), input.node, tools, reply);
  node.given = (k) => send(k);

  async function send(given, show = false) {
    node.setAttribute("aria-busy", "true");
    const judged = await about.ask(show ? { show } : { given }).catch(() => ({ error: words.failed }));
    node.removeAttribute("aria-busy");
    if (judged.error) return reply.replaceChildren(createNode("p", { class: "learn-wrong" }, judged.error));
    settle(judged, given, show);
    if (judged.right || show) about.done(judged.right ? "right" : "shown", [judged, given, show]);
  }

  function settle(judged, given, show) {
    const isOver = judged.right || show;
    node.dataset.outcome = judged.right ? "right" : show ? "shown" : "wrong";
    input.judged?.(judged, given, isOver);
    showButton.hidden = isOver;
    if (isOver && judged.marked.length) about.marked(question.kind, judged.marked);
    reply.replaceChildren(...replyNodes(judged, about, isOver));
  }
  if (about.former) settle(...about.former);
  return node;
}

// What is said to an answer, and once the question is over, why, with the picture that was held back.
function replyNodes({ right, said, because, answer, view }, { words, go }, isOver) {
  const nodes = [];
  if (said.length) nodes.push(paragraph(said, go, { class: right ? "learn-right" : "learn-wrong" }));
  if (isOver && !right && answer.length)
    nodes.push(createNode("p", { class: "learn-answer" }, `${words.answer} `, ...runNodes(answer, go)));
  if (because.length) nodes.push(paragraph(because, go));
  if (view) nodes.push(picture(view, words));
  return nodes;
}

const checkButton = (words) => createNode("button", { type: "submit", class: "learn-main" }, words.check);

// A form whose button sends what `read` gives; `refill` puts an answer back that was given before.
function form(children, words, send, read, refill) {
  const button = checkButton(words);
  const node = createNode("form", { class: "learn-form" }, ...children, button);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    send(read());
  });
  return { node, judged: (_judged, given) => given !== null && refill(given) };
}

function choose({ choices }, { go, words }, send) {
  const buttons = choices.map(({ key, words: runs }) => {
    const button = createNode("button", { type: "button", class: "learn-choice" }, ...runNodes(runs, go));
    button.addEventListener("click", () => send(key));
    return button;
  });
  const node = createNode("div", { class: "learn-choices", role: "group", "aria-label": words.choose }, ...buttons);
  return {
    node,
    judged({ right, marked }, given, isOver) {
      const chosen = choices.findIndex(({ key }) => key === given);
      if (chosen >= 0) buttons[chosen].dataset.judged = right ? "right" : "wrong";
      for (const k of isOver ? marked : []) buttons[k].dataset.judged = "right";
      if (isOver) for (const button of buttons) button.disabled = true;
    },
  };
}

function number({ unit }, { words }, send) {
  const field = createNode("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: 8 });
  const label = createNode("label", {}, `${words.number} `, field, unit ? ` ${unit}` : "");
  return form(
    [label],
    words,
    send,
    () => field.value,
    (given) => (field.value = given),
  );
}

const click = (hint) => (_question, { words }) => ({ node: createNode("p", { class: "rnn-quiet" }, words[hint]) });

function curve({ blanks, low, high }, { words }, send) {
  const middle = (low + high) / 2,
    percent = (value) => words.percent.replace("[[number]]", Math.round(100 * value)),
    show = (value) => (high === 1 && low === 0 ? percent(value) : value.toFixed(2));
  const rows = blanks.map((name) => {
    const slider = createNode("input", {
      type: "range",
      min: low,
      max: high,
      step: (high - low) / 20,
      value: middle,
      "aria-label": name,
    });
    const value = createNode("output", {}, show(middle)),
      truth = createNode("span", { class: "learn-truth" });
    slider.addEventListener("input", () => (value.textContent = show(Number(slider.value))));
    const named = createNode("span", { translate: "no" }, name);
    return { slider, shown: value, truth, node: createNode("li", {}, named, slider, value, truth) };
  });
  const list = createNode("ul", { class: "learn-sliders" }, ...rows.map(({ node }) => node));
  const place = (heights) =>
    heights.forEach((height, k) => {
      rows[k].slider.value = height;
      rows[k].shown.textContent = show(height);
    });
  const { node, judged } = form(
    [createNode("p", { class: "rnn-quiet" }, words.curve), list],
    words,
    send,
    () => rows.map(({ slider }) => Number(slider.value)),
    place,
  );
  return {
    node,
    judged({ values }, given) {
      judged(null, given);
      values.forEach((value, k) => (rows[k].truth.textContent = `${words.truth}: ${show(value)}`));
    },
  };
}

function steps({ blanks }, { words }, send) {
  const fields = [];
  const lines = blanks.map((line, t) => {
    const parts = line.split("[]").flatMap((text, k, all) => {
      if (k === all.length - 1) return [text];
      const name = `${line.split(" =")[0]}, ${k + 1}`,
        field = createNode("input", { type: "text", size: 3, autocomplete: "off", "aria-label": name });
      fields.push(field);
      return [text, field];
    });
    return createNode("li", { translate: "no", value: t + 1 }, ...parts);
  });
  const list = createNode("ol", { class: "learn-blanks" }, ...lines);
  return form(
    [createNode("p", { class: "rnn-quiet" }, words.steps), list],
    words,
    send,
    () => fields.map(({ value }) => value),
    (given) => fields.forEach((field, k) => (field.value = given[k])),
  );
}

const INPUTS = { choose, number, word: click("click_word"), unit: click("click_unit"), curve, steps };
