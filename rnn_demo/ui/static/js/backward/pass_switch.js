// The switch between the forward and the backward pass, and what the reader chooses for the backward one.

import { createNode } from "../core/dom.js";
import { fitted, tokenText } from "../core/text.js";
import { keepPass, passQuestion, shownPass } from "./gradients.js";
import { updateLink } from "../stepper/link.js";
import { $, hasAddress, page, state } from "../stepper/state.js";
import { drawNetwork, goToStep } from "../stepper/unrolled.js";

const PASSES = { forward: "", backward: "trained" };
const WEIGHTS = { trained: "trained weights", fresh: "fresh weights, untrained" };
const SURE = 0.95; // viewer/backward.py says from here on that every gradient is small
const CLEARER = ["hello", "names"]; // networks whose gradients are easier to see
let asked = 0,
  tell = () => {};

// `showNote` shows a sentence above the drawing; `pause` ends the playback.
export function buildPassSwitch(showNote, pause) {
  const box = $(".pass");
  box.hidden = !hasAddress(); // in a notebook or a handout there is nobody to ask
  tell = showNote;
  for (const name of Object.keys(PASSES)) {
    const button = createNode("button", { type: "button", "data-pass": name, "aria-pressed": "false" }, name);
    button.addEventListener("click", () => {
      pause();
      if (Boolean(PASSES[name]) === Boolean(state.gradients)) return;
      state.gradients = PASSES[name];
      changePass(state.trace.length - 1); // where the backward pass begins, and where the forward one ends
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

// Another network to look at, on the page's own menu.
function openModel(name) {
  const menu = menuOfModels();
  menu.value = name;
  menu.dispatchEvent(new Event("change", { bubbles: true }));
}

const menuOfModels = () => document.querySelector("#states-model select");

// What shows larger gradients than a pass whose answer the network is sure of: [words, act].
function clearerPasses() {
  const fresh = [
    "fresh weights, untrained",
    () => {
      state.gradients = "fresh";
      changePass(state.t);
    },
  ];
  const others = [...(menuOfModels()?.options ?? [])].map(({ value }) => value);
  const models = CLEARER.filter((name) => others.includes(name) && name !== state.trace.checkpoint);
  return [
    ...(state.gradients === "trained" ? [fresh] : []),
    ...models.map((name) => [`the model ${name}`, () => openModel(name)]),
  ];
}

// Beside the sentence that says that every gradient is small.
function drawAdvice(pass) {
  const box = $(".advice"),
    isSure = Boolean(pass) && Math.exp(-pass.loss) > SURE;
  box.hidden = !isSure;
  if (!isSure) return box.replaceChildren();
  const buttons = clearerPasses().map(([words, act]) => {
    const button = createNode("button", { type: "button" }, words);
    button.addEventListener("click", act);
    return button;
  });
  box.replaceChildren(createNode("span", { class: "note" }, "Larger gradients:"), ...buttons);
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
  if (state.gradients && !shownPass() && hasAddress()) {
    $(".pass").setAttribute("aria-busy", "true");
    const sent = await ask(question);
    if (!sent.error) keepPass(trace, question, sent);
    if (mine !== asked) return; // the reader has moved on
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
  drawAdvice(pass);
  if (!pass) return;
  const own = state.answer ? "loss of its own answer" : `loss of its answer, ${fitted(tokenText(pass.label), 24, 1)}`;
  const options = pass.labels.map((name) =>
    createNode("option", { value: name }, `loss of ${fitted(tokenText(name), 24, 1)}`),
  );
  $(".which-answer").replaceChildren(createNode("option", { value: "" }, own), ...options);
  $(".which-answer").value = state.answer;
  $(".which-weights").value = state.gradients;
}
