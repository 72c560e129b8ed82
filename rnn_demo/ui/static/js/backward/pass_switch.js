// The switch between the forward and the backward pass, and what the reader chooses for the backward one.

import { createNode } from "../core/dom.js";
import { fitted, tokenText } from "../core/text.js";
import { keepPass, passQuestion, shownPass } from "./gradients.js";
import { updateLink } from "../stepper/link.js";
import { $, page, state } from "../stepper/state.js";
import { drawNetwork, goToStep } from "../stepper/unrolled.js";

const PASSES = { forward: "", backward: "trained" };
const WEIGHTS = { trained: "trained weights", fresh: "fresh weights, untrained" };
let asked = 0,
  tell = () => {};

// `showNote` shows a sentence above the drawing; `pause` ends the playback.
export function buildPassSwitch(showNote, pause) {
  const box = $(".pass");
  box.hidden = !page.server; // in a notebook there is nobody to ask
  tell = showNote;
  for (const name of Object.keys(PASSES)) {
    const button = createNode("button", { type: "button", "data-pass": name, "aria-pressed": "false" }, name);
    button.addEventListener("click", () => {
      pause();
      if (Boolean(PASSES[name]) === Boolean(state.gradients)) return;
      state.gradients = PASSES[name];
      changePass(state.gradients ? 0 : state.trace.length - 1); // where the pass ends, with all of it in sight
    });
    box.append(button);
  }
  const weights = createNode("select", { class: "which-weights", "aria-label": "Weights" });
  weights.append(...Object.keys(WEIGHTS).map((value) => createNode("option", { value }, WEIGHTS[value])));
  weights.addEventListener("change", () => {
    state.gradients = weights.value;
    changePass(state.t);
  });
  const answers = createNode("select", { class: "which-answer", "aria-label": "The loss of which answer" });
  answers.addEventListener("change", () => {
    state.answer = answers.value;
    changePass(state.t);
  });
  box.append(weights, answers);
  markPass();
}

function changePass(t) {
  state.t = t;
  loadPass().then(updateLink);
}

// Fetch the backward pass that is looked at, unless it is there already, and draw.
export async function loadPass() {
  const mine = ++asked,
    { trace } = state,
    question = passQuestion();
  $(".pass").setAttribute("aria-busy", "false"); // of a question that nobody waits for any more
  if (state.gradients && !shownPass() && page.server) {
    $(".pass").setAttribute("aria-busy", "true");
    const sent = await ask(question);
    if (!sent.error) keepPass(trace, question, sent);
    if (mine !== asked) return; // the reader has gone on
    $(".pass").setAttribute("aria-busy", "false");
    if (sent.error) {
      tell(sent.error);
      Object.assign(state, question.answer ? { answer: "" } : { gradients: "" });
      return loadPass();
    }
  }
  markPass();
  drawNetwork();
  goToStep(state.t, true);
}

async function ask(question) {
  try {
    return await page.server.gradients(question);
  } catch {
    return { error: "The gradients could not be fetched; try again in a moment." };
  }
}

// The controls say what is drawn.
function markPass() {
  const pass = shownPass(),
    backward = Boolean(state.gradients);
  $("[data-pass=forward]").setAttribute("aria-pressed", !backward);
  $("[data-pass=backward]").setAttribute("aria-pressed", backward);
  for (const name of [".which-weights", ".which-answer"]) $(name).hidden = !backward;
  $("[data-do=cell]").hidden = backward; // its numbers are those of the forward pass
  for (const key of page.element.querySelectorAll(".wire-key")) key.hidden = backward; // no wire has these colours
  if (!pass) return;
  const own = state.answer ? "loss of its own answer" : `loss of its answer, ${fitted(tokenText(pass.label), 24, 1)}`;
  const options = pass.labels.map((name) =>
    createNode("option", { value: name }, `loss of ${fitted(tokenText(name), 24, 1)}`),
  );
  $(".which-answer").replaceChildren(createNode("option", { value: "" }, own), ...options);
  $(".which-answer").value = state.answer;
  $(".which-weights").value = state.gradients;
}
