// Surgery in Hidden states and in a handout: opened when a visitor asks for it. What is held is seen in the steps
// above, too; the untouched run stays, pale, behind the drawing.

import { createNode } from "../core/dom.js";
import { readTokens, unpack } from "../engine/network.js";
import { updateLink } from "../stepper/link.js";
import { $, followers, hasAddress, page, state } from "../stepper/state.js";
import { problemOf, readControl, reader } from "./acting.js";
import { buildSurgery } from "./controls.js";
import { asPython, surgeryAsText, surgeryFromText } from "./edits.js";
import { onClickInSurgery, onFieldChange, onGrip, onGripKey } from "./hand.js";
import { cutWhole, sweepOver, unitsAtOnce } from "./operation.js";
import { surgeryMenu } from "./saving.js";
import { fieldOf, part, say, shownPlace, surgery, textOfTrace } from "./surgery.js";
import { drawPlot, redrawSurgery, showInSteps } from "./view.js";
import { openingInWords } from "./words.js";

let turn = 0, // counts what was begun, so that what comes too late is left out
  writtenOut = -1, // the unit that the steps have written out
  lastStep = -1; // the step that the fields were filled for

export const isSurgeryOpen = () => surgery.isOpen;

// Open it, with what a link says of it; "" for nothing.
export async function openSurgery(link = "") {
  if (!surgery.box) build();
  surgery.isOpen = true;
  $("[data-do=knife]").setAttribute("aria-pressed", true);
  surgery.box.hidden = false;
  followers.add(follow);
  state.knife = parametersOfSurgery;
  await begin(link);
}

export function closeSurgery() {
  surgery.isOpen = false;
  turn++;
  followers.delete(follow);
  state.knife = null;
  $("[data-do=knife]").setAttribute("aria-pressed", false);
  surgery.box.hidden = true;
  showInSteps(surgery.given);
  updateLink();
}

const parametersOfSurgery = () => ({ knife: surgeryAsText({ ...surgery, control: surgery.control?.text }) });

// Another trace arrived, or another step or layer was chosen.
function follow() {
  if (state.trace !== surgery.given && state.trace !== surgery.ours) return void begin("");
  if (!surgery.result || surgery.live) return;
  if (state.t !== lastStep) fillSteps();
  if (state.unit >= 0 && state.unit !== writtenOut) surgery.unit = state.unit; // chosen in the steps
  writtenOut = state.unit;
  drawPlot();
}

// Fetch the network and read the text anew.
async function begin(link) {
  const mine = ++turn,
    { trace } = state,
    isSame =
      surgery.given &&
      textOfTrace(surgery.given) === textOfTrace(trace) &&
      surgery.given.checkpoint === trace.checkpoint;
  surgery.box.setAttribute("aria-busy", true);
  surgery.pressed = null;
  try {
    const { loadNetwork, tokensFor } = await reader(),
      network = await loadNetwork(trace.checkpoint),
      { tokens } = await tokensFor(network, textOfTrace(trace));
    if (mine !== turn) return;
    if (network !== surgery.network) {
      Object.assign(surgery, { ranges: null, findings: [], sources: new Map() });
      part("findings").replaceChildren();
    }
    Object.assign(surgery, { network, tokens, given: trace, ours: null, base: readTokens(network, tokens), past: [] });
    if (!isSame) {
      Object.assign(surgery, { edits: [], found: [] });
      part("found").replaceChildren();
    }
    const named = surgeryFromText(link);
    chooseAtFirst(named, isSame);
    writtenOut = state.unit;
    await restore(named, mine);
    if (mine !== turn) return;
    surgery.box.removeAttribute("aria-busy");
    redrawSurgery();
    askForRanges(mine);
  } catch (error) {
    if (mine !== turn) return;
    surgery.box.removeAttribute("aria-busy");
    say(`${error.message}`); // the last good picture stays
  }
}

// The quantity and the unit: of the link, or the memory and the unit whose loss moves the answer most.
function chooseAtFirst({ quantity, unit }, isSame) {
  const { cell, hidden } = surgery.network,
    names = cell.quantities.map(({ name }) => name);
  if (!names.includes(surgery.quantity)) surgery.quantity = cell.state.at(-1);
  if (names.includes(quantity)) surgery.quantity = quantity;
  const choices = [unit, state.unit, isSame ? surgery.unit : -1].filter((each) => each >= 0 && each < hidden);
  if (choices.length) Object.assign(surgery, { unit: choices[0], opening: isSame ? surgery.opening : "" });
  else chooseTellingUnit();
  fieldOf("quantity").replaceChildren(
    ...cell.quantities.map(({ name, title }) => createNode("option", { value: name }, `${name}, ${title}`)),
  );
  for (const field of surgery.box.querySelectorAll("[data-typed][type=number]")) delete field.dataset.typed;
  fieldOf("last").value = surgery.tokens.length;
  fillSteps();
}

// Of the liveliest units, as many as can be cut without a wait: the one that moves the answer most.
function chooseTellingUnit() {
  const { network, tokens } = surgery,
    here = shownPlace(),
    { liveliest } = state.trace.layers[state.layer],
    units = Array.from(liveliest).slice(0, unitsAtOnce(network, tokens.length)),
    found = sweepOver(network, tokens, here, new Float32Array(network.hidden), units);
  surgery.unit = found[0].unit;
  const whole = cutWhole(network, tokens, here);
  surgery.opening = openingInWords(network.labels, here.quantity, found, whole, units.length === network.hidden);
}

// The present step, in the fields where nobody has typed another one.
function fillSteps() {
  lastStep = state.t;
  for (const name of ["first", "sourceFirst", "intoFirst", "intoLast"]) {
    const field = fieldOf(name);
    if (field.dataset.typed === undefined) field.value = Math.min(state.t + 1, surgery.tokens.length);
  }
}

async function restore({ edits, control, wrong }, mine) {
  if (control) fieldOf("control").value = control;
  await readControl();
  if (edits.length) surgery.edits = [];
  const problems = wrong.map((text) => `“${text.slice(0, 40)}” is no edit.`);
  for (const each of edits) {
    const problem = await problemOf(each);
    if (mine !== turn) return;
    if (problem) problems.push(problem);
    else surgery.edits.push(each);
  }
  if (problems.length) say(`Ignored in the link: ${problems.slice(0, 3).join(" ")}`);
}

async function askForRanges(mine) {
  if (surgery.ranges || !(page.server?.ranges || page.ranges)) return;
  const answer = page.ranges ?? (await page.server.ranges({ checkpoint: surgery.given.checkpoint }).catch(() => null));
  if (mine !== turn || !answer || answer.error) return; // without it nothing is marked
  const values = (packed) => unpack(packed).values;
  const read = ({ low, high, mean }) => ({ low: values(low), high: values(high), mean: values(mean) }),
    places = Object.entries(answer.places).map(([name, of]) => [name, read(of)]);
  surgery.ranges = { corpus: answer.corpus, places: Object.fromEntries(places) };
  redrawSurgery();
}

function build() {
  const box = (surgery.box = buildSurgery());
  $(".under").before(box);
  box.addEventListener("click", onClickInSurgery);
  box.addEventListener("change", onFieldChange);
  box.addEventListener("input", ({ target }) => (target.dataset.typed = "")); // is left as it is from now on
  box.addEventListener("pointerdown", onGrip);
  box.addEventListener("keydown", onGripKey);
  part("detect").hidden = !page.server?.findings;
  part("menu").replaceWith(
    surgeryMenu(
      () => ({
        ...surgery,
        place: shownPlace(),
        index: state.layer,
        text: textOfTrace(surgery.given),
        effect: part("effect").textContent,
        plot: part("plot").firstChild,
        program: asPython(surgery.given.checkpoint, textOfTrace(surgery.given), surgery.edits),
      }),
      hasAddress(),
    ),
  );
  new ResizeObserver(
    () =>
      surgery.isOpen &&
      surgery.result &&
      !surgery.live &&
      part("plot").clientWidth !== part("plot").drawnFor &&
      redrawForWidth(),
  ).observe(part("plot"));
}

function redrawForWidth() {
  part("plot").drawnFor = part("plot").clientWidth;
  drawPlot();
}
