// Teaching: which rows can be taught, how the learning goes, and what came of it.

const MARGIN = { left: 8, right: 96, top: 10, bottom: 22 };

function draw(root, data) {
  if (data.notice) root.append(make('p', { class: 'rnn-notice', role: 'alert' }, data.notice));
  if (data.checked) root.append(make('p', { class: 'qa-checked' }, data.checked));
  if (data.problems?.length) root.append(listed('rnn-notice qa-problems', data.problems));
  if (data.losses?.length > 1) root.append(keep_width(() => curves(data, root.clientWidth)));
  if (data.progress) root.append(make('p', { class: 'rnn-quiet' }, data.progress));
  if (data.result) root.append(make('p', { class: 'qa-result', role: 'status' }, data.result));
  if (data.forgotten?.length) root.append(listed('rnn-quiet', data.forgotten));
}

function listed(kind, lines) {
  return make('ul', { class: 'qa-list ' + kind, tabindex: '0' }, ...lines.map((line) => make('li', {}, line)));
}

// Two curves over the rounds: the loss, from 0 to its largest, and the share of the rows that it recalls.
function curves({ losses, recalls }, width) {
  const height = 130, inner = Math.max(60, width - MARGIN.left - MARGIN.right);
  const most = Math.max(...losses), rounds = losses.length, x = (k) => MARGIN.left + (inner * k) / (rounds - 1);
  const y = (share) => MARGIN.top + (height - MARGIN.top - MARGIN.bottom) * (1 - share);
  const line = (shares) => shares.map((share, k) => `${x(k).toFixed(1)},${y(share).toFixed(1)}`).join(' ');
  const picture = draw_svg('svg', { width, height, class: 'qa-curves', role: 'img', 'aria-label': `loss ${losses.at(-1).toFixed(2)}, recall ${percent(recalls.at(-1))}` });
  for (const share of [0, 1]) picture.append(draw_svg('line', { class: 'rnn-grid', x1: MARGIN.left, x2: MARGIN.left + inner, y1: y(share), y2: y(share) }));
  const ends = apart(y(losses.at(-1) / most), y(recalls.at(-1)));
  [[losses.map((loss) => loss / most), 'qa-loss', `loss ${losses.at(-1).toFixed(2)}`], [recalls, 'qa-recall', `recall ${percent(recalls.at(-1))}`]].forEach(([shares, kind, name], k) => {
    picture.append(
      draw_svg('polyline', { class: kind, points: line(shares) }),
      draw_svg('text', { class: `rnn-axis ${kind}-name`, x: x(shares.length - 1) + 8, y: ends[k] + 4 }, name));
  });
  picture.append(draw_svg('text', { class: 'rnn-axis', x: MARGIN.left, y: height - 4 }, `round 1 to ${rounds}`));
  return picture;
}

// Two heights at which two names do not cover each other.
function apart(first, second, room = 14) {
  const gap = room - Math.abs(first - second);
  if (gap <= 0) return [first, second];
  return first > second ? [first + gap / 2, second - gap / 2] : [first - gap / 2, second + gap / 2];
}
