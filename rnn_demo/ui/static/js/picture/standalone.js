// A drawing of the page as one that stands alone: every style that matters is written into its elements.

import { createSvg } from "../core/dom.js";
import { label } from "../core/drawing.js";
import { plainDeclarations, plainFonts, plainStyle } from "./paint.js";

const FONT = ["font-family", "font-size", "font-weight", "font-style"];
const STROKE = ["stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linejoin", "stroke-linecap"];
const DEFAULTS = {
  "fill-opacity": "1",
  "stroke-width": "1px",
  "stroke-opacity": "1",
  "stroke-dasharray": "none",
  "stroke-linejoin": "miter",
  "stroke-linecap": "butt",
  opacity: "1",
  "font-weight": "400",
  "font-style": "normal",
  "text-decoration": "none",
  "text-anchor": "start",
};
const OF_TEXT = [...FONT, "text-anchor", "text-decoration"];
const EVERY = ["fill", "fill-opacity", ...STROKE, "opacity"];
const NEEDLESS = ["class", "tabindex", "role", "aria-label", "aria-hidden", "pointer-events", "focusable"];

// Do something while the page is light and nothing on it is on its way to another look; nobody sees it meanwhile.
export function onLightPaper(act) {
  const dark = [...document.querySelectorAll(".dark")],
    root = document.documentElement;
  dark.forEach((node) => node.classList.remove("dark"));
  root.classList.add("rnn-still");
  try {
    return act();
  } finally {
    root.classList.remove("rnn-still");
    dark.forEach((node) => node.classList.add("dark"));
  }
}

// A copy of an SVG element that needs no style sheet. Invisible parts are left out.
export function standalone(original) {
  const copy = original.cloneNode(false);
  NEEDLESS.forEach((name) => copy.removeAttribute(name));
  if (original.tagName !== "title") inlineStyle(original, copy);
  if (original.vector) describeNumbers(copy, original.vector);
  for (const child of original.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) copy.append(child.cloneNode());
    if (child.nodeType !== Node.ELEMENT_NODE || !isVisible(child)) continue;
    copy.append(...withHalo(child, standalone(child)));
  }
  return copy;
}

const isVisible = (node) => {
  const style = getComputedStyle(node);
  return node.tagName === "title" || (style.display !== "none" && style.visibility !== "hidden");
};

function inlineStyle(original, copy) {
  const style = getComputedStyle(original);
  const isText = /^(text|tspan)$/.test(original.tagName);
  const isGroup = /^(g|svg)$/.test(original.tagName);
  const names = isGroup ? ["opacity"] : isText ? [...OF_TEXT, ...EVERY] : EVERY;
  const declarations = names
    .map((name) => [name, value(style, name)])
    .filter(([name, text]) => text && text !== DEFAULTS[name]);
  const plain = plainDeclarations(declarations).filter(
    ([name], _, all) => !name.startsWith("stroke-") || !all.some((other) => other.join() === "stroke,none"),
  );
  copy.removeAttribute("style");
  for (const [name] of plain) copy.removeAttribute(name);
  if (plain.length) copy.setAttribute("style", plain.map((declaration) => declaration.join(":")).join(";"));
}

function value(style, name) {
  const text = style.getPropertyValue(name);
  if (name === "font-family") return plainFonts(text);
  return name === "text-decoration" ? text.split(" rgb")[0].replace(/ wavy| solid/g, "") : text;
}

// Letters with a rim of paper behind them: the rim is a copy of its own, for `paint-order` is young.
function withHalo(original, copy) {
  const style = getComputedStyle(original);
  if (original.tagName !== "text" || !style.getPropertyValue("paint-order").startsWith("stroke")) return [copy];
  if (style.stroke === "none") return [copy];
  const halo = copy.cloneNode(true),
    rim = ["stroke", "stroke-width", "stroke-opacity", "stroke-linejoin"];
  for (const node of [copy, ...copy.querySelectorAll("tspan")]) dropDeclarations(node, rim);
  halo.setAttribute("data-halo", "");
  return [halo, copy];
}

function dropDeclarations(node, names) {
  const rest = (node.getAttribute("style") ?? "").split(";").filter((part) => !names.includes(part.split(":")[0]));
  node.setAttribute("style", rest.join(";"));
}

// The numbers of a strip in a form that a program can parse: a value for each unit.
function describeNumbers(node, { name, t, layer, values, units }) {
  node.setAttribute("data-quantity", name);
  node.setAttribute("data-step", t + 1);
  node.setAttribute("data-layer", layer + 1); // 0: the input
  node.setAttribute("data-units", units.join(" "));
  node.setAttribute("data-values", units.map((unit) => Number(values[unit].toPrecision(7))).join(" "));
}

// HTML text as SVG: each piece is placed where it is on the screen.
export function textAsSvg(box) {
  const home = box.getBoundingClientRect(),
    group = createSvg("g");
  const walker = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
  for (let piece = walker.nextNode(); piece; piece = walker.nextNode()) {
    const range = document.createRange();
    range.selectNodeContents(piece);
    const style = getComputedStyle(piece.parentElement),
      place = range.getClientRects()[0];
    if (!place || !piece.data.trim()) continue;
    const declarations = [...FONT.map((name) => [name, value(style, name)]), ["fill", style.color]];
    const node = label(
      piece.data,
      (place.left - home.left).toFixed(1),
      (place.bottom - place.height * 0.22 - home.top).toFixed(1),
      { style: plainStyle(declarations.map((declaration) => declaration.join(":")).join(";")) },
    );
    node.setAttribute("xml:space", "preserve");
    group.append(node);
  }
  return { node: group, width: home.width, height: home.height };
}

// A drawing that something else made (Plotly), with plain colours.
export function plainCopy(svg) {
  for (const node of [svg, ...svg.querySelectorAll("*")]) {
    if (node.hasAttribute("style")) node.setAttribute("style", plainStyle(node.getAttribute("style")));
    for (const name of ["fill", "stroke"]) {
      const paint = node.getAttribute(name);
      if (!paint || !/^(rgba?\(|color\(|transparent)/i.test(paint)) continue;
      node.removeAttribute(name);
      node.setAttribute("style", plainStyle(`${name}:${paint};${node.getAttribute("style") ?? ""}`));
    }
  }
  return svg;
}
