// The pictures of a lesson, drawn from numbers of the live networks: coloured cells, bars, tables, points, curves.

import { createNode, createSvg, redrawOnResize } from "../core/dom.js";
import { arrowhead, canvas, colourLevel, line } from "../core/drawing.js";
import { minus } from "../core/text.js";
import { MENU_WORDS } from "../picture/menu.js";
import { draw } from "../widgets/curves.js";

const DRAWERS = { grid, bars, table, chain, map, charts };

// A picture with its label. `pick` says what of a grid may be chosen, {kind: "word" | "unit", choose(k)}.
export function picture(view, words, pick = null) {
  const figure = createNode("figure", { class: `learn-view learn-${view.kind}` });
  figure.append(createNode("figcaption", { "data-terms": "" }, view.label), DRAWERS[view.kind](view, pick, words));
  return figure;
}

// The heads of a grid's columns or rows, to mark some of them.
export const headsOf = (figure, kind) => [
  ...figure.querySelectorAll(kind === "word" ? "thead .learn-head" : "tbody th"),
];

function grid({ columns, tops, rows, values, scale, digits, label, outlined }, pick) {
  const marked = (t) => (t === outlined ? "learn-outlined" : ""),
    chosen = (k) => (pick?.kind === "unit" ? () => pick.choose(k) : null);
  const head = (name, kind, k) => {
    if (pick?.kind !== kind) return name;
    const button = createNode("button", { type: "button", class: "learn-pick", "aria-pressed": "false" }, name);
    button.addEventListener("click", () => pick.choose(k));
    return button;
  };
  const heads = columns.map(({ name }, t) =>
    createNode("th", { scope: "col", class: `learn-head ${marked(t)}`, translate: "no" }, head(name, "word", t)),
  );
  const cells = columns.map(({ top }, t) => createNode("td", { translate: "no", class: marked(t) }, top));
  const answers = columns.some(({ top }) => top)
    ? [createNode("tr", { class: "learn-tops" }, createNode("th", { scope: "row" }, tops), ...cells)]
    : [];
  const body = values.map((row, k) =>
    createNode(
      "tr",
      {},
      createNode("th", { scope: "row" }, head(rows[k], "unit", k)),
      ...row.map((value, t) => gridCell(value, scale, digits, { class: marked(t) }, chosen(k))),
    ),
  );
  const ofRows = pick?.kind === "unit" ? " learn-rows" : "",
    isLine = rows.length === 0, // tokens alone, which may take several lines
    corner = isLine ? [] : [createNode("td", {})];
  const box = scrolling(
    label,
    createNode(
      "table",
      { "aria-label": label, class: isLine ? "learn-cells learn-line" : `learn-cells${ofRows}` },
      createNode("thead", {}, createNode("tr", {}, ...corner, ...heads), ...answers),
      createNode("tbody", {}, ...body),
    ),
  );
  if (outlined !== null) requestAnimationFrame(() => bringIntoView(box, heads[outlined])); // once it is in the page
  return box;
}

// Scroll a wide table sideways until this column is in its middle.
function bringIntoView(box, head) {
  const [outer, inner] = [box, head].map((node) => node.getBoundingClientRect());
  box.scrollLeft += (inner.left + inner.right - outer.left - outer.right) / 2;
}

// `choose` is what a click does, where a row may be chosen.
function gridCell(value, scale, digits, attributes, choose) {
  const square = createNode("i", { style: `background:var(--rnn-v${colourLevel(value, scale)})` });
  const text = digits === null ? [] : [createNode("span", {}, minus(value.toFixed(digits)))];
  const cell = createNode("td", attributes, square, ...text);
  if (choose) cell.addEventListener("click", choose);
  return cell;
}

// A wide table scrolls within itself, by the keyboard too.
const scrolling = (label, node) =>
  createNode("div", { class: "rnn-scroll", tabindex: "0", role: "region", "aria-label": label }, node);

function bars({ bars, high, mark }) {
  const share = (value) => `${Math.max(0, Math.min(100, (100 * value) / high))}%`;
  const rows = bars.map(([name, value, text]) => {
    const track = createNode(
      "span",
      { class: "rnn-bar-track" },
      createNode("span", { class: "rnn-bar rnn-bar-chosen", style: `width:${share(value)}` }),
      ...(mark === null ? [] : [createNode("span", { class: "rnn-threshold", style: `left:${share(mark)}` })]),
    );
    const named = createNode("span", { class: "rnn-bar-name", translate: "no" }, name);
    return createNode("li", {}, named, track, createNode("span", { class: "rnn-bar-value" }, text));
  });
  return createNode("ul", { class: "rnn-bars" }, ...rows);
}

function table({ head, rows, label }) {
  const row = (cells, tag) => createNode("tr", {}, ...cells.map((cell) => createNode(tag, { translate: "no" }, cell)));
  return scrolling(
    label,
    createNode(
      "table",
      { "aria-label": label },
      createNode("thead", {}, row(head, "th")),
      createNode("tbody", {}, ...rows.map((cells) => row(cells, "td"))),
    ),
  );
}

const BOX = 40, // of a chain: the side of a box, and from one to the next
  PITCH = 68,
  MIDDLE = 40; // the height of the arrows from state to state

// The same box for each token, left to right, each with an arrow from the state before.
function chain({ tokens, states, label }) {
  const svg = canvas(PITCH * states.length - BOX, 118, { "aria-label": label, class: "learn-chain" });
  const word = (text, x, y) => createSvg("text", { x, y }, text);
  const arrow = (x1, y1, x2, y2) =>
    svg.append(line(x1, y1, x2, y2), arrowhead(x2, y2, Math.sign(x2 - x1), Math.sign(y2 - y1)));
  states.forEach((name, t) => {
    const [from, to] = [PITCH * t, PITCH * (t + 1) - BOX]; // between two boxes
    arrow(from, MIDDLE, to - 2, MIDDLE);
    svg.append(word(name, (from + to) / 2 - 2, MIDDLE - 9));
  });
  tokens.forEach((token, t) => {
    const x = PITCH * (t + 1) - BOX / 2;
    svg.append(createSvg("rect", { x: x - BOX / 2, y: MIDDLE - BOX / 2, width: BOX, height: BOX, rx: 6 }));
    svg.append(word("f, W", x, MIDDLE + 5), word(token, x, 112));
    arrow(x, 96, x, MIDDLE + BOX / 2 + 2);
  });
  return scrolling(label, svg);
}

const MARGIN = 14,
  SIDE = 0.62; // of a map's height to its width

function map({ points, label }) {
  return redrawOnResize((width) => {
    const height = Math.min(420, Math.max(240, SIDE * width));
    const ends = (k) => [Math.min(...points.map((p) => p[k])), Math.max(...points.map((p) => p[k]))];
    const [left, right] = ends(1),
      [low, high] = ends(2);
    const svg = canvas(width, height, { "aria-label": label });
    for (const [name, x, y, group] of points) {
      const cx = MARGIN + ((x - left) / (right - left || 1)) * (width - 2 * MARGIN),
        cy = height - MARGIN - ((y - low) / (high - low || 1)) * (height - 2 * MARGIN);
      const isLate = cx > 0.7 * width;
      svg.append(
        createSvg("circle", { cx, cy, r: 3.5, class: `learn-point learn-group-${group}` }),
        createSvg(
          "text",
          {
            x: cx + (isLate ? -7 : 7),
            y: cy + 4,
            "text-anchor": isLate ? "end" : "start",
            class: `learn-group-${group}`,
          },
          name,
        ),
      );
    }
    return svg;
  });
}

function charts({ charts }, _pick, words) {
  const place = createNode("div"),
    ofMenu = Object.keys(MENU_WORDS).map((name) => [name, words[`menu_${name}`]]);
  draw(place, { charts }, { words: Object.fromEntries(ofMenu) });
  return place;
}
