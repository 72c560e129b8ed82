// The stepper for a slide: whatever is drawn in it, or the parts that are chosen; all steps in one zip.

import { saveFile } from "../core/browser.js";
import { createSvg } from "../core/dom.js";
import { LEVELS } from "../core/drawing.js";
import { fitted, percent, tokenText } from "../core/text.js";
import { pictureMenu, sourceLine } from "../picture/menu.js";
import { savePng, svgText } from "../picture/save.js";
import { roomForParts, slide } from "../picture/slide.js";
import { onLightPaper, standalone, textAsSvg } from "../picture/standalone.js";
import { traceRows } from "../picture/table.js";
import { backwardSentence, describeBackward } from "../backward/drawing.js";
import { gradientTrace, shownPass } from "../backward/gradients.js";
import { linkParameters } from "./link.js";
import { $, hasAddress, page, state } from "./state.js";
import { drawUnit } from "./unit.js";
import { describeNetwork, drawNetwork, goToStep, moveGutter, scalesInWords, viewOfStage } from "./unrolled.js";
import { zip } from "../picture/zip.js";

const NAMES = { stage: "steps", cell: "opened cell", unit: "equations of a unit" };
Object.assign(NAMES, { "head-box": "opened head", "fold-stage": "folded and unrolled" });

// The drawings on show, by the class of the box that each is in, in the order of the page; the opened cell is one with
// the steps, wherever it stands.
function drawings() {
  const found = [...page.element.querySelectorAll(".stepper svg")].filter(
    (svg) => !svg.closest("button, .bar, .bubble, .rnn-picture-menu, .under") && !svg.parentElement.closest("svg"),
  );
  const visible = found.filter((svg) => svg.getClientRects().length && svg.getAttribute("aria-hidden") !== "true");
  return visible.map((svg) => [svg.parentElement.classList[0] ?? "drawing", svg]);
}

const BESIDES = 2000; // pixels beside the steps that are in sight
const cellInside = () => $(".stage .cell");
const hasCell = () => state.cell && !shownPass();

// What can be left out: {key: label}.
function choices() {
  const found = drawings().map(([key, svg]) => [key, NAMES[key] ?? svg.getAttribute("aria-label") ?? key]);
  if (hasCell()) found.push(["cell", NAMES.cell]);
  if (state.unit >= 0) found.push(["unit", NAMES.unit]);
  return Object.fromEntries(found);
}

function sizedCopy(svg) {
  const [width, height] = ["width", "height"].map((name) => Number(svg.getAttribute(name)));
  return { node: standalone(svg), width, height };
}

// The steps as they are drawn for a slide: what is in sight there.
function stagePart() {
  const { left, width, height } = viewOfStage(),
    drawing = standalone($(".stage > svg"));
  const moved = createSvg("g", { transform: `translate(${-left} 0)` }, ...drawing.childNodes),
    besides = (x) => createSvg("rect", { x, y: 0, width: BESIDES, height, style: "fill:#ffffff" }); // lines that go on
  return { node: createSvg("g", {}, moved, besides(-BESIDES), besides(width)), width, height };
}

// The opened cell and its equations alone, out of the drawing of all steps.
function cellAlone() {
  const group = createSvg("g"),
    heights = [];
  let x = 8;
  for (const node of [cellInside(), $(".stage .listing")].filter(Boolean)) {
    const box = node.getBBox(),
      copy = standalone(node);
    copy.setAttribute("transform", `translate(${x - box.x} ${8 - box.y})`);
    group.append(copy);
    heights.push(box.height);
    x += box.width + 12;
  }
  return { node: group, width: x + 4, height: Math.max(...heights) + 16 };
}

// The steps, with the opened cell in them or without it, or the cell alone, drawn for a room on a slide.
function stageIn(room, chosen) {
  const stage = $(".stage"),
    was = { cell: state.cell, left: stage.scrollLeft };
  Object.assign(state, { slide: room, cell: state.cell && chosen.includes("cell") });
  try {
    drawNetwork();
    return chosen.includes("stage") ? stagePart() : cellAlone();
  } finally {
    Object.assign(state, { slide: null, cell: was.cell });
    drawNetwork();
    stage.scrollLeft = was.left;
    moveGutter(was.left);
  }
}

// The equations of a unit, in two columns.
function unitPart() {
  const box = $(".written");
  box.classList.add("on-slide");
  try {
    return textAsSvg(box);
  } finally {
    box.classList.remove("on-slide");
  }
}

function content(chosen) {
  const words = wordsOfSlide(),
    room = roomForParts(words);
  const others = drawings().filter(([key]) => key !== "stage" && chosen.includes(key));
  const parts = others.map(([, svg]) => sizedCopy(svg));
  if (state.unit >= 0 && chosen.includes("unit")) parts.push(unitPart());
  const share = parts.length ? 0.62 : 1; // of the height, beside what else is chosen
  if (chosen.includes("stage") || (chosen.includes("cell") && hasCell()))
    parts.unshift(stageIn({ width: room.width, height: share * room.height }, chosen));
  const isText = chosen.join() === "unit"; // no colours and no wires are explained there
  return { ...words, ...(isText ? { source: origin(), legend: [], keys: [] } : {}), parts };
}

// All that a slide says around its parts.
function wordsOfSlide() {
  const { trace } = state,
    reads = `${trace.title} (${trace.cell.title}) reads “${fitted(textOf(trace), 90, 1)}”`;
  const best = trace.answers[state.t] ?? [],
    answers = best.map(([name, share]) => `${tokenText(name)}\u00a0(${percent(share)})`).join(", "),
    pass = shownPass();
  const step = `step ${state.t + 1} of ${trace.length}${answers ? `: ${answers}` : ""}`;
  const arrives = pass && backwardSentence(trace, pass, state.t).map((part) => part.textContent ?? part);
  return {
    title: pass ? `Backward pass: ${reads}; ${arrives.join("")}` : `${reads}, ${step}`,
    description: pass ? describeBackward(trace, pass) : describeNetwork(trace),
    source: [[pass?.says, scalesInWords(trace)].filter(Boolean).join(" "), origin()].join("\n"),
    legend: colours(),
    keys: pass ? [] : wireKeys(),
  };
}

// Which wire is which matrix, as the page's legend says it.
const wireKeys = () =>
  ["ih", "hh"].map((side) => ({
    name: $(`.wire-key.${side}`).textContent,
    colour: getComputedStyle(page.element).getPropertyValue(`--rnn-${side}`).trim(),
  }));

// What opens the picture again; in a notebook there is no address.
const origin = () => (hasAddress() ? sourceLine(linkParameters()) : "rnn_demo");

const textOf = (trace) => trace.tokens.join(trace.tokens.every((token) => [...token].length === 1) ? "" : " ");

// The scale of colours, from below 0 to above 0.
function colours() {
  const style = getComputedStyle(page.element);
  return Array.from({ length: LEVELS }, (_, k) => style.getPropertyValue(`--rnn-v${k}`).trim());
}

const fileName = () => `${state.trace.title}-step-${state.t + 1}`;

const savePart = (key) => savePng(slide(onLightPaper(() => content([key]))), `${fileName()}-${key}`);
const saveCell = () => savePart("cell");
const saveUnit = () => savePart("unit");

async function saveAllSteps(chosen) {
  const { t, trace } = state,
    files = [];
  for (let k = 0; k < trace.length; k++) {
    goToStep(k, true);
    if (state.unit >= 0) await drawUnit(false, true);
    const text = svgText(slide(onLightPaper(() => content(chosen()))));
    files.push([`step-${String(k + 1).padStart(3, "0")}.svg`, new TextEncoder().encode(text)]);
  }
  goToStep(t, true);
  saveFile(new Blob(zip(files), { type: "application/zip" }), `${trace.title}-all-steps.zip`);
}

// The menu that saves what the stepper shows.
export const stepperMenu = () =>
  pictureMenu({
    name: fileName,
    content,
    choices,
    counts: " (steps, units from 0)",
    rows: () => traceRows(shownPass() ? gradientTrace(state.trace, shownPass()) : state.trace),
    ...(hasAddress() ? { link: linkParameters } : {}),
    // Long, and in small letters beside anything else; its numbers stand in the opened cell as well.
    leftOut: ["unit"],
    more: () => ({
      ...(hasCell() ? { "Opened cell only (PNG)": saveCell } : {}),
      ...(state.unit >= 0 ? { "Equations of the unit only (PNG)": saveUnit } : {}),
      "All steps (zip of SVG)": saveAllSteps,
    }),
  });
