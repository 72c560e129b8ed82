// The question that is explained beside the conversation, so that what belongs to another one is not shown under it.

const listeners = new Set();
let shown = "";

// What tells a question from all others: who was asked, and what.
const keyOf = ({ model, input }) => JSON.stringify([model, input]);

export function showQuestion(turn) {
  shown = keyOf(turn);
  for (const listen of listeners) listen();
}

export const isShown = (turn) => keyOf(turn) === shown;

export const onChange = (listen) => listeners.add(listen);
