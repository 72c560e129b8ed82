// The stepper for a slide: whatever is drawn in it, or the parts that are chosen; all steps in one zip.

import { saveFile } from "../core/browser.js";
import { createSvg } from "../core/dom.js";
import { LEVELS } from "../core/drawing.js";
import { fitted, percent, tokenText } from "../core/text.js";
import { pictureMenu, sourceLine } from "../picture/menu.js";
import { svgText } from "../picture/save.js";
import { slide } from "../picture/slide.js";
import { onLightPaper, standalone, textAsSvg } from "../picture/standalone.js";
import { traceRows } from "../picture/table.js";
import { backwardSentence, describeBackward } from "../backward/drawing.js";
import { gradientTrace, shownPass } from "../backward/gradients.js";
import { linkParameters } from "./link.js";
import { $, page, state } from "./state.js";
import { drawUnit } from "./unit.js";
import { describeNetwork, drawNetwork, goToStep, moveGutter, scalesInWords } from "./unrolled.js";
import { zip } from "./zip.js";

const NAMES = { stage: "steps", cell: "opened cell", under: "opened cell", unit: "equations of a unit" };
Object.assign(NAMES, { "head-box": "opened head", "fold-stage": "folded and unrolled" });

// The drawings on show, by the class of the box that each is in, in the order of the page.
function drawings() {
  const found = [...page.element.querySelectorAll(".stepper svg")].filter(
    (svg) => !svg.closest("button, .bar, .bubble, .rnn-picture-menu") && svg.parentElement.closest("svg") === null,
  );
  const visible = found.filter((svg) => svg.getClientRects().length && svg.getAttribute("aria-hidden") !== "true");
  return visible.map((svg) => [svg.parentElement.classList[0] ?? "drawing", svg]);
}

const cellInside = () => $(".stage .cell");

// What can be left out: {key: label}.
function choices() {
  const found = drawings().map(([key, svg]) => [key, NAMES[key] ?? svg.getAttribute("aria-label") ?? key]);
  if (cellInside()) found.push(["cell", NAMES.cell]);
  if (state.unit >= 0) found.push(["unit", NAMES.unit]);
  return Object.fromEntries(found);
}

function sizedCopy(svg) {
  const [width, height] = ["width", "height"].map((name) => Number(svg.getAttribute(name)));
  return { node: standalone(svg), width, height };
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

function stageAs(chosen, svg) {
  const wanted = ["stage", "cell"].filter((key) => chosen.includes(key));
  if (!cellInside() || wanted.length === 2) return chosen.includes("stage") ? [sizedCopy(svg)] : [];
  if (wanted[0] === "cell") return [cellAlone()];
  if (!wanted.length) return [];
  state.cell = false; // the steps without the cell
  drawNetwork();
  const part = sizedCopy($(".stage > svg"));
  state.cell = true;
  drawNetwork();
  return [part];
}

function content(chosen) {
  const { trace } = state,
    scrolled = $(".stage").scrollLeft;
  moveGutter();
  const parts = drawings().flatMap(([key, svg]) =>
    key === "stage" ? stageAs(chosen, svg) : chosen.includes(key) ? [sizedCopy(svg)] : [],
  );
  if (state.unit >= 0 && chosen.includes("unit")) parts.push(textAsSvg($(".written")));
  moveGutter(scrolled);
  const reads = `${trace.title} (${trace.cell.title}) reads “${fitted(textOf(trace), 90, 1)}”`;
  const best = trace.answers[state.t] ?? [],
    answers = best.map(([name, share]) => `${tokenText(name)} (${percent(share)})`).join(", "),
    pass = shownPass();
  const step = `step ${state.t + 1} of ${trace.length}${answers ? `: ${answers}` : ""}`;
  const arrives = pass && backwardSentence(trace, pass, state.t).map((part) => part.textContent ?? part);
  return {
    title: pass ? `Backward pass: ${reads}; ${arrives.join("")}` : `${reads}, ${step}`,
    description: pass ? describeBackward(trace, pass) : describeNetwork(trace),
    source: [pass?.says, scalesInWords(trace), origin()].filter(Boolean).join(" "),
    legend: colours(),
    parts,
  };
}

// What opens the picture again; in a notebook there is no address.
const origin = () => (page.server ? sourceLine(linkParameters()) : "rnn_demo");

const textOf = (trace) => trace.tokens.join(trace.tokens.every((token) => [...token].length === 1) ? "" : " ");

// The scale of colours, from below 0 to above 0.
function colours() {
  const style = getComputedStyle(page.element);
  return Array.from({ length: LEVELS }, (_, k) => style.getPropertyValue(`--rnn-v${k}`).trim());
}

const fileName = () => `${state.trace.title}-step-${state.t + 1}`;

async function saveAllSteps(chosen) {
  const { t, trace } = state,
    files = [];
  for (let k = 0; k < trace.length; k++) {
    goToStep(k, true);
    if (state.unit >= 0) await drawUnit();
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
    ...(page.server ? { link: linkParameters } : {}),
    more: { "All steps (zip of SVG)": saveAllSteps },
  });
