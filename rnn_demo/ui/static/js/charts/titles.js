// The titles of Plotly figures, which Plotly does not wrap: laid into as many lines as the width of the figure needs.

import { wrapped } from "../core/text.js";

const LETTER = 0.6; // of the type size: the width of a letter of a bold line, on average
const SMALL = 0.68; // of the width of those of the line in small type
const ABOUT = /^<(sup|span)[^>]*>(.*)<\/\1>$/, // a line in small type, as Python writes it and as it is drawn here:
  drawnSmall = (line) => `<span style="font-size:12px">${line}</span>`; // Plotly's own <sup> is too small to be read
const FOOT = 22; // pixels from the upper edge of a figure to the foot of the first line of its title
const LINE = 1.3; // of the type size: the height of a line

const isAbout = (line) => ABOUT.test(line);

// "heading<br>in lines<br><sup>about</sup>", where the lines of a heading may be bold
export function titleParts(title) {
  const lines = title.split("<br>");
  const heading = lines
    .filter((line) => !isAbout(line))
    .join(" ")
    .replace(/<\/?b>/g, "");
  return { heading, about: plainWords(lines.filter(isAbout).join(" ")) };
}

// Markup as text.
export const plainWords = (text = "") =>
  text.replace(/<[^>]*>/g, "").replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

// The same title in lines that fit; `size` is that of its type, in pixels.
export function fittedTitle(title, width, size) {
  const lines = title.split("<br>"),
    letters = Math.floor((width - 24) / (LETTER * size));
  const heading = lines.filter((line) => !isAbout(line)).map((line) => line.replace(/<\/?b>/g, ""));
  const about = lines.filter(isAbout).map((line) => line.replace(ABOUT, "$2"));
  const bold = lines[0].startsWith("<b>") ? (line) => `<b>${line}</b>` : (line) => line;
  return [
    ...wrapped(heading.join(" "), letters).map(bold),
    ...(about.length ? wrapped(about.join(" "), Math.floor(letters / SMALL)).map(drawnSmall) : []),
  ].join("<br>");
}

// What Plotly changes in a layout so that its title fits in the width and has room above the plot, which keeps its own
// height with all that is under it, `below`.
export function titleChanges(layout, full, width, below) {
  const title = layout.title?.text;
  if (!title) return {};
  const size = full?.title?.font?.size ?? 15,
    text = fittedTitle(title, width, size),
    titles = layout.meta?.frames?.map((frame) => fittedTitle(frame.title, width, size)) ?? [text],
    count = Math.max(...titles.map((one) => one.split("<br>").length)); // of a film, those of its longest title
  const top = Math.round(FOOT + size * LINE * (count - 1) + 24);
  if (text === title && layout.margin?.t === top) return {};
  const height = top + below,
    place = { "title.y": 1 - FOOT / height, "title.yanchor": "top" };
  return { "title.text": text, ...place, "margin.t": top, height };
}

// The layout of a figure that is still to be drawn, with its title in lines that fit in the width: [layout, below].
export function fittedLayout(layout, width) {
  const look = layout.template?.layout ?? {},
    full = { title: { font: { size: layout.title?.font?.size ?? look.title?.font?.size ?? 15 } } };
  const top = layout.margin?.t ?? look.margin?.t ?? 100,
    below = (layout.height ?? 450) - top; // Plotly's own default
  const fitted = { ...layout, width, height: top + below, title: { ...layout.title }, margin: { ...layout.margin } };
  for (const [name, value] of Object.entries(titleChanges(layout, full, width, below))) {
    const [part, key] = name.split(".");
    if (key) fitted[part][key] = value;
    else fitted[part] = value;
  }
  return [fitted, below];
}
