// Beside the conversation: how the network read the question, its confidence, and its best answers.

import { createNode } from "../../core/dom.js";
import { percent } from "../../core/text.js";
import { howOftenRight } from "../how_right.js";
import { showQuestion } from "./shown_question.js";

export function draw(root, data) {
  showQuestion(data);
  if (!data.top) {
    root.append(createNode("p", { class: "rnn-quiet" }, "Ask a question to see how the network read it."));
    return;
  }
  const isOwn = data.model?.startsWith("own-"); // nobody measured how often such a one is right
  root.append(createNode("p", { class: "qa-subject", translate: "no" }, `“${data.input}”`));
  if (isOwn) root.append(createNode("p", { class: "rnn-quiet" }, "Asked of your own model."));
  root.append(heading(data.so_far.length ? "Its answer after each word" : "The words it read"), reading(data));
  root.append(heading("Its best answers"), bars(data));
  const why = createNode("p", { class: "rnn-quiet", "data-terms": "" }, verdict(data));
  if (data.known && !isOwn) why.append(" ", howOftenRight("qa-calibration"));
  root.append(why);
}

const SHOWN = 40; // words
const OTHERS = "Every other answer has less than 1%.";
const NONE = "No answer that it was taught has as much as 1%.";
const LEAST = 0.005; // what is less probable reads "<1%" and says nothing

function heading(text) {
  return createNode("h2", { class: "rnn-heading" }, text);
}

// Each word, with the answer that the network would have given if the question had ended there.
function reading(data) {
  const unknown = new Set(data.unknown_words);
  const strip = createNode("ol", { class: "qa-reading", translate: "no" });
  data.tokens.slice(0, SHOWN).forEach((token, t) => {
    const answer = data.so_far[t];
    const look = unknown.has(token) ? "rnn-token rnn-unknown" : "rnn-token";
    const word = createNode("span", { class: look, translate: "no" }, token);
    const cell = createNode("li", {}, word);
    if (answer) cell.append(answerSoFar(token, answer));
    strip.append(cell);
  });
  const notes = [];
  if (data.tokens.length > SHOWN) notes.push(`and ${data.tokens.length - SHOWN} more words.`);
  if (data.so_far.some(({ known }) => !known)) notes.push(`“…”: no answer yet.`);
  if (unknown.size) notes.push(`Dashed: a word outside its vocabulary${data.letters ? ", read by its letters" : ""}.`);
  return createNode(
    "div",
    {},
    strip,
    ...(notes.length ? [createNode("p", { class: "rnn-quiet", "data-terms": "" }, notes.join(" "))] : []),
  );
}

function answerSoFar(token, { answer, known, confidence }) {
  const title = `after “${token}”: ${answer ?? "no answer yet"}; best guess ${percent(confidence)}`;
  return createNode("span", { class: "qa-so-far" + (known ? " qa-known" : ""), title }, answer ?? "…");
}

function bars(data) {
  const list = createNode("ol", { class: "rnn-bars" });
  const likely = data.top.filter(({ probability }, rank) => probability >= LEAST || (rank === 0 && data.known));
  likely.forEach(({ answer, probability }, rank) => {
    const mark = createNode("span", { class: "rnn-threshold", title: "threshold" });
    mark.style.left = 100 * data.threshold + "%";
    list.append(row(answer, probability, rank === 0 && data.known ? " rnn-bar-chosen" : "", mark));
  });
  list.append(row("I don’t know", data.refusal, " rnn-bar-refusal"));
  const others = createNode("p", { class: "rnn-quiet" }, likely.length ? OTHERS : NONE);
  return likely.length < data.top.length ? createNode("div", {}, list, others) : list;
}

function row(name, probability, kind, ...marks) {
  const bar = createNode("span", { class: "rnn-bar" + kind });
  bar.style.width = 100 * probability + "%";
  return createNode(
    "li",
    {},
    createNode("span", { class: "rnn-bar-name", title: name, translate: "no" }, name),
    createNode("span", { class: "rnn-bar-track" }, bar, ...marks),
    createNode("span", { class: "rnn-bar-value" }, percent(probability)),
  );
}

// As `tasks/qa.py` decides; what refuses whatever the threshold is told first.
function verdict({ known, confidence, threshold, refusal }) {
  const [sure, needed] = [percent(confidence), percent(threshold)];
  if (known) return `${sure} is above the threshold of ${needed}, so it answers.`;
  if (refusal > confidence)
    return `“I don’t know” is its likeliest answer (${percent(refusal)}), so it refuses, whatever the threshold.`;
  if (confidence >= threshold) return "One of these words is outside its vocabulary, so it says “I don’t know”.";
  return `${sure} is below the threshold of ${needed}, so it says “I don’t know”.`;
}
