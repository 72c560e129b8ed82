// The reading of a text: the verdict, every word coloured by the verdict so far, and that verdict as a curve.

function draw(root, data) {
  if (data.notice) root.append(make('p', { class: 'rnn-notice', role: 'status' }, data.notice));
  if (!data.words) return;
  root.append(verdict(data));
  const strip = words(data);
  const detail = make('p', { class: 'rnn-detail', 'aria-live': 'polite' });
  root.append(strip);
  if (data.words.length > 1) root.append(keep_width(() => curve(data, root.clientWidth)));
  root.append(detail, legend(data));
  const tell = (t) => { detail.textContent = sentence(data.words[t], t, data.words.length); };
  tell(data.words.length - 1);
  for (const kind of ['mouseover', 'focusin', 'click']) {
    root.addEventListener(kind, (event) => {
      const holder = event.target.closest('[data-step]');
      if (holder) tell(Number(holder.dataset.step));
    });
  }
}

function verdict(data) {
  const sure = data.label === 'positive' ? data.probability : 1 - data.probability;
  const meter = make('span', { class: 'rnn-meter', role: 'img', 'aria-label': `probability of positive ${percent(data.probability)}` },
    make('span', { class: 'rnn-meter-mark' }));
  meter.firstChild.style.left = 100 * data.probability + '%';
  return make('div', { class: 'rnn-verdict' },
    make('strong', { class: `rnn-label rnn-${data.label}` }, data.label),
    make('span', { class: 'rnn-sure' }, percent(sure) + ' sure'),
    make('span', { class: 'rnn-scale' }, make('span', {}, 'negative'), meter, make('span', {}, 'positive')));
}

// The sign in the hue, the certainty in the strength; never so strong that the page's own ink is hard to read on it.
function tint(p) {
  const side = p >= 0.5 ? 'positive' : 'negative';
  return `color-mix(in srgb, var(--rnn-${side}) ${Math.round(45 * Math.abs(2 * p - 1))}%, transparent)`;
}

function words(data) {
  const strip = make('div', { class: 'rnn-words', role: 'list', 'aria-label': 'the words, coloured by the verdict so far' });
  data.words.forEach((word, t) => {
    const mark = make('span', { class: 'rnn-word' + (word.known ? '' : ' rnn-unknown'), role: 'listitem', tabindex: 0,
      'data-step': t, title: sentence(word, t, data.words.length) }, word.word);
    mark.style.setProperty('--tint', tint(word.running));
    strip.append(mark);
  });
  return strip;
}

function sentence(word, t, n) {
  const sign = word.contribution >= 0 ? '+' : '−';
  return `word ${t + 1} of ${n}, “${word.word}”${word.known ? '' : ' (unknown)'}: positive ${percent(word.running)} so far; `
    + `this word moved it by ${sign}${Math.abs(word.contribution).toFixed(2)} in log-odds`;
}

function curve(data, width) {
  const W = Math.max(280, width), H = W < 500 ? 120 : 170, left = 72, right = 14, top = 12, bottom = 16;
  const n = data.words.length;
  const x = (t) => left + ((W - left - right) * t) / Math.max(1, n - 1);
  const y = (p) => top + (H - top - bottom) * (1 - p);
  const picture = draw_svg('svg', { viewBox: `0 0 ${W} ${H}`, width: W, height: H, class: 'rnn-curve', role: 'img',
    'aria-label': `the verdict after each of ${n} words, from ${percent(data.words[0].running)} to ${percent(data.probability)} positive` });
  for (const [p, name] of [[1, 'positive'], [0.5, 'undecided'], [0, 'negative']]) {
    picture.append(draw_svg('line', { x1: left, x2: W - right, y1: y(p), y2: y(p), class: p === 0.5 ? 'rnn-grid rnn-middle' : 'rnn-grid' }),
      draw_svg('text', { x: left - 6, y: y(p) + 4, 'text-anchor': 'end', class: 'rnn-axis' }, name));
  }
  const points = data.words.map((word, t) => `${x(t).toFixed(1)},${y(word.running).toFixed(1)}`).join(' ');
  picture.append(draw_svg('polyline', { points, class: 'rnn-line' }));
  if (n <= 120) {
    data.words.forEach((word, t) => picture.append(draw_svg('circle', { cx: x(t), cy: y(word.running), r: 4, 'data-step': t,
      class: word.running >= 0.5 ? 'rnn-dot-positive' : 'rnn-dot-negative' }, draw_svg('title', {}, sentence(word, t, n)))));
  }
  return picture;
}

function legend(data) {
  const unknown = data.words.filter((word) => !word.known).length;
  const note = unknown ? ` · dashed: ${unknown} unknown to the network` : '';
  return make('p', { class: 'rnn-quiet' }, `Colour: the verdict so far. Point at a word, or reach it with Tab, for its numbers${note}.`);
}
