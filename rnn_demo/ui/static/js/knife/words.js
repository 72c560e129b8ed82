// What surgery did, in sentences.

import { minus, percent, shortened, signed, tokenText } from "../core/text.js";
import { editsInForce } from "./edits.js";

// The name of a unit or a whole quantity: "c of unit 7", "the whole vector f", with the layer where there are several.
export function nameOfPlace(network, { quantity, unit, layer, direction }) {
  const where = [
    ...(network.depth > 1 ? [`layer ${layer + 1}`] : []),
    ...(network.layers.length > network.depth ? [direction === "backward" ? "←" : "→"] : []),
  ];
  const who = unit < 0 ? `the whole vector ${quantity}` : `${quantity} of unit ${unit + 1}`;
  return [who, ...where].join(", ");
}

const stepsInWords = ({ first, last }) => (first === last ? `step ${first + 1}` : `steps ${first + 1} to ${last + 1}`);

// An edit in a few words, for the list of them.
export function editInWords(network, each) {
  const { source, sourceFirst, first, last, value } = each,
    there = stepsInWords({ first: sourceFirst, last: sourceFirst + last - first });
  const to = source
    ? `taken from ${there} of “${shortened(source, 40)}”`
    : `held at ${minus(Number(value.toPrecision(4)).toString())}`;
  return `${nameOfPlace(network, each)}, ${stepsInWords(each)}: ${to}`;
}

const MOST_TITLED = 2; // edits in the title of a picture

// What was done, for the title of a picture: the edits, or the unit that is shown where there is none.
export function titleInWords(network, edits, shown) {
  if (!edits.length) return nameOfPlace(network, shown);
  const rest = edits.length - MOST_TITLED,
    words = edits.slice(0, MOST_TITLED).map((each) => editInWords(network, each));
  return [...words, ...(rest > 0 ? [`${rest} more`] : [])].join("; ");
}

// Which unit surgery opened on, and whether one alone turns the answer. `found` are all units that were cut, the one
// that moves the answer most first; `whole` is the effect of cutting all of them at once, `all` whether none was left
// out.
export function openingInWords(labels, quantity, found, whole, all) {
  const [{ unit, effect }] = found,
    turns = ({ before, after }) => before !== after,
    name = tokenText(labels[effect.before]);
  const most = `Unit ${unit + 1} is shown: cut to 0, it moves ${name} most (${signed(effect.logOdds)} in log odds).`;
  if (!all || turns(effect) || found.some((each) => turns(each.effect))) return most;
  const rest = turns(whole) ? `; the whole vector ${quantity} does` : ", nor does the whole vector";
  return `${most} No single unit of ${quantity} turns the answer${rest}.`;
}

const oddsInWords = (change) => (Number.isFinite(change) ? ` (${signed(change)} in log odds)` : "");

// The effect on the answer, in one or two sentences; `piece` is what a token is called.
export function effectInWords(
  labels,
  { before, probability, becomes, logOdds, after, afterProbability },
  partsAt,
  tokens,
) {
  const name = (answer) => tokenText(labels[answer]);
  if (before === after)
    return (
      `The answer stays ${name(before)}: ${percent(probability, 1)} becomes ` +
      `${percent(becomes, 1)}${oddsInWords(logOdds)}.`
    );
  const from = partsAt >= 0 ? ` The answers part at step ${partsAt + 1}, “${tokenText(tokens[partsAt])}”.` : "";
  return (
    `The answer changes from ${name(before)} (${percent(probability, 1)}) to ${name(after)} ` +
    `(${percent(afterProbability, 1)}); ${name(before)} now has ${percent(becomes, 1)}${oddsInWords(logOdds)}.${from}`
  );
}

// The same edits on the control text, in a clause.
export function controlInWords(labels, { before, probability, becomes, after, afterProbability }) {
  const name = (answer) => tokenText(labels[answer]);
  return before === after
    ? `stays ${name(before)}, ${percent(probability, 1)} → ${percent(becomes, 1)}`
    : `${name(before)} (${percent(probability, 1)}) → ${name(after)} (${percent(afterProbability, 1)})`;
}

// Whether a held value is one that texts lead to; "" where it is, where a later edit overrules it, or where no ranges
// are known.
export function beyondInWords(edits, rangeOf, corpus) {
  const far = editsInForce(edits).find((each) => {
    const range = !each.source && each.unit >= 0 && rangeOf(each);
    return range && (each.value < range.low || each.value > range.high);
  });
  if (!far) return "";
  const { low, high } = rangeOf(far),
    number = (value) => minus(value.toFixed(2));
  return (
    `${far.quantity} of unit ${far.unit + 1} at ${number(far.value)} is beyond what it is in 98% of cases ` +
    `(${number(low)} to ${number(high)}, over ${corpus}): hardly any text leads there.`
  );
}
