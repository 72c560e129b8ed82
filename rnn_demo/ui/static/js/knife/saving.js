// What leaves surgery: a picture for a slide, the numbers, and a Python script that gives the same ones.

import { addressOf, saveFile } from "../core/browser.js";
import { shortened } from "../core/text.js";
import { pictureMenu } from "../picture/menu.js";
import { standalone } from "../picture/standalone.js";
import { linkParameters } from "../stepper/link.js";
import { rowAt } from "../stepper/trace.js";
import { nameOfPlace, titleInWords } from "./words.js";

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

const KEY = "Pale: untouched. Square: held.";

// The menu; `now()` says what is shown.
export function surgeryMenu(now, hasLink) {
  const fileName = () => `surgery-${now().given.checkpoint}`.replace(/[^\w-]+/g, "-");
  return pictureMenu({
    name: fileName,
    content: () => {
      const { plot, effect, given, text, network, edits, place, unit } = now(),
        [width, height] = ["width", "height"].map((side) => Number(plot.getAttribute(side)));
      return {
        title: `${given.title} reads “${shortened(text, 60)}”: ${titleInWords(network, edits, { ...place, unit })}`,
        description: plot.getAttribute("aria-label"),
        source: [
          effect,
          `${KEY} Plotted: ${nameOfPlace(network, { ...place, unit })}.`,
          hasLink ? addressOf(linkParameters()) : "rnn_demo",
        ].join("\n"),
        legend: [],
        keys: [],
        parts: [{ node: standalone(plot), width, height }],
      };
    },
    rows: () => surgeryRows(now()),
    ...(hasLink ? { link: linkParameters } : {}),
    more: () => ({
      "As a Python script": () =>
        saveFile(new Blob([now().program], { type: "text/x-python" }), `${fileName()}.py`),
    }),
  });
}
