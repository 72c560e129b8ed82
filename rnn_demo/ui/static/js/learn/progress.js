// What a visitor has done, kept in this browser alone: answers, sentences, where they were, the language they chose.

const KEY = "rnn-demo-learn";
const NOTHING = () => ({ answers: {}, said: {}, last: null });
let kept = null;

function load() {
  if (kept) return kept;
  kept = { ...NOTHING(), language: null };
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    for (const name of Object.keys(kept)) if (stored[name]) kept[name] = stored[name];
  } catch {
    // the browser keeps nothing, or somebody else wrote there: then it lasts until the page is closed
  }
  return kept;
}

function save() {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // as above
  }
}

const nameOf = (lesson, step, question) => `${lesson}/${step}/${question}`;

// Of a question: "right", "shown", or nothing yet.
export const outcomeOf = (lesson, step, question) => load().answers[nameOf(lesson, step, question)];

export function keepOutcome(lesson, step, question, outcome) {
  const answers = load().answers,
    name = nameOf(lesson, step, question);
  if (answers[name] !== "right") answers[name] = outcome;
  save();
}

// How many of the `count` questions of a step have been answered.
const answeredOf = (lesson, step, count) =>
  Array.from({ length: count }, (_, k) => outcomeOf(lesson, step, k)).filter(Boolean).length;

// How many questions of a lesson have been answered; `questions` has their number in each step.
export const answeredIn = (lesson, questions) =>
  questions.reduce((sum, count, k) => sum + answeredOf(lesson, k + 1, count), 0);

// Has a step questions, and are all of them answered?
export const isStepDone = (lesson, step, count) => count > 0 && answeredOf(lesson, step, count) === count;

export const sentenceOf = (lesson) => load().said[lesson] ?? "";

export function keepSentence(lesson, text) {
  load().said[lesson] = text;
  save();
}

// [lesson, step] where the visitor was last; null at first.
export const lastPlace = () => load().last;

export function keepPlace(lesson, step) {
  load().last = [lesson, step];
  save();
}

// The language that a visitor chose; null where none was chosen.
export const keptLanguage = () => load().language;

export function keepLanguage(language) {
  load().language = language;
  save();
}

export function forgetAll() {
  kept = { ...load(), ...NOTHING() };
  save();
}
