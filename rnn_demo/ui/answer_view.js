// Beside the conversation: what the network read in the last question, how sure it was, and its five best answers.

function draw(root, data) {
  if (data.notice) root.append(make('p', { class: 'rnn-notice', role: 'status' }, data.notice));
  if (!data.top) {
    if (!data.notice) root.append(make('p', { class: 'rnn-quiet' }, 'Ask something, and here stands what the network made of it.'));
    return;
  }
  root.append(heading('It read'), tokens(data), heading('Its five best answers'), bars(data));
  root.append(make('p', { class: 'rnn-quiet' }, verdict(data)));
}

const SHOWN = 60;  // tokens

function heading(text) {
  return make('h3', { class: 'rnn-heading' }, text);
}

function tokens(data) {
  const unknown = new Set(data.unknown_words);
  const line = make('p', { class: 'rnn-tokens' });
  for (const token of data.tokens.slice(0, SHOWN)) {
    line.append(make('span', { class: unknown.has(token) ? 'rnn-token rnn-unknown' : 'rnn-token' }, token));
  }
  if (data.tokens.length > SHOWN) line.append(make('span', { class: 'rnn-quiet' }, `and ${data.tokens.length - SHOWN} more `));
  if (unknown.size) line.append(make('span', { class: 'rnn-quiet' }, ' dashed: a word it has never seen'));
  return line;
}

function bars(data) {
  const list = make('ol', { class: 'rnn-bars' });
  data.top.forEach(({ answer, probability }, rank) => {
    const mark = make('span', { class: 'rnn-threshold', title: 'threshold' });
    mark.style.left = 100 * data.threshold + '%';
    list.append(row(answer, probability, rank === 0 && data.known ? ' rnn-bar-chosen' : '', mark));
  });
  list.append(row('to be refused', data.refusal, ' rnn-bar-refusal'));
  return list;
}

function row(name, probability, kind, ...marks) {
  const bar = make('span', { class: 'rnn-bar' + kind });
  bar.style.width = 100 * probability + '%';
  return make('li', {}, make('span', { class: 'rnn-bar-name', title: name }, name),
    make('span', { class: 'rnn-bar-track' }, bar, ...marks), make('span', { class: 'rnn-bar-value' }, percent(probability)));
}

function verdict(data) {
  if (data.known) return `${percent(data.confidence)} is over the threshold of ${percent(data.threshold)}, so it answers.`;
  if (data.refusal > data.confidence) return 'It looks like the questions it was taught to refuse, so it says that it does not know.';
  if (data.confidence >= data.threshold) return 'It has never seen one of these words, so it says that it does not know.';
  return `${percent(data.confidence)} is under the threshold of ${percent(data.threshold)}, so it says that it does not know.`;
}
