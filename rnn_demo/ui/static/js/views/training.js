// A training as it goes on: where it stands, what the network says now, and its curves.

const charts = make('div', { class: 'lab-charts' });
let shown = {};

function draw(root, data) {
  shown = data;
  for (const notice of data.notices ?? []) root.append(make('p', { class: 'rnn-notice', role: 'alert' }, notice));
  if (data.idle) root.append(make('p', { class: 'lab-idle' }, data.idle));
  if (data.text) root.append(heading('It will learn to go on with this'), make('pre', { class: 'lab-text' }, data.text + ' …'));
  if (data.rows) root.append(heading(`It will learn from ${data.count.toLocaleString('en')} examples like these`), examples(data.rows));
  if (data.status) root.append(make('p', { class: 'lab-status', role: 'status' }, data.status));
  if (data.link && element.offsetParent) history.replaceState(history.state, '', `${location.pathname}?${new URLSearchParams(data.link)}`);
  if (!data.step) return;
  root.append(standing(data), said(data.sample ?? {}), charts);
  redraw();
}

function redraw() {
  if (!shown.step) return;
  const room = charts.clientWidth || 560, width = room >= 520 ? (room - 20) / 2 : room;
  const { loss, accuracy, norm, validation_loss, validation_accuracy, forced, free } = shown.curves;
  const last = shown.step, line = (points, kind, name) => ({ points, kind, name });
  const all = [
    chart(width, { title: 'Loss', last, lines: [line(loss, 'lab-learnt', 'learnt'), line(validation_loss, 'lab-held', 'held out')] }),
    chart(width, { title: 'Right', last, low: 0, high: 1, write: whole_percent, lines: [line(accuracy, 'lab-learnt', 'learnt'), line(validation_accuracy, 'lab-held', 'held out')] }),
    chart(width, { title: 'Gradient norm', last, log: true, lines: [line(norm, 'lab-norm', '')] }),
  ];
  if (free.length) all.push(chart(width, { title: 'Loss, by what it reads', last, lines: [line(forced, 'lab-learnt', 'truth'), line(free, 'lab-free', 'itself')] }));
  charts.replaceChildren(...all);
}

let wide = 0;
new ResizeObserver(() => {
  if (charts.clientWidth && charts.clientWidth !== wide) {
    wide = charts.clientWidth;
    redraw();
  }
}).observe(charts);

const heading = (text) => make('p', { class: 'rnn-heading' }, text);

function examples(rows) {
  const cells = rows.map(([text, label]) => make('tr', {}, make('td', { class: 'rnn-cell-text' }, text), make('td', {}, label)));
  return make('table', { class: 'rnn-table' }, make('tbody', {}, ...cells));
}

// Where the training stands, as a bar and in numbers.
function standing({ epoch, epochs, step, steps, left, tokens_per_second, over, seconds }) {
  const speed = `${Math.round(tokens_per_second).toLocaleString('en')} tokens a second`;
  const rest = over ? `${seconds.toFixed(1)} s` : `${left < 10 ? left.toFixed(0) : Math.round(left)} s left`;
  const share = Math.round((100 * step) / steps);
  const bar = make('div', { class: 'lab-bar', role: 'progressbar', 'aria-label': 'steps done', 'aria-valuemin': 0, 'aria-valuemax': 100, 'aria-valuenow': share }, make('span', { style: `width:${share}%` }));
  const facts = [`epoch ${epoch} of ${epochs}`, `step ${step.toLocaleString('en')} of ${steps.toLocaleString('en')}`, speed, rest];
  return make('div', {}, bar, make('p', { class: 'lab-facts' }, ...facts.map((fact) => make('span', {}, fact))));
}

// What the network says: a text that it writes, or what it thinks after each token.
function said(sample) {
  if (sample.written !== undefined) {
    return make('div', { class: 'lab-said' },
      heading(`It writes, at temperature ${sample.temperature}`),
      make('pre', { class: 'lab-written' }, make('b', {}, sample.start), sample.written));
  }
  if (!sample.tokens) return make('div', {});
  const last = sample.labels.at(-1), sure = sample.shares.at(-1);
  return make('div', { class: 'lab-said' },
    heading('It reads, and thinks so far'),
    make('ol', { class: 'lab-reading' }, ...sample.tokens.map((token, k) => thought(token, sample.labels[k], sample.shares[k], sample.labels[k] === last))),
    make('p', { class: 'lab-answer' }, make('b', {}, last), ` ${percent(sure)} sure`));
}

function thought(token, label, share, final) {
  const node = make('li', {}, make('span', { class: 'rnn-token' }, token.trim() ? token : '␣'));
  if (label !== null) node.append(make('span', { class: final ? 'lab-thought lab-final' : 'lab-thought', style: `opacity:${(0.45 + 0.55 * share).toFixed(2)}`, title: `${label} ${percent(share)}` }, label));
  return node;
}
