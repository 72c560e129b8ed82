// The picture of networks beside each other, 16:9, and its numbers.

import { createNode, createSvg } from "../core/dom.js";
import { LEVELS, canvas } from "../core/drawing.js";
import { fitted } from "../core/text.js";
import { sourceLine } from "../picture/menu.js";
import { roomForParts } from "../picture/slide.js";
import { standalone } from "../picture/standalone.js";
import { drawFigure } from "./figure.js";
import { drawColumns, drawGutter, drawStep, layOutRows } from "./stage.js";

const STRIP = 48, // the height of the units: the type is the larger for it
  MOST_WIDE = 2400; // pixels, before it is made smaller to fit

// Stage and figure as one drawing; `chosen` are "stage" and "figure", or one of them.
export function wholeDrawing(view, { figure, t }, width, chosen) {
  const place = layOutRows(view, width, { fit: true, strip: STRIP });
  const left = createSvg("g"),
    right = createSvg("g", { transform: `translate(${place.gutter} 0)` });
  let height = 0;
  if (chosen.includes("stage")) {
    left.append(drawGutter(view, place, t));
    right.append(drawColumns(view, place));
    height = place.height;
  }
  if (chosen.includes("figure")) {
    const { gutter, columns, height: more } = drawFigure(view, place, figure);
    for (const part of [gutter, columns]) part.setAttribute("transform", `translate(0 ${height})`);
    left.append(gutter);
    right.append(columns);
    height += more;
  }
  if (chosen.includes("stage")) right.append(drawStep(view, { ...place, whole: height }, t));
  const drawing = canvas(place.gutter + place.inner + 6, height);
  drawing.append(left, right);
  return drawing;
}

// What slide() takes. `shown` is {text, twin, figure, t, link}; the drawing is made within `home`, out of sight, so
// that it has the page's styles.
export function slideOf(view, shown, chosen, home) {
  const words = {
    title: titleOf(view, shown),
    source: [[view.says, ...view.notes].join(" "), sourceLine(shown.link)].filter(Boolean).join("\n"),
    description: view.says,
    legend: coloursOf(home),
  };
  const room = roomForParts(words),
    trial = wholeDrawing(view, shown, 1000, chosen),
    height = Number(trial.getAttribute("height"));
  const width = Math.min(MOST_WIDE, Math.max(900, (height * room.width) / room.height));
  const place = createNode("div", { class: "rnn-out-of-sight", "aria-hidden": "true" });
  home.append(place);
  place.append(wholeDrawing(view, shown, width, chosen));
  const [svg] = place.children,
    part = { node: standalone(svg), width: Number(svg.getAttribute("width")), height };
  place.remove();
  return { ...words, parts: [part] };
}

function titleOf({ rows }, { text, twin }) {
  const names = [...new Set(rows.map((row) => row.owner ?? row.name))];
  if (twin) return `“${fitted(text, 70, 1)}” and “${fitted(twin, 70, 1)}”`;
  return `“${fitted(text, 90, 1)}”, read by ${names.join(", ")}`;
}

function coloursOf(home) {
  const style = getComputedStyle(home);
  return Array.from({ length: LEVELS }, (_, k) => style.getPropertyValue(`--rnn-v${k}`).trim());
}

// The numbers: of each reading and step the answer, its probability and the state.
export function rowsOf({ rows, lists }) {
  const readings = rows.filter((row) => row.trace),
    most = Math.max(...readings.flatMap(({ states }) => states.map(({ width }) => width)));
  const units = Array.from({ length: most }, (_, unit) => `h${unit}`);
  const head = ["network", "text", "direction", "step", "token", "answer", "probability", ...units];
  const body = readings.flatMap((row) =>
    row.states.flatMap((h, d) =>
      lists[row.list].map((token, t) => {
        const [answer = "", share = ""] = row.trace.answers[t]?.[0] ?? [],
          values = Array.from({ length: h.width }, (_, unit) => Number(h.values[t * h.width + unit].toPrecision(7)));
        const direction = d ? "backward" : "forward";
        return [row.checkpoint, row.isTwin ? "twin" : "text", direction, t, token, answer, share, ...values];
      }),
    ),
  );
  return [head, ...body];
}
