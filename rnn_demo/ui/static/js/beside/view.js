// What is seen of networks beside each other: rows, columns and what is said of them, from the traces. Nothing here
// draws.

import { probabilitiesOf } from "../engine/network.js";
import { loadNetwork, readText } from "../engine/loading.js";
import { listed, tokenText } from "../core/text.js";
import { FEW, readTrace } from "../stepper/trace.js";
import { mergedColumns, placesRead } from "./alignment.js";
import { labelsInQuestion } from "./measures.js";
import { firstParting, forwardOnes, partingInWords, twinInWords } from "./parting.js";

export const MOST = 4; // networks
// Of the rows, told apart in light and in dark and by the colour-blind (figures/palette.py).
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];

// One network's reading of a text. A promise; it fails with a sentence.
async function reading(network, text) {
  const trace = readTrace(await readText(network, text));
  const layers = trace.layers.filter(({ layer }) => layer === trace.depth - 1);
  return {
    trace,
    network,
    labels: network.labels,
    shares: probabilitiesOf(network, trace),
    states: layers.map(({ quantities }) => quantities.h),
    units: layers.map(({ liveliest }) => liveliest.slice(0, FEW / layers.length).sort((a, b) => a - b)),
  };
}

// The readings of a text, and of its twin where there is one, by all networks that arrive; `problems` are sentences.
// The first of the `networks`, {name, title, about}, is that of the stepper: without it nothing is shown.
export async function readAll(networks, text, twin) {
  const problems = [];
  const all = await Promise.all(
    networks.map(async (one, k) => {
      try {
        const network = await loadNetwork(one.name),
          first = await reading(network, text);
        return { ...one, colour: COLOURS[k], first, second: twin ? await reading(network, twin) : null };
      } catch ({ message }) {
        problems.push(message);
        return null;
      }
    }),
  );
  return { read: all[0] ? all.filter(Boolean) : [], problems: [...new Set(problems)] };
}

// All that the stage and the figure need of what was read: {rows, columns, lists, ...}. `same` says that the change in
// the twin should not matter.
export function viewOf(read, { same = false } = {}) {
  const lists = [],
    readers = [];
  const listOf = ({ trace }, who) => {
    const known = lists.findIndex((list) => list.join("\n") === trace.tokens.join("\n"));
    if (known >= 0) return known;
    readers.push(who);
    return lists.push(trace.tokens) - 1;
  };
  const hasTwin = Boolean(read[0].second);
  for (const { first, title } of read) first.list = listOf(first, lists.length ? title : hasTwin ? "text" : "token");
  for (const { second, title } of hasTwin ? read : [])
    second.list = listOf(second, second === read[0].second ? "twin" : title);
  const columns = mergedColumns(lists),
    placed = (one) => Object.assign(one, { columns, read: placesRead(columns, one.list) });
  read.flatMap(bothOf).forEach(placed);
  const rows = read.flatMap((one, k) => (hasTwin ? rowsOfTwins(one, k) : [rowOf(one, one.first)]));
  const readings = read.map((one) => rowOf(one, one.first)),
    parting = hasTwin ? -1 : firstParting(forwardOnes(readings), columns.length);
  const scale = Math.max(...read.flatMap(bothOf).map(({ trace }) => trace.scales.h));
  return {
    rows,
    columns,
    lists,
    readers,
    parting,
    scale,
    unknown: lists.map((_, list) => unknownIn(read, list)),
    labels: labelsInQuestion(readings),
    says: hasTwin ? twinSays(read, columns, lists, same) : partingInWords(readings, columns, lists),
    notes: [...directionNotes(readings), ...tokenNotes(read), ...unknownNotes(read)],
  };
}

const bothOf = ({ first, second }) => (second ? [first, second] : [first]);

function rowOf({ name: checkpoint, title, about, colour }, which, name = title) {
  return { ...which, key: `${checkpoint} ${which.list}`, checkpoint, name, about, colour };
}

// The first network's two readings and their difference; of the others the difference alone.
function rowsOfTwins(one, k) {
  const [first, second] = [rowOf(one, one.first, "text"), { ...rowOf(one, one.second, "twin"), isTwin: true }];
  const difference = { ...rowOf(one, one.first), trace: null, other: second, name: k ? one.title : "difference" };
  const row = { ...difference, about: "text − twin", owner: one.title, units: one.first.units };
  return k ? [row] : [{ ...first, about: one.title }, { ...second, units: first.units, about: one.title }, row];
}

function twinSays(read, columns, lists, same) {
  const [{ first, second, title }] = read,
    named = (one) => ({ ...one, name: title });
  const [own, others] = [lists[first.list], lists[second.list]],
    pairs = columns.map((at) => [at[first.list], at[second.list]]);
  return twinInWords(named(first), named(second), pairs, [own, others], same);
}

// The tokens of a list that none of the networks which read it knows.
function unknownIn(read, list) {
  const [first, ...others] = read.flatMap(bothOf).filter((one) => one.list === list);
  return new Set(first.trace.unknown.filter((token) => others.every(({ trace }) => trace.unknown.includes(token))));
}

// Where networks cut a text into other tokens than the first one does.
function tokenNotes(read) {
  const [{ first, title }, ...others] = read;
  const differ = others.filter((one) => one.first.list !== first.list);
  if (!differ.length) return [];
  const each = differ.map((one) => `${one.title} into ${one.first.trace.length}`);
  const ways = `${title} into ${first.trace.length} tokens, ${listed(each)}`;
  return [`Not all cut the text in the same way: ${ways}. What is the same stands in one column.`];
}

function directionNotes(readings) {
  const both = readings.filter(({ trace }) => trace.directions > 1).map(({ name }) => name);
  if (!both.length || both.length === readings.length || !readings[0].trace.asks) return [];
  const [read, know] = both.length > 1 ? ["read", "know"] : ["reads", "knows"];
  return [`${listed(both)} ${read} in both directions and ${know} the end at every step.`];
}

// Which tokens somebody does not know, and who.
function unknownNotes(read) {
  const who = new Map();
  for (const one of read)
    for (const token of new Set(bothOf(one).flatMap(({ trace }) => trace.unknown)))
      who.set(token, [...(who.get(token) ?? []), one.title]);
  const tokens = new Map(); // by those who do not know them
  for (const [token, titles] of who)
    tokens.set(listed(titles), { titles, all: [...(tokens.get(listed(titles))?.all ?? []), token] });
  const notes = [...tokens].map(([names, { titles, all }]) => {
    const unknown = listed(all.slice(0, 8).map((token) => `“${tokenText(token)}”`));
    if (read.length > 1 && titles.length === read.length) return `None of them knows ${unknown}.`;
    return `${names} ${titles.length > 1 ? "do" : "does"} not know ${unknown}.`;
  });
  return [...notes, ...(read.some(changesUnread) ? [SAME_UNKNOWN] : [])];
}

const SAME_UNKNOWN =
  "Every word that a network does not know is the same <UNK> to it: which of them it is changes nothing.";

// Does a twin put a word that its network does not know, in a place of its own or of another word?
export function changesUnread({ first, second }) {
  if (!second || first.network.words.input.spells) return false; // it reads letters of words, too
  return second.trace.unknown.some((token) => !first.trace.tokens.includes(token));
}
