// Charts of several lines that grow while something is measured: `charts` side by side, under one row of names.

// A chart is {label, x, y, lines}; an axis {name, low, high, log, ticks: [[value, text]]}; a line {name, points:
// [[x, y]], colour, dashed, marked}. What lies outside an axis, or is null, is left out.
function draw(root, { notice, said, names = [], charts = [] }) {
  if (notice) root.append(make('p', { class: 'rnn-notice', role: 'alert' }, notice));
  if (said) root.append(make('p', { class: 'rnn-said', role: 'status' }, said));
  if (!charts.length) return;
  root.append(make('ul', { class: 'rnn-names' }, ...names.map(nameOf)));
  root.append(keep_width(() => {
    const beside = root.clientWidth >= 640, width = beside ? (root.clientWidth - 24 * (charts.length - 1)) / charts.length : root.clientWidth;
    return make('div', { class: 'rnn-charts' }, ...charts.map((one) => chart(Math.floor(width), one)));
  }));
}

function nameOf({ name, colour, dashed }) {
  const key = draw_svg('svg', { width: 22, height: 10, 'aria-hidden': 'true' },
    draw_svg('line', { x1: 0, x2: 22, y1: 5, y2: 5, stroke: colour, 'stroke-width': 2.5, 'stroke-dasharray': dashed ? '5 3' : 'none' }));
  return make('li', {}, key, ` ${name}`);
}

function chart(W, { label, x, y, lines }) {
  const H = 250, left = 58, right = 12, top = 30, bottom = 44;
  const across = place(x, left, W - right), up = place(y, H - bottom, top);
  const picture = draw_svg('svg', { width: W, height: H, viewBox: `0 0 ${W} ${H}`, class: 'rnn-chart', role: 'img', 'aria-label': label });
  const words = (x, y, text, anchor, kind = 'rnn-axis') => draw_svg('text', { x, y, class: kind, 'text-anchor': anchor }, text);
  picture.append(words(left, 16, y.name, 'start'), words((left + W - right) / 2, H - 8, x.name, 'middle'));
  for (const [value, text] of y.ticks) {
    picture.append(draw_svg('line', { class: 'rnn-grid', x1: left, x2: W - right, y1: up(value), y2: up(value) }), words(left - 8, up(value) + 4, text, 'end'));
  }
  for (const [value, text] of x.ticks) picture.append(words(across(value), H - bottom + 18, text, 'middle'));
  for (const line of lines) picture.append(...drawn(line, across, up));
  return picture;
}

// A line in as many pieces as its gaps make, and its points where they are marked.
function drawn({ points, colour, dashed, marked }, across, up) {
  const pieces = [[]];
  for (const [x, y] of points) {
    const [px, py] = [across(x), y === null ? NaN : up(y)];
    if (Number.isFinite(px) && Number.isFinite(py)) pieces.at(-1).push([px.toFixed(1), py.toFixed(1)]);
    else pieces.push([]);
  }
  const lines = pieces.map((piece) => draw_svg('polyline', { points: piece.map((at) => at.join(',')).join(' '), class: 'rnn-drawn', stroke: colour, 'stroke-dasharray': dashed ? '5 3' : 'none' }));
  const dots = marked ? pieces.flat().map(([cx, cy]) => draw_svg('circle', { cx, cy, r: 3.5, fill: colour })) : [];
  return [...lines, ...dots];
}

// From a value of an axis to a place between two ends; outside the axis there is none.
function place({ low, high, log }, from, to) {
  const scale = log ? Math.log10 : (value) => value;
  const [a, b] = [scale(low), scale(high)];
  return (value) => {
    const share = b === a ? 0.5 : (scale(value) - a) / (b - a);
    return share < -0.001 || share > 1.001 ? NaN : from + share * (to - from);
  };
}
