// Tiny pictures for the glossary, each from a short description: a kind, and what it shows. They are sketches.

import { createSvg } from "../core/dom.js";

const WIDTH = 220,
  HEIGHT = 84;

// `description` is a line such as "bars Paris 0.8, Rome 0.2"; a kind that is not listed draws nothing.
export function picture(description) {
  const [, kind, rest] = description.match(/^(\S+)\s*(.*)$/) ?? [];
  const draw = KINDS[kind];
  if (!draw) return null;
  const attributes = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "rnn-sketch", "aria-hidden": "true" };
  return createSvg("svg", attributes, ...draw(rest).flat(Infinity));
}

const text = (words, x, y, anchor = "middle") => createSvg("text", { x, y, "text-anchor": anchor }, words);
const path = (d, kind = "") => createSvg("path", { d, class: kind });
const box = (x, y, width, height, kind = "") => createSvg("rect", { x, y, width, height, rx: 3, class: kind });
const arrow = (x1, y1, x2, y2, kind = "") => {
  const length = Math.hypot(x2 - x1, y2 - y1),
    [dx, dy] = [(6 * (x2 - x1)) / length, (6 * (y2 - y1)) / length];
  const tip = `M${x2 - dx - dy * 0.6} ${y2 - dy + dx * 0.6}L${x2} ${y2}L${x2 - dx + dy * 0.6} ${y2 - dy - dx * 0.6}`;
  return path(`M${x1} ${y1}L${x2} ${y2}${tip}`, kind);
};
const side = (value) => (value < 0 ? "below" : "above");

// "Paris 0.8, Rome 0.2": a name, which may be missing, and numbers.
function named(part) {
  const words = part.trim().split(/\s+/);
  const first = words.findIndex((word) => word !== "" && Number.isFinite(Number(word)));
  return { name: words.slice(0, first).join(" "), numbers: words.slice(first).map(Number) };
}

function curve(of, from, to, low, high, names) {
  const x = (value) => 40 + ((value - from) / (to - from)) * 150,
    y = (value) => 72 - ((value - low) / (high - low)) * 60;
  const points = Array.from({ length: 61 }, (_, k) => from + ((to - from) * k) / 60).map((v) => `${x(v)} ${y(of(v))}`);
  const zero = Math.max(low, Math.min(high, 0));
  return [
    path(`M40 ${y(zero)}H190M${x(Math.max(from, Math.min(to, names.at ?? 0)))} 10V74`, "faint"),
    path(`M${points.join("L")}`, "above"),
    text(names.high, 34, y(high) + 4, "end"),
    text(names.low, 34, y(low) + 4, "end"),
    text(names.x, 196, y(zero) + 4, "start"),
  ];
}

const CURVES = {
  sigmoid: () => curve((x) => 1 / (1 + Math.exp(-x)), -6, 6, 0, 1, { high: "1", low: "0", x: "x" }),
  tanh: () => curve(Math.tanh, -3, 3, -1, 1, { high: "1", low: "−1", x: "x" }),
  relu: () => curve((value) => Math.max(0, value), -3, 3, 0, 3, { high: "3", low: "0", x: "x" }),
  odds: () =>
    curve((p) => Math.log(p / (1 - p)), 0.02, 0.98, -3.9, 3.9, { high: "+3.9", low: "−3.9", x: "p", at: 0.5 }),
  loss: () => curve((p) => -Math.log(p), 0.03, 1, 0, 3.5, { high: "3.5", low: "0", x: "p", at: 0.03 }),
};

const columns = (count) => Array.from({ length: count }, (_, k) => WIDTH / 2 + (k - (count - 1) / 2) * 62);

// Boxes that read letters; the state goes from box to box, and with `back` another one the other way.
function chain(letters, back = false) {
  const places = columns(letters.length);
  return places.map((x, k) => [
    box(x - 14, 24, 28, back ? 26 : 22),
    text("h", x, back ? 41 : 39),
    text(letters[k], x, 80),
    arrow(x, 66, x, back ? 52 : 48),
    k || !back ? arrow((places[k - 1] ?? x - 61) + 15, back ? 31 : 35, x - 15, back ? 31 : 35, "above") : [],
    back && k ? arrow(x - 15, 43, places[k - 1] + 15, 43, "second") : [],
    back ? [] : arrow(x, 23, x, 6),
  ]);
}

// What is read at each step: the true letter, or the network's own answer.
function feed(what) {
  const places = columns(3),
    truth = what === "truth";
  const [reads, says] = truth ? ["hel", "elp"] : ["hep", "epp"];
  return places.map((x, k) => [
    box(x - 13, 32, 26, 20),
    text(reads[k], x, 80),
    text(says[k], x, 14),
    arrow(x, 68, x, 53),
    arrow(x, 31, x, 18),
    k ? arrow(places[k - 1] + 14, 42, x - 14, 42) : [],
    !truth && k ? path(`M${places[k - 1] + 8} 12C${x - 22} 14 ${x - 40} 76 ${x - 8} 76`, "above") : [],
  ]);
}

// A state along a line; its thickness is what is left of it.
function road(rest) {
  const { name, numbers } = named(rest);
  const x = (k) => 34 + (k * 160) / (numbers.length - 1);
  return [
    text(name, 18, 46),
    numbers.slice(1).map((value, k) => {
      const part = path(`M${x(k)} 42H${x(k + 1)}`, "above");
      part.setAttribute("style", `stroke-width:${1 + 11 * value}`);
      const factor = [createSvg("circle", { cx: x(k + 1), cy: 42, r: 8, class: "node" }), text("×", x(k + 1), 46)];
      return [part, k < numbers.length - 2 ? factor : []];
    }),
    arrow(x(numbers.length - 1), 42, 206, 42),
  ];
}

// Rows of cells: a number from −1 to 1 is a colour, "." a token, "x" a blank.
function cells(rest) {
  const rows = rest.split(";").map((row) => row.trim().split(/\s+/));
  const names = rows.map(([name]) => name);
  const height = Math.min(24, 72 / rows.length);
  return rows.map(([, ...values], r) => {
    const y = HEIGHT / 2 + (r - rows.length / 2) * height;
    return [
      text(names[r], 46, y + height / 2 + 4, "end"),
      values.map((value, k) => {
        const x = 54 + k * 30,
          number = Number(value);
        const kind = value === "x" ? "blank" : value === "." ? "full" : side(number),
          depth = Math.abs(number) * (Number.isInteger(number) ? 0.35 : 0.75); // a number is written on a pale one
        const cell = box(x, y + 2, 28, height - 4, kind);
        if (Number.isFinite(number)) cell.setAttribute("style", `fill-opacity:${depth}`);
        return [cell, Number.isInteger(number) ? text(value, x + 14, y + height / 2 + 4) : []];
      }),
    ];
  });
}

function bars(rest) {
  const groups = rest.split(";").map((group) => group.split(",").map(named));
  const groupNames = groups.length > 1 ? groups.map(([first]) => first.name) : [];
  const width = WIDTH / groups.length;
  return groups.map((group, g) => {
    const step = Math.min(24, 66 / group.length),
      left = g * width + (groupNames.length ? 34 : 60),
      room = width - (groupNames.length ? 46 : 70);
    return [
      groupNames.length ? text(groupNames[g], left - 5, 46, "end") : [],
      group.map(({ name, numbers: [value] }, k) => {
        const y = HEIGHT / 2 + (k - group.length / 2) * step;
        const bar = box(left, y + 3, Math.max(1, room * value), step - 6, k ? "quiet" : "above solid");
        return [groupNames.length ? [] : text(name, left - 6, y + step / 2 + 4, "end"), bar];
      }),
    ];
  });
}

function lines(rest) {
  const all = rest.split(";").map((part) => {
    const words = part.trim().split(/\s+/),
      numbers = words.slice(-5).map(Number);
    return { name: words.slice(0, -5).join(" "), numbers };
  });
  const kinds = ["above", "second", "third"];
  const ends = spread(all.map(({ numbers }) => 72 - numbers.at(-1) * 60));
  return [
    path("M14 10V74H140", "faint"),
    all.map(({ name, numbers }, k) => {
      const points = numbers.map((value, t) => `${16 + t * 30} ${72 - value * 60}`);
      return [path(`M${points.join("L")}`, kinds[k]), text(name, 142, ends[k] + 4, "start")];
    }),
  ];
}

// Heights at least 14 apart, in their order.
function spread(heights) {
  const order = [...heights.keys()].sort((a, b) => heights[a] - heights[b]);
  const result = [...heights];
  order.forEach((k, n) => n && (result[k] = Math.max(result[k], result[order[n - 1]] + 14)));
  return result;
}

function tokens(rest) {
  let x = 6;
  return rest.split("|").map((word) => {
    const name = word.trim(),
      width = 14 + 7 * name.length;
    const parts = [box(x, 30, width, 24, name.endsWith("?") ? "blank" : ""), text(name, x + width / 2, 46)];
    x += width + 5;
    return parts;
  });
}

function split(part) {
  const parts = [
    ["training", 8, 112],
    ["validation", 122, 52],
    ["test", 176, 36],
  ];
  return parts.map(([name, x, width]) => [
    box(x, 26, width, 24, name.startsWith(part) ? "above solid" : "quiet"),
    name.startsWith(part) ? text(name, Math.min(x + width / 2, 186), 68) : [],
  ]);
}

const KINDS = {
  plot: (name) => CURVES[name](),
  chain: (rest) => chain(rest.split(" ")),
  both: (rest) => chain(rest.split(" "), true),
  feed,
  road,
  cells,
  bars,
  lines,
  tokens,
  split,
  loop: (name) => [
    box(90, 34, 40, 28),
    text(name, 110, 52),
    path("M130 44C176 44 176 10 110 10C44 10 44 44 82 44", "above"),
    arrow(80, 44, 89, 44, "above"),
    text("W", 110, 24),
    arrow(110, 82, 110, 63),
    text("x", 124, 80),
  ],
  ellipse: () => [
    createSvg("circle", { cx: 48, cy: 42, r: 20, class: "line" }),
    arrow(84, 42, 110, 42),
    createSvg("ellipse", { cx: 164, cy: 42, rx: 44, ry: 12, class: "line", transform: "rotate(-20 164 42)" }),
    path("M164 42L205 27", "above"),
    path("M164 42L168 53", "second"),
  ],
  arrow: (isClipped) =>
    isClipped
      ? [
          arrow(20, 70, 196, 14, "faint"),
          arrow(20, 70, 80, 51, "above"),
          path("M86 39L94 60", "second"),
          text("limit", 100, 76),
        ]
      : [path("M30 70H170V20", "faint"), arrow(30, 70, 168, 21, "above"), text("length", 84, 36)],
  slope: () => [
    path("M16 14C60 80 120 90 204 20", "line"),
    createSvg("circle", { cx: 44, cy: 46, r: 5, class: "above solid" }),
    arrow(50, 52, 74, 68, "above"),
    text("loss", 12, 78, "start"),
  ],
  pool: () => [
    columns(3).map((x, k) => [
      box(x - 14, 52, 28, 22),
      text(`h${"₁₂₃"[k]}`, x, 67),
      arrow(x, 51, WIDTH / 2 + (x - WIDTH / 2) / 5, 31, "above"),
    ]),
    box(WIDTH / 2 - 22, 6, 44, 23, "above"),
    text("one", WIDTH / 2, 22),
  ],
  angle: (degrees) => {
    const radians = (Number(degrees) * Math.PI) / 180;
    return [
      arrow(40, 70, 180, 70, "above"),
      arrow(40, 70, 40 + 130 * Math.cos(radians), 70 - 130 * Math.sin(radians), "second"),
      path(`M84 70A44 44 0 0 0 ${40 + 44 * Math.cos(radians)} ${70 - 44 * Math.sin(radians)}`, "faint"),
    ];
  },
  diagonal: () => [
    path("M60 8V72H170", "faint"),
    path("M60 72L150 8", "faint"),
    path("M60 70C90 58 120 42 150 26", "above"),
    text("says", 186, 76),
    text("is right", 54, 16, "end"),
  ],
  scale: (rest) => {
    const [mark, value] = rest.split(" ").map(Number);
    return [
      box(20, 34, 180, 14, "quiet"),
      box(20, 34, 180 * value, 14, "above solid"),
      mark ? path(`M${20 + 180 * mark} 26V56`, "below") : [],
    ];
  },
};
