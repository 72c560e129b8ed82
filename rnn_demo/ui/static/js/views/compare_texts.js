// Two readings one above the other: where they part is marked, and both curves share one picture.

function draw(root, data) {
  if (data.notice) root.append(make('p', { class: 'rnn-notice', role: 'status' }, data.notice));
  if (!data.first) return;
  const { first, second, parting } = data;
  root.append(make('p', { class: 'rnn-parting' }, said(data)));
  root.append(reading('As it was', first, parting, 'rnn-first'), reading('Changed', second, parting, 'rnn-second'));
  const [a, b] = [first.words.length, second.words.length];
  if (!a || !b) return;
  const middle = Math.max(a, b) - parting.rest; // words that both share at their ends stand in the same column
  const column = (t, n) => (t < n - parting.rest ? t : middle + t - (n - parting.rest));
  const series = [[first, 'rnn-first'], [second, 'rnn-second']].map(([one, kind]) => (
    { p: one.words.map((word) => word.running), x: one.words.map((_, t) => column(t, one.words.length)), kind }));
  const label = `Both verdicts so far, ending at ${percent(first.probability)} and ${percent(second.probability)} positive`;
  root.append(keep_width(() => curve(root.clientWidth, { series, columns: Math.max(a, b), parted: parting.same ? -1 : Math.min(parting.start, Math.max(a, b) - 1), label }).node));
}

function reading(title, data, parting, kind) {
  const sure = data.label === 'positive' ? data.probability : 1 - data.probability;
  const detail = make('p', { class: 'rnn-detail rnn-quiet' });
  const strip = wordStrip(data.words, {
    label: `${title}. Arrow keys walk through the words.`,
    strength: (t) => soFar(data.words[t]),
    tell(t) { detail.textContent = `word ${t + 1}, “${data.words[t].word}”: positive ${percent(data.words[t].running)} so far`; },
    mark: (t) => (parting.same ? '' : t === parting.start ? 'rnn-parts' : t < parting.start ? 'rnn-shared' : ''),
    upto: parting.start + 20,
  });
  return make('section', { class: 'rnn-reading' },
    make('h3', { class: 'rnn-heading' }, make('span', { class: `rnn-key ${kind}` }), `${title}: `,
      make('strong', { class: `rnn-${data.label}` }, data.label), ` ${percent(sure)} sure`),
    strip.node, detail);
}

function said({ first, second, parting }) {
  if (parting.same) return 'The network reads the same words in both, so there is nothing to compare; change or add a word.';
  const [before, after] = [first, second].map((data) => data.words[parting.start] && `“${shortened(data.words[parting.start].word)}”`);
  const what = before && after ? `${before} became ${after}` : after ? `the changed text goes on with ${after}` : `the changed text ends before ${before}`;
  const where = `They part at word ${parting.start + 1}: ${what}.`;
  const moved = second.probability - first.probability;
  const verdict = first.label === second.label ? 'The verdict stays' : `The verdict turns from ${first.label} to ${second.label}`;
  return `${where} ${verdict}; the probability of positive moves by ${signed(moved)}.`;
}
