// The menu of our own line charts: one for all that are drawn together.

import { createNode } from "../core/dom.js";
import { partsOf, pictureMenu, sourceLine } from "./menu.js";
import { chartRows } from "./table.js";

const WIDTHS = [0, 620, 900]; // of one chart and of several, before they are enlarged to a slide

// `holder` has the charts, drawn by lineChart(). `title()`, `name` of the files, `link()`: its parameters, else those
// in the address bar; `keys()`: lines that a legend beside the charts names; `words` of the menu in another language.
export function chartMenu(holder, { title, name, link = addressParameters, keys = () => [], words }) {
  const isShown = (chart) => !chart.closest(".rnn-out-of-sight");
  const charts = () => [...holder.querySelectorAll(".rnn-chart")].filter(isShown);
  const label = (chart, k) => chart.series.title || chart.series.y || `chart ${k + 1}`;
  return pictureMenu({
    name: () => name,
    link,
    words,
    choices: () => Object.fromEntries(charts().map((chart, k) => [k, label(chart, k)])),
    rows: () => chartRows(charts().map((chart, k) => ({ ...chart.series, title: label(chart, k) }))),
    content: (choice) => {
      const nodes = forSlide(holder, choice.length).filter((_, k) => choice.includes(String(k)));
      const description = nodes.map((chart) => chart.getAttribute("aria-label")).join("; ");
      return { title: title(), source: sourceLine(link()), description, keys: keys(), parts: partsOf(nodes) };
    },
  });
}

// The charts as a slide has room for them: drawn anew, out of sight, and taken away at once.
function forSlide(holder, count) {
  const place = createNode("div", { class: "rnn-out-of-sight", "aria-hidden": "true" });
  holder.append(place);
  place.append(holder.drawing(WIDTHS[Math.min(count, 2)]));
  setTimeout(() => place.remove());
  return [...place.querySelectorAll(".rnn-chart")];
}

const addressParameters = () => Object.fromEntries(new URLSearchParams(location.search));
