// What units follow, as Python's detective found it: the feature, the score beside that of shuffled ones, a passage.

import { createNode } from "../core/dom.js";
import { colourLevel } from "../core/drawing.js";
import { count, minus, tokenText } from "../core/text.js";
import { page } from "../stepper/state.js";
import { part, say, surgery } from "./surgery.js";

const MOST_SHOWN = 24;

// The score and the bar in words: of a yes or no its AUC, else the correlation.
export function evidenceInWords({ score, bar, auc }) {
  const number = (value) => minus(value.toFixed(2));
  return auc === null
    ? `r = ${number(score)}, shuffled at most ${number(bar)}`
    : `AUC ${number(auc)}, shuffled at most ${number((bar + 1) / 2)}`;
}

// Those with the best evidence, at most three of one feature, so that not all of them follow the same one.
export function variedFindings(findings, most = MOST_SHOWN) {
  const counts = {};
  return findings
    .filter(({ title, quantity }) => {
      const key = `${title} ${quantity}`;
      counts[key] = (counts[key] ?? 0) + 1;
      return counts[key] <= 3;
    })
    .slice(0, most);
}

// The tokens of a passage in the colours of the unit's values.
function colouredPassage({ tokens, values, at, edges }) {
  const scale = Math.max(...edges.map(Math.abs), 1e-9),
    isLetters = tokens.every((token) => [...token].length === 1);
  const marks = tokens.map((token, t) =>
    createNode(
      t === at ? "b" : "span",
      { style: `background:var(--rnn-v${colourLevel(values[t], scale)})`, title: minus(values[t].toFixed(3)) },
      isLetters ? tokenText(token) : ` ${tokenText(token)} `,
    ),
  );
  return createNode("span", { class: "knife-passage" }, ...marks);
}

// How often the unit has which value.
function barsOf({ histogram, edges }) {
  const most = Math.max(...histogram, 1);
  const bars = histogram.map((n) => createNode("i", { style: `height:${((100 * n) / most).toFixed(0)}%` }));
  const title = `From ${minus(edges[0].toFixed(2))} to ${minus(edges[1].toFixed(2))}`;
  return createNode(
    "span",
    { class: "knife-histogram", title, role: "img", "aria-label": `Histogram. ${title}` },
    ...bars,
  );
}

export async function showFindings() {
  const { checkpoint } = surgery.given;
  part("detect-says").textContent = "Reading some hundred texts …";
  const answer = await page.server.findings({ checkpoint }).catch(() => null);
  if (checkpoint !== surgery.given.checkpoint) return;
  part("detect-says").textContent = "";
  if (!answer || answer.error)
    return say(answer?.error ?? "What the units follow did not arrive; check the connection and try again.");
  surgery.findings = variedFindings(answer.findings);
  const rows = surgery.findings.map((finding, k) =>
    createNode(
      "li",
      {},
      createNode(
        "button",
        { type: "button", "data-finding": k, title: "Show this unit" },
        `${finding.quantity} of unit ${finding.unit + 1}`,
      ),
      createNode("span", {}, `${finding.verdict} ${finding.title}`),
      createNode("span", { class: "note" }, evidenceInWords(finding)),
      barsOf(finding),
      colouredPassage(finding),
    ),
  );
  part("findings").replaceChildren(...rows);
  part("detect-says").textContent =
    `Over ${answer.corpus}; ${count(answer.nothing)} of ${count(answer.units)} follow none of ${answer.features} ` +
    "features better than a shuffled one is followed. Scores are of texts by which nothing was chosen.";
}
