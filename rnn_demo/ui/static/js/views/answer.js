// Beside the conversation: how the network read the question, its confidence, and its five best answers.

import { make } from "../core/dom.js";
import { percent } from "../core/text.js";

export function draw(root, data) {
  if (!data.top) {
    root.append(make("p", { class: "rnn-quiet" }, "Ask a question to see how the network read it."));
    return;
  }
  root.append(make("p", { class: "qa-subject" }, `“${data.input}”`));
  root.append(heading(data.so_far.length ? "Its answer after each word" : "The words it read"), reading(data));
  root.append(heading("Its five best answers"), bars(data));
  root.append(make("p", { class: "rnn-quiet" }, verdict(data)));
}

const SHOWN = 40; // words

function heading(text) {
  return make("h3", { class: "rnn-heading" }, text);
}

// Each word, with the answer that the network would have given if the question had ended there.
function reading(data) {
  const unknown = new Set(data.unknown_words);
  const strip = make("ol", { class: "qa-reading" });
  data.tokens.slice(0, SHOWN).forEach((token, t) => {
    const answer = data.so_far[t];
    const word = make("span", { class: unknown.has(token) ? "rnn-token rnn-unknown" : "rnn-token" }, token);
    const cell = make("li", {}, word);
    if (answer) cell.append(answerSoFar(token, answer));
    strip.append(cell);
  });
  const notes = [];
  if (data.tokens.length > SHOWN) notes.push(`and ${data.tokens.length - SHOWN} more words.`);
  if (unknown.size) notes.push(`Dashed: a word it has never seen${data.letters ? ", read by its letters" : ""}.`);
  return make("div", {}, strip, ...(notes.length ? [make("p", { class: "rnn-quiet" }, notes.join(" "))] : []));
}

function answerSoFar(token, { answer, known, confidence }) {
  const title = `after “${token}”: ${answer ?? "no answer yet"}; best guess ${percent(confidence)}`;
  return make("span", { class: "qa-so-far" + (known ? " qa-known" : ""), title }, answer ?? "…");
}

function bars(data) {
  const list = make("ol", { class: "rnn-bars" });
  data.top.forEach(({ answer, probability }, rank) => {
    const mark = make("span", { class: "rnn-threshold", title: "threshold" });
    mark.style.left = 100 * data.threshold + "%";
    list.append(row(answer, probability, rank === 0 && data.known ? " rnn-bar-chosen" : "", mark));
  });
  list.append(row("I don’t know", data.refusal, " rnn-bar-refusal"));
  return list;
}

function row(name, probability, kind, ...marks) {
  const bar = make("span", { class: "rnn-bar" + kind });
  bar.style.width = 100 * probability + "%";
  return make(
    "li",
    {},
    make("span", { class: "rnn-bar-name", title: name }, name),
    make("span", { class: "rnn-bar-track" }, bar, ...marks),
    make("span", { class: "rnn-bar-value" }, percent(probability)),
  );
}

function verdict({ known, confidence, threshold, refusal }) {
  const [sure, needed] = [percent(confidence), percent(threshold)];
  if (known) return `${sure} is above the threshold of ${needed}, so it answers.`;
  if (refusal > confidence)
    return "It looks like a question that it was trained not to answer, so it says “I don’t know”.";
  if (confidence >= threshold) return "It has never seen one of these words, so it says “I don’t know”.";
  return `${sure} is below the threshold of ${needed}, so it says “I don’t know”.`;
}
