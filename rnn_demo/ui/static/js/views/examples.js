// Texts to begin with, each a click away; several kinds stand in a row each.

function draw(root, data) {
  for (const { kind, texts } of data.rows ?? []) {
    const row = make('div', { class: 'rnn-examples' });
    if (kind) row.append(make('span', { class: 'rnn-kind' }, kind));
    row.append(make('div', { class: 'rnn-choices' }, ...texts.map(([name, text]) => example(name, text))));
    root.append(row);
  }
}

function example(name, text) {
  const button = make('button', { type: 'button' }, name);
  button.addEventListener('click', () => trigger('choose', { text }));
  return button;
}
