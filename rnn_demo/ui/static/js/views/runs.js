// The runs that are over, a row each: which of them are drawn together, and which one is at hand.

let chosen = new Set();
let known = 0;

function draw(root, data) {
  const rows = data.rows ?? [];
  if (!rows.length) {
    root.append(make('p', { class: 'rnn-quiet' }, 'No run is over yet. Each one will be a row here.'));
    return;
  }
  const newest = rows.at(-1).number;
  if (newest !== known) {
    chosen.add(newest);
    known = newest;
    tell();
  }
  chosen = new Set([...chosen].filter((number) => rows.some((row) => row.number === number)));
  const heads = ['', 'run', 'what it learnt', 'settings', 'right', 'loss', 'parameters', 'steps', 'seconds'];
  const numbers = 4; // from this column on
  root.append(make('div', { class: 'rnn-scroll', tabindex: '0' }, make('table', { class: 'rnn-table lab-runs' },
    make('thead', {}, make('tr', {}, ...heads.map((head, k) => make('th', k < numbers ? {} : { class: 'rnn-number' }, head)))),
    make('tbody', {}, ...rows.toReversed().map(line)))));
}

function line(row) {
  const box = make('input', { type: 'checkbox', 'aria-label': `draw run ${row.number}` });
  box.checked = chosen.has(row.number);
  box.addEventListener('change', () => {
    if (box.checked) chosen.add(row.number);
    else chosen.delete(row.number);
    tell();
  });
  const figures = [`${whole_percent(row.accuracy)} of ${row.part === 'recall' ? 'what it learnt' : 'what was held out'}`, short_number(row.loss), row.parameters.toLocaleString('en'), row.steps.toLocaleString('en'), row.seconds.toFixed(1)];
  return make('tr', {}, make('td', {}, box), make('td', {}, row.number), make('td', {}, row.recipe), make('td', { class: 'lab-settings' }, row.settings),
    ...figures.map((figure) => make('td', { class: 'rnn-number' }, figure)));
}

function tell() {
  trigger('choose', { runs: [...chosen].sort((a, b) => a - b) });
}
