// Export for slides: the drawing as SVG, as PNG at twice the size, or all steps in one zip.

import { saveFile } from "../core/browser.js";
import { createNode, createSvg, fillNode } from "../core/dom.js";
import { LEVELS, label } from "../core/drawing.js";
import { fitted, percent, visible, wrapped } from "../core/text.js";
import { $, page, state } from "./state.js";
import { drawUnit } from "./unit.js";
import { describeNetwork, goToStep, moveGutter, scalesInWords } from "./unrolled.js";
import { zip } from "./zip.js";

// A self-contained copy of a drawing: every style that matters is written into its elements.
const FONT = ["font-family", "font-size", "font-weight", "font-style"];
const INLINED = [
  ...FONT,
  "fill",
  "stroke",
  "stroke-width",
  "opacity",
  "text-anchor",
  "text-decoration",
  "paint-order",
  "stroke-linejoin",
];

function copyWithStyles(original) {
  const copy = original.cloneNode(true);
  const from = [original, ...original.querySelectorAll("*")],
    to = [copy, ...copy.querySelectorAll("*")];
  from.forEach((node, k) => {
    const style = getComputedStyle(node);
    to[k].setAttribute("style", INLINED.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
    if (node.vector) describeNumbers(to[k], node.vector);
  });
  return copy;
}

// The numbers of a strip in a form that a program can parse: a value for each unit.
function describeNumbers(node, { name, t, layer, values, units }) {
  node.setAttribute("data-quantity", name);
  node.setAttribute("data-step", t + 1);
  node.setAttribute("data-layer", layer + 1); // 0: the input
  node.setAttribute("data-units", units.join(" "));
  node.setAttribute("data-values", units.map((unit) => Number(values[unit].toPrecision(7))).join(" "));
}

// The written-out unit is HTML text: each piece is placed where it is on the screen.
function textAsSvg(box) {
  const home = box.getBoundingClientRect(),
    group = createSvg("g");
  const add = (text, x, y, style) => {
    const node = label(text, (x - home.left).toFixed(1), (y - home.top).toFixed(1), {
      style: [...FONT.map((name) => `${name}:${style.getPropertyValue(name)}`), `fill:${style.color}`].join(";"),
    });
    node.setAttribute("xml:space", "preserve");
    group.append(node);
  };
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  for (let piece = walker.nextNode(); piece; piece = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(piece);
    const style = getComputedStyle(piece.parentElement),
      place = range.getClientRects()[0];
    if (!place || !piece.data.trim()) continue;
    add(piece.data, place.left, place.bottom - place.height * 0.22, style);
  }
  return { node: group, width: home.width, height: home.height };
}

// All open panels, one below the other, with a caption.
function drawSlide() {
  const { trace } = state,
    parts = [];
  $(".stepper").classList.add("still"); // no colour on its way to another
  const drawings = [$(".stage > svg"), $(".under").hidden ? null : $(".under > svg")].filter(Boolean);
  moveGutter();
  for (const drawing of drawings) {
    const [width, height] = ["width", "height"].map((name) => Number(drawing.getAttribute(name)));
    parts.push({ node: copyWithStyles(drawing), width, height });
  }
  moveGutter($(".stage").scrollLeft);
  if (state.unit >= 0) parts.push(textAsSvg($(".written")));
  const width = Math.max(480, ...parts.map((part) => part.width)) + 24;
  const whole = createSvg("svg", { xmlns: "http://www.w3.org/2000/svg" });
  whole.append(createSvg("title", {}, describeNetwork(trace)));
  whole.append(createSvg("rect", { width: "100%", height: "100%", fill: backgroundColour() }));
  let y = 12;
  for (const { node, height } of parts) {
    whole.append(createSvg("g", { transform: `translate(12 ${y})` }, node));
    y += height + 10;
  }
  const ink = getComputedStyle(page.element).color;
  const reads = `${trace.title} (${trace.cell.title}) reads “${fitted(textOf(trace), 90, 1)}”`;
  const caption = `${reads}, step ${state.t + 1} of ${trace.length}: `;
  const answers = trace.answers[state.t].map(([name, share]) => `${name} ${percent(share)}`).join(", ");
  const written = (lines, x, size) => {
    const style = `fill:${ink};font-family:sans-serif;font-size:${size}px`;
    lines.forEach((words, k) => whole.append(label(words, x, y + 10 + 17 * k, { style })));
    y += 17 * lines.length + 7;
  };
  written(wrapped(caption + answers, (width - 28) / 6.8), 14, 13);
  for (let k = 0; k < LEVELS; k++) {
    const colour = getComputedStyle(page.element).getPropertyValue(`--rnn-v${k}`).trim();
    whole.append(createSvg("rect", { x: 14 + 8 * k, y, width: 8, height: 12, style: `fill:${colour}` }));
  }
  const left = 22 + 8 * LEVELS;
  written(wrapped(`negative to positive. ${scalesInWords(trace)}`, (width - left - 14) / 6.2), left, 12);
  fillNode(whole, { width, height: y, viewBox: `0 0 ${width} ${y}` });
  $(".stepper").classList.remove("still");
  return { text: visible(new XMLSerializer().serializeToString(whole)), width, height: y };
}

const textOf = (trace) => trace.tokens.join(trace.tokens.every((token) => [...token].length === 1) ? "" : " ");

function backgroundColour() {
  for (let node = page.element; node; node = node.parentElement) {
    const colour = getComputedStyle(node).backgroundColor;
    if (colour && !/, 0\)$|transparent/.test(colour)) return colour;
  }
  return "#ffffff";
}

const fileName = (end) => `${state.trace.title}-step-${state.t + 1}.${end}`;

export const saveSvg = () => saveFile(new Blob([drawSlide().text], { type: "image/svg+xml" }), fileName("svg"));

export async function savePng() {
  const { text, width, height } = drawSlide(),
    image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = createNode("canvas", { width: 2 * width, height: 2 * height });
  canvas.getContext("2d").drawImage(image, 0, 0, 2 * width, 2 * height);
  canvas.toBlob((blob) => saveFile(blob, fileName("png")), "image/png");
}

export async function saveAllSteps() {
  const { t, trace } = state,
    files = [];
  for (let k = 0; k < trace.length; k++) {
    goToStep(k, true);
    if (state.unit >= 0) await drawUnit();
    files.push([`step-${String(k + 1).padStart(3, "0")}.svg`, new TextEncoder().encode(drawSlide().text)]);
  }
  goToStep(t, true);
  saveFile(new Blob(zip(files), { type: "application/zip" }), `${trace.title}-all-steps.zip`);
}
