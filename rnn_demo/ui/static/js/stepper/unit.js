// One unit written out: every equation of one unit at one step, with the numbers put in.
//
// What is printed is true as printed: operands get as many digits as it takes (4 to 9) for the printed expression,
// evaluated again, to give the printed result.

const RESULT = 4, MOST = 9; // digits of a result, and the most that an operand gets
const LARGEST = 4; // contributions shown one by one
const FUNCTIONS = { sigma: (a) => 1 / (1 + Math.exp(-a)), tanh: Math.tanh, max: Math.max };
const fetched = new Map(); // weights of units, by place

// --- equations: trees from Python (see equations.py), here with numbers for leaves --------------------------------

function evaluate(tree, digits = MOST) {
  const [operation, ...parts] = tree;
  if (operation === "value") return Number(parts[0].toFixed(digits));
  if (operation === "number") return parts[0];
  const values = parts.map((part) => evaluate(part, digits));
  if (operation === "+") return values.reduce((a, b) => a + b);
  if (operation === "-") return values[0] - values[1];
  if (operation === "*") return values.reduce((a, b) => a * b);
  return FUNCTIONS[operation](...values);
}

const isLeaf = ([operation]) => ["W", "b", "now", "before"].includes(operation);
const put = (tree, leaf) =>
  isLeaf(tree) ? leaf(tree) : [tree[0], ...tree.slice(1).map((part) => (Array.isArray(part) ? put(part, leaf) : part))];

const result = (tree) => evaluate(tree).toFixed(RESULT);
function digitsFor(tree, wanted) {
  let digits = RESULT;
  while (digits < MOST && evaluate(tree, digits).toFixed(RESULT) !== wanted) digits++;
  return digits;
}

// The function around an equation with its argument worked out: sigma(0.2 + 0.1) becomes sigma(0.3).
const settled = (part) => (part[0] === "number" ? part : ["value", evaluate(part)]);
const worked = ([name, ...parts]) => [name, ...parts.map(settled)];
const minus = (text) => text.replace(/^-(0\.?0*)$/, "$1").replace("-", "−");

// A tree as pieces of text: {text} for signs, {text, which} for a number that has a name, {letter, index} for a symbol.
function write(tree, leaf, inside = "") {
  const [operation, ...parts] = tree;
  const sign = (text) => ({ text });
  const joined = (mark) => parts.flatMap((part, k) => [...(k ? [sign(mark)] : []), ...write(part, leaf, operation)]);
  const bracket = (pieces, needed) => (needed ? [sign("("), ...pieces, sign(")")] : pieces);
  if (operation === "number") return [sign(String(parts[0]))];
  if (operation === "value" || isLeaf(tree)) return leaf(tree, inside);
  if (operation === "+") {
    const pieces = parts.flatMap((part, k) => {
      const written = write(part, leaf, "+");
      const negative = part[0] === "value" && written[0].text.startsWith("−");
      if (k && negative) written[0] = { ...written[0], text: written[0].text.slice(1) };
      return [...(k ? [sign(negative ? " − " : " + ")] : []), ...written];
    });
    return bracket(pieces, inside === "*");
  }
  if (operation === "-") return bracket(joined(" − "), inside === "*");
  if (operation === "*") return joined(" × ");
  const name = operation === "sigma" ? "σ" : operation;
  const inner = parts.flatMap((part, k) => [...(k ? [sign(", ")] : []), ...write(part, leaf)]);
  return [sign(`${name}(`), ...inner, sign(")")];
}

const numbers = (digits) => ([, value, which], inside) => {
  const text = minus(value.toFixed(digits));
  const guarded = inside === "*" && text.startsWith("−");
  return [{ text: guarded ? `(${text})` : text, which }];
};

// Symbols in PyTorch's letters or in the textbook's.
function symbols(layer, notation) {
  const past = layer.back ? "t+1" : "t−1", book = notation === "textbook";
  return ([operation, name, gate]) => {
    if (operation === "now") return [{ letter: name, index: "t" }];
    if (operation === "before") return [{ letter: name, index: past }];
    const side = name === "ih" ? (book ? "x" : "i") : "h";
    if (operation === "b") return [{ letter: "b", index: name === "both" ? gate : side + gate }];
    const read = name === "ih" ? { letter: "x", index: "t" } : { letter: "h", index: past };
    return [{ letter: "W", index: side + gate }, { text: " " }, read];
  };
}

const flat = ({ text, letter, index }) => text ?? `${letter}_${/\W/.test(index) ? `{${index}}` : index}`;

function equationOf(trace, quantity) {
  const tree = quantity.tree[state.notation];
  if (!tree) return [{ text: quantity.title }];
  const letters = symbols(trace.layers[state.layer], state.notation);
  return [{ letter: quantity.name, index: "t" }, { text: " = " }, ...write(tree, letters)];
}

// --- numbers ------------------------------------------------------------------------------------------------------

// The leaves of one unit at one step. Textbook gates that are 1 minus PyTorch's have weights of the opposite sign.
function leavesOf(trace, layer, t, unit, weights) {
  const flipped = new Set(state.notation === "textbook" ? trace.cell.flipped : []);
  const sign = (gate) => (flipped.has(gate) ? -1 : 1), at = (gate) => trace.cell.gates.indexOf(gate);
  const now = {};
  const terms = (side, gate) => {
    const input = side === "ih" ? inputOf(trace, layer, t) : before(trace, layer, "h", t);
    return Array.from(row(weights[`weight_${side}`], at(gate)), (w, k) => ({ k, w: sign(gate) * w, x: input[k] }));
  };
  const bias = (side, gate) => sign(gate) * weights[`bias_${side}`].values[at(gate)];
  const value = ([operation, name, gate]) => {
    if (operation === "now") return now[name];
    if (operation === "before") return before(trace, layer, name, t)[unit];
    if (operation === "b") return name === "both" ? bias("ih", gate) + bias("hh", gate) : bias(name, gate);
    return terms(name, gate).reduce((sum, { w, x }) => sum + w * x, 0);
  };
  return { now, terms, value };
}

// A product of a row of weights with a vector: its largest terms one by one, the others as one.
function contributions(terms, name) {
  const active = terms.filter(({ w, x }) => w * x !== 0).sort((a, b) => Math.abs(b.w * b.x) - Math.abs(a.w * a.x));
  const few = active.length <= LARGEST + 1;
  const large = few ? active : active.slice(0, LARGEST), others = few ? [] : active.slice(LARGEST);
  const tree = ["+", ...large.map(({ k, w, x }) => ["*", ["value", w], ["value", x, `${name} ${k}`]])];
  if (others.length) tree.push(["value", others.reduce((sum, { w, x }) => sum + w * x, 0), `${others.length} others`]);
  return tree.length === 1 ? ["value", 0, `every ${name} is 0`] : tree.length === 2 ? tree[1] : tree;
}

// --- the panel ----------------------------------------------------------------------------------------------------

const pieceOf = ({ text, which, letter, index }) =>
  letter ? make("span", { class: "term" }, make("i", {}, letter), make("sub", {}, index))
  : which ? make("span", { class: "term which" }, text, make("span", { class: "below" }, ...namesOf(which)))
  : make("span", { class: "term" }, text);

// The name under a number: a text, or pieces of an equation.
const namesOf = (which) => (Array.isArray(which) ? which.map(pieceOf) : [which]);

// A line may break before +, − and =, so that a sign or a bracket stays with its number.
function equationLine(kind, left, ...sides) {
  const groups = [[...left]];
  for (const piece of sides.flatMap((side) => [{ text: " = " }, ...side]))
    if ([" + ", " − ", " = "].includes(piece.text)) groups.push([piece]);
    else groups.at(-1).push(piece);
  return make("p", { class: kind }, ...groups.map((group) => make("span", { class: "group" }, ...group.map(pieceOf))));
}

// One printed line: left = expression = ... = result.
function computed(left, trees) {
  const wanted = result(trees[0]);
  const sides = trees.map((tree) => write(tree, numbers(digitsFor(tree, wanted))));
  return equationLine("line", left, ...sides, [{ text: minus(wanted) }]);
}

function writtenOut(trace, layer, t, unit, weights) {
  const leaves = leavesOf(trace, layer, t, unit, weights), letters = symbols(layer, state.notation);
  const blocks = [];
  for (const quantity of trace.cell.quantities) {
    const tree = quantity.tree[state.notation], block = make("div", { class: "block", "data-of": quantity.name });
    block.append(make("h3", {}, `${quantity.title} ${quantity.name}`));
    blocks.push(block);
    if (!tree) {
      const value = (leaves.now[quantity.name] = row(layer.quantities[quantity.name], t)[unit]);
      block.append(make("p", { class: "symbols" }, `${quantity.name} = ${minus(value.toFixed(RESULT))}`));
      continue;
    }
    block.append(equationLine("symbols", [{ letter: quantity.name, index: "t" }], write(tree, letters)));
    put(tree, (leaf) => {
      if (leaf[0] === "W") {
        const name = leaf[1] === "ih" ? (layer.layer ? "input" : "x") : "unit";
        block.append(computed(letters(leaf), [contributions(leaves.terms(leaf[1], leaf[2]), name)]));
      }
      return leaf;
    });
    const filled = put(tree, (leaf) => ["value", leaves.value(leaf), letters(leaf)]);
    const inSteps = tree[0] in FUNCTIONS && filled.some((part) => Array.isArray(part) && part[0] === "+");
    block.append(computed([{ letter: quantity.name, index: "t" }], inSteps ? [filled, worked(filled)] : [filled]));
    leaves.now[quantity.name] = evaluate(filled);
  }
  return blocks;
}

async function weightsOf(trace, layer, unit) {
  const key = [trace.checkpoint, layer.layer, layer.direction, unit].join("/");
  if (!fetched.has(key)) {
    const asked = { checkpoint: trace.checkpoint, layer: layer.layer, direction: layer.direction, unit };
    const packed = await server.unit_weights(asked);
    if (packed.error) throw new Error(packed.error);
    fetched.set(key, Object.fromEntries(Object.entries(packed).map(([name, array]) => [name, decode(array)])));
  }
  return fetched.get(key);
}

let wanted = false; // the reader asked for a unit: its equations come into sight when they are written

async function drawUnit() {
  const box = $(".unit"), { trace, t, unit, layer: index } = state;
  box.hidden = unit < 0;
  if (box.hidden) return;
  const layer = trace.layers[index];
  Object.assign($(".which-unit"), { value: unit, max: layer.hidden - 1 });
  let blocks;
  try {
    blocks = writtenOut(trace, layer, t, unit, await weightsOf(trace, layer, unit));
  } catch (error) {
    blocks = [make("p", { class: "note" }, `The weights of this unit could not be fetched: ${error.message}`)];
  }
  const same = state.trace === trace && state.t === t && state.unit === unit && state.layer === index;
  if (!same) return; // the reader has moved on meanwhile
  const step = `step ${t + 1}, token ${shown(trace.tokens[t])}`;
  const heading = [`Unit ${unit} of ${layer.hidden}`, layerName(trace, layer), step].filter(Boolean).join(", ");
  const note = state.notation === "textbook" ? trace.cell.note : "";
  box.querySelector(".written").replaceChildren(make("h2", {}, heading), ...blocks, make("p", { class: "note" }, note));
  box.dataset.drawn = [index, unit, t, state.notation].join("/"); // tests wait for this
  if (wanted) box.scrollIntoView({ block: "nearest" });
  wanted = false;
}

function chooseUnit(layer, unit) {
  if (!server) return;
  if (unit < 0 || !state.trace) return;
  state.layer = Math.max(0, Math.min(state.trace.layers.length - 1, layer));
  state.unit = Math.min(state.trace.layers[state.layer].hidden - 1, unit);
  wanted = true;
  draw();
  moved();
}
