// A whole network in the page: from tokens to the trace that the stepper draws, as Python would send it.

import { attentionScores, poolSoFar } from "./pooled.js";
import { emptyArray, inputProducts, prepareLayer, readLayer, sideBySide } from "./layers.js";
import { answersAfter, readHead } from "./answering.js";
import { bytesOfBase85 } from "./base85.js";

// Numbers of 16 bits, as IEEE 754 has them, each in 32 bits.
function widened(halves) {
  return Float32Array.from(halves, (bits) => {
    const sign = bits & 0x8000 ? -1 : 1,
      power = (bits >> 10) & 31,
      rest = bits & 1023;
    if (power === 31) return rest ? NaN : sign * Infinity;
    return power ? sign * 2 ** (power - 15) * (1 + rest / 1024) : sign * 2 ** -24 * rest;
  });
}

const bytesOfBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));

// An array that Python packed; `type` is the number's: "float16" or "float32". In a handout its `code` is "base85".
export function unpack({ shape, type, data, code }) {
  const { buffer } = code === "base85" ? bytesOfBase85(data) : bytesOfBase64(data);
  const width = shape.slice(1).reduce((a, b) => a * b, 1);
  return { shape, width, values: type === "float16" ? widened(new Uint16Array(buffer)) : new Float32Array(buffer) };
}

const unpackAll = (group) =>
  Object.fromEntries(Object.entries(group).map(([name, value]) => [name, value.data ? unpack(value) : value]));

// A network from the description that Python makes (ui/viewer/network.py), with its weights unpacked and its cell
// compiled. `formsOf` says as what a token may be listed, the first one first.
export function openNetwork(description, formsOf = (token) => [token]) {
  const { cell, layers, head, score, vectors } = description;
  return {
    ...description,
    formsOf,
    layers: layers.map((layer) => prepareLayer(cell, unpackAll(layer))),
    head: unpackAll(head),
    score: score && unpackAll(score),
    vectors: vectors && unpack(vectors),
    rows: new Map(description.tokens.map((token, row) => [token, row])),
  };
}

const MOST_ADDED = 20000; // tokens beside those that a network came with

// Let a network read further tokens: {tokens, unknown, vectors, places}, as Python describes them. Where that are too
// many in the end, those of former times are dropped, and the answer is true.
export function addTokens(network, { tokens, unknown, vectors, places }) {
  network.first ??= (({ tokens, unknown, places, vectors }) => ({ tokens, unknown, places, vectors }))(network);
  const isFull = network.rows.size + tokens.length > network.first.tokens.length + MOST_ADDED,
    former = isFull ? network.first : network,
    isKnown = new Set(former.tokens),
    fresh = [...tokens.keys()].filter((row) => !isKnown.has(tokens[row]));
  network.tokens = [...former.tokens, ...fresh.map((row) => tokens[row])];
  network.unknown = [...new Set([...former.unknown, ...unknown])];
  network.places = [...former.places, ...(vectors ? [] : fresh.map((row) => places[row]))];
  if (vectors) network.vectors = withRows(former.vectors, unpack(vectors), fresh);
  network.rows = new Map(network.tokens.map((token, row) => [token, row]));
  return isFull;
}

// An array (N, E) with further rows of another one.
function withRows(array, other, rows) {
  const { width } = other,
    values = new Float32Array(array.values.length + rows.length * width);
  values.set(array.values);
  rows.forEach((row, k) => {
    values.set(other.values.subarray(row * width, (row + 1) * width), array.values.length + k * width);
  });
  return { shape: [values.length / width, width], width, values };
}

// What a token is read as: itself, else the first of its forms that the vocabulary lists; undefined of an unknown one.
function formRead({ rows, unknown, formsOf }, token) {
  if (rows.has(token)) return token;
  return formsOf(token).find((form) => rows.has(form) && !unknown.includes(form));
}

// The row of a token; `<UNK>` is the first one.
const rowOfToken = (network, token) => network.rows.get(formRead(network, token)) ?? 0;

const isUnknown = (network, token) => network.unknown.includes(token) || formRead(network, token) === undefined;

const STRANGE = /(?=\p{L})[^\p{Script=Latin}]|[ªº\u02b0-\u02b8Ａ-ｚ]/u; // no Latin letter, by its name in Unicode

// That Latin letters are read, of a text in others; else "".
function otherAlphabet(network, tokens) {
  const sign = STRANGE.exec(tokens.join(""))?.[0];
  return sign ? network.other_alphabet.replace("{sign}", () => sign) : "";
}

// x (T, E): of each token the vector that the network learnt, or a one in its place.
function inputFor(network, tokens) {
  const x = emptyArray(tokens.length, network.width);
  tokens.forEach((token, t) => {
    const row = rowOfToken(network, token);
    if (network.vectors) x.values.set(network.vectors.values.subarray(row * x.width, (row + 1) * x.width), t * x.width);
    else x.values[t * x.width + network.places[row]] = 1;
  });
  return x;
}

// Where a number is first no number: a network without bounds may grow beyond what a float holds.
function brokenInWords(layers, T) {
  const isBroken = ({ values, width }, t) => !values.subarray(t * width, (t + 1) * width).every(Number.isFinite);
  for (let t = 0; t < T; t++)
    if (layers.some(({ quantities }) => isBroken(quantities.h, t)))
      return `At step ${t + 1} the hidden state is not a number (NaN or infinite).`;
  return "";
}

// Every layer and direction over x (T, E), in the order in which they are read. `holdOf(layer)` may give what holds
// quantities of a layer (see readLayer); `known` keeps the products of weights and x from one call to the next.
function readLayers(network, x, holdOf, known) {
  const { cell, hidden } = network,
    layers = [];
  let below = x;
  for (let depth = 0; depth < network.depth; depth++) {
    const level = network.layers.filter(({ layer }) => layer === depth);
    const read = level.map((layer) => {
      if (depth === 0 && known && !known.has(layer))
        known.set(layer, inputProducts(layer, x, cell.gates.length, hidden));
      return readLayer(cell, layer, below, holdOf?.(layer) ?? null, depth === 0 ? known?.get(layer) : null);
    });
    layers.push(...read);
    below = sideBySide(read.map(({ quantities }) => quantities.h));
  }
  return { layers, below };
}

// The logits of all labels after the last step alone, while something is held: what a search asks for many times.
// `known` is a Map that is given again with the same tokens.
export function lastLogits(network, tokens, holdOf, known) {
  if (!known.has("x")) known.set("x", inputFor(network, tokens));
  const { below } = readLayers(network, known.get("x"), holdOf, known),
    scores = network.score && attentionScores(below, network.score);
  return answersAfter(network, poolSoFar(network.pooling, below, network.hidden, scores), tokens.length - 1).logits;
}

// Read tokens: the trace for `readTrace`, its arrays unpacked already. `start` says where the stepper opens, and
// `holdOf(layer)` may give what holds quantities of a layer.
export function readTokens(network, tokens, { cut = 0, start = {}, holdOf = null } = {}) {
  const { cell } = network,
    { kind, spells } = network.words.input,
    x = inputFor(network, tokens),
    { layers, below } = readLayers(network, x, holdOf);
  const scores = network.score && attentionScores(below, network.score),
    pooled = poolSoFar(network.pooling, below, network.hidden, scores);
  const unknown = [...new Set(tokens.filter((token) => isUnknown(network, token)))];
  return {
    ...network.words,
    input: { kind, spells: spells && tokens.every((token) => network.rows.has(token)) }, // others have none
    ...readHead(network, pooled, tokens.length),
    cell,
    broken: brokenInWords(layers, tokens.length),
    tokens,
    unknown,
    forecasts: [],
    answered: unknown.filter((token) => network.labels.includes(token)),
    advice: otherAlphabet(network, tokens),
    cut,
    attention: scores ?? null,
    x,
    layers,
    figures: [],
    start,
  };
}

// The answers after each step of a trace of this network, as `answersAfter` gives them.
export function answersOf(network, trace) {
  const above = trace.layers.filter(({ layer }) => layer === network.depth - 1),
    h = sideBySide(above.map(({ quantities }) => quantities.h)),
    pooled = poolSoFar(network.pooling, h, network.hidden, trace.attention);
  return trace.tokens.map((_, t) => answersAfter(network, pooled, t));
}

// The probability of every label after each step: (T,) lists of C numbers.
export const probabilitiesOf = (network, trace) => answersOf(network, trace).map(({ shares }) => shares);

// The weights of one unit in each gate, as Python's `unit_weights` answers.
export function weightsOfUnit(network, { layer, direction, unit }) {
  const { gates } = network.cell,
    of = network.layers.find((each) => each.layer === layer && each.direction === direction);
  const rowsOf = ({ values, width }) => {
    const chosen = emptyArray(gates.length, width);
    gates.forEach((_, g) => {
      const from = (g * network.hidden + unit) * width;
      chosen.values.set(values.subarray(from, from + width), g * width);
    });
    return chosen;
  };
  const { weight_ih, weight_hh, bias_ih, bias_hh } = of;
  const biases = [bias_ih, bias_hh].map((bias) => ({ ...rowsOf(bias), shape: [gates.length] }));
  return { weight_ih: rowsOf(weight_ih), weight_hh: rowsOf(weight_hh), bias_ih: biases[0], bias_hh: biases[1] };
}
