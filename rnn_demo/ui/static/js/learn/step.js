// A step of a lesson: a few sentences, a live picture, a text of the visitor's own, questions.

import { createNode } from "../core/dom.js";
import { headsOf, picture } from "./pictures.js";
import { questionNode } from "./question.js";
import { linkNode, paragraph } from "./runs.js";

// `about` has the `words` of the tab, `go(link)`, `ask(question, request)`, `done(question, outcome, reply)`, `former`,
// which has the reply of each question that was over before, and `read(text)`, which shows the step with another text.
export function stepNodes(payload, about) {
  const { words, go } = about;
  const nodes = payload.words.map((runs) => paragraph(runs, go));
  if (payload.own) nodes.push(ownForm(payload.own, words, about.read));
  const asked = payload.questions.findIndex(({ kind }) => kind === "word" || kind === "unit");
  const pick = asked < 0 ? null : { kind: payload.questions[asked].kind, choose: (k) => choose(k) };
  const shown = payload.view ? picture(payload.view, words, pick) : null;
  const questions = payload.questions.map((question, k) =>
    questionNode(question, {
      words,
      go,
      ask: (request) => about.ask(k, request),
      done: (...outcome) => about.done(k, ...outcome),
      former: about.former?.[k],
      marked: (kind, places) => shown && mark(shown, kind, places),
    }),
  );
  function choose(k) {
    for (const button of shown.querySelectorAll(".learn-pick")) button.setAttribute("aria-pressed", "false");
    const button = headsOf(shown, pick.kind)[k]?.firstChild;
    button?.setAttribute?.("aria-pressed", "true");
    questions[asked].given(k);
  }
  if (shown) nodes.push(shown);
  if (payload.link) nodes.push(createNode("p", { class: "learn-way" }, linkNode(payload.link, go)));
  return [...nodes, ...questions];
}

function mark(figure, kind, places) {
  if (kind !== "word" && kind !== "unit") return;
  headsOf(figure, kind).forEach((head, k) => head.classList.toggle("learn-true", places.includes(k)));
}

function ownForm({ label, text }, words, read) {
  const field = createNode("input", { type: "text", value: text, maxlength: 60, autocomplete: "off" });
  const button = createNode("button", { type: "submit", class: "learn-main" }, words.own_read);
  const named = createNode("label", {}, `${label} `, field),
    node = createNode("form", { class: "learn-form learn-own" }, named, button);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    read(field.value);
  });
  return node;
}
