// What leaves surgery: a picture for a slide, the numbers, and a program of Python that gives the same ones.

import { saveFile } from "../core/browser.js";
import { pictureMenu, sourceLine } from "../picture/menu.js";
import { standalone } from "../picture/standalone.js";
import { linkParameters } from "../stepper/link.js";
import { rowAt } from "../stepper/trace.js";

// A row for each step: the unit and the answer, untouched and with the edits.
export function surgeryRows({ network, tokens, base, result, unit, place, index }) {
  const value = (trace, t) => rowAt(trace.layers[index].quantities[place.quantity], t)[unit],
    best = (row) => row.reduce((at, p, c) => (p > row[at] ? c : at), 0),
    answers = (rows, t) => [network.labels[best(rows[t])], rows[t][best(rows[t])]];
  const name = `${place.quantity}_${unit}`;
  return [
    [
      "step",
      "token",
      `${name} untouched`,
      `${name} with edits`,
      "answer untouched",
      "its probability",
      "answer with edits",
      "its probability",
    ],
    ...tokens.map((token, t) => [
      t,
      token,
      value(base, t),
      value(result.patched, t),
      ...answers(result.shares[0], t),
      ...answers(result.shares[1], t),
    ]),
  ];
}

// The menu; `now()` says what is shown.
export function surgeryMenu(now, hasLink) {
  const fileName = () => `surgery-${now().given.checkpoint}`.replace(/[^\w-]+/g, "-");
  return pictureMenu({
    name: fileName,
    content: () => {
      const { plot, effect, given, text, name } = now(),
        [width, height] = ["width", "height"].map((side) => Number(plot.getAttribute(side)));
      return {
        title: `${given.title} reads “${text.slice(0, 60)}”: ${name}`,
        description: plot.getAttribute("aria-label"),
        source: [effect, hasLink ? sourceLine(linkParameters()) : "rnn_demo"].join("\n"),
        legend: [],
        keys: [],
        parts: [{ node: standalone(plot), width, height }],
      };
    },
    rows: () => surgeryRows(now()),
    ...(hasLink ? { link: linkParameters } : {}),
    more: () => ({
      "As a program of Python": () =>
        saveFile(new Blob([now().program], { type: "text/x-python" }), `${fileName()}.py`),
    }),
  });
}
