// A small chart of lines over the steps of a training, drawn anew ten times a second: plain SVG, no animation.

// `lines`: [{points: [[step, value]], kind, name, dots}]; `low` and `high` bound the values, where they are known;
// `log` for a logarithmic axis; `write` turns a value into a tick's text.
function chart(width, { title, lines, last, low, high, log = false, write = short_number }) {
  const W = Math.max(200, width), H = 150, left = 44, right = 10, top = 26, bottom = 22;
  const drawn = lines.filter(({ points }) => points.length);
  const scale = log ? (v) => Math.log10(Math.max(v, 1e-12)) : (v) => v;
  const values = drawn.flatMap(({ points }) => points.map(([, v]) => scale(v))).filter(Number.isFinite);
  const least = low ?? Math.min(...values, ...(log ? [] : [0])), most = high ?? Math.max(...values, least + 1e-9);
  const x = (step) => left + ((W - left - right) * step) / Math.max(1, last);
  const y = (value) => top + (H - top - bottom) * (1 - (scale(value) - least) / (most - least || 1));
  const told = drawn.map(({ name, points }) => `${name} ${write(points.at(-1)[1])}`).join(', ');
  const picture = draw_svg('svg', { viewBox: `0 0 ${W} ${H}`, width: W, height: H, class: 'lab-chart', role: 'img', 'aria-label': `${title}: ${told}` });
  picture.append(draw_svg('text', { x: 0, y: 14, class: 'lab-chart-title' }, title));
  for (const share of [0, 0.5, 1]) {
    const at = top + (H - top - bottom) * (1 - share), value = least + share * (most - least);
    picture.append(draw_svg('line', { x1: left, x2: W - right, y1: at, y2: at, class: 'rnn-grid' }));
    if (values.length) picture.append(draw_svg('text', { x: left - 6, y: at + 4, class: 'rnn-axis', 'text-anchor': 'end' }, write(log ? 10 ** value : value)));
  }
  picture.append(draw_svg('text', { x: W - right, y: H - 5, class: 'rnn-axis', 'text-anchor': 'end' }, `step ${last.toLocaleString('en')}`));
  for (const { points, kind } of drawn) {
    const at = points.filter(([, v]) => Number.isFinite(scale(v))).map(([step, v]) => [x(step), y(v)]);
    picture.append(draw_svg('polyline', { class: `lab-line ${kind}`, points: at.map(([a, b]) => `${a.toFixed(1)},${b.toFixed(1)}`).join(' ') }));
    if (at.length) picture.append(draw_svg('circle', { class: `lab-dot ${kind}`, cx: at.at(-1)[0], cy: at.at(-1)[1], r: 3 }));
  }
  let from = W - right;
  for (const { name, kind, points } of drawn.toReversed()) {
    const text = `${name} ${write(points.at(-1)[1])}`;
    picture.append(draw_svg('text', { x: from, y: 14, class: `lab-legend ${kind}`, 'text-anchor': 'end' }, text));
    from -= 6.6 * text.length + 12;
  }
  return picture;
}

function short_number(value) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  if (size && (size >= 1e4 || size < 1e-2)) return value.toExponential(0).replace('e+', 'e');
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

const whole_percent = (share) => Math.round(100 * share) + ' %';
