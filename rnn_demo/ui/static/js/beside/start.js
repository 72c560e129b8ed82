// Networks beside each other in Hidden states: opened when a visitor asks for it, and closed again without a trace.

import { createNode, createSvg } from "../core/dom.js";
import { LEVELS, canvas } from "../core/drawing.js";
import { minus, tokenText } from "../core/text.js";
import { pictureMenu } from "../picture/menu.js";
import { setAddress } from "../core/browser.js";
import { linkParameters } from "../stepper/link.js";
import { $, followers, page, state } from "../stepper/state.js";
import { drawNetwork, goToStep } from "../stepper/unrolled.js";
import { columnsOfStep } from "./alignment.js";
import { FIGURES, FIGURE_HEIGHT, drawFigure } from "./figure.js";
import { buildPanel, drawChanges, drawFigures, drawNetworks, drawReady } from "./panel.js";
import { rowsOf, slideOf } from "./picture.js";
import { drawColumns, drawGutter, drawStep, layOutRows, under, valuesIn } from "./stage.js";
import { changesOf } from "./twins.js";
import { MOST, readAll, viewOf } from "./view.js";

const LEAST_PRESENTED = 700; // pixels: a narrower screen shows the page's own drawing when it presents
const LETTERS = new Set(["letters", "accented_letters", "characters"]); // tokenizers whose tokens are letters

let hasShown = false, // at first a link has just been read, and is not written over
  hadTwin = false;
let panel = null, // the box with its parts, once it was opened
  view = null, // the last good picture: what `viewOf` made, with `text`, `twin`, `label` and `norms`
  place = null, // where it is drawn
  turn = 0; // counts what was asked for, so that an answer that comes too late is left out
// `twins` says whether the controls of twins are shown; `twinOf` is the text that the twin was made of.
const choice = { isOpen: false, twins: false, others: [], twin: "", twinOf: "", figure: "", label: "" };
let offer = { networks: [], twins: [], opposites: [], names: [] }; // what the server says of the task
let menu = null;

const textOf = (trace) => trace.start.text ?? "";
const own = () => offer.networks.find(({ name }) => name === state.trace.checkpoint);
const others = () => offer.networks.filter(({ name }) => name !== state.trace.checkpoint);
const presentStep = () => Math.min(state.t, view.lists[0].length - 1);

// --- open and close --------------------------------------------------------------------------------------------------

// Open it, with what a link names: {beside, twin, compare}; without, with the first networks of the same task.
export async function openBeside(link = {}) {
  if (!panel) build();
  choice.isOpen = true;
  $(".stepper").classList.add("with-others");
  $("[data-do=beside]").setAttribute("aria-pressed", true);
  panel.box.hidden = false;
  showWordsOfSteps(false);
  followers.add(follow);
  state.beside = parametersOf;
  if (link.twin) Object.assign(choice, { twins: true, twin: link.twin, twinOf: textOf(state.trace) });
  choice.figure = link.compare in FIGURES ? link.compare : choice.figure;
  hadTwin = Boolean(link.compare); // what a link names is not the usual figure
  hasShown ||= link.beside === undefined;
  const ignored = link.compare && !(link.compare in FIGURES) ? [`compare=${link.compare.slice(0, 20)}`] : [];
  await reread(link.beside === undefined ? null : link.beside.split(",").filter(Boolean), ignored);
}

export function closeBeside() {
  choice.isOpen = false;
  turn++;
  followers.delete(follow);
  state.beside = null;
  $(".stepper").classList.remove("with-others");
  $("[data-do=beside]").setAttribute("aria-pressed", false);
  panel.box.hidden = true;
  showWordsOfSteps(true);
  drawNetwork();
  writeLink();
}

// The page's words about the drawing of one network and its buttons, which are hidden meanwhile.
function showWordsOfSteps(areShown) {
  const words = document.querySelector("#states-words");
  if (words) words.style.display = areShown ? "" : "none";
}

export const isOpen = () => choice.isOpen;

function parametersOf() {
  const parameters = { beside: choice.others.join(",") };
  if (choice.twin) parameters.twin = choice.twin.slice(0, 2000);
  if (view && choice.figure && choice.figure !== usualFigure()) parameters.compare = choice.figure;
  return parameters;
}

const writeLink = () => setAddress(page.element, linkParameters());

// --- reading ---------------------------------------------------------------------------------------------------------

// A step was made, or another text or network was chosen.
function follow() {
  if (!choice.isOpen) return;
  if (!view || view.trace !== state.trace) return void reread();
  drawNow();
}

let asked = { trace: null }; // for what the networks were asked last

let pending = null; // what a link or a click on the button wants, until it is known which networks there are

// Ask which networks there are, and let the chosen ones read. `wanted` are names out of a link, null where it names
// none; `ignored` is what else of it is not understood.
async function reread(wanted, ignored = []) {
  const { trace } = state;
  if (choice.twinOf !== textOf(trace)) choice.twin = "";
  if (wanted === undefined && asked.trace === trace && asked.key === keyOf()) return;
  if (wanted !== undefined) pending = { wanted, ignored };
  const mine = ++turn;
  asked = { trace, key: keyOf() };
  if (offer.checkpoint !== trace.checkpoint) {
    const answer = await askForOthers(trace);
    if (mine !== turn) return;
    if (answer.error) return void say([answer.error], true);
    offer = answer;
  }
  const said = chooseOthers();
  asked = { trace, key: keyOf() };
  panel.box.setAttribute("aria-busy", true);
  const chosen = choice.others.map((name) => offer.networks.find((one) => one.name === name));
  const { read, problems } = await readAll([own(), ...chosen], textOf(trace), choice.twin);
  if (mine !== turn) return;
  panel.box.removeAttribute("aria-busy");
  if (!read.length) {
    drawChoices();
    return void say([...said, ...problems], true); // the last good picture stays
  }
  const same = offer.twins.some((one) => one.same && one.twin === choice.twin && one.text === textOf(trace));
  view = { ...viewOf(read, { same }), trace, text: textOf(trace), twin: choice.twin, norms: new Map() };
  const labels = view.labels;
  if (!labels.includes(choice.label)) choice.label = labels[0] ?? "";
  view.label = choice.label;
  if (!FIGURES[choice.figure]?.fits(view) || (choice.twin && !hadTwin)) choice.figure = usualFigure();
  hadTwin = Boolean(choice.twin);
  say([...said, ...problems, ...view.notes], problems.length > 0);
  draw();
  if (choice.figure === "memory") askForNorms();
  writeLinkSoon();
  panel.box.dataset.drawn = String(Number(panel.box.dataset.drawn ?? 0) + 1); // tests wait for this
}

// The networks that are wanted, as far as there are such; sentences about what is not there.
function chooseOthers() {
  const { wanted, ignored } = pending ?? { ignored: [] },
    names = others().map(({ name }) => name),
    unknown = (wanted ?? []).filter((name) => !names.includes(name));
  pending = null;
  if (wanted) choice.others = wanted.filter((name) => names.includes(name)).slice(0, MOST - 1);
  else if ((wanted === null && !choice.others.length) || !choice.others.every((name) => names.includes(name)))
    choice.others = names.slice(0, MOST - 1);
  const refused = [...ignored];
  if (unknown.length) refused.push(`beside=${unknown.join(",").slice(0, 60)} (there is no such network for this task)`);
  if (wanted && wanted.length > MOST - 1) refused.push(`more than ${MOST} networks`);
  return refused.length ? [`Ignored in the link: ${refused.join("; ")}.`] : [];
}

const keyOf = () => JSON.stringify([choice.others, choice.twin]);
const usualFigure = () => (choice.twin ? "difference" : FIGURES.answers.fits(view) ? "answers" : "updates");

function writeLinkSoon() {
  if (hasShown) writeLink();
  hasShown = true;
}

async function askForOthers({ checkpoint }) {
  const names = [...document.querySelectorAll("#states-model option")].map(({ value }) => value);
  try {
    const answer = await page.server.others({ checkpoint, names });
    return { ...answer, checkpoint };
  } catch {
    return { error: "The list of networks did not arrive; check the connection and try again." };
  }
}

// How much the answer depends on each state: Python's backward pass of each reading, one after the other.
async function askForNorms() {
  const mine = view;
  for (const row of mine.rows.filter((one) => one.trace && !mine.norms.has(one.key))) {
    const text = row.isTwin ? mine.twin : mine.text;
    const pass = await page.server
      .gradients({ checkpoint: row.checkpoint, text, weights: "trained", answer: "" })
      .catch(() => ({ error: "The gradients did not arrive; check the connection and try again." }));
    if (mine !== view) return;
    if (pass.error) return void say([pass.error]);
    const layers = pass.layers.filter((_, k) => row.trace.layers[k].layer === row.trace.depth - 1);
    mine.norms.set(row.key, layers.map(({ norms }) => norms.h));
    draw();
  }
}

// Sentences above the stage; where something did not arrive, it can be asked for again.
function say(sentences, again = false) {
  const retry = createNode("button", { type: "button", "data-do": "again" }, "Try again");
  retry.addEventListener("click", () => {
    asked = { trace: null };
    reread();
  });
  panel.note.replaceChildren(sentences.join(" "), ...(again ? [" ", retry] : []));
  panel.note.hidden = !sentences.length;
}

// --- drawing ---------------------------------------------------------------------------------------------------------

function build() {
  panel = buildPanel(ON);
  $(".stage").after(panel.box);
  menu = pictureMenu({
    name: () => `beside-step-${presentStep() + 1}`,
    content: (chosen) => slideOf(view, shown(), chosen, $(".stepper")),
    choices: () => ({ stage: "states", figure: FIGURES[choice.figure].title }),
    rows: () => rowsOf(view),
    counts: " (steps, units from 0)",
    link: linkParameters,
  });
  panel.scroller.addEventListener("click", onClick);
  panel.scroller.addEventListener("pointermove", onHover);
  panel.scroller.addEventListener("pointerleave", () => ($(".bubble").hidden = true));
  const isAsDrawn = () => panel.box.clientWidth === place?.client && state.presenting === place?.isPresented;
  new ResizeObserver(() => choice.isOpen && view && !isAsDrawn() && draw()).observe(panel.box);
}

const shown = () => ({ ...choice, text: view.text, t: presentStep(), link: linkParameters() });

function drawChoices() {
  const colours = new Map((view?.rows ?? []).map((row) => [row.checkpoint, row.colour])),
    colourOf = (name) => colours.get(name);
  drawNetworks(panel, { own: own(), others: others(), chosen: choice.others, colourOf, hasTwins: choice.twins }, ON);
  panel.twins.hidden = !choice.twins;
  drawReady(panel, offer.twins, offer.twins.findIndex((one) => one.twin === choice.twin && one.text === view?.text));
  if (document.activeElement !== panel.field) panel.field.value = choice.twin;
  panel.end.hidden = !choice.twin;
}

// Everything anew.
function draw() {
  drawChoices();
  panel.says.textContent = view.says;
  const client = panel.box.clientWidth;
  place = null;
  if (!client) return; // another tab is open
  const zoom = zoomIn(client);
  place = { ...layOutRows(view, client / zoom), client, zoom, isPresented: state.presenting };
  const figure = drawFigure(view, place, choice.figure),
    height = (place.whole = place.height + figure.height);
  const [fixed, columns] = [canvas(place.gutter, height, { "aria-hidden": "true" }), canvas(place.inner + 2, height)];
  for (const drawing of [fixed, columns])
    for (const side of ["width", "height"]) drawing.setAttribute(side, drawing.getAttribute(side) * zoom);
  columns.setAttribute("aria-label", `${view.rows.map(({ name }) => name).join(", ")}. ${view.says}`);
  for (const part of [figure.gutter, figure.columns]) part.setAttribute("transform", `translate(0 ${place.height})`);
  fixed.append(createSvg("g", { class: "beside-now" }), figure.gutter);
  columns.append(drawColumns(view, place), figure.columns, createSvg("g", { class: "beside-now" }));
  panel.fixed.replaceChildren(fixed);
  panel.scroller.replaceChildren(columns);
  drawFigures(panel, view, choice, menu, ON);
  drawLegend();
  drawNow();
}

// How much larger everything is drawn while it is presented, so that it fills the screen.
function zoomIn(client) {
  if (!state.presenting || client < LEAST_PRESENTED) return 1;
  const natural = layOutRows(view, client).height + FIGURE_HEIGHT,
    room = panel.box.clientHeight - panel.says.offsetHeight - 12;
  return Math.max(1, Math.min(room / natural, client / LEAST_PRESENTED));
}

// What depends on the present step.
function drawNow() {
  if (!place) return;
  const t = presentStep();
  panel.fixed.querySelector(".beside-now")?.replaceChildren(drawGutter(view, place, t));
  panel.scroller.querySelector(".beside-now")?.replaceChildren(drawStep(view, place, t));
  const [from, to] = columnsOfStep(view.columns, t),
    { scrollLeft, clientWidth } = panel.scroller,
    left = place.lefts[from] * place.zoom,
    right = (place.lefts[to] + place.widths[to]) * place.zoom;
  if (left < scrollLeft) panel.scroller.scrollLeft = left - 8;
  else if (right > scrollLeft + clientWidth) panel.scroller.scrollLeft = right - clientWidth + 8;
  const { cut_by } = view.rows[0].network,
    tokens = view.trace.tokens;
  const changes = changesOf(view.text, tokens, t, { ...offer, names: offer.people, letters: LETTERS.has(cut_by) });
  drawChanges(panel, tokens[t], choice.twins ? changes : [], ON);
}

function drawLegend() {
  const colours = createNode("span", { class: "colours", "aria-hidden": "true" });
  for (let k = 0; k < LEVELS; k++) colours.append(createNode("i", { style: `background:var(--rnn-v${k})` }));
  const { units, states } = view.rows[0],
    few = units[0].length < states[0].width ? " For each network, the units that change most are drawn." : "",
    hasAnswers = view.rows.some(({ trace }) => trace?.asks),
    answers = hasAnswers ? " An answer is written where it begins, and stays until the next one." : "";
  const deepest = `the deepest colours stand for ±${Number(view.scale.toPrecision(2))}`,
    scale = `h of the last layer; in all rows ${deepest}.${few}${answers}`;
  panel.legend.replaceChildren("below 0", colours, "above 0", createNode("span", {}, scale));
}

// --- what a visitor does ---------------------------------------------------------------------------------------------

const ON = {
  close: closeBeside,
  twins() {
    choice.twins = !choice.twins;
    if (!choice.twins && choice.twin) return ON.read("");
    drawChoices();
    drawNow();
    if (choice.twins) panel.field.focus({ preventScroll: true });
  },
  choose(name) {
    const isOn = choice.others.includes(name);
    if (!isOn && choice.others.length >= MOST - 1)
      return say([`${MOST} networks have room beside each other; take one away first.`]);
    choice.others = isOn ? choice.others.filter((other) => other !== name) : [...choice.others, name];
    reread();
  },
  read(twin) {
    Object.assign(choice, { twin: twin.trim() === view?.text ? "" : twin.trim(), twinOf: textOf(state.trace) });
    reread();
  },
  // A ready pair has a text of its own, which the page reads first.
  ready(k) {
    const { text, twin } = offer.twins[k];
    Object.assign(choice, { twin, twinOf: text });
    if (text === view?.text) return reread();
    const field = document.querySelector("#states-text :is(textarea, input)"),
      button = document.querySelector("#states-text button");
    if (!field || !button) return;
    field.value = text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    setTimeout(() => button.click(), 50); // once Gradio has taken the text
  },
  figure(name) {
    choice.figure = name;
    draw();
    writeLink();
    if (name === "memory") askForNorms();
  },
  label(name) {
    choice.label = view.label = name;
    draw();
  },
};

const pointOf = (event) => {
  const box = panel.scroller.firstChild.getBoundingClientRect();
  return [event.clientX - box.left, event.clientY - box.top].map((length) => length / (place?.zoom ?? 1));
};

function onClick(event) {
  if (!view) return;
  const [x, y] = pointOf(event),
    { column } = under(view, place, x, y);
  const t = view.columns.slice(column).find((at) => at[0] >= 0)?.[0] ?? view.lists[0].length - 1;
  if (column >= 0) goToStep(t);
}

function onHover(event) {
  const bubble = $(".bubble");
  if (!view) return;
  const [x, y] = pointOf(event),
    { column, row: k, direction, unit } = under(view, place, x, y),
    row = view.rows[k],
    values = unit >= 0 ? valuesIn(row, view.columns, column) : null;
  bubble.hidden = !values;
  if (!values) return;
  const token = view.columns[column].map((at, list) => view.lists[list]?.[at]).find((one) => one !== undefined);
  const where = `${row.name}, “${tokenText(token)}”, unit ${unit + 1}${direction ? " ←" : ""}`;
  bubble.textContent = `${where}: ${minus(values[direction][unit].toFixed(4))}`;
  const home = $(".stepper").getBoundingClientRect();
  bubble.style.left = `${Math.min(event.clientX - home.left + 12, home.width - 210)}px`;
  bubble.style.top = `${event.clientY - home.top + 14}px`;
}
