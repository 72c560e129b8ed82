// Plotly figures, wherever Gradio puts one: each gets the menu of a picture, and the width of its box.

import { fittedLayout, plainWords, titleChanges, titleParts } from "../charts/titles.js";
import { pictureMenu } from "./menu.js";
import { plainFonts } from "./paint.js";
import { plainCopy } from "./standalone.js";
import { plotRows } from "./table.js";

const SIZE = { width: 900, height: 425 }; // of the figure before it is enlarged to a slide
const TYPE = 14; // pixels before that
const INK = "#1f2937",
  LINES = "#d4dae3";

// From Plotly's first figure on, whenever that comes: a figure is drawn with a title that fits, and gets its menu.
export function watchPlots() {
  whenLoaded((plotly) => {
    const { react } = plotly; // what Gradio draws with
    plotly.react = (figure, data, layout, config) => {
      const [fitted, below] = fittedLayout(layout, roomOf(figure));
      figure.dataset.below = below;
      const drawn = react(figure, data, fitted, config);
      furnish(figure);
      return drawn;
    };
  });
}

// Plotly's script names itself on the window; `act` is called before it has drawn anything.
function whenLoaded(act) {
  let plotly;
  const get = () => plotly;
  const set = (value) => act((plotly = value));
  Object.defineProperty(window, "Plotly", { configurable: true, get, set });
}

// The width that a figure has; in a tab that is hidden, about that which it will have.
function roomOf(figure) {
  let box = figure.parentElement;
  while (box && !box.clientWidth) box = box.parentElement;
  return box?.clientWidth || innerWidth;
}

function furnish(figure) {
  if (figure.dataset.furnished) return;
  figure.dataset.furnished = "yes";
  keepWidth(figure);
  figure.on("plotly_afterplot", () => change(figure, figure._fullLayout.width));
  const block = figure.closest(".block") ?? figure.parentElement;
  if (block.querySelector(":scope > .rnn-picture-menu")) return;
  block.classList.add("rnn-has-menu");
  block.append(menuOf(block));
}

// Plotly follows the window alone, and forgets the height where it does.
function keepWidth(figure) {
  new ResizeObserver(() => {
    const room = figure.parentElement?.clientWidth;
    if (room && figure._fullLayout) change(figure, room);
  }).observe(figure.parentElement);
}

// Give a figure this width, and lay its title into lines anew, whatever has drawn it or changed it.
function change(figure, width) {
  const { layout, _fullLayout: full, dataset } = figure,
    isNew = Math.abs(width - full.width) > 2;
  const changes = { ...(isNew && { width }), ...titleChanges(layout, full, width, Number(dataset.below)) };
  if (Object.keys(changes).length) window.Plotly.relayout(figure, changes);
}

// Gradio makes a new figure for new values, so the menu looks for the one that is there.
function menuOf(block) {
  const figure = () => block.querySelector(".js-plotly-plot");
  const parts = () => titleParts(figure().layout.title?.text ?? "");
  const axes = () => {
    const { xaxis, yaxis } = figure().layout;
    const ticks = new Map((xaxis?.tickvals ?? []).map((value, k) => [value, xaxis.ticktext?.[k] ?? ""]));
    return { x: plainWords(xaxis?.title?.text), y: plainWords(yaxis?.title?.text), ticks };
  };
  return pictureMenu({
    name: () => fileName(parts().heading),
    rows: () => plotRows(figure()._fullData ?? figure().data, axes()),
    content: () => content(figure(), parts()),
    link: () => Object.fromEntries(new URLSearchParams(location.search)),
  });
}

async function content(figure, { heading, about }) {
  const { data, layout } = onSlide(figure, getComputedStyle(document.body));
  const address = await window.Plotly.toImage({ data, layout }, { format: "svg", ...SIZE });
  const text = decodeURIComponent(address.slice(address.indexOf(",") + 1));
  const parsed = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  const svg = plainCopy(document.importNode(parsed, true));
  svg.removeAttribute("style"); // the paper is the slide's
  const source = `rnn_demo${about ? ` · ${about}` : ""}`;
  return { title: heading, source, description: plainWords(heading), parts: [{ node: svg, ...SIZE }] };
}

// The figure as a slide shows it: dark letters on white, larger, without a title of its own.
export function onSlide({ data, layout }, css) {
  const axes = Object.keys(layout).filter((name) => /^[xy]axis\d*$/.test(name));
  const font = { family: plainFonts(css.fontFamily), color: INK, size: TYPE };
  const colours = scaleOf(css),
    lines = { gridcolor: LINES, zerolinecolor: LINES, linecolor: LINES };
  const onPaper = (axis) => ({ ...axis, ...lines, autorange: rangeOf(axis) });
  return {
    data: data.map((one) => (one.type === "heatmap" && colours ? { ...one, colorscale: colours } : one)),
    layout: {
      ...layout,
      ...Object.fromEntries(axes.map((name) => [name, onPaper(layout[name])])),
      ...SIZE,
      autosize: false,
      font,
      title: { text: "" },
      legend: { ...layout.legend, font },
      margin: { ...layout.margin, t: 16 },
      paper_bgcolor: "#ffffff",
      plot_bgcolor: "#ffffff",
    },
  };
}

const rangeOf = ({ autorange, range }) => (range && !autorange ? false : (autorange ?? true));

// The signed scale of light paper, as CSS has it.
function scaleOf(css) {
  const colours = Array.from({ length: 21 }, (_, k) => [k / 20, css.getPropertyValue(`--rnn-v${k}`).trim()]);
  return colours[0][1] ? colours : null;
}

const fileName = (heading) =>
  plainWords(heading)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 60)
    .replace(/^-|-$/g, "") || "figure";
