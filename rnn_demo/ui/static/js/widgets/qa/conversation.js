// The conversation: every question with the network's answer, and buttons for each answer.

import { copyText, saveFile, setAddress } from "../../core/browser.js";
import { createNode } from "../../core/dom.js";
import { percent } from "../../core/text.js";

const COPY_BLOCKED = "Your browser blocked copying";

export function draw(root, { notice, selected, opening, turns = [] }, page) {
  const { memory, element } = page;
  memory.log ??= createNode("ol", { class: "qa-log", "aria-label": "Conversation", tabindex: "0" });
  memory.status ??= createNode("p", { class: "rnn-unseen", role: "status" }); // the last answer, for screen readers
  const { log, status, before = [] } = memory,
    last = turns.at(-1);
  const hasNewTurn = turns.length > before.length || JSON.stringify(last) !== JSON.stringify(before.at(-1));
  memory.before = turns;
  const place = log.scrollTop;
  const entries = turns.map((turn, k) => turnNode(turn, turns[k - 1], page.trigger, { k, isSelected: k === selected }));
  log.replaceChildren(...entries);
  if (!last) log.append(createNode("li", { class: "rnn-quiet qa-empty" }, "Ask a question, or choose one below."));
  root.append(log, tools(turns, page.trigger), status);
  if (notice) root.append(createNode("p", { class: "rnn-notice", role: "alert" }, notice));
  log.scrollTop = hasNewTurn ? log.scrollHeight : place;
  status.textContent = last && !opening ? last.reply : "";
  // Only after an answer, so that a link is never overwritten before it is read. A visitor's own model has no link.
  if (hasNewTurn && last && !opening) setAddress(element, { tab: "qa", ...(last.own ? {} : { text: last.question }) });
}

function turnNode(turn, before, trigger, { k, isSelected }) {
  const explain = () => trigger("explain", { turn: k });
  const answer = createNode(
    "div",
    { class: turn.known ? "qa-answer" : "qa-answer qa-refused" },
    createNode("p", { class: "qa-said" }, turn.reply),
  );
  const sure = `${percent(turn.confidence)} sure`;
  if (turn.known) answer.append(createNode("p", { class: "qa-sure", "data-terms": "" }, sure));
  if (turn.suggestion) answer.append(turn.known ? reading(turn.suggestion) : suggestion(turn.suggestion, trigger));
  answer.addEventListener("click", (event) => {
    if (!event.target.closest("button") && !isSelected) explain();
  });
  const actions = createNode(
    "p",
    { class: "qa-actions" },
    button("Explain", explain, { "aria-pressed": String(isSelected) }),
    button("Copy", (event) => copyText(event.target, turn.reply, COPY_BLOCKED)),
    button("Ask again", () => trigger("again", { text: turn.question })),
  );
  const node = createNode(
    "li",
    { class: isSelected ? "qa-turn qa-chosen" : "qa-turn" },
    createNode("p", { class: "qa-asked", translate: "no" }, turn.question),
    createNode("div", { class: "qa-reply" }, answer, actions),
  );
  if (before ? before.model !== turn.model : turn.own) node.prepend(createNode("p", { class: "qa-whose" }, turn.model));
  return node;
}

function reading(question) {
  return createNode("p", { class: "qa-maybe" }, "Read as ", createNode("q", { translate: "no" }, question));
}

function suggestion(question, trigger) {
  const chip = button(question, () => trigger("again", { text: question }), { class: "qa-chip" });
  return createNode("p", { class: "qa-maybe" }, "Did you mean ", chip);
}

function tools(turns, trigger) {
  const bar = createNode("p", { class: "qa-tools" });
  if (!turns.length) return bar;
  bar.append(
    button("Copy all", (event) => copyText(event.target, transcript(turns), COPY_BLOCKED)),
    button("Save as text", () => saveFile(new Blob([transcript(turns)], { type: "text/plain" }), "conversation.txt")),
    button("Clear", () => trigger("clear")),
  );
  return bar;
}

function button(name, act, attributes = {}) {
  const node = createNode("button", { type: "button", ...attributes }, name);
  node.addEventListener("click", act);
  return node;
}

const answerOf = (turn) => turn.reply + (turn.known ? ` (${percent(turn.confidence)} sure)` : "");

// The conversation as plain text.
export const transcript = (turns) =>
  turns.map((turn) => `You: ${turn.question}\n${turn.model}: ${answerOf(turn)}`).join("\n\n") + "\n";

// For the question's box: it is emptied once its question has been answered; anything typed meanwhile stays. What
// Gradio hands over may be older than what is typed by now, so the box itself is read and emptied in one go.
export async function emptyAnswered(conversation) {
  await new Promise((resolve) => setTimeout(resolve));
  const box = document.querySelector("#qa-question [data-testid=textbox]");
  const { turns = [] } = JSON.parse(conversation || "{}");
  if (box && turns.at(-1)?.question === box.value.trim()) {
    box.value = "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
  return [];
}
