// The verdict so far as a curve over the words: one reading or several, with turns named where there is room.

// `series`: [{p: (T,), x: (T,) columns, kind, name}]; `columns`: how many there are; `turns`: [{step, by, word}] of the
// first; `parted`: the column from which the series differ, or -1. Returns {node, place(t)}.
function curve(width, { series, columns, turns = [], parted = -1, label, tell }) {
  const W = Math.max(240, width), H = W < 500 ? 170 : 210, left = 74, right = 16, top = 16, bottom = 30;
  const x = (column) => left + ((W - left - right) * column) / Math.max(1, columns - 1);
  const y = (p) => top + (H - top - bottom) * (1 - p);
  const picture = draw_svg('svg', { viewBox: `0 0 ${W} ${H}`, width: W, height: H, class: 'rnn-curve', role: 'img', 'aria-label': label });
  const text = (x, y, words, kind, anchor) => draw_svg('text', { x, y, class: kind, 'text-anchor': anchor }, words);
  const upright = (column, kind) => draw_svg('line', { x1: x(column), x2: x(column), y1: top, y2: H - bottom, class: kind });
  for (const [p, name] of [[1, 'positive'], [0.5, 'undecided'], [0, 'negative']]) {
    picture.append(draw_svg('line', { x1: left, x2: W - right, y1: y(p), y2: y(p), class: p === 0.5 ? 'rnn-grid rnn-middle' : 'rnn-grid' }),
      text(left - 8, y(p) + 4, name, 'rnn-axis', 'end'));
  }
  for (const column of ticks(columns, W)) picture.append(text(x(column), H - 12, column + 1, 'rnn-axis', 'middle'));
  picture.append(text(left - 8, H - 12, 'word', 'rnn-axis', 'end'));
  if (parted >= 0) picture.append(upright(parted, 'rnn-parted'));

  const lines = series.map((one) => one.p.map((p, t) => [x(one.x[t]), y(p)]));
  if (series.length === 1) {
    for (const side of ['positive', 'negative']) {
      picture.append(draw_svg('polygon', { points: joined(area(lines[0], y(0.5), side === 'positive')), class: `rnn-area-${side}` }));
    }
  }
  lines.forEach((line, k) => picture.append(draw_svg('polyline', { points: joined(line), class: `rnn-line ${series[k].kind ?? ''}` })));
  const cursor = draw_svg('g', { class: 'rnn-cursor', visibility: 'hidden' }, upright(0, 'rnn-upright'), draw_svg('circle', { r: 4 }));
  picture.append(cursor);
  if (columns <= W / 14) {
    lines.forEach((line, k) => line.forEach(([cx, cy], t) => picture.append(draw_svg('circle', { cx, cy, r: 3.5,
      'data-step': t, class: (series[k].p[t] >= 0.5 ? 'rnn-dot-positive' : 'rnn-dot-negative') }))));
  }
  const measure = document.createElement('canvas').getContext('2d');
  measure.font = `600 12px ${getComputedStyle(element).fontFamily}`;
  const box = { left: left + 2, right: W - 2, top: 2, bottom: H - bottom + 2 };
  const names = turns.slice(0, W < 500 ? 3 : turns.length).map(({ step, by, word }) => {
    const words = `“${shortened(word)}” ${signed(by)}`;
    return { words, by, at: lines[0][step], width: measure.measureText(words).width };
  });
  for (const { words, by, at: [cx, cy], spot } of placed(names, lines, box)) {
    picture.append(draw_svg('circle', { cx, cy, r: 6, class: 'rnn-turn-ring' }),
      text(spot.left, spot.bottom - 4, words, `rnn-turn ${by > 0 ? 'rnn-turn-positive' : 'rnn-turn-negative'}`, 'start'));
  }
  const longest = series.reduce((a, b) => (b.p.length > a.p.length ? b : a));
  picture.addEventListener('pointermove', (event) => {
    const column = ((event.clientX - picture.getBoundingClientRect().left) - left) / (W - left - right) * Math.max(1, columns - 1);
    const near = longest.x.reduce((best, one, t) => (Math.abs(one - column) < Math.abs(longest.x[best] - column) ? t : best), 0);
    tell?.(near);
  });
  return {
    node: picture,
    place(t) {
      const point = lines[0][t];
      cursor.setAttribute('visibility', point ? 'visible' : 'hidden');
      if (!point) return;
      for (const end of ['x1', 'x2']) cursor.firstChild.setAttribute(end, point[0]);
      cursor.lastChild.setAttribute('cx', point[0]);
      cursor.lastChild.setAttribute('cy', point[1]);
    },
  };
}

const joined = (points) => points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
const shortened = (word) => ([...word].length > 16 ? [...word].slice(0, 15).join('') + '…' : word);

// Whole and round word numbers along the axis, the last one always.
function ticks(columns, width) {
  const most = Math.max(1, Math.floor(width / 90)), raw = columns / most;
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, raw)));
  const every = Math.max(1, [1, 2, 5, 10].map((k) => k * unit).find((step) => step >= raw));
  const found = [0];
  for (let k = every; k < columns - every / 2; k += every) found.push(k - 1 || 1);
  return [...new Set([...found, columns - 1])].filter((k) => k < columns);
}

// What lies between the curve and the middle, on one side of it; where they cross, a corner of its own.
function area(line, middle, above) {
  const points = [];
  line.forEach(([x, y], k) => {
    const [x0, y0] = line[k - 1] ?? [x, y];
    if ((y0 - middle) * (y - middle) < 0) points.push([x0 + ((x - x0) * (middle - y0)) / (y - y0), middle]);
    points.push([x, above ? Math.min(y, middle) : Math.max(y, middle)]);
  });
  return [[line[0][0], middle], ...points, [line[line.length - 1][0], middle]];
}

// Where the names of turns stand: beside their points, on no other name, in the box, over as little of a line as can
// be; one for which there is no room is left out (the page names it in a sentence too).
function placed(names, lines, box) {
  const height = 18, taken = [], dots = lines.flatMap((line) => line.flatMap((point, k) => between(line[k - 1] ?? point, point)));
  const found = [];
  for (const name of names) {
    const [cx, cy] = name.at, w = name.width;
    const sides = name.by > 0 ? [-1, 1] : [1, -1]; // above a rise, below a fall, if there is room
    const spots = [];
    for (const far of [10, 26, 44]) {
      for (const side of sides) {
        for (const shift of [-0.5, 0, -1, 0.15, -1.15]) {
          const left = cx + shift * w + (shift === 0 ? 4 : shift === -1 ? -4 : 0);
          const upper = side < 0 ? cy - far - height : cy + far;
          spots.push({ left, right: left + w, top: upper, bottom: upper + height });
        }
      }
    }
    const free = spots.filter((spot) => spot.left >= box.left && spot.right <= box.right && spot.top >= box.top && spot.bottom <= box.bottom
      && !taken.some((other) => spot.left < other.right + 6 && other.left < spot.right + 6 && spot.top < other.bottom && other.top < spot.bottom));
    const cost = (spot) => dots.filter(([x, y]) => x > spot.left && x < spot.right && y > spot.top && y < spot.bottom).length;
    const costs = free.map(cost), best = costs.indexOf(Math.min(...costs));
    if (best < 0) continue;
    taken.push(free[best], { left: cx - 5, right: cx + 5, top: cy - 5, bottom: cy + 5 });
    found.push({ ...name, spot: free[best] });
  }
  return found;
}

// Points along a piece of line, 4 pixels apart.
function between([x0, y0], [x1, y1]) {
  const n = Math.max(1, Math.round(Math.hypot(x1 - x0, y1 - y0) / 4));
  return Array.from({ length: n }, (_, k) => [x0 + ((x1 - x0) * (k + 1)) / n, y0 + ((y1 - y0) * (k + 1)) / n]);
}
