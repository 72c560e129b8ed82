// The conversation: what was asked and what the network said, and what can be done with each answer.

const log = make('ol', { class: 'qa-log', 'aria-label': 'Conversation', tabindex: '0' });
const heard = make('p', { class: 'rnn-unseen', role: 'status' });  // the last answer, for those who listen
let shown = { turns: [] };

function draw(root, data) {
  const grown = (data.turns ?? []).length > shown.turns.length || JSON.stringify(data.turns?.at(-1)) !== JSON.stringify(shown.turns.at(-1));
  shown = { turns: [], ...data };
  const place = log.scrollTop;
  log.replaceChildren(...shown.turns.map(turn));
  if (!shown.turns.length) log.append(make('li', { class: 'rnn-quiet qa-empty' }, 'Ask a question, or choose one below.'));
  root.append(log, tools(), heard);
  if (shown.notice) root.append(make('p', { class: 'rnn-notice', role: 'alert' }, shown.notice));
  log.scrollTop = grown ? log.scrollHeight : place;
  const last = shown.turns.at(-1);
  heard.textContent = last ? last.said : '';
  if (grown && last && element.offsetParent) write_address(last);
}

function turn(data, k) {
  const chosen = k === shown.chosen;
  const answer = make('div', { class: 'qa-answer' + (data.known ? '' : ' qa-refused') }, make('p', { class: 'qa-said' }, data.said));
  if (data.known) answer.append(make('p', { class: 'qa-sure' }, `${percent(data.confidence)} sure`));
  if (data.maybe) answer.append(chip(data.maybe));
  answer.addEventListener('click', (event) => { if (!event.target.closest('button') && !chosen) explain(k); });
  const node = make('li', { class: 'qa-turn' + (chosen ? ' qa-chosen' : '') }, make('p', { class: 'qa-asked' }, data.asked), make('div', { class: 'qa-reply' }, answer, deeds(data, k, chosen)));
  const before = shown.turns[k - 1];
  if (before ? before.model !== data.model : data.own) node.prepend(make('p', { class: 'qa-whose' }, data.model));
  return node;
}

function chip(question) {
  const node = make('button', { type: 'button', class: 'qa-chip' }, question);
  node.addEventListener('click', () => trigger('again', { text: question }));
  return make('p', { class: 'qa-maybe' }, 'Did you mean ', node, '?');
}

function deeds(data, k, chosen) {
  return make('p', { class: 'qa-deeds' },
    deed('Explain', () => explain(k), { 'aria-pressed': String(chosen) }),
    deed('Copy', (event) => copy(event.target, data.known ? data.said : line(data))),
    deed('Ask again', () => trigger('again', { text: data.asked })));
}

function deed(name, act, attributes = {}) {
  const node = make('button', { type: 'button', ...attributes }, name);
  node.addEventListener('click', act);
  return node;
}

function explain(k) {
  trigger('explain', { turn: k });
}

function tools() {
  const bar = make('p', { class: 'qa-tools' });
  if (!shown.turns.length) return bar;
  bar.append(
    deed('Copy all', (event) => copy(event.target, transcript())),
    deed('Save as text', () => save(new Blob([transcript()], { type: 'text/plain' }), 'conversation.txt')),
    deed('Clear', () => trigger('clear')));
  return bar;
}

const line = (data) => data.said + (data.known ? ` (${percent(data.confidence)} sure)` : '');

function transcript() {
  const told = (data) => `You: ${data.asked}\n${data.model}: ${line(data)}`;
  return shown.turns.map(told).join('\n\n') + '\n';
}

async function copy(button, text) {
  const name = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'The browser does not let me copy';
  }
  setTimeout(() => (button.textContent = name), 1500);
}

function save(blob, name) {
  const link = make('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Only after an answer, so that a link is never overwritten before it was read. A visitor's own model has no link.
function write_address(last) {
  const link = { tab: 'qa', ...(last.own ? {} : { text: last.asked }) };
  history.replaceState(history.state, '', `${location.pathname}?${new URLSearchParams(link)}`);
}
