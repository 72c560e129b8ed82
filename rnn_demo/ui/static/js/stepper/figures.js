// The Plotly figures under the stepper: which one is open, and a marker at the current step.

import { fillNode } from "../core/dom.js";
import { LEVELS } from "../core/drawing.js";
import { page, state } from "./state.js";

// The name of the figure that is open; undefined where none is.
export function openFigureName() {
  const selected = document.querySelector("#states-view input:checked");
  return selected?.offsetParent ? selected.value : undefined;
}

// Does the figure explain the answer at the current step, so that it must follow the reader?
export const followsStep = () =>
  Boolean(document.querySelector("#states-after input[value=present]:checked")?.offsetParent);

// The inputs for redrawing, the last of them the current step: stepping alone sends nothing to the server.
export const withStep = (...inputs) => [...inputs.slice(0, -1), state.t];

const openFigure = () => {
  const figure = document.querySelector("#states-plot .js-plotly-plot");
  return figure?.layout && window.Plotly && state.trace ? figure : null;
};

// A figure that has just been drawn takes the page's colours, and marks the current step.
export function markFigures() {
  const figure = openFigure();
  if (!figure) return;
  const css = getComputedStyle(page.element),
    ink = css.color;
  fillNode(figure, { role: "img", "aria-label": (figure.layout.title?.text ?? "").replace(/<[^>]*>/g, " ") });
  if (figure.layout.font?.color !== ink) Plotly.relayout(figure, { "font.color": ink });
  const colours = Array.from({ length: LEVELS }, (_, k) => [
    k / (LEVELS - 1),
    css.getPropertyValue(`--rnn-v${k}`).trim(),
  ]);
  if (figure.data[0]?.type === "heatmap" && figure.data[0].colorscale?.[0]?.[1] !== colours[0][1])
    Plotly.restyle(figure, { colorscale: [colours] }, [0]);
  markStep();
}

// The open figure marks the current step.
export function markStep() {
  const figure = openFigure();
  if (!figure) return;
  const { t } = state,
    kind = figure.layout.meta?.mark;
  if (kind === "step" && figure.layout.shapes?.[0]?.x0 !== t - 0.5)
    Plotly.relayout(figure, { "shapes[0].x0": t - 0.5, "shapes[0].x1": t + 0.5 });
  if (kind === "point") {
    const [path, mark] = [figure.data[0], figure.data.at(-1)];
    if (path.x.length === state.trace.length && mark.x[0] !== path.x[t])
      Plotly.restyle(figure, { x: [[path.x[t]]], y: [[path.y[t]]] }, [figure.data.length - 1]);
  }
}
