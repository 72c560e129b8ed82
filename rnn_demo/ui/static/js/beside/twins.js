// Twins of a text: the same text with one word changed. Nothing here draws.

const NEGATIONS = new Set(["not", "n't", "never"]),
  BEFORE_NOT = new Set(["is", "was", "are", "were", "am", "be", "been", "looks", "seems", "feels"]);
const ENDS = ["a", "o", "s"]; // of a name
const WHOLE = { ca: "can", wo: "will", sha: "shall" }; // what is left of can't, won't, shan't without its n't

// Where each token stands in its text: [start, end], or null where it was changed by the tokenizer.
export function spansOf(text, tokens) {
  const lower = text.toLowerCase().replace(/[’‘`´]/g, "'");
  let from = 0;
  return tokens.map((token) => {
    const start = lower.indexOf(token.toLowerCase(), from);
    if (start < 0) return null;
    from = start + token.length;
    return [start, from];
  });
}

const replaced = (text, [start, end], words) =>
  (text.slice(0, start) + words + text.slice(end)).replace(/ {2,}/g, " ").trim();

const likeIts = (old, fresh) => (/^\p{Lu}/u.test(old) ? fresh.charAt(0).toUpperCase() + fresh.slice(1) : fresh);

// Without its negation at token t: “is not good” becomes “is good”, “can't” “can”.
function withoutNegation(text, tokens, spans, t) {
  const stem = WHOLE[tokens[t - 1]];
  if (tokens[t] !== "n't" || !stem || !spans[t - 1]) return replaced(text, spans[t], "");
  return replaced(text, [spans[t - 1][0], spans[t][1]], likeIts(text.slice(...spans[t - 1]), stem));
}

// What the word at step t may be changed to: [{says, text}]. `opposites` are pairs of words, `names` are lists of names
// of which one may stand for another; `letters` says that a token is a letter.
export function changesOf(text, tokens, t, { opposites = [], names = [], letters = false }) {
  const spans = spansOf(text, tokens),
    span = spans[t],
    token = tokens[t];
  if (!span) return [];
  const changes = [],
    old = text.slice(...span),
    add = (says, twin) => twin && twin !== text && changes.push({ says, text: twin });
  const swap = (word) => add(`“${word}”`, replaced(text, span, likeIts(old, word)));
  if (letters) {
    if (tokens.length > 1) add(`without “${token}”`, text.slice(0, span[0]) + text.slice(span[1]));
    const ends = t === tokens.length - 1 ? ENDS.filter((end) => end !== token) : [];
    for (const end of ends) add(`with “${end}” after it`, text + end);
    return changes;
  }
  if (NEGATIONS.has(token)) add(`without “${token}”`, withoutNegation(text, tokens, spans, t));
  const pair = opposites.find((words) => words.includes(token));
  if (pair) swap(pair.find((word) => word !== token));
  const negatable = pair || BEFORE_NOT.has(tokens[t - 1]);
  const isNegated = NEGATIONS.has(token) || NEGATIONS.has(tokens[t - 1]);
  if (negatable && !isNegated) add(`“not ${token}”`, replaced(text, span, `not ${old}`));
  const group = names.find((list) => list.some((name) => name.toLowerCase() === token)) ?? [];
  for (const name of group) if (name.toLowerCase() !== token) swap(name);
  return changes;
}
