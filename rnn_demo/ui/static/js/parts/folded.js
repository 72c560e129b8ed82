// The folded cell beside the unrolled network, and one movement from the one to the other: the same W at every step.

import { createNode, createSvg } from "../core/dom.js";
import { arrowhead, canvas, label, line } from "../core/drawing.js";
import { fitted, tokenText } from "../core/text.js";
import { $, state } from "../stepper/state.js";
import { strip } from "../stepper/strip.js";
import { answerAt, rowAt } from "../stepper/trace.js";
import { sharingInWords, weightIndex, weightWire } from "./weights.js";

// Sizes in pixels: a box and its distance to the next one, at least and at most; how far a loop reaches; what parts
// the folded cell from the others.
const ROOMY = { box: 62, least: 40, most: 150, loop: 46, apart: 74 },
  SMALL = { box: 42, least: 24, most: 40, loop: 32, apart: 30 };
const BOX_HEIGHT = 42,
  BOX_RISE = 54, // from a box to the one above
  FOLD_TOP = 74,
  PAIR_GAP = 8; // between the boxes of two directions

// Where everything is: {folded, columns: [{t, x}], rows: [y], ...}; `t` is null where steps are left out.
export function foldPlan(trace, room) {
  const size = room < 560 ? SMALL : ROOMY,
    both = trace.directions > 1;
  const pair = trace.directions * size.box + (trace.directions - 1) * PAIR_GAP;
  const folded = both ? size.loop + 10 : 12,
    first = folded + pair + size.loop + size.apart + (both ? 10 : 0);
  const most = Math.floor((room - first - 12 + size.least) / (pair + size.least));
  const shown = stepsShown(trace.length, Math.max(3, most));
  const free = (room - first - 12 - shown.length * pair) / Math.max(1, shown.length - 1);
  const gap = Math.max(size.least, Math.min(size.most, free));
  const columns = shown.map((t, k) => ({ t, x: first + k * (pair + gap) }));
  const pitch = BOX_HEIGHT + BOX_RISE,
    rows = Array.from({ length: trace.depth }, (_, k) => FOLD_TOP + (trace.depth - 1 - k) * pitch);
  const bottom = rows[0] + BOX_HEIGHT;
  const width = Math.max(room, columns.at(-1).x + pair + 12);
  return { size, both, pair, gap, folded, columns, rows, bottom, width, height: bottom + BOX_RISE + 30 };
}

// The steps that are drawn of `length`, at most `most` and a mark, null, for those left out: the first ones, the last.
export function stepsShown(length, most) {
  if (length <= most) return Array.from({ length }, (_, t) => t);
  return [...Array.from({ length: most - 2 }, (_, t) => t), null, length - 1];
}

const boxLeft = (plan, layer) => (layer.back ? plan.size.box + PAIR_GAP : 0);

// One step: its token, a box with h of every layer and direction, the wires between them. `name` names the step.
function stepColumn(trace, plan, t, name) {
  const group = createSvg("g"),
    middle = plan.pair / 2,
    { box } = plan.size;
  for (const layer of trace.layers) {
    const x = boxLeft(plan, layer),
      y = plan.rows[layer.layer],
      centre = x + box / 2;
    const [start, from] = layer.layer ? [centre, plan.rows[layer.layer - 1] - 1] : [middle, plan.bottom + BOX_RISE - 8];
    const vector = { name: "h", t, layer: trace.layers.indexOf(layer), values: rowAt(layer.quantities.h, t) };
    group.append(
      line(start, from, centre, y + BOX_HEIGHT + 2, weightWire(layer, "ih")),
      arrowhead(centre, y + BOX_HEIGHT + 1, 0, -1, { class: "tip ih" }),
      createSvg("rect", { class: "box", x, y, width: box, height: BOX_HEIGHT, rx: 6 }),
      strip({ ...vector, scale: trace.scales.h }, x + 5, y + 5, box - 10, BOX_HEIGHT - 10),
    );
  }
  const top = plan.rows[trace.depth - 1],
    answer = trace.asks ? answerAt(trace, t) : "";
  if (trace.asks) group.append(line(middle, top - 2, middle, top - 17), arrowhead(middle, top - 18, 0, -1));
  const room = plan.pair + plan.gap - 6,
    token = fitted(tokenText(trace.tokens[t]), room, 8.4);
  if (answer)
    group.append(label(fitted(tokenText(answer), room, 6.6), middle, top - 23, { class: "small middle" }));
  group.append(
    label(token, middle, plan.bottom + BOX_RISE + 8, { class: "token middle" }),
    label(name, middle, plan.bottom + BOX_RISE + 25, { class: "small middle" }),
  );
  return group;
}

// The wires of the states from one column to the next, drawn from the left one's right edge. With two directions they
// pass over and under the box of the other one.
function wiresToNext(trace, plan, layer) {
  const data = weightWire(layer, "hh"),
    tip = { class: "tip hh" },
    y = plan.rows[layer.layer],
    { gap } = plan,
    { box } = plan.size;
  if (!plan.both) {
    const lane = y + BOX_HEIGHT / 2;
    return [line(2, lane, gap - 2, lane, data), arrowhead(gap - 1, lane, 1, 0, tip)];
  }
  if (!layer.back) {
    const d = `M${-box - PAIR_GAP + 2} ${y + 8}C${-box} ${y - 14} ${-10} ${y - 14} ${gap - 3} ${y + 9}`;
    return [createSvg("path", { ...data, d }), arrowhead(gap - 1, y + 11, 0.8, 0.6, tip)];
  }
  const low = y + BOX_HEIGHT;
  const d = `M${gap + box + PAIR_GAP - 2} ${low - 8}C${gap + box} ${low + 14} ${gap + 10} ${low + 14} ${3} ${low - 9}`;
  return [createSvg("path", { ...data, d }), arrowhead(1, low - 11, -0.8, -0.6, tip)];
}

// The loop of a layer in the folded cell: its h comes back to it, one step later.
function loopOf(trace, plan, layer) {
  const y = plan.rows[layer.layer] + BOX_HEIGHT / 2,
    leftwards = plan.both && !layer.back,
    way = leftwards ? -1 : 1;
  const edge = plan.folded + boxLeft(plan, layer) + (leftwards ? 0 : plan.size.box),
    out = edge + way * plan.size.loop;
  const d = `M${edge + way * 2} ${y - 10}C${out} ${y - 32} ${out} ${y + 32} ${edge + way * 6} ${y + 10}`;
  return [
    createSvg("path", { ...weightWire(layer, "hh"), d }),
    arrowhead(edge + way * 2, y + 9, -way, -0.35, { class: "tip hh" }),
    weightName(trace, "hh", leftwards ? 2 : edge + plan.size.loop - 4, y - (leftwards ? 26 : 18)),
  ];
}

// W with its index in the chosen notation, in the colour of its wires.
function weightName(trace, side, x, y) {
  return createSvg(
    "text",
    { x, y, class: `weight-name ${side}` },
    createSvg("tspan", { class: "letter" }, "W"),
    createSvg("tspan", { class: "index", dy: 3 }, weightIndex(trace.cell, side, state.notation)),
  );
}

// The whole scene, folded or unfolded; the copies of the cell slide out of it and back into it.
export function foldScene(trace, t, room, isOpen) {
  const plan = foldPlan(trace, room),
    shared = sharingInWords(trace, state.notation);
  const drawing = canvas(plan.width, plan.height, {
    class: isOpen ? "fold-scene open" : "fold-scene",
    "aria-label": `The network folded, with a loop, and unrolled over its steps. ${shared}`,
  });
  drawing.append(createSvg("g", { class: "copy-wires" }, label("unrolled", plan.columns[0].x, 14, { class: "name" })));
  plan.columns.forEach(({ t: step, x }, k) => {
    if (k === plan.columns.length - 1) return;
    const wires = trace.layers.flatMap((layer) => wiresToNext(trace, plan, layer));
    drawing.append(createSvg("g", { class: "copy-wires", transform: `translate(${x + plan.pair} 0)` }, ...wires));
  });
  for (const { t: step, x } of plan.columns) {
    const column =
      step === null
        ? label("…", plan.pair / 2, plan.rows[0] + BOX_HEIGHT / 2 + 4, { class: "name middle" })
        : stepColumn(trace, plan, step, String(step + 1));
    const copy = createSvg("g", { class: step === t ? "copy here" : "copy" });
    copy.style.setProperty("--away", `${plan.folded - x}px`);
    copy.append(createSvg("g", { transform: `translate(${x} 0)` }, column));
    drawing.append(copy);
  }
  drawing.append(foldedCell(trace, plan, t));
  return drawing;
}

function foldedCell(trace, plan, t) {
  const width = plan.folded + plan.pair + plan.size.loop + 16,
    beside = plan.folded + (plan.both ? plan.pair - 12 : plan.pair / 2 + 10);
  const column = stepColumn(trace, plan, t, `t = ${t + 1}`);
  column.setAttribute("transform", `translate(${plan.folded} 0)`);
  return createSvg(
    "g",
    {},
    createSvg("rect", { class: "paper", width, height: plan.height }),
    label("folded", 2, 14, { class: "name" }),
    ...trace.layers.flatMap((layer) => loopOf(trace, plan, layer)),
    column,
    weightName(trace, "ih", beside, plan.bottom + BOX_RISE / 2 + 6),
  );
}

let folding = {}; // what the scene shows
// The scene can be scrolled by the keyboard.
const reachable = { tabindex: 0, role: "group", "aria-label": "The folded and the unrolled network" };

// Draw the scene at the present step.
export function drawFolded(box, room) {
  const { trace, t, all, notation } = state;
  const made = { trace, room, t, all, notation };
  if (Object.keys(made).every((key) => folding[key] === made[key]) && box.children.length) return;
  folding = { ...made, isOpen: folding.isOpen ?? true };
  const button = createNode("button", { type: "button", "data-do": "unfold" }, foldWord()),
    note = createNode("span", { class: "note" }, sharingInWords(trace, notation));
  button.addEventListener("click", () => unfold(box, !folding.isOpen));
  box.replaceChildren(
    createNode("div", { class: "bar" }, button, note),
    createNode("div", { class: "fold-stage", ...reachable }, foldScene(trace, t, room, folding.isOpen)),
  );
}

const foldWord = () => (folding.isOpen ? "Fold" : "Unfold");

// Move from the one to the other; with reduced motion they change without a movement.
export function unfold(box, isOpen) {
  folding.isOpen = isOpen;
  box.querySelector(".fold-scene")?.setAttribute("class", isOpen ? "fold-scene open" : "fold-scene");
  box.querySelector("[data-do=unfold]")?.replaceChildren(foldWord());
}

// Opened, it unfolds once by itself.
export function playUnfolding() {
  const box = $(".fold-box");
  unfold(box, false);
  requestAnimationFrame(() => requestAnimationFrame(() => unfold(box, true)));
}
