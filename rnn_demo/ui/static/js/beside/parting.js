// Where networks that read the same text part, and where two texts do, in numbers and in words. Nothing here draws.

import { listed, percent, tokenText } from "../core/text.js";
import { UNDECIDED, answerAt, rowAt } from "../stepper/trace.js";

// A row: {name, trace, read}; `read` has for each column the last step of the trace that has been read by then.
const answerIn = ({ trace, read }, column) => (read[column] < 0 ? "" : answerAt(trace, read[column]));
const isDecided = (answer) => answer !== "" && answer !== UNDECIDED;

// Of rows those that read forward alone: what reads in both directions knows the end at every step. All rows, where
// fewer than two are left.
export function forwardOnes(rows) {
  const forward = rows.filter(({ trace }) => !(trace.directions > 1));
  return forward.length > 1 ? forward : rows;
}

// The first column after which two rows give different answers, undecided ones aside; −1 where there is none.
export function firstParting(rows, count) {
  for (let k = 0; k < count; k++)
    if (new Set(rows.map((row) => answerIn(row, k)).filter(isDecided)).size > 1) return k;
  return -1;
}

// The first column from which on all rows give the same answer to the end; −1 where they do not in the end.
export function agreementFrom(rows, count) {
  let from = -1;
  for (let k = count - 1; k >= 0; k--) {
    const answers = new Set(rows.map((row) => answerIn(row, k)));
    if (answers.size > 1 || !isDecided([...answers][0])) break;
    from = k;
  }
  return from;
}

// The rows by what they answer after a column, as a sentence says it: LSTM and GRU say Italian; RNN is undecided.
function answersInWords(rows, column) {
  const groups = new Map();
  for (const row of rows) {
    const answer = answerIn(row, column);
    groups.set(answer, [...(groups.get(answer) ?? []), row.name]);
  }
  const decided = [...groups].filter(([answer]) => isDecided(answer));
  const parts = decided.map(([answer, names], k) => {
    const verb = k ? "" : names.length > 1 ? " say" : " says";
    return `${listed(names)}${verb} ${tokenText(answer)}`;
  });
  const open = groups.get(UNDECIDED) ?? [];
  if (open.length) parts.push(`${listed(open)} ${open.length > 1 ? "are" : "is"} undecided`);
  return parts.join("; ");
}

// How a column is called: “step 4, “v””; by its token alone where the first list has none there.
export function columnName(columns, lists, k) {
  const list = columns[k].findIndex((place) => place >= 0),
    token = `“${tokenText(lists[list][columns[k][list]])}”`;
  return columns[k][0] >= 0 ? `step ${columns[k][0] + 1}, ${token}` : token;
}

// Where the answers of several networks part, and how it ends.
export function partingInWords(rows, columns, lists) {
  const count = columns.length,
    forward = forwardOnes(rows),
    parts = firstParting(forward, count),
    agree = agreementFrom(rows, count),
    agreed = agree < 0 ? "" : tokenText(answerIn(rows[0], agree)),
    name = (k) => columnName(columns, lists, k);
  const said = (sentence) => `${sentence}.`;
  if (rows.length < 2 || !rows[0].trace.asks) return "";
  if (parts < 0)
    return agree < 0
      ? said(`No two of them contradict each other; at the end ${answersInWords(rows, count - 1)}`)
      : said(`No two of them contradict each other; from ${name(agree)}, on all say ${agreed}`);
  const others = rows.filter((row) => !forward.includes(row)), // which read in both directions
    knowing = others.length ? `; knowing the end already, ${answersInWords(others, parts)}` : "";
  const start = said(`Their answers part at ${name(parts)}: ${answersInWords(forward, parts)}${knowing}`);
  if (agree > parts) return `${start} ${said(`From ${name(agree)}, on all say ${agreed}`)}`;
  return parts === count - 1 ? start : `${start} ${said(`At the end ${answersInWords(rows, count - 1)}`)}`;
}

// --- a text and its twin ---------------------------------------------------------------------------------------------

const stateAt = ({ states }, place) => (place < 0 ? null : states.map((h) => rowAt(h, place)));

// The difference of the states of two readings by the same network after a column, for each of its directions: arrays
// of H numbers. Before the first token a state is 0.
export function differenceAt(first, second, column) {
  const [a, b] = [stateAt(first, first.read[column]), stateAt(second, second.read[column])];
  return first.states.map(({ width }, d) =>
    Float32Array.from({ length: width }, (_, unit) => (a?.[d][unit] ?? 0) - (b?.[d][unit] ?? 0)),
  );
}

// The root of the mean square of numbers in several arrays: how much one unit differs.
export function rootMeanSquare(arrays) {
  let total = 0,
    count = 0;
  for (const values of arrays) {
    for (const value of values) total += value * value;
    count += values.length;
  }
  return Math.sqrt(total / count);
}

// How far the states of two readings are apart after each column, for each unit on average.
export const distances = (first, second, count) =>
  Array.from({ length: count }, (_, k) => rootMeanSquare(differenceAt(first, second, k)));

// The first column in which the two texts differ; −1 where they are the same. A column may belong to neither.
export const firstChange = (columns, lists) =>
  columns.findIndex(([i, j]) => i < 0 !== j < 0 || (i >= 0 && lists[0][i] !== lists[1][j]));

const shareOf = ({ shares, read }, c, column) => shares[read[column]][c];

// What a change does: where the texts part, how large the difference of the states gets, what is left of it and of the
// answer. `same` says that the change should change nothing.
export function twinInWords(first, second, columns, lists, same = false) {
  const change = firstChange(columns, lists),
    count = columns.length,
    last = count - 1;
  if (change < 0) return "Both texts are read as the same tokens; change a word in the twin.";
  const apart = distances(first, second, count),
    largest = apart.indexOf(Math.max(...apart));
  const token = (k) => (columns[change][k] < 0 ? "nothing" : `“${tokenText(lists[k][columns[change][k]])}”`);
  const words = `${token(0)} in the text, ${token(1)} in the twin`,
    sentences = [`The texts part at ${columnName(columns, lists, change)}: ${words}.`];
  if (!(apart[largest] > 0)) return `${sentences[0]} The states stay the same: ${first.name} cannot tell them apart.`;
  const kept = `${percent(apart[last] / apart[largest])} of that is left at the end`,
    place = `at ${columnName(columns, lists, largest)}, and ${kept}`;
  sentences.push(`The difference of the states is largest ${largest === last ? "at the end" : place}.`);
  if (!first.trace.asks) return sentences.join(" ");
  const answer = (row) => answerIn(row, last),
    [a, b] = [answer(first), answer(second)],
    best = first.trace.answers[first.read[last]]?.[0]?.[0],
    c = first.labels.indexOf(best);
  if (c < 0) return sentences.join(" ");
  const [p, q] = [shareOf(first, c, last), shareOf(second, c, last)];
  const turns = `turns from ${tokenText(a)} to ${tokenText(b)}`,
    answers = `The answer ${a === b ? `stays ${tokenText(a)}` : turns}`;
  sentences.push(`${answers}; ${tokenText(best)} has ${percent(p)} and ${percent(q)}.`);
  if (same) {
    const points = 100 * Math.abs(p - q);
    const moved = points < 0.05 ? "and does not" : `but moves the answer by ${points.toFixed(1)} points`;
    sentences.push(`This change should not matter, ${moved}.`);
  }
  return sentences.join(" ");
}
