// An edit of surgery: what is held, where, and to what; as rnn_demo.analysis.surgery has it. Nothing draws.

// {quantity, unit, value, first, last, layer, direction, source, sourceFirst}. `unit` -1 is every unit. Steps count
// from 0, both ends included. With a `source`, a text, the value is what the same units have there, from `sourceFirst`
// on.
export const edit = (fields) => ({
  unit: -1,
  value: 0,
  first: 0,
  last: 0,
  layer: 0,
  direction: "forward",
  source: "",
  sourceFirst: 0,
  ...fields,
});

const MOST_OF_A_FLOAT = 3.4e38; // what a float of 32 bits holds

// Why an edit cannot be made of a network over so many steps, in a sentence; "" where it can. Units and steps count
// from 1 in what is said, as on the page. `stepsOf(text)` is how many steps a source has.
export function refusalOfEdit(
  network,
  steps,
  { quantity, unit, value, first, last, layer, direction, ...from },
  stepsOf,
) {
  const names = network.cell.quantities.map(({ name }) => name);
  if (!names.includes(quantity)) return `This cell has no ${quantity.slice(0, 12)}; choose one of ${names.join(", ")}.`;
  if (!network.layers.some((each) => each.layer === layer && each.direction === direction))
    return `This network has no layer ${layer + 1} ${direction.slice(0, 12)}.`;
  if (!Number.isInteger(unit) || unit < -1 || unit >= network.hidden)
    return `There is no unit ${unit + 1}; the units are 1 to ${network.hidden}.`;
  if (!from.source && !(Math.abs(value) <= MOST_OF_A_FLOAT))
    return "A value must be a number, such as 0.5 or −2; not NaN, not infinity.";
  if (![first, last].every(Number.isInteger) || first < 0 || last < first)
    return `Steps run from a first one to a last one, not from ${first + 1} to ${last + 1}.`;
  if (last >= steps) return `Step ${last + 1} lies beyond the text’s end; its steps are 1 to ${steps}.`;
  if (!from.source) return "";
  const there = stepsOf(from.source),
    need = from.sourceFirst + last - first + 1;
  if (!Number.isInteger(from.sourceFirst) || from.sourceFirst < 0 || need > there)
    return (
      `The other text has ${there} steps, not steps ${from.sourceFirst + 1} to ${need}; ` +
      `choose among 1 to ${there}.`
    );
  return "";
}

// The edits that freeze a layer over some steps: the gate that keeps is 1, the one that writes is 0; none for a cell
// without such a gate.
export function freezing({ cell }, place) {
  const keeping = cell.quantities.filter(({ does }) => does === "keeps").map(({ name }) => name);
  if (!keeping.length) return [];
  const writing = cell.quantities.filter(({ does }) => does === "writes").map(({ name }) => name);
  return [
    ...keeping.map((quantity) => edit({ ...place, quantity, value: 1 })),
    ...writing.map((quantity) => edit({ ...place, quantity })),
  ];
}

// Edits as far as a text of so many steps reaches, for a control that is shorter.
export const within = (edits, steps) =>
  edits.filter(({ first }) => first < steps).map((each) => ({ ...each, last: Math.min(each.last, steps - 1) }));

// Those that still hold something: at some step no later edit holds the same unit.
export function editsInForce(edits) {
  const covers = (later, each, t) =>
    ["quantity", "layer", "direction"].every((name) => later[name] === each[name]) &&
    (later.unit < 0 || later.unit === each.unit) &&
    t >= later.first &&
    t <= later.last;
  return edits.filter((each, k) => {
    const steps = Array.from({ length: each.last - each.first + 1 }, (_, n) => each.first + n);
    return steps.some((t) => !edits.slice(k + 1).some((later) => covers(later, each, t)));
  });
}

// For the engine: of a layer what holds its quantities, `hold(t, name, vector)`; null where nothing is held. Of two
// edits of one number the later one counts. `traceOf(text)` is the trace of a source.
export function holdsOf(edits, traceOf) {
  const sources = edits.map(({ source }) => source && traceOf(source)); // at once: a network reads one text at a time
  return ({ layer, direction }) => {
    const here = [...edits.keys()].filter((k) => edits[k].layer === layer && edits[k].direction === direction);
    if (!here.length) return null;
    return (t, name, vector) => {
      for (const k of here) {
        const each = edits[k];
        if (each.quantity !== name || t < each.first || t > each.last) continue;
        const values = each.source ? rowOfSource(sources[k], each, t) : null;
        if (each.unit >= 0) vector[each.unit] = values ? values[each.unit] : each.value;
        else if (values) vector.set(values);
        else vector.fill(each.value);
      }
    };
  };
}

function rowOfSource(trace, { layer, direction, quantity, first, sourceFirst }, t) {
  const of = trace.layers.find((each) => each.layer === layer && each.direction === direction),
    { values, width } = of.quantities[quantity],
    row = sourceFirst + t - first;
  return values.subarray(row * width, (row + 1) * width);
}

// --- in a link, and in Python ---------------------------------------------------------------------------------------

const valueInLink = (value) => String(Math.fround(value) === value ? value : Number(value.toPrecision(7)));

// A text within a link's parameter: only what parts edits is written otherwise, so that a link can be read.
const escaped = (text) => text.replace(/[%;]/g, encodeURIComponent);

// Edits as a link has them: "c.7@3-5=2.5;f@2-4=0;2b.h@1-1~Ivanov.4": a layer and "b" for backward, where it is not the
// first one forward; a quantity and a unit from 0; the steps from 1; a number, or a text and the step there.
export function editsAsText(edits) {
  const one = ({ quantity, unit, value, first, last, layer, direction, source, sourceFirst }) => {
    const place = layer || direction !== "forward" ? `${layer + 1}${direction === "backward" ? "b" : ""}.` : "",
      units = unit < 0 ? "" : `.${unit}`,
      to = source ? `~${escaped(source)}.${sourceFirst + 1}` : `=${valueInLink(value)}`;
    return `${place}${quantity}${units}@${first + 1}-${last + 1}${to}`;
  };
  return edits.map(one).join(";");
}

const FORM =
  /^(?:(\d{1,3})(b?)\.)?([a-z]\w{0,9})(?:\.(\d{1,5}))?@(\d{1,5})-(\d{1,5})(?:=([^~]{1,30})|~(.{1,3000})\.(\d{1,5}))$/u;

// The edits that a link names, and the parts of it that are none: {edits, wrong}.
export function editsFromText(text) {
  const edits = [],
    wrong = [];
  for (const part of text.split(";").filter(Boolean).slice(0, 200)) {
    const found = FORM.exec(part);
    if (!found) wrong.push(part);
    else edits.push(fromParts(found));
  }
  return { edits, wrong };
}

function fromParts([, layer, back, quantity, unit, first, last, value, source, sourceFirst]) {
  return edit({
    layer: Number(layer ?? 1) - 1,
    direction: back ? "backward" : "forward",
    quantity,
    unit: unit === undefined ? -1 : Number(unit),
    first: first - 1,
    last: last - 1,
    ...(value === undefined ? { source: decoded(source), sourceFirst: sourceFirst - 1 } : { value: Number(value) }),
  });
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

// All of surgery in a link: what is shown, the edits, and after "!" the control text: "c.7;c.7@3-5=2.5;!Ivan".
export const surgeryAsText = ({ quantity, unit, edits, control }) =>
  [`${quantity}.${unit}`, editsAsText(edits), control ? `!${escaped(control)}` : ""]
    .filter(Boolean)
    .join(";");

export function surgeryFromText(text) {
  const parts = text.split(";").filter(Boolean),
    shown = /^([a-z]\w{0,9})\.(\d{1,5})$/u.exec(parts[0] ?? ""),
    control = parts.find((part) => part.startsWith("!")),
    rest = parts.slice(shown ? 1 : 0).filter((part) => part !== control);
  return {
    quantity: shown?.[1] ?? "",
    unit: shown ? Number(shown[2]) : -1,
    control: control ? decoded(control.slice(1)) : "",
    ...editsFromText(rest.join(";")),
  };
}

// A Python script that gives the same numbers.
export function asPython(checkpoint, text, edits) {
  const quoted = (words) => JSON.stringify(words);
  const one = ({ quantity, unit, value, first, last, layer, direction, source, sourceFirst }) => {
    const parts = [quoted(quantity), ...(unit < 0 ? [] : [`unit=${unit}`])];
    parts.push(source ? `source=${quoted(source)}, source_first=${sourceFirst}` : `value=${valueInLink(value)}`);
    parts.push(`first=${first}, last=${last}`);
    if (layer) parts.push(`layer=${layer}`);
    if (direction !== "forward") parts.push(`direction=${quoted(direction)}`);
    return `    Edit(${parts.join(", ")}),`;
  };
  return [
    "from rnn_demo import open_checkpoint",
    "from rnn_demo.analysis.surgery import Edit, operate",
    "",
    `model = open_checkpoint(${quoted(checkpoint)})`,
    "edits = [  # steps and units count from 0",
    ...edits.map(one),
    "]",
    `result = operate(model, ${quoted(text)}, edits)`,
    "print(result.effect)  # before, its probability, what that becomes, the change in log odds; after",
    "print(result.patched.probabilities)  # after each step, as result.base.probabilities untouched",
    "",
  ].join("\n");
}
