// Draw values with the page's own scripts and write down every key that these read.
// In: {widget, values, weights, gradients}; out: paths, as "turns[].reply".

import { readFileSync } from "node:fs";
import { Node, install } from "../dom.mjs";

install();
const { widget, values, weights, nearest, gradients } = JSON.parse(readFileSync(0, "utf8"));
const paths = new Set();
const ownKeys = new WeakMap(); // of each object: the keys that a script has set itself
let quiet = false;

function recorded(value, path) {
  if (value === null || typeof value !== "object") return value;
  if (!ownKeys.has(value)) ownKeys.set(value, new Set());
  const own = ownKeys.get(value);
  return new Proxy(value, {
    get(target, key) {
      const part = Reflect.get(target, key);
      if (typeof key === "symbol" || own.has(key) || key === "toJSON" || key === "then") return part;
      if (Array.isArray(target)) return /^\d+$/.test(key) ? recorded(part, `${path}[]`) : part;
      const inner = path ? `${path}.${key}` : key;
      if (!quiet && !(key in Object.prototype)) paths.add(inner);
      return recorded(part, inner);
    },
    set(target, key, part) {
      own.add(key);
      return Reflect.set(target, key, part);
    },
  });
}

const { parse, stringify } = JSON;
JSON.parse = (text) => recorded(parse(text), "");
JSON.stringify = (value) => {
  quiet = true;
  const text = stringify(value);
  quiet = false;
  return text;
};

const folder = "../../../rnn_demo/ui/static/js";
const element = new Node("div");
if (widget === "stepper") {
  const { mount } = await import(`${folder}/stepper/stepper.js`);
  const { linkParameters } = await import(`${folder}/stepper/link.js`);
  const props = { value: values[0] },
    server = {
      unit_weights: async () => recorded(parse(weights), "weights"),
      embedding_neighbours: async () => recorded(parse(nearest), "nearest"),
      gradients: async () => recorded(parse(gradients), "gradients"),
    };
  let changed = () => {};
  mount({ element, props, server, trigger() {}, watch: (_, act) => (changed = act) });
  for (const value of values) {
    props.value = value;
    changed();
    linkParameters();
    await new Promise((done) => setTimeout(done, 20));
  }
} else {
  const { draw } = await import(`${folder}/widgets/${widget}.js`);
  const page = { element, memory: {}, trigger() {}, server: { explain: async () => ({ values: [], summary: "" }) } };
  for (const value of values) draw(new Node("div"), JSON.parse(value), page);
}
process.stdout.write(stringify([...paths]), () => process.exit(0)); // timers may still be running
