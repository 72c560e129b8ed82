// Experiments as cards: a visitor opens one, predicts what will happen, and reads in the end whether it did.

import { createNode } from "../../core/dom.js";

export function draw(root, data, page) {
  const { memory } = page;
  memory.open = data.open ?? memory.open ?? null;
  const cards = createNode("div", { class: "lab-cards" }),
    place = createNode("div", {});
  root.append(createNode("p", { class: "rnn-heading" }, "Experiments: what will happen?"), cards, place);
  if (data.notice) root.append(createNode("p", { class: "rnn-notice", role: "alert" }, data.notice));
  const show = () => {
    const opened = data.cards.find(({ name }) => name === memory.open);
    cards.replaceChildren(...data.cards.map((card) => cardButton(card, card === opened, toggle)));
    place.replaceChildren(...(opened ? [questionNode(opened, progress(opened, data), page)] : []));
  };
  const toggle = ({ name }) => {
    memory.open = memory.open === name ? null : name;
    show();
    cards.querySelector("[aria-expanded=true]")?.focus();
  };
  show();
  const isNews = data.result && data.result !== memory.told; // it stands above the curves that were watched
  memory.told = data.result;
  if (isNews) place.querySelector?.(".lab-outcome")?.scrollIntoView?.({ block: "nearest" });
}

function cardButton(card, open, toggle) {
  const button = createNode("button", { type: "button", class: "lab-card", "aria-expanded": open }, card.title);
  button.addEventListener("click", () => toggle(card));
  return button;
}

// How far this card is: what the visitor predicted, and what happened.
const progress = ({ name }, { open, choice, result, came_true: cameTrue }) =>
  open === name ? { choice, result, cameTrue } : {};

function questionNode(card, { choice, result, cameTrue }, page) {
  const { memory, trigger } = page;
  const choices = card.choices.map(([key, words]) => {
    const look = ["lab-choice", key === choice && "lab-predicted", result && key === cameTrue && "lab-came-true"];
    const button = createNode(
      "button",
      { type: "button", class: look.filter(Boolean).join(" "), "aria-pressed": key === choice },
      words,
    );
    button.addEventListener("click", () => {
      memory.open = card.name;
      trigger("predict", { experiment: card.name, choice: key });
    });
    return button;
  });
  return createNode(
    "section",
    { class: "lab-question", "aria-label": card.title },
    createNode("p", {}, `${card.about} `, createNode("b", {}, card.question)),
    createNode("div", { class: "lab-choices", role: "group", "aria-label": card.question }, ...choices),
    createNode("p", { class: "lab-outcome", role: "status" }, ...outcome(choice, result, cameTrue, card.seconds)),
  );
}

// The end of an experiment: whether it came as predicted, and what happened.
export function outcome(choice, result, cameTrue, seconds) {
  const verdict = choice === cameTrue ? "As you predicted. " : "Not as you predicted. ";
  if (result) return [createNode("b", {}, verdict), result];
  if (choice) return ["It is being tried: watch the curves below."];
  return [`Choose an answer, and it is tried at once; it takes about ${seconds} s.`];
}
