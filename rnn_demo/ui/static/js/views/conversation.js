// The conversation: every question with the network's answer, and buttons for each answer.

import { copy, save, setAddress } from "../core/browser.js";
import { make } from "../core/dom.js";
import { percent } from "../core/text.js";

const REFUSED = "Your browser blocked copying";

export function draw(root, { notice, chosen, turns = [] }, page) {
  const { memory, element } = page;
  memory.log ??= make("ol", { class: "qa-log", "aria-label": "Conversation", tabindex: "0" });
  memory.heard ??= make("p", { class: "rnn-unseen", role: "status" }); // the last answer, for screen readers
  const { log, heard, before = [] } = memory,
    last = turns.at(-1);
  const grown = turns.length > before.length || JSON.stringify(last) !== JSON.stringify(before.at(-1));
  memory.before = turns;
  const place = log.scrollTop;
  log.replaceChildren(...turns.map((turn, k) => turnOf(turn, turns[k - 1], page.trigger, { k, chosen: k === chosen })));
  if (!last) log.append(make("li", { class: "rnn-quiet qa-empty" }, "Ask a question, or choose one below."));
  root.append(log, tools(turns, page.trigger), heard);
  if (notice) root.append(make("p", { class: "rnn-notice", role: "alert" }, notice));
  log.scrollTop = grown ? log.scrollHeight : place;
  heard.textContent = last ? last.said : "";
  // Only after an answer, so that a link is never overwritten before it was read. A visitor's own model has no link.
  if (grown && last) setAddress(element, { tab: "qa", ...(last.own ? {} : { text: last.asked }) });
}

function turnOf(turn, before, trigger, { k, chosen }) {
  const explain = () => trigger("explain", { turn: k });
  const answer = make(
    "div",
    { class: turn.known ? "qa-answer" : "qa-answer qa-refused" },
    make("p", { class: "qa-said" }, turn.said),
  );
  if (turn.known) answer.append(make("p", { class: "qa-sure" }, `${percent(turn.confidence)} sure`));
  if (turn.maybe) answer.append(suggestion(turn.maybe, trigger));
  answer.addEventListener("click", (event) => {
    if (!event.target.closest("button") && !chosen) explain();
  });
  const deeds = make(
    "p",
    { class: "qa-deeds" },
    button("Explain", explain, { "aria-pressed": String(chosen) }),
    button("Copy", (event) => copy(event.target, turn.known ? turn.said : answerOf(turn), REFUSED)),
    button("Ask again", () => trigger("again", { text: turn.asked })),
  );
  const node = make(
    "li",
    { class: chosen ? "qa-turn qa-chosen" : "qa-turn" },
    make("p", { class: "qa-asked" }, turn.asked),
    make("div", { class: "qa-reply" }, answer, deeds),
  );
  if (before ? before.model !== turn.model : turn.own) node.prepend(make("p", { class: "qa-whose" }, turn.model));
  return node;
}

function suggestion(question, trigger) {
  const chip = button(question, () => trigger("again", { text: question }), { class: "qa-chip" });
  return make("p", { class: "qa-maybe" }, "Did you mean ", chip, "?");
}

function tools(turns, trigger) {
  const bar = make("p", { class: "qa-tools" });
  if (!turns.length) return bar;
  bar.append(
    button("Copy all", (event) => copy(event.target, transcript(turns), REFUSED)),
    button("Save as text", () => save(new Blob([transcript(turns)], { type: "text/plain" }), "conversation.txt")),
    button("Clear", () => trigger("clear")),
  );
  return bar;
}

function button(name, act, attributes = {}) {
  const node = make("button", { type: "button", ...attributes }, name);
  node.addEventListener("click", act);
  return node;
}

const answerOf = (turn) => turn.said + (turn.known ? ` (${percent(turn.confidence)} sure)` : "");

// The conversation as plain text.
export const transcript = (turns) =>
  turns.map((turn) => `You: ${turn.asked}\n${turn.model}: ${answerOf(turn)}`).join("\n\n") + "\n";

// For the question's box: it is cleared once its question has been answered; anything typed meanwhile stays.
export function unanswered(typed, conversation) {
  const { turns = [] } = JSON.parse(conversation || "{}");
  return turns.at(-1)?.asked === typed.trim() ? "" : typed;
}
