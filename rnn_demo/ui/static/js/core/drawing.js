// Small things to draw with: strips of coloured cells, arrows, icons. Elements come from dom.js: text is never markup.

const LEVELS = 21; // colours of the signed scale, --rnn-v0 to --rnn-v20

const level = (value, scale) =>
  Math.max(0, Math.min(LEVELS - 1, Math.round(((value / scale + 1) / 2) * (LEVELS - 1))));

// Where cell k of n stands in a box: filled along its long side, in as few lines as keep a cell readable.
function grid(n, width, height) {
  const tall = height >= width;
  const lines = Math.ceil(n / 32);
  const along = Math.ceil(n / lines);
  const w = width / (tall ? lines : along), h = height / (tall ? along : lines);
  return {
    w, h, n,
    at: (k) => (tall ? [Math.floor(k / along) * w, (k % along) * h] : [(k % along) * w, Math.floor(k / along) * h]),
    // The cell under a point given as shares of the box.
    find(x, y) {
      const c = Math.floor((x * width) / w), r = Math.floor((y * height) / h);
      const k = tall ? c * along + r : r * along + c;
      return k >= 0 && k < n ? k : -1;
    },
  };
}

// A vector as cells coloured by value. One path for each colour keeps a long sequence light, and exports as vectors.
// `what` says what the numbers are: {name, t, layer, values, scale}; it feeds the tooltip, the click and the export.
// Of a large vector the liveliest units are drawn, in every strip the same ones.
function strip(what, x, y, width, height) {
  const units = unitsDrawn(state.trace, what.layer);
  const cells = grid(units.length, width, height);
  const gap = Math.min(cells.w, cells.h) > 6 ? 1 : 0;
  const paths = new Map();
  units.forEach((unit, k) => {
    const [cx, cy] = cells.at(k);
    const [x0, y0, w, h] = [cx, cy, cells.w - gap, cells.h - gap].map((number) => number.toFixed(2));
    const part = `M${x0} ${y0}h${w}v${h}h-${w}z`;
    const colour = level(what.values[unit], what.scale);
    paths.set(colour, (paths.get(colour) ?? "") + part);
  });
  const group = draw_svg("g", { class: "strip", transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
  for (const [colour, d] of paths) group.append(draw_svg("path", { d, style: `fill:var(--rnn-v${colour})` }));
  if (state.unit >= 0 && what.layer === state.layer) {
    const [cx, cy] = cells.at(units.indexOf(state.unit));
    group.append(draw_svg("rect", { class: "chosen", x: cx, y: cy, width: cells.w, height: cells.h }));
  }
  const frame = draw_svg("rect", { class: "frame", width: width.toFixed(2), height: height.toFixed(2) });
  frame.what = { ...what, cells, units };
  group.append(frame);
  return group;
}

// An empty drawing of a given size.
const canvas = (width, height, attributes = {}) =>
  draw_svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, role: "img", ...attributes });

// What an SVG file cannot hold: control characters show as their signs, U+2400 and on; halves of a pair as U+FFFD.
const visible = (text) =>
  String(text)
    .replace(/[\u0000-\u001f]/g, (sign) => String.fromCharCode(0x2400 + sign.charCodeAt(0)))
    .replace(/[\ud800-\udfff\ufffe\uffff]/gu, "\ufffd");

function label(text, x, y, attributes = {}) {
  return draw_svg("text", { x, y, ...attributes }, visible(text));
}

const line = (x1, y1, x2, y2, attributes = {}) =>
  draw_svg("path", { class: "wire", d: `M${x1} ${y1}L${x2} ${y2}`, ...attributes });

// A triangle whose tip is at (x, y), pointing along (dx, dy).
function tip(x, y, dx, dy, attributes = {}) {
  const [px, py] = [-dy, dx], s = 4;
  const corner = (a, b) => `${x - dx * a * s + px * b * s} ${y - dy * a * s + py * b * s}`;
  return draw_svg("path", { class: "tip", d: `M${x} ${y}L${corner(1.4, 0.8)}L${corner(1.4, -0.8)}z`, ...attributes });
}

const ICONS = {
  first: "M5 4h2v12H5zM16 4v12L8 10z",
  back: "M12.5 4l2 2-4 4 4 4-2 2-6-6z",
  play: "M6 4l10 6-10 6z",
  pause: "M5 4h4v12H5zM11 4h4v12h-4z",
  forward: "M7.5 4l-2 2 4 4-4 4 2 2 6-6z",
  last: "M13 4h2v12h-2zM4 4v12l8-6z",
};

function icon(name) {
  const shape = draw_svg("path", { d: ICONS[name], fill: "currentColor" });
  return draw_svg("svg", { viewBox: "0 0 20 20", width: 18, height: 18, "aria-hidden": "true" }, shape);
}

// A text cut to what fits in `width` pixels at about `size` pixels a letter.
function fitted(text, width, size = 6.4) {
  const most = Math.max(1, Math.floor(width / size));
  const letters = [...text];
  return letters.length <= most ? text : letters.slice(0, Math.max(1, most - 1)).join("") + "…";
}
