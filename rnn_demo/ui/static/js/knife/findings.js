// What units follow, as Python's detective found it: the feature, the score beside that of shuffled ones, a passage.

import { createNode } from "../core/dom.js";
import { colourLevel } from "../core/drawing.js";
import { count, minus, tokenText } from "../core/text.js";
import { page } from "../stepper/state.js";
import { part, say, surgery } from "./surgery.js";

// The score and the bar in words: of a yes or no its AUC, else the correlation; of a unit that falls there, the AUC of
// falling.
export function evidenceInWords({ score, bar, auc }) {
  const number = (value) => minus(value.toFixed(2));
  return auc === null
    ? `r = ${number(score)}, shuffled at most ${number(bar)}`
    : `AUC ${number((Math.abs(score) + 1) / 2)}, shuffled at most ${number((bar + 1) / 2)}`;
}

// The tokens of a passage, underlined in the colours of the unit's values.
function colouredPassage({ tokens, values, at, edges }) {
  const scale = Math.max(...edges.map(Math.abs), 1e-9),
    isLetters = tokens.every((token) => [...token].length === 1);
  const marks = tokens.map((token, t) =>
    createNode(
      t === at ? "b" : "span",
      { style: `border-color:var(--rnn-v${colourLevel(values[t], scale)})`, title: minus(values[t].toFixed(3)) },
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

// What was looked for and how much of it was found.
export function findingsInWords({ corpus, features, units, nothing }) {
  const followers = nothing ? `${count(units - nothing)} of the ${count(units)}` : `All ${count(units)}`;
  return (
    `${features} features were looked for in ${corpus}. ${followers} units follow at least one of them more closely ` +
    "than chance: than any unit follows it once its values are shuffled. Each unit’s feature was chosen on one half " +
    "of the texts, and its score was measured on the other half."
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
  surgery.findings = answer.findings;
  const rows = surgery.findings.map((finding, k) =>
    createNode(
      "li",
      {},
      createNode(
        "button",
        { type: "button", "data-finding": k, title: "Show this unit" },
        `${finding.quantity} of unit ${finding.unit + 1}`,
      ),
      createNode("span", {}, `${finding.verdict} ${finding.title}${finding.score < 0 ? ", falling" : ""}`),
      createNode("span", { class: "note" }, evidenceInWords(finding)),
      barsOf(finding),
      colouredPassage(finding),
    ),
  );
  part("findings").replaceChildren(...rows);
  part("detect-says").textContent = findingsInWords(answer);
}
