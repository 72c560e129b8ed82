// The opened cell: its data flow at one step, drawn from the cell's own description, whatever the cell.

const LEAD = 14, HEAD = 44, LIFT = 34, WIDEST = 660; // margin, room for the title, for wires, for all

// Where each part stands: sums at the bottom, under the gate that uses them; above, every quantity one row higher than
// what it is computed from; a state from the step before stands at the left of its user, where it comes from. A backward
// layer is the mirror image.
function cellPlan(trace, room) {
  const { back } = trace.layers[state.layer], { gates, quantities } = trace.cell, hidden = trace.layers[0].hidden;
  const depth = {}, column = {}, parts = [];
  const known = new Set(quantities.map((quantity) => quantity.name));
  for (const { name, after } of quantities) {
    depth[name] = 1 + Math.max(0, ...after.filter((from) => known.has(from)).map((from) => depth[from] ?? 0));
    const own = after.map((from) => from.split(".")[1]).find(Boolean);
    const users = after.filter((from) => from in column).map((from) => column[from]);
    column[name] = own !== undefined ? gates.indexOf(own) : users.length ? mean(users) : 0;
  }
  const needsLeft = ({ name, after }) => column[name] < 0.9 && after.some((from) => from.endsWith("_prev"));
  const shift = quantities.some(needsLeft) ? 1 : 0;
  const count = Math.max(gates.length + shift, 2);
  const pitch = Math.max(64, Math.min(134, (room - 2 * LEAD) / count));
  const wide = pitch - 12, tall = Math.max(12, Math.ceil(hidden / 32) * Math.min(6, wide / 16));
  const rows = Math.max(...Object.values(depth)), rowHeight = tall + 14 + LIFT;
  const y = (row) => HEAD + (rows - row) * rowHeight + 14;
  const width = 2 * LEAD + pitch * count;
  const mirrored = (x) => (back ? width - x : x);
  const x = (place) => mirrored(LEAD + pitch * (place + 0.5 + shift));
  for (const gate of gates)
    for (const [k, side] of ["a_ih", "a_hh"].entries()) {
      const half = (wide - 4) / 2;
      parts.push({
        name: `${side}.${gate}`, y: y(0), width: half, height: tall, sum: true,
        x: x(gates.indexOf(gate)) - wide / 2 + k * (half + 4),
      });
    }
  for (const quantity of quantities) {
    const box = { y: y(depth[quantity.name]), width: wide, height: tall };
    parts.push({ ...box, name: quantity.name, quantity, x: x(column[quantity.name]) - wide / 2 });
    for (const from of quantity.after)
      if (from.endsWith("_prev") && !parts.some((part) => part.name === from))
        parts.push({ ...box, name: from, x: mirrored(LEAD + 6 + wide / 2) - wide / 2, earlier: true });
  }
  return { parts, pitch, back, width, height: y(0) + tall + 62 };
}

function cellSize(trace) {
  const { width, height } = cellPlan(trace, WIDEST);
  return { width: width + 16, height: height + 4, depth: trace.layers[state.layer].layer };
}

function openedCell(trace, layer, t, top) {
  return draw_svg("g", { transform: `translate(8 ${top})` }, cellPicture(trace, layer, t, cellPlan(trace, WIDEST)));
}

// Under the strips, where a narrow page has no room between them.
function drawUnder() {
  const box = $(".under"), { trace } = state;
  box.hidden = !state.cell || place.open.width > 0;
  if (box.hidden) return box.replaceChildren();
  const plan = cellPlan(trace, Math.max(270, box.parentElement.clientWidth - 12));
  const picture = canvas(plan.width, plan.height);
  picture.append(cellPicture(trace, trace.layers[state.layer], state.t, plan));
  box.replaceChildren(picture);
}

const symbolOf = (layer, name) =>
  name.endsWith("_prev") ? [name.slice(0, -5), layer.back ? "t+1" : "t−1"] : [name, "t"];

function cellPicture(trace, layer, t, plan) {
  const group = draw_svg("g", { class: "cell" });
  const name = [trace.cell.title, layerName(trace, layer)].filter(Boolean).join(", ");
  const legend = "sums W x + b and W h + b" + (plan.pitch > 100 ? "; numbers: means over the units" : "");
  group.append(
    draw_svg("title", {}, `The ${name} cell at step ${t + 1}: how ${trace.cell.state.join(" and ")} are computed`),
    draw_svg("rect", { class: "box", x: 1, y: 1, width: plan.width - 2, height: plan.height - 2, rx: 10 }),
    label(`${name}, step ${t + 1}: ${fitted(shown(trace.tokens[t]), 110)}`, LEAD, 19, { class: "name" }));
  const wires = draw_svg("g", { class: "wires" });
  group.append(wires);
  const find = (wanted) => plan.parts.find((part) => part.name === wanted);
  for (const part of plan.parts.filter((each) => each.quantity))
    for (const from of part.quantity.after) wires.append(...wireBetween(find(from), part));
  for (const stateName of trace.cell.state) wires.append(...wayOut(find(stateName), plan, stateName === "h"));
  for (const part of plan.parts) group.append(partOf(trace, layer, t, part));
  group.append(
    label(legend, LEAD, plan.height - 30, { class: "small" }),
    label("", LEAD, plan.height - 13, { class: "equation" }));
  group.addEventListener("pointerover", (event) => light(group, trace, event.target.closest(".part")?.dataset.name));
  group.addEventListener("pointerleave", () => light(group, trace, undefined));
  light(group, trace, undefined);
  return group;
}

function wireBetween(from, to) {
  if (!from) return [];
  const data = { "data-from": from.name, "data-to": to.name };
  if (from.earlier) {
    const y = to.y + to.height / 2;
    const [start, end, way] = from.x < to.x ? [from.x + from.width, to.x - 1, 1] : [from.x, to.x + to.width + 1, -1];
    return [line(start, y, end - way, y, data), tip(end, y, way, 0, data)];
  }
  const x1 = from.x + from.width / 2, y1 = from.y - (from.sum ? 1 : 15), y2 = to.y + to.height + 2;
  const aside = Math.min(0.35, Math.max(-0.35, (x1 - to.x - to.width / 2) / 500)), bend = (y1 - y2) / 2;
  const x2 = to.x + to.width * (0.5 + aside); // wires arrive side by side, from the side they come from
  return [
    draw_svg("path", { class: "wire", d: `M${x1} ${y1}C${x1} ${y1 - bend} ${x2} ${y2 + bend} ${x2} ${y2}`, ...data }),
    tip(x2, y2 - 1, 0, -1, data)];
}

// The new state leaves to the next step; h also goes up, to the layer or the head above.
function wayOut(part, plan, up) {
  const y = part.y + part.height / 2, data = { "data-from": part.name };
  const [start, edge, way] = plan.back ? [part.x - 1, 4, -1] : [part.x + part.width + 1, plan.width - 4, 1];
  const parts = [line(start, y, edge, y, data), tip(edge, y, way, 0, data)];
  const x = part.x + part.width - 8;
  if (up) parts.push(line(x, part.y - 1, x, part.y - 24, data), tip(x, part.y - 25, 0, -1, data));
  return parts;
}

// A flipped gate of the textbook is 1 minus PyTorch's, and its sums have the opposite sign.
function inNotation(trace, name, values) {
  const gate = name.split(".").at(-1);
  if (state.notation !== "textbook" || !trace.cell.flipped.includes(gate)) return values;
  return values.map((value) => (name === gate ? 1 - value : -value));
}

// A title that fits, or its first word: "forget gate", "forget".
const brief = (title, width) => (fitted(title, width, 5.2) === title ? title : fitted(title.split(" ")[0], width, 5.2));

function partOf(trace, layer, t, part) {
  const values = inNotation(trace, part.name, wire(trace, layer, part.name, t)), index = trace.layers.indexOf(layer);
  const group = draw_svg("g", { class: "part", "data-name": part.name });
  const title = part.quantity ? part.quantity.title : part.earlier ? "from the step before" : part.name;
  const what = { name: part.name, title, t, layer: index, values, scale: scaleOf(trace, part.name) };
  if (!part.sum) {
    const [letter, time] = symbolOf(layer, part.name);
    const gate = part.quantity?.bounds?.[0] === 0 && part.width > 100;
    const words = part.earlier ? "" : brief(title, part.width - (gate ? 50 : 22));
    group.append(draw_svg("text", { x: part.x, y: part.y - 4, class: "symbol" },
      draw_svg("tspan", { class: "letter" }, letter), draw_svg("tspan", { class: "index", dy: 3 }, time),
      draw_svg("tspan", { class: "small", dx: 5, dy: -3 }, words)));
    if (gate) group.append(label(mean(values).toFixed(2), part.x + part.width, part.y - 4, { class: "small end" }));
  } else {
    const words = part.name.startsWith("a_ih") ? "x" : "h";
    group.append(label(words, part.x + part.width / 2, part.y + part.height + 12, { class: "small middle" }));
  }
  group.append(strip(what, part.x, part.y, part.width, part.height));
  return group;
}

// A piece of an equation as it stands in a drawing.
function spans({ text, letter, index }) {
  if (!letter) return [text];
  const [low, back] = [draw_svg("tspan", { class: "index", dy: 3 }, index), draw_svg("tspan", { dy: -3 }, "\u200b")];
  return [letter, low, back];
}

// Light up a part, what it came from and where it goes; say its equation.
function light(group, trace, name) {
  group.classList.toggle("lit", name !== undefined);
  const near = new Set([name]);
  for (const piece of group.querySelectorAll("[data-from]")) {
    const on = name !== undefined && (piece.dataset.from === name || piece.dataset.to === name);
    piece.classList.toggle("on", on);
    if (on) near.add(piece.dataset.from).add(piece.dataset.to ?? name);
  }
  for (const part of group.querySelectorAll(".part")) part.classList.toggle("on", near.has(part.dataset.name));
  const { quantities } = trace.cell;
  const quantity = quantities.find((each) => each.name === name) ?? quantities.at(-1);
  group.querySelector(".equation").replaceChildren(...equationOf(trace, quantity).flatMap(spans));
}
