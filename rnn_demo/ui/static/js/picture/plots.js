// Plotly figures, wherever Gradio puts one: each gets the menu of a picture, and the width of its box.

import { plainWords, titleChanges, titleParts } from "../charts/titles.js";
import { pictureMenu } from "./menu.js";
import { plainFonts } from "./paint.js";
import { plainCopy } from "./standalone.js";
import { plotRows } from "./table.js";

const SIZE = { width: 900, height: 425 }; // of the figure before it is enlarged to a slide
const TYPE = 14; // pixels before that
const INK = "#1f2937",
  LINES = "#d4dae3";

// Follow the page: figures come and go.
export function watchPlots() {
  let waiting = 0;
  const scan = () => {
    waiting = 0;
    document.querySelectorAll(".js-plotly-plot").forEach(furnish);
  };
  new MutationObserver(() => (waiting ||= setTimeout(scan, 200))).observe(document.body, {
    childList: true,
    subtree: true,
  });
  scan();
}

function furnish(figure) {
  if (figure.dataset.furnished) return;
  figure.dataset.furnished = "yes";
  keepWidth(figure);
  figure.on?.("plotly_afterplot", () => fitTitle(figure));
  const block = figure.closest(".block") ?? figure.parentElement;
  if (block.querySelector(":scope > .rnn-picture-menu")) return;
  block.classList.add("rnn-has-menu");
  block.append(menuOf(block));
}

// A figure that was drawn while its tab was hidden is 700 pixels wide until somebody tells it.
function keepWidth(figure) {
  new ResizeObserver(() => {
    const room = figure.parentElement?.clientWidth;
    if (!room || !figure.layout || !window.Plotly) return;
    if (Math.abs(room - (figure._fullLayout?.width ?? 0)) > 2)
      window.Plotly.relayout(figure, { width: room }); // Plots.resize() would forget the height
  }).observe(figure.parentElement);
}

// Its title is laid into lines anew, whatever has drawn it or changed its width.
function fitTitle(figure) {
  const { layout, _fullLayout: full } = figure;
  if (!full) return;
  figure.dataset.below ??= full.height - full.margin.t;
  const changes = titleChanges(layout, full, full.width, Number(figure.dataset.below));
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
